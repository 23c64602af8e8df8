/* Files in memory for the importer. */
#include "support/import_file.h"

#include <stdio.h>

static enum err file_read(struct import_source *s, void *p, size_t cap, size_t *ret_n)
{
	struct import_file *f = (struct import_file *)s;
	size_t n = f->bytes.n - f->at;
	if (n > cap)
		n = cap;
	if (f->piece && n > f->piece)
		n = f->piece;
	if (n)
		memcpy(p, f->bytes.p + f->at, n);
	f->at += n;
	*ret_n = n;
	return OK;
}

static enum err file_rewind(struct import_source *s)
{
	((struct import_file *)s)->at = 0;
	return OK;
}

struct import_file import_file(const char *name, struct str bytes)
{
	return (struct import_file){
		.source = { .name = str_c(name), .read = file_read, .rewind = file_rewind },
		.bytes = bytes,
	};
}

struct import_file import_file_demo(struct kit *k, const char *kind)
{
	char name[64];
	snprintf(name, sizeof(name), "demo/%s.csv", kind);
	FILE *f = fopen(name, "r");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size_t n = (size_t)ftell(f);
	rewind(f);
	char *p = arena_alloc(k->a, n);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, n, f), n);
	fclose(f);
	return import_file(kind, (struct str){ .p = p, .n = n });
}

static const char *problem_name(enum import_problem p)
{
	static const char *const names[IMPORT_PROBLEM_N] = {
#define PROBLEM(id, grave, text) [IMPORT_##id] = #id,
#include "domain/import_problem.def"
#undef PROBLEM
	};
	return names[p];
}

static void on_fault(void *arg, const struct import_fault *f)
{
	struct import_said *said = arg;
	size_t room = sizeof(said->faults) - said->n;
	int n = snprintf(said->faults + said->n, room, "%d:%.*s:%s%s%.*s\n", (int)f->line,
			 (int)f->column.n, f->column.p, problem_name(f->problem),
			 f->value.n ? "=" : "", (int)f->value.n, f->value.p);
	if (n > 0 && (size_t)n < room)
		said->n += (size_t)n;
}

static void on_resumed(void *arg, struct str file)
{
	(void)file;
	((struct import_said *)arg)->resumed++;
}

enum err import_file_run(struct kit *k, const char *kind, struct import_file *file,
			 struct import_said *ret)
{
	memset(ret, 0, sizeof(*ret));
	const struct import_opts opts = {
		.kind = str_c(kind),
		.source = &file->source,
		.arg = ret,
		.fault = on_fault,
		.resumed = on_resumed,
	};
	return import_run(&k->app, &opts, &ret->result);
}

enum err import_text(struct kit *k, const char *kind, const char *text, struct import_said *ret)
{
	struct import_file file = import_file("text.csv", str_c(text));
	return import_file_run(k, kind, &file, ret);
}

int64_t import_must(struct kit *k, const char *kind, const char *text)
{
	struct import_said said;
	enum err e = import_text(k, kind, text, &said);
	if (e != OK || said.n)
		fail_msg("%s: %s\n%s", kind, err_name(e), said.faults);
	return said.result.fresh;
}

void import_demo(struct kit *k)
{
	static const char *const kinds[] = { "tariffs", "sims", "subscribers", "charges",
					     "payments" };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct import_file file = import_file_demo(k, kinds[i]);
		const struct import_opts opts = { .kind = str_c(kinds[i]),
						  .source = &file.source,
						  .demo = true };
		struct import_result result;
		assert_int_equal(import_run(&k->app, &opts, &result), OK);
		assert_int_equal(result.grave + result.warnings, 0);
		assert_int_equal(result.fresh, result.rows);
	}
	import_nothing_staged(k);
}

void import_nothing_staged(struct kit *k)
{
	assert_int_equal(kit_number(k, "SELECT count(*) FROM import_row"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM import_key"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM import_run WHERE state <> 'done'"), 0);
}

/* `kabinet check`: proves the books and the database, while others use them. */
#include "cli/cli.h"
#include "domain/flow.h"
#include "domain/ledger.h"

enum { CHECK_ARENA_BYTES = 1 << 20, LINE_BYTES = 4096 };

struct check {
	const struct cli *c;
	bool json;
	int64_t n;    /* violations so far */
	enum err err; /* a line that could not be written */
};

/* A name and a number that is left out when it is 0; as a string in JSON, where large numbers lose
 * digits. */
static void put_place(struct buf *b, bool json, const char *name, int64_t v)
{
	if (v == 0)
		return;
	buf_put(b, json ? STR(",\"") : STR(" "));
	buf_put(b, str_c(name));
	buf_put(b, json ? STR("\":\"") : STR(" "));
	buf_i64(b, v);
	if (json)
		buf_c(b, '"');
}

/* What a database says, fit for a line and for JSON: nothing but printable ASCII without quotes. */
static void put_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		buf_c(b, ch < ' ' || ch > '~' || ch == '"' || ch == '\\' ? ' ' : ch);
	}
}

static void write_line(struct check *k, struct buf *b)
{
	if (b->err == OK)
		cli_out(k->c, buf_str(b));
	else
		k->err = b->err;
	buf_done(b);
}

static void write_fault(struct check *k, const struct check_fault *f, struct str what)
{
	struct buf b;
	buf_init(&b, LINE_BYTES);
	if (k->json)
		buf_put(&b, k->n ? STR(",{\"invariant\":\"") : STR("{\"invariant\":\""));
	buf_put(&b, str_c(f->invariant));
	if (k->json)
		buf_c(&b, '"');
	put_place(&b, k->json, "account", f->account_id);
	put_place(&b, k->json, "seq", f->seq);
	put_place(&b, k->json, "entry", f->entry_id);
	put_place(&b, k->json, "flow", f->flow_id);
	buf_put(&b, k->json ? STR(",\"what\":\"") : STR(": "));
	put_plain(&b, str_sub(what, 0, LINE_BYTES / 2));
	buf_put(&b, k->json ? STR("\"}") : STR("\n"));
	write_line(k, &b);
	k->n++;
}

static void on_fault(void *arg, const struct check_fault *f)
{
	write_fault(arg, f, str_c(f->what));
}

static enum err check_database(struct check *k)
{
	struct str text;
	struct arena *a = arena_new(CHECK_ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err err = store_integrity(k->c->app->store, a, &text);
	if (err == OK && !str_eq(text, STR("ok")))
		write_fault(k, &(struct check_fault){ .invariant = "I16" }, text);
	arena_free(a);
	return err;
}

static void write_end(struct check *k, enum err err)
{
	struct buf b;
	buf_init(&b, LINE_BYTES);
	if (k->json)
		buf_put(&b,
			STR("],\"checked\":[\"I1\",\"I2\",\"I5\",\"I10\",\"I16\"],\"complete\":"));
	if (k->json)
		buf_put(&b, err == OK ? STR("true}\n") : STR("false}\n"));
	if (!k->json && err == OK) {
		buf_put(&b, STR("I1 I2 I5 I10 I16 checked, violations: "));
		buf_i64(&b, k->n);
		buf_c(&b, '\n');
	}
	write_line(k, &b);
	if (err != OK)
		cli_err(k->c, STR("the store could not be read to its end: the log says why\n"));
}

enum err cli_check(const struct cli *c)
{
	struct check k = { .c = c,
			   .json = c->argc == 1 && str_eq(str_c(c->argv[0]), STR("--json")) };
	if (c->argc > k.json)
		return cli_usage(c, "check");
	if (k.json)
		cli_out(c, STR("{\"violations\":["));
	enum err err = ledger_check(c->app, on_fault, &k);
	if (err == OK)
		err = flow_check(c->app, on_fault, &k);
	if (err == OK)
		err = check_database(&k);
	write_end(&k, err == OK ? k.err : err);
	if (err == OK)
		err = k.err;
	if (err != OK)
		return err;
	return k.n == 0 ? OK : E_CONFLICT;
}

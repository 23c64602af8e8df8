/* Compiles sql/ to C: `mksql GENDIR SQLDIR`.
 *
 * SQLDIR/query/<room>.sql holds named statements; each becomes one typed function in
 * GENDIR/q_<room>.{h,c}:
 *
 *     -- ticket_list :many (subscriber i64, before tstamp) -> (id i64, subject str, at tstamp)
 *     -- What stands here is the function's comment.
 *     SELECT id, subject, at_ms FROM ticket WHERE subscriber_id = $1 AND at_ms < $2;
 *
 * SQLDIR/schema/NNNN_<what>.sql are the migrations; they go to GENDIR/schema.c as one text per
 * database. What both languages share and where they part is said in docs and in the tables below.
 * The header of a statement goes on in the next line while a bracket is open or an arrow follows.
 *
 * A program of a moment: it ends at the first fault and gives no memory back before that. */
#include <err.h>
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 63, NAME_MAX_BYTES = 63 };
enum dialect { SQLITE, POSTGRES, DIALECTS };
enum kind { KIND_ONE, KIND_MANY, KIND_EACH, KIND_EXEC, KIND_ROWS, KINDS };

static const char *const dialect_name[DIALECTS] = { "sqlite", "postgres" };
static const char *const kind_name[KINDS] = { "one", "many", "each", "exec", "rows" };

/* What ${name} stands for in each database. */
static const struct token {
	const char *name;
	const char *text[DIALECTS];
} tokens[] = {
	{ "strict", { " STRICT", "" } },   { "clustered", { " STRICT, WITHOUT ROWID", "" } },
	{ "id", { "INTEGER", "BIGINT" } }, { "int", { "INTEGER", "BIGINT" } },
	{ "bytes", { "BLOB", "BYTEA" } },  { "bool", { "INTEGER", "BOOLEAN" } },
	{ "text", { "TEXT", "TEXT" } },
};

/* Types of arguments and columns. `fn` is the end of value_of_…() and value_to_…() in value.h. */
static const struct type {
	const char *name;
	const char *c;
	const char *value;
	const char *fn;
	bool by_pointer; /* value_of_…() takes a pointer: the value points into it */
	bool copied;     /* value_to_…() copies into an arena */
} types[] = {
	{ "i64", "int64_t", "VALUE_INT", "i64", false, false },
	{ "i64?", "struct opt_i64", "VALUE_INT", "i64_opt", false, false },
	{ "bool", "bool", "VALUE_BOOL", "bool", false, false },
	{ "str", "struct str", "VALUE_TEXT", "str", false, true },
	{ "str?", "struct str", "VALUE_TEXT", "str_opt", false, true },
	{ "bytes", "struct str", "VALUE_BYTES", "bytes", false, true },
	{ "bytes?", "struct str", "VALUE_BYTES", "bytes_opt", false, true },
	{ "money", "money", "VALUE_INT", "money", false, false },
	{ "tstamp", "tstamp", "VALUE_INT", "tstamp", false, false },
	{ "tstamp?", "tstamp", "VALUE_INT", "tstamp_opt", false, false },
	{ "date", "struct date", "VALUE_INT", "date", false, false },
	{ "date?", "struct date", "VALUE_INT", "date_opt", false, false },
	{ "msisdn", "struct msisdn", "VALUE_TEXT", "msisdn", true, false },
	{ "msisdn?", "struct msisdn", "VALUE_TEXT", "msisdn_opt", true, false },
	{ "iccid", "struct iccid", "VALUE_TEXT", "iccid", true, false },
	{ "iccid?", "struct iccid", "VALUE_TEXT", "iccid_opt", true, false },
};

struct place {
	const char *file;
	int line;
};

struct field {
	char name[NAME_MAX_BYTES + 1];
	const struct type *type;
};

struct fields {
	size_t n;
	struct field at[FIELDS_MAX];
};

struct query {
	struct place at;
	char name[NAME_MAX_BYTES + 1];
	enum kind kind;
	struct fields args, cols;
	char *doc;
	char *sql[DIALECTS]; /* NULL: the twin is still missing */
	struct query *next;
};

struct room {
	char name[NAME_MAX_BYTES + 1];
	struct query *first, **end;
};

__attribute__((format(printf, 2, 3))) static _Noreturn void fail(struct place at, const char *fmt,
								 ...)
{
	va_list ap;
	fprintf(stderr, "%s:%d: ", at.file, at.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void *need(void *p)
{
	if (!p)
		err(1, "mksql");
	return p;
}

/* --- files ---------------------------------------------------------------- */

/* A text that grows; ${ret} is it once the stream is closed. */
static FILE *open_text(char **ret)
{
	static size_t length;
	*ret = NULL;
	return need(open_memstream(ret, &length));
}

/* The text of a file, or NULL when it is not there. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return NULL;
	char *text = NULL;
	size_t n = 0;
	if (getdelim(&text, &n, '\0', f) < 0)
		text = need(strdup(""));
	if (ferror(f))
		fail((struct place){ path, 0 }, "cannot read: %s", strerror(errno));
	fclose(f);
	return text;
}

/* Unchanged files keep their time, so that make rebuilds only what depends on a change. */
static void write_if_changed(const char *dir, const char *name, const char *text)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	const char *old = read_file(path);
	if (old && strcmp(old, text) == 0)
		return;
	FILE *f = fopen(path, "we");
	if (!f || fputs(text, f) == EOF || fclose(f) == EOF)
		fail((struct place){ path, 0 }, "cannot write: %s", strerror(errno));
}

/* Calls ${fn} for each *.sql of SQLDIR/${what} in the order of their names; there may be none. */
static void each_file(const char *sql, const char *what, void *arg,
		      void (*fn)(void *arg, const char *path, const char *name))
{
	char pattern[4096];
	glob_t found;
	snprintf(pattern, sizeof(pattern), "%s/%s/*.sql", sql, what);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		fn(arg, found.gl_pathv[i], strrchr(found.gl_pathv[i], '/') + 1);
}

/* The next line of a text, which is cut up in place; NULL at its end. */
static char *next_line(char **rest, struct place *at)
{
	char *line = *rest;
	if (!*line)
		return NULL;
	char *end = strchrnul(line, '\n');
	*rest = *end ? end + 1 : end;
	*end = '\0';
	at->line++;
	return line;
}

static char *skip_space(const char *s)
{
	return (char *)s + strspn(s, " \t\r\n");
}

static size_t word_length(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* The place of a word in a list; -1 when it is not there. */
static int find_word(const char *const *list, int n, const char *s, size_t length)
{
	for (int i = 0; i < n; i++)
		if (strlen(list[i]) == length && memcmp(list[i], s, length) == 0)
			return i;
	return -1;
}

/* --- SQL text ------------------------------------------------------------- */

/* A quoted text or name, as it is. */
static const char *put_quoted(struct place at, FILE *out, const char *s)
{
	const char *end = strchr(s + 1, *s);
	if (!end)
		fail(at, "%c without its end", *s);
	fwrite(s, 1, (size_t)(end - s) + 1, out);
	return end + 1;
}

static const char *put_token(struct place at, FILE *out, const char *s, enum dialect d)
{
	size_t n = word_length(s + 2);
	if (s[2 + n] != '}')
		fail(at, "a token is ${name}");
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		if (find_word(&tokens[i].name, 1, s + 2, n) == 0) {
			fputs(tokens[i].text[d], out);
			return s + n + 3;
		}
	fail(at, "no such token: ${%.*s}", (int)n, s + 2);
}

static const char *put_param(struct place at, FILE *out, const char *s, enum dialect d,
			     uint64_t *used)
{
	char *end;
	unsigned long n = strtoul(s + 1, &end, 10);
	if (n < 1 || n > FIELDS_MAX)
		fail(at, "no such parameter: $%lu", n);
	*used |= UINT64_C(1) << n;
	fprintf(out, "%c%lu", d == SQLITE ? '?' : '$', n);
	return end;
}

static void check_params(const struct query *q, uint64_t used)
{
	size_t n = q->args.n;
	if (used != ((UINT64_C(1) << n) - 1) << 1)
		fail(q->at, "%s: uses other parameters than its %zu arguments", q->name, n);
}

struct text {
	const struct query *q;
	enum dialect d;
	FILE *out;
	uint64_t used; /* parameters: a bit each */
	bool ended;    /* by its ; */
};

/* What stands between two spaces or comments. */
static const char *put_word(struct text *t, const char *s)
{
	while (*s && !strchr(" \t\r\n", *s) && strncmp(s, "--", 2) != 0 && !t->ended) {
		if (*s == '\'' || *s == '"')
			s = put_quoted(t->q->at, t->out, s);
		else if (*s == '$' && s[1] == '{')
			s = put_token(t->q->at, t->out, s, t->d);
		else if (*s == '$')
			s = put_param(t->q->at, t->out, s, t->d, &t->used);
		else if (*s != ';')
			fputc(*s++, t->out);
		else
			t->ended = *s++;
	}
	return s;
}

/* One statement in one language: comments gone, white space as one space, tokens and parameters
 * expanded. */
static char *query_text(const struct query *q, const char *s, enum dialect d)
{
	char *text;
	struct text t = { .q = q, .d = d, .out = open_text(&text) };
	while (*(s = skip_space(s))) {
		if (strncmp(s, "--", 2) == 0) {
			s = strchrnul(s, '\n');
			continue;
		}
		if (t.ended)
			fail(q->at, "%s: one statement only, with one ; at its end", q->name);
		if (ftell(t.out) > 0 && *s != ';')
			fputc(' ', t.out);
		s = put_word(&t, s);
	}
	fclose(t.out);
	if (!t.ended || !*text)
		fail(q->at, "%s: a statement ends with ;", q->name);
	/* PostgreSQL reads it through a cursor. */
	if (q->kind == KIND_EACH && strncmp(text, "SELECT", 6) != 0 &&
	    strncmp(text, "WITH", 4) != 0)
		fail(q->at, "%s: :each is for SELECT", q->name);
	check_params(q, t.used);
	return text;
}

static void put_literal(FILE *out, const char *s, const char *indent)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s == '\t')
			fputs("\\t", out);
		else if (*s == '\n')
			fprintf(out, s[1] ? "\\n\"\n%s\"" : "\\n", indent);
		else if (*s != '\r')
			fputc(*s, out);
	}
	fputc('"', out);
}

/* --- reading queries ------------------------------------------------------ */

struct header {
	char name[NAME_MAX_BYTES + 1], tag[16], kind[8];
	int length;
};

static bool scan_header(const char *line, struct header *ret)
{
	*ret = (struct header){ 0 };
	if (sscanf(line, "-- %63[a-z0-9_] {%15[a-z]} :%7[a-z]%n", ret->name, ret->tag, ret->kind,
		   &ret->length) == 3)
		return true;
	ret->tag[0] = '\0';
	return sscanf(line, "-- %63[a-z0-9_] :%7[a-z]%n", ret->name, ret->kind, &ret->length) == 2;
}

/* Which databases a tag means, as a set of 1 << dialect; no tag means both. */
static unsigned find_tag(struct place at, const char *tag)
{
	int d = find_word(dialect_name, DIALECTS, tag, strlen(tag));
	if (d >= 0)
		return 1U << d;
	if (*tag && strcmp(tag, "both") != 0)
		fail(at, "a tag is {sqlite}, {postgres} or {both}");
	return 1 << SQLITE | 1 << POSTGRES;
}

static const struct type *find_type(struct place at, const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (find_word(&types[i].name, 1, s, n) == 0)
			return &types[i];
	fail(at, "no such type: %.*s", (int)n, s);
}

static const char *take_name(struct place at, const char *s, char *ret)
{
	s = skip_space(s);
	size_t n = word_length(s);
	if (n == 0 || n > NAME_MAX_BYTES)
		fail(at, "a name was expected before: %.20s", s);
	memcpy(ret, s, n);
	ret[n] = '\0';
	return s + n;
}

static const char *take_fields(struct place at, const char *s, struct fields *ret)
{
	s = skip_space(s);
	if (*s != '(')
		fail(at, "( was expected before: %.20s", s);
	s = skip_space(s + 1);
	while (*s != ')') {
		if (ret->n == FIELDS_MAX)
			fail(at, "more than %d fields", FIELDS_MAX);
		struct field *field = &ret->at[ret->n++];
		s = skip_space(take_name(at, s, field->name));
		size_t n = word_length(s);
		n += s[n] == '?';
		field->type = find_type(at, s, n);
		s = skip_space(s + n);
		if (*s == ',')
			s = skip_space(s + 1);
		else if (*s != ')')
			fail(at, ", or ) was expected before: %.20s", s);
	}
	return s + 1;
}

static void check_cols(const struct query *q)
{
	bool wants = q->kind != KIND_EXEC && q->kind != KIND_ROWS;
	if (wants != (q->cols.n > 0))
		fail(q->at, "%s: :%s has %s columns", q->name, kind_name[q->kind],
		     wants ? "some" : "no");
}

static struct query *parse_header(struct place at, const char *text, unsigned *ret_tag)
{
	struct query *q = need(calloc(1, sizeof(*q)));
	struct header header;
	scan_header(text, &header);
	int kind = find_word(kind_name, KINDS, header.kind, strlen(header.kind));
	if (kind < 0)
		fail(at, "a kind is :one :many :each :exec or :rows");
	q->at = at;
	q->kind = (enum kind)kind;
	memcpy(q->name, header.name, sizeof(q->name));
	*ret_tag = find_tag(at, header.tag);
	const char *s = skip_space(take_fields(at, text + header.length, &q->args));
	if (strncmp(s, "->", 2) == 0)
		s = skip_space(take_fields(at, s + 2, &q->cols));
	if (*s)
		fail(at, "not understood: %.20s", s);
	check_cols(q);
	return q;
}

/* A new statement, or the twin of one that was written for the other database. */
static void add_block(struct room *room, struct query *q, unsigned tag, const char *body)
{
	size_t n = strlen(room->name);
	if (strncmp(q->name, room->name, n) != 0 || q->name[n] != '_')
		fail(q->at, "%s: the name must begin with %s_", q->name, room->name);
	struct query *twin = room->first;
	while (twin && strcmp(twin->name, q->name) != 0)
		twin = twin->next;
	for (enum dialect d = 0; d < DIALECTS; d++) {
		if (!(tag >> d & 1))
			continue;
		if (twin && twin->sql[d])
			fail(q->at, "%s was there before, on line %d", q->name, twin->at.line);
		*(twin ? &twin->sql[d] : &q->sql[d]) = query_text(q, body, d);
	}
	if (!twin) {
		*room->end = q;
		room->end = &q->next;
	} else if (q->kind != twin->kind || memcmp(&q->args, &twin->args, sizeof(q->args)) != 0 ||
		   memcmp(&q->cols, &twin->cols, sizeof(q->cols)) != 0) {
		fail(q->at, "%s: differs from its twin on line %d", q->name, twin->at.line);
	}
}

/* A header goes on while a bracket is open and when the next line starts with an arrow. */
static char *read_header(struct place *at, const char *line, char **rest)
{
	char *text;
	FILE *out = open_text(&text);
	for (int open = 0;;) {
		fprintf(out, "%s ", line);
		for (const char *s = line; *s; s++)
			open += (*s == '(') - (*s == ')');
		bool comment = strncmp(*rest, "--", 2) == 0;
		if (!comment || (open == 0 && strncmp(skip_space(*rest + 2), "->", 2) != 0))
			break;
		line = next_line(rest, at) + 2;
	}
	fclose(out);
	return text;
}

/* One block: header, comment, statement; up to the next header. */
static void read_block(struct room *room, struct place *at, char *line, char **rest)
{
	struct place start = { at->file, at->line };
	struct header next;
	unsigned tag;
	struct query *q = parse_header(start, read_header(at, line, rest), &tag);
	char *body;
	FILE *doc = open_text(&q->doc), *sql = open_text(&body);
	while (**rest && !scan_header(*rest, &next)) {
		line = next_line(rest, at);
		if (ftell(sql) == 0 && strncmp(line, "--", 2) == 0)
			fprintf(doc, "%s%s", ftell(doc) ? "\n * " : "", skip_space(line + 2));
		else if (*skip_space(line))
			fprintf(sql, "%s\n", line);
	}
	fclose(doc);
	fclose(sql);
	add_block(room, q, tag, body);
}

static void read_room(const char *path, struct room *room)
{
	struct place at = { .file = path };
	struct header header;
	char *rest = read_file(path), *line;
	if (!rest)
		fail(at, "cannot read: %s", strerror(errno));
	room->end = &room->first;
	while ((line = next_line(&rest, &at))) {
		if (scan_header(line, &header))
			read_block(room, &at, line, &rest);
		else if (*skip_space(line) && strncmp(line, "--", 2) != 0)
			fail(at, "a statement needs a header: -- name :kind (...) -> (...)");
	}
	for (const struct query *q = room->first; q; q = q->next)
		for (enum dialect d = 0; d < DIALECTS; d++)
			if (!q->sql[d])
				fail(q->at, "%s: no twin for {%s}", q->name, dialect_name[d]);
}

/* --- writing queries ------------------------------------------------------ */

static bool has_row_struct(const struct query *q)
{
	return q->cols.n > 1 || (q->cols.n == 1 && q->kind != KIND_ONE);
}

static void put_struct(FILE *f, const struct query *q, const char *what,
		       const struct fields *fields)
{
	fprintf(f, "\nstruct q_%s_%s {\n", q->name, what);
	for (size_t i = 0; i < fields->n; i++)
		fprintf(f, "\t%s %s;\n", fields->at[i].type->c, fields->at[i].name);
	fputs("};\n", f);
}

/* Writes a text in which @ stands for the query's name, # for its parameters, ! for .column. */
static void put(FILE *f, const char *text, const struct query *q)
{
	for (; *text; text++) {
		if (*text == '@')
			fputs(q->name, f);
		else if (*text == '#')
			fputs(q->args.n ? "params" : "NULL", f);
		else if (*text == '!' && !has_row_struct(q))
			fprintf(f, ".%s", q->cols.at[0].name);
		else if (*text != '!')
			fputc(*text, f);
	}
}

static void put_prototype(FILE *f, const struct query *q)
{
	static const char *const result[KINDS] = {
		[KIND_ONE] = ", struct q_@_row *ret)",
		[KIND_MANY] = ", struct q_@_row **ret, size_t *ret_n)",
		[KIND_EACH] =
			",\n\tenum err (*fn)(void *arg, const struct q_@_row *row), void *arg)",
		[KIND_EXEC] = ")",
		[KIND_ROWS] = ", int64_t *ret_affected)",
	};
	put(f, "enum err q_@(struct tx *tx", q);
	if (q->kind == KIND_ONE || q->kind == KIND_MANY)
		fputs(", struct arena *a", f);
	if (q->args.n == 1)
		fprintf(f, ", %s %s", q->args.at[0].type->c, q->args.at[0].name);
	else if (q->args.n > 1)
		put(f, ", const struct q_@_args *args", q);
	if (q->kind == KIND_ONE && !has_row_struct(q))
		fprintf(f, ", %s *ret)", q->cols.at[0].type->c);
	else
		put(f, result[q->kind], q);
}

static void put_header(FILE *f, const struct room *room)
{
	fprintf(f, "/* Made by tools/mksql from sql/query/%s.sql. */\n#pragma once\n\n",
		room->name);
	fputs("#include \"store/query.h\"\n", f);
	for (const struct query *q = room->first; q; q = q->next) {
		if (q->args.n > 1)
			put_struct(f, q, "args", &q->args);
		if (has_row_struct(q))
			put_struct(f, q, "row", &q->cols);
		fprintf(f, "\n/** q_%s(): %s */\n", q->name, *q->doc ? q->doc : "see the query.");
		put_prototype(f, q);
		fputs(" must_check;\n", f);
	}
}

static void put_value_types(FILE *f, const char *what, const struct fields *fields)
{
	fprintf(f, "\t.n_%s = %zu,\n", what, fields->n);
	if (fields->n == 0)
		return;
	fprintf(f, "\t.%s = (const enum value_type[]){", what);
	for (size_t i = 0; i < fields->n; i++)
		fprintf(f, "%s %s", i ? "," : "", fields->at[i].type->value);
	fputs(" },\n", f);
}

static void put_stmt(FILE *f, const struct query *q, int index)
{
	fprintf(f, "\nstatic const struct stmt %s_stmt = {\n", q->name);
	fprintf(f, "\t.index = %d,\n\t.name = \"%s\",\n", index, q->name);
	for (enum dialect d = 0; d < DIALECTS; d++) {
		fprintf(f, "\t.%s = ", dialect_name[d]);
		put_literal(f, q->sql[d], "\t\t");
		fputs(",\n", f);
	}
	put_value_types(f, "params", &q->args);
	put_value_types(f, "cols", &q->cols);
	fprintf(f, "\t.stream = %s,\n};\n", q->kind == KIND_EACH ? "true" : "false");
}

static void put_fill(FILE *f, const struct query *q)
{
	put(f, "\nstatic enum err @_fill(struct arena *a, const struct value *v, void *p)\n", q);
	put(f, "{\n\tstruct q_@_row *row = p;\n\t(void)a;\n", q);
	for (size_t i = 0; i < q->cols.n; i++) {
		const struct field *col = &q->cols.at[i];
		fprintf(f, "\ttry(value_to_%s(%s&v[%zu], &row->%s));\n", col->type->fn,
			col->type->copied ? "a, " : "", i, col->name);
	}
	fputs("\treturn OK;\n}\n", f);
}

static void put_params(FILE *f, const struct query *q)
{
	fputs("\tconst struct value params[] = {\n", f);
	for (size_t i = 0; i < q->args.n; i++) {
		const struct field *arg = &q->args.at[i];
		fprintf(f, "\t\tvalue_of_%s(%s%s%s),\n", arg->type->fn,
			arg->type->by_pointer ? "&" : "", q->args.n > 1 ? "args->" : "", arg->name);
	}
	fputs("\t};\n", f);
}

/* What stands before the function of a :each, which calls one that knows the row's type. */
static const char each_text[] = "\nstruct @_each {\n"
				"\tenum err (*fn)(void *arg, const struct q_@_row *row);\n"
				"\tvoid *arg;\n};\n"
				"\nstatic enum err @_row(void *arg, const struct value *v)\n{\n"
				"\tconst struct @_each *each = arg;\n\tstruct q_@_row row;\n"
				"\ttry(@_fill(NULL, v, &row));\n"
				"\treturn each->fn(each->arg, &row);\n}\n";

/* The bodies behind the parameters. */
static const char *const body_text[KINDS] = {
	[KIND_ONE] = "\tstruct q_@_row row;\n"
		     "\ttry(stmt_one(tx, &@_stmt, #, a, @_fill, &row));\n"
		     "\t*ret = row!;\n\treturn OK;\n",
	[KIND_MANY] = "\tstruct rows rows = { .a = a, .size = sizeof(**ret) };\n"
		      "\ttry(stmt_many(tx, &@_stmt, #, @_fill, &rows));\n"
		      "\t*ret = rows.p;\n\t*ret_n = rows.n;\n\treturn OK;\n",
	[KIND_EACH] = ("\tstruct @_each each = { .fn = fn, .arg = arg };\n"
		       "\treturn stmt_run(tx, &@_stmt, #, @_row, &each, NULL);\n"),
	[KIND_EXEC] = "\treturn stmt_run(tx, &@_stmt, #, NULL, NULL, NULL);\n",
	[KIND_ROWS] = "\treturn stmt_run(tx, &@_stmt, #, NULL, NULL, ret_affected);\n",
};

static void put_function(FILE *f, const struct query *q)
{
	if (q->cols.n > 0 && !has_row_struct(q))
		put_struct(f, q, "row", &q->cols);
	if (q->cols.n > 0)
		put_fill(f, q);
	if (q->kind == KIND_EACH)
		put(f, each_text, q);
	fputc('\n', f);
	put_prototype(f, q);
	fputs("\n{\n", f);
	if (q->args.n > 0)
		put_params(f, q);
	put(f, body_text[q->kind], q);
	fputs("}\n", f);
}

static void put_source(FILE *f, const struct room *room, int *index)
{
	fprintf(f, "/* Made by tools/mksql from sql/query/%s.sql. */\n", room->name);
	fprintf(f, "#include \"q_%s.h\"\n#include \"store/stmt.h\"\n", room->name);
	for (const struct query *q = room->first; q; q = q->next) {
		put_stmt(f, q, (*index)++);
		put_function(f, q);
	}
}

static void write_room(const char *gen, const struct room *room, int *index)
{
	char *header, *source, name[NAME_MAX_BYTES + 8];
	FILE *h = open_text(&header), *c = open_text(&source);
	put_header(h, room);
	put_source(c, room, index);
	fclose(h);
	fclose(c);
	snprintf(name, sizeof(name), "q_%s.h", room->name);
	write_if_changed(gen, name, header);
	snprintf(name, sizeof(name), "q_%s.c", room->name);
	write_if_changed(gen, name, source);
}

struct output {
	const char *gen;
	FILE *f;
	int n; /* statements or migrations so far */
};

static void compile_room(void *arg, const char *path, const char *name)
{
	struct output *out = arg;
	struct room room = { 0 };
	struct place at = { path, 0 };
	if (strcmp(take_name(at, name, room.name), ".sql") != 0)
		fail(at, "the name of a room has lower-case letters, digits and _");
	read_room(path, &room);
	write_room(out->gen, &room, &out->n);
}

static void compile_queries(const char *gen, const char *sql)
{
	char text[256];
	struct output out = { .gen = gen };
	each_file(sql, "query", &out, compile_room);
	snprintf(text, sizeof(text),
		 "/* Made by tools/mksql. */\n#include \"store/schema.h\"\n\n"
		 "int stmt_count(void)\n{\n\treturn %d;\n}\n",
		 out.n);
	write_if_changed(gen, "stmts.c", text);
}

/* --- migrations ----------------------------------------------------------- */

/* FNV-1a: tells a migration that was edited after it was applied; no defence against malice is
 * meant. */
static uint64_t checksum(const char *s)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (; *s; s++)
		sum = (sum ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return sum;
}

/* A line `-- {sqlite}`, `-- {postgres}` or `-- {both}` says for whom the lines after it are. */
static bool section_line(struct place at, const char *line, unsigned *section)
{
	char tag[16];
	if (sscanf(line, "-- {%15[a-z]}", tag) != 1)
		return false;
	*section = find_tag(at, tag);
	return true;
}

static char *migration_text(const char *path, const char *source, enum dialect d)
{
	char *text, *rest = need(strdup(source)), *line;
	FILE *out = open_text(&text);
	struct place at = { .file = path };
	unsigned section = find_tag(at, "both");
	while ((line = next_line(&rest, &at))) {
		bool empty = !*skip_space(line) || strncmp(skip_space(line), "--", 2) == 0;
		if (section_line(at, line, &section) || empty || !(section >> d & 1))
			continue;
		for (const char *s = line; *s;)
			if (*s == '$' && s[1] == '{')
				s = put_token(at, out, s, d);
			else
				fputc(*s++, out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void put_migration(void *arg, const char *path, const char *name)
{
	struct output *out = arg;
	struct place at = { path, 0 };
	char *end, what[NAME_MAX_BYTES + 1];
	int number = ++out->n;
	if (strspn(name, "0123456789") != 4 || name[4] != '_' || strtol(name, &end, 10) != number)
		fail(at, "names are 0001_what.sql without gaps; expected %04d", number);
	if (strcmp(take_name(at, end + 1, what), ".sql") != 0)
		fail(at, "the name of a migration has lower-case letters, digits and _");
	const char *source = need(read_file(path));
	fprintf(out->f, "\t{\n\t\t.number = %d,\n\t\t.name = \"%s\",\n", number, what);
	fprintf(out->f, "\t\t.checksum = \"%016" PRIx64 "\",\n", checksum(source));
	for (enum dialect d = 0; d < DIALECTS; d++) {
		fprintf(out->f, "\t\t.%s = ", dialect_name[d]);
		put_literal(out->f, migration_text(path, source, d), "\t\t\t");
		fputs(",\n", out->f);
	}
	fputs("\t},\n", out->f);
}

static void compile_schema(const char *gen, const char *sql)
{
	char *text;
	struct output out = { .gen = gen, .f = open_text(&text) };
	fputs("/* Made by tools/mksql from sql/schema/. */\n#include \"store/schema.h\"\n\n"
	      "#include <stddef.h>\n\nstatic const struct migration migrations[] = {\n",
	      out.f);
	each_file(sql, "schema", &out, put_migration);
	fprintf(out.f,
		"\t{ .number = 0 },\n};\n\nint schema_version(void)\n{\n\treturn %d;\n}\n\n"
		"const struct migration *schema_migration(int number)\n{\n"
		"\treturn number >= 1 && number <= %d ? &migrations[number - 1] : NULL;\n}\n",
		out.n, out.n);
	fclose(out.f);
	write_if_changed(gen, "schema.c", text);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: mksql GENDIR SQLDIR");
	compile_queries(argv[1], argv[2]);
	compile_schema(argv[1], argv[2]);
	return 0;
}

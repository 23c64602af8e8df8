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
 * The header of a statement may run over several comment lines as long as a bracket is open or an
 * arrow follows.
 *
 * A build tool: it ends at the first fault with `file:line: message`, and its memory lives until it
 * ends. */
#include <dirent.h>
#include <errno.h>
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

/* The types of arguments and columns. `fn` is the end of value_of_…() and value_to_…() in
 * store/stmt.h. */
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

static _Noreturn void fail(struct place at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void fail(struct place at, const char *fmt, ...)
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
	if (!p) {
		fprintf(stderr, "mksql: out of memory\n");
		exit(1);
	}
	return p;
}

/* --- files ---------------------------------------------------------------- */

/* The text of a file, or NULL when it is not there. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return NULL;
	char *text = NULL;
	size_t n = 0;
	FILE *out = need(open_memstream(&text, &n));
	char part[4096];
	size_t got;
	while ((got = fread(part, 1, sizeof(part), f)) > 0)
		fwrite(part, 1, got, out);
	if (ferror(f))
		fail((struct place){ path, 0 }, "cannot read: %s", strerror(errno));
	fclose(f);
	fclose(out);
	return need(text);
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

static int is_sql(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);
	return entry->d_name[0] != '.' && n > 4 && strcmp(entry->d_name + n - 4, ".sql") == 0;
}

/* The *.sql files of a folder in the order of their names; an absent folder has none. */
static int list_sql(const char *dir, struct dirent ***ret)
{
	int n = scandir(dir, ret, is_sql, alphasort);
	return n < 0 ? 0 : n;
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

/* --- SQL text ------------------------------------------------------------- */

/* The length of what starts at ${s} and is to be kept as it is: a quoted text or name; 0 for
 * anything else. */
static size_t quoted_length(struct place at, const char *s)
{
	if (*s != '\'' && *s != '"')
		return 0;
	const char *end = strchr(s + 1, *s);
	if (!end)
		fail(at, "%c without its end", *s);
	return (size_t)(end - s) + 1;
}

static const char *put_token(struct place at, FILE *out, const char *s, enum dialect d)
{
	size_t n = word_length(s + 2);
	if (s[2 + n] != '}')
		fail(at, "a token is ${name}");
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		if (strlen(tokens[i].name) == n && memcmp(tokens[i].name, s + 2, n) == 0) {
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
	for (size_t i = 1; i <= FIELDS_MAX; i++) {
		bool is_used = used >> i & 1;
		if (is_used && i > q->args.n)
			fail(q->at, "%s: $%zu has no argument", q->name, i);
		if (!is_used && i <= q->args.n)
			fail(q->at, "%s: argument %s ($%zu) is not used", q->name,
			     q->args.at[i - 1].name, i);
	}
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
	size_t quoted;
	while (*s && !strchr(" \t\r\n", *s) && strncmp(s, "--", 2) != 0 && !t->ended) {
		if ((quoted = quoted_length(t->q->at, s)) > 0) {
			fwrite(s, 1, quoted, t->out);
			s += quoted;
		} else if (*s == '$' && s[1] == '{') {
			s = put_token(t->q->at, t->out, s, t->d);
		} else if (*s == '$') {
			s = put_param(t->q->at, t->out, s, t->d, &t->used);
		} else if (*s == ';') {
			t->ended = true;
			s++;
		} else {
			fputc(*s++, t->out);
		}
	}
	return s;
}

/* One statement in one language: comments gone, white space as one space, tokens and parameters
 * expanded. */
static char *query_text(const struct query *q, const char *s, enum dialect d)
{
	char *text = NULL;
	size_t n = 0;
	struct text t = { .q = q, .d = d, .out = need(open_memstream(&text, &n)) };
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
	if (!t.ended || n == 0)
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

static bool is_header(const char *line)
{
	if (strncmp(line, "-- ", 3) != 0)
		return false;
	const char *s = line + 3;
	size_t n = word_length(s);
	s = skip_space(s + n);
	if (*s == '{')
		s = skip_space(s + strcspn(s, " "));
	return n > 0 && *s == ':' && word_length(s + 1) > 0;
}

static const struct type *find_type(struct place at, const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strlen(types[i].name) == n && memcmp(types[i].name, s, n) == 0)
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

/* Which databases the block is for: a set of 1 << dialect. */
static const char *take_tag(struct place at, const char *s, unsigned *ret)
{
	*ret = 1 << SQLITE | 1 << POSTGRES;
	s = skip_space(s);
	if (*s != '{')
		return s;
	for (enum dialect d = 0; d < DIALECTS; d++) {
		size_t n = strlen(dialect_name[d]);
		if (strncmp(s + 1, dialect_name[d], n) == 0 && s[n + 1] == '}') {
			*ret = 1U << d;
			return skip_space(s + n + 2);
		}
	}
	fail(at, "a tag is {sqlite} or {postgres}");
}

static const char *take_kind(struct place at, const char *s, enum kind *ret)
{
	s = skip_space(s);
	size_t n = *s == ':' ? word_length(s + 1) : 0;
	for (enum kind k = 0; k < KINDS; k++)
		if (strlen(kind_name[k]) == n && memcmp(kind_name[k], s + 1, n) == 0) {
			*ret = k;
			return s + n + 1;
		}
	fail(at, "a kind is :one :many :each :exec or :rows");
}

static void check_cols(const struct query *q)
{
	bool wants = q->kind == KIND_ONE || q->kind == KIND_MANY || q->kind == KIND_EACH;
	if (wants && q->cols.n == 0)
		fail(q->at, "%s: :%s needs columns: -> (name type, ...)", q->name,
		     kind_name[q->kind]);
	if (!wants && q->cols.n > 0)
		fail(q->at, "%s: :%s has no columns", q->name, kind_name[q->kind]);
}

static struct query *parse_header(struct place at, const char *header, unsigned *ret_tag)
{
	struct query *q = need(calloc(1, sizeof(*q)));
	q->at = at;
	const char *s = take_name(at, header, q->name);
	s = take_tag(at, s, ret_tag);
	s = take_kind(at, s, &q->kind);
	s = skip_space(take_fields(at, s, &q->args));
	if (strncmp(s, "->", 2) == 0)
		s = skip_space(take_fields(at, s + 2, &q->cols));
	if (*s)
		fail(at, "not understood: %.20s", s);
	check_cols(q);
	return q;
}

static bool same_fields(const struct fields *a, const struct fields *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i].name, b->at[i].name) != 0 || a->at[i].type != b->at[i].type)
			return false;
	return true;
}

static struct query *find_query(const struct room *room, const char *name)
{
	for (struct query *q = room->first; q; q = q->next)
		if (strcmp(q->name, name) == 0)
			return q;
	return NULL;
}

/* A new statement, or the twin of one that was written for the other database. */
static void add_block(struct room *room, struct query *q, unsigned tag, const char *body)
{
	size_t n = strlen(room->name);
	if (strncmp(q->name, room->name, n) != 0 || q->name[n] != '_')
		fail(q->at, "%s: the name must begin with %s_", q->name, room->name);
	struct query *twin = find_query(room, q->name);
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
	} else if (q->kind != twin->kind || !same_fields(&q->args, &twin->args) ||
		   !same_fields(&q->cols, &twin->cols)) {
		fail(q->at, "%s: differs from its twin on line %d", q->name, twin->at.line);
	}
}

/* A header goes on while a bracket is open, after an arrow, and when the next line starts with one.
 */
static bool header_goes_on(const char *header, const char *next)
{
	int open = 0;
	for (const char *s = header; *s; s++)
		open += (*s == '(') - (*s == ')');
	size_t n = strlen(header);
	bool arrow = n >= 2 && strcmp(header + n - 2, "->") == 0;
	if (strncmp(next, "--", 2) != 0)
		return false;
	return open > 0 || arrow || strncmp(skip_space(next + 2), "->", 2) == 0;
}

static char *read_header(struct place *at, char *line, char **rest)
{
	char *header = need(strdup(skip_space(line + 2)));
	while (header_goes_on(header, *rest)) {
		char *more = skip_space(next_line(rest, at) + 2);
		char *joined;
		if (asprintf(&joined, "%s %s", header, more) < 0)
			need(NULL);
		free(header);
		header = joined;
	}
	return header;
}

/* One block: header, comment, statement; up to the next header. */
static void read_block(struct room *room, struct place *at, char *line, char **rest)
{
	struct place start = { at->file, at->line };
	unsigned tag;
	struct query *q = parse_header(start, read_header(at, line, rest), &tag);
	char *body = NULL;
	size_t doc_n, body_n;
	FILE *doc = need(open_memstream(&q->doc, &doc_n));
	FILE *sql = need(open_memstream(&body, &body_n));
	while (**rest && !is_header(*rest)) {
		line = next_line(rest, at);
		if (ftell(sql) == 0 && strncmp(line, "--", 2) == 0)
			fprintf(doc, "%s\n", skip_space(line + 2));
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
	char *rest = read_file(path), *line;
	if (!rest)
		fail(at, "cannot read: %s", strerror(errno));
	room->end = &room->first;
	while ((line = next_line(&rest, &at))) {
		if (is_header(line))
			read_block(room, &at, line, &rest);
		else if (*skip_space(line) && strncmp(line, "--", 2) != 0)
			fail(at,
			     "a statement needs a header: -- name :kind (arguments) -> (columns)");
	}
	for (const struct query *q = room->first; q; q = q->next)
		for (enum dialect d = 0; d < DIALECTS; d++)
			if (!q->sql[d])
				fail(q->at, "%s: the twin for {%s} is missing", q->name,
				     dialect_name[d]);
}

/* --- writing queries ------------------------------------------------------ */

static bool has_row_struct(const struct query *q)
{
	return q->cols.n > 1 || (q->cols.n == 1 && q->kind != KIND_ONE);
}

static void put_struct(FILE *f, const struct query *q, const char *what,
		       const struct fields *fields)
{
	fprintf(f, "struct q_%s_%s {\n", q->name, what);
	for (size_t i = 0; i < fields->n; i++)
		fprintf(f, "\t%s %s;\n", fields->at[i].type->c, fields->at[i].name);
	fputs("};\n", f);
}

static void put_prototype(FILE *f, const struct query *q)
{
	fprintf(f, "enum err q_%s(struct tx *tx", q->name);
	if (q->kind == KIND_ONE || q->kind == KIND_MANY)
		fputs(", struct arena *a", f);
	if (q->args.n == 1)
		fprintf(f, ", %s %s", q->args.at[0].type->c, q->args.at[0].name);
	else if (q->args.n > 1)
		fprintf(f, ", const struct q_%s_args *args", q->name);
	if (q->kind == KIND_MANY)
		fprintf(f, ", struct q_%s_row **ret, size_t *ret_n", q->name);
	else if (q->kind == KIND_EACH)
		fprintf(f, ",\n\tenum err (*fn)(void *arg, const struct q_%s_row *row), void *arg",
			q->name);
	else if (q->kind == KIND_ROWS)
		fputs(", int64_t *ret_affected", f);
	else if (has_row_struct(q))
		fprintf(f, ", struct q_%s_row *ret", q->name);
	else if (q->kind == KIND_ONE)
		fprintf(f, ", %s *ret", q->cols.at[0].type->c);
	fputc(')', f);
}

static void put_doc(FILE *f, const struct query *q)
{
	fprintf(f, "\n/** q_%s():", q->name);
	char *rest = q->doc, *line;
	struct place at = q->at;
	if (!*rest)
		fprintf(f, " :%s", kind_name[q->kind]);
	for (const char *gap = " "; (line = next_line(&rest, &at)); gap = "\n * ")
		fprintf(f, "%s%s", gap, line);
	fputs(" */\n", f);
}

static void put_header(FILE *f, const struct room *room)
{
	fprintf(f, "/* Made by tools/mksql from sql/query/%s.sql. */\n", room->name);
	fprintf(f, "#ifndef Q_%s_H\n#define Q_%s_H\n\n#include \"store/query.h\"\n", room->name,
		room->name);
	for (const struct query *q = room->first; q; q = q->next) {
		fputc('\n', f);
		if (q->args.n > 1)
			put_struct(f, q, "args", &q->args);
		if (has_row_struct(q))
			put_struct(f, q, "row", &q->cols);
		put_doc(f, q);
		put_prototype(f, q);
		fputs(" must_check;\n", f);
	}
	fputs("\n#endif\n", f);
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
	static const char *const text_field[DIALECTS] = { "\t.sqlite = ", "\t.postgres = " };
	fprintf(f, "\nstatic const struct stmt %s_stmt = {\n", q->name);
	fprintf(f, "\t.index = %d,\n\t.name = \"%s\",\n", index, q->name);
	for (enum dialect d = 0; d < DIALECTS; d++) {
		fputs(text_field[d], f);
		put_literal(f, q->sql[d], "\t\t");
		fputs(",\n", f);
	}
	put_value_types(f, "params", &q->args);
	put_value_types(f, "cols", &q->cols);
	fprintf(f, "\t.stream = %s,\n};\n", q->kind == KIND_EACH ? "true" : "false");
}

/* Writes a text in which @ stands for the name of the query. */
static void put(FILE *f, const char *text, const struct query *q)
{
	for (; *text; text++)
		if (*text == '@')
			fputs(q->name, f);
		else
			fputc(*text, f);
}

static void put_fill(FILE *f, const struct query *q)
{
	bool copies = false;
	put(f, "\nstatic enum err @_fill(struct arena *a, const struct value *v, void *ret_row)\n",
	    q);
	put(f, "{\n\tstruct q_@_row *row = ret_row;\n", q);
	for (size_t i = 0; i < q->cols.n; i++)
		copies |= q->cols.at[i].type->copied;
	if (!copies)
		fputs("\t(void)a;\n", f);
	for (size_t i = 0; i < q->cols.n; i++) {
		const struct field *col = &q->cols.at[i];
		fprintf(f, "\ttry(value_to_%s(%s&v[%zu], &row->%s));\n", col->type->fn,
			col->type->copied ? "a, " : "", i, col->name);
	}
	fputs("\treturn OK;\n}\n", f);
}

static void put_params(FILE *f, const struct query *q)
{
	if (q->args.n == 0)
		return;
	fputs("\tconst struct value params[] = {\n", f);
	for (size_t i = 0; i < q->args.n; i++) {
		const struct field *arg = &q->args.at[i];
		fprintf(f, "\t\tvalue_of_%s(%s%s%s),\n", arg->type->fn,
			arg->type->by_pointer ? "&" : "", q->args.n > 1 ? "args->" : "", arg->name);
	}
	fputs("\t};\n", f);
}

/* A :each calls a function that knows the row's type. */
static void put_each(FILE *f, const struct query *q)
{
	put(f, "\nstruct @_each {\n", q);
	put(f, "\tenum err (*fn)(void *arg, const struct q_@_row *row);\n\tvoid *arg;\n};\n", q);
	put(f, "\nstatic enum err @_row(void *arg, const struct value *v)\n{\n", q);
	put(f, "\tconst struct @_each *each = arg;\n\tstruct q_@_row row;\n", q);
	put(f, "\ttry(@_fill(NULL, v, &row));\n\treturn each->fn(each->arg, &row);\n}\n", q);
}

/* The body behind the parameters. */
static void put_call(FILE *f, const struct query *q)
{
	const char *params = q->args.n ? "params" : "NULL";
	switch (q->kind) {
	case KIND_ONE:
		put(f, "\tstruct q_@_row row;\n\ttry(stmt_one(tx, &@_stmt, ", q);
		put(f, params, q);
		put(f, ", a, @_fill, &row));\n\t*ret = row", q);
		fprintf(f, has_row_struct(q) ? "" : ".%s", q->cols.at[0].name);
		fputs(";\n\treturn OK;\n", f);
		break;
	case KIND_MANY:
		fputs("\tstruct rows rows = { .a = a, .size = sizeof(**ret) };\n", f);
		put(f, "\ttry(stmt_many(tx, &@_stmt, ", q);
		put(f, params, q);
		put(f, ", @_fill, &rows));\n", q);
		put(f, "\t*ret = rows.p;\n\t*ret_n = rows.n;\n\treturn OK;\n", q);
		break;
	case KIND_EACH:
		put(f, "\tstruct @_each each = { .fn = fn, .arg = arg };\n", q);
		put(f, "\treturn stmt_run(tx, &@_stmt, ", q);
		put(f, params, q);
		put(f, ", @_row, &each, NULL);\n", q);
		break;
	default:
		put(f, "\treturn stmt_run(tx, &@_stmt, ", q);
		put(f, params, q);
		put(f,
		    q->kind == KIND_ROWS ? ", NULL, NULL, ret_affected);\n"
					 : ", NULL, NULL, NULL);\n",
		    q);
	}
}

static void put_function(FILE *f, const struct query *q)
{
	if (q->cols.n > 0 && !has_row_struct(q)) {
		fputc('\n', f);
		put_struct(f, q, "row", &q->cols);
	}
	if (q->cols.n > 0)
		put_fill(f, q);
	if (q->kind == KIND_EACH)
		put_each(f, q);
	fputc('\n', f);
	put_prototype(f, q);
	fputs("\n{\n", f);
	put_params(f, q);
	put_call(f, q);
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
	char *text = NULL, name[NAME_MAX_BYTES + 8];
	size_t n;
	FILE *f = need(open_memstream(&text, &n));
	put_header(f, room);
	fclose(f);
	snprintf(name, sizeof(name), "q_%s.h", room->name);
	write_if_changed(gen, name, text);

	f = need(open_memstream(&text, &n));
	put_source(f, room, index);
	fclose(f);
	snprintf(name, sizeof(name), "q_%s.c", room->name);
	write_if_changed(gen, name, text);
}

static void compile_queries(const char *gen, const char *sql)
{
	char dir[4096], *path, text[256];
	struct dirent **list;
	int index = 0;
	snprintf(dir, sizeof(dir), "%s/query", sql);
	int n = list_sql(dir, &list);
	for (int i = 0; i < n; i++) {
		struct room room = { 0 };
		if (asprintf(&path, "%s/%s", dir, list[i]->d_name) < 0)
			need(NULL);
		const char *end = take_name((struct place){ path, 0 }, list[i]->d_name, room.name);
		if (strcmp(end, ".sql") != 0)
			fail((struct place){ path, 0 },
			     "the name of a room has lower-case letters, digits and _");
		read_room(path, &room);
		write_room(gen, &room, &index);
	}
	snprintf(text, sizeof(text),
		 "/* Made by tools/mksql. */\n#include \"store/schema.h\"\n\n"
		 "int stmt_count(void)\n{\n\treturn %d;\n}\n",
		 index);
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
	if (strncmp(line, "-- {", 4) != 0)
		return false;
	if (strcmp(line, "-- {both}") == 0) {
		*section = 1 << SQLITE | 1 << POSTGRES;
		return true;
	}
	const char *end = take_tag(at, line + 3, section);
	if (*end)
		fail(at, "a section is {sqlite}, {postgres} or {both} alone on its line");
	return true;
}

static void put_expanded(struct place at, FILE *out, const char *s, enum dialect d)
{
	while (*s) {
		if (*s == '$' && s[1] == '{')
			s = put_token(at, out, s, d);
		else
			fputc(*s++, out);
	}
	fputc('\n', out);
}

static char *migration_text(const char *path, const char *source, enum dialect d)
{
	char *text = NULL, *rest = need(strdup(source)), *line;
	size_t n;
	FILE *out = need(open_memstream(&text, &n));
	struct place at = { .file = path };
	unsigned section = 1 << SQLITE | 1 << POSTGRES;
	while ((line = next_line(&rest, &at)))
		if (!section_line(at, line, &section) && (section >> d & 1) && *skip_space(line) &&
		    strncmp(skip_space(line), "--", 2) != 0)
			put_expanded(at, out, line, d);
	fclose(out);
	return text;
}

static void put_migration(FILE *f, const char *path, const char *name, int number)
{
	struct place at = { path, 0 };
	char *end, what[NAME_MAX_BYTES + 1];
	if (strspn(name, "0123456789") != 4 || name[4] != '_' || strtol(name, &end, 10) != number)
		fail(at, "migrations are numbered 0001_what.sql without gaps; expected %04d",
		     number);
	if (strcmp(take_name(at, end + 1, what), ".sql") != 0)
		fail(at, "the name of a migration has lower-case letters, digits and _");
	const char *source = read_file(path);
	if (!source)
		fail(at, "cannot read: %s", strerror(errno));
	fprintf(f,
		"\t{\n\t\t.number = %d,\n\t\t.name = \"%s\",\n\t\t.checksum = \"%016" PRIx64
		"\",\n",
		number, what, checksum(source));
	for (enum dialect d = 0; d < DIALECTS; d++) {
		fprintf(f, "\t\t.%s = ", dialect_name[d]);
		put_literal(f, migration_text(path, source, d), "\t\t\t");
		fputs(",\n", f);
	}
	fputs("\t},\n", f);
}

static void compile_schema(const char *gen, const char *sql)
{
	char dir[4096], *path, *text = NULL;
	size_t text_n;
	struct dirent **list;
	snprintf(dir, sizeof(dir), "%s/schema", sql);
	int n = list_sql(dir, &list);
	FILE *f = need(open_memstream(&text, &text_n));
	fputs("/* Made by tools/mksql from sql/schema/. */\n#include "
	      "\"store/schema.h\"\n\n#include <stddef.h>\n\n"
	      "static const struct migration migrations[] = {\n",
	      f);
	for (int i = 0; i < n; i++) {
		if (asprintf(&path, "%s/%s", dir, list[i]->d_name) < 0)
			need(NULL);
		put_migration(f, path, list[i]->d_name, i + 1);
	}
	fprintf(f,
		"\t{ .number = 0 },\n};\n\nint schema_version(void)\n{\n\treturn %d;\n}\n\n"
		"const struct migration *schema_migration(int number)\n{\n"
		"\treturn number >= 1 && number <= %d ? &migrations[number - 1] : NULL;\n}\n",
		n, n);
	fclose(f);
	write_if_changed(gen, "schema.c", text);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: mksql GENDIR SQLDIR\n");
		return 2;
	}
	compile_queries(argv[1], argv[2]);
	compile_schema(argv[1], argv[2]);
	return 0;
}

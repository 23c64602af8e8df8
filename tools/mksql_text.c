/* The text of a statement as one database will read it: tokens, parameters, comments. */
#include "mksql.h"

#include <stdlib.h>

/* What ${name} stands for in each database. */
static const struct token {
	const char *name;
	const char *text[DIALECTS];
} tokens[] = {
	{ "strict", { " STRICT", "" } },   { "clustered", { " STRICT, WITHOUT ROWID", "" } },
	{ "id", { "INTEGER", "BIGINT" } }, { "int", { "INTEGER", "BIGINT" } },
	{ "bytes", { "BLOB", "BYTEA" } },  { "bool", { "INTEGER", "BOOLEAN" } },
	{ "text", { "TEXT", "TEXT" } },    { "each", { "json_each", "json_array_elements" } },
};

const char *dialect_name(enum dialect d)
{
	static const char *const names[DIALECTS] = { "sqlite", "postgres" };
	return names[d];
}

const char *put_token(struct place at, struct sb *out, const char *s, enum dialect d)
{
	const char *name = s + 2;
	size_t n = word_length(name);
	if (name[n] != '}')
		fail(at, "a token is ${name}");
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		if (word_is(name, n, tokens[i].name)) {
			sb_put(out, str_c(tokens[i].text[d]));
			return name + n + 1;
		}
	fail(at, "no such token: ${%.*s}", (int)n, name);
}

/* A quoted text or name, as it is. */
static const char *put_quoted(struct place at, struct sb *out, const char *s)
{
	const char *end = strchr(s + 1, *s);
	if (!end)
		fail(at, "%c without its end", *s);
	sb_put(out, (struct str){ .p = s, .n = (size_t)(end - s) + 1 });
	return end + 1;
}

struct text {
	const struct query *q;
	enum dialect d;
	struct sb out;
	uint64_t used; /* parameters: a bit each */
	bool ended;    /* by its ; */
};

static const char *put_param(struct text *t, const char *s)
{
	char *end;
	unsigned long n = strtoul(s + 1, &end, 10);
	if (n < 1 || n > FIELDS_MAX)
		fail(t->q->at, "no such parameter: $%lu", n);
	t->used |= UINT64_C(1) << n;
	sb_f(&t->out, "%c%lu", t->d == SQLITE ? '?' : '$', n);
	return end;
}

/* What stands between two spaces or comments. */
static const char *put_word(struct text *t, const char *s)
{
	while (*s && !strchr(" \t\r\n", *s) && !is_comment(s) && !t->ended) {
		if (*s == '\'' || *s == '"')
			s = put_quoted(t->q->at, &t->out, s);
		else if (*s == '$' && s[1] == '{')
			s = put_token(t->q->at, &t->out, s, t->d);
		else if (*s == '$')
			s = put_param(t, s);
		else if (*s != ';')
			sb_c(&t->out, *s++);
		else
			t->ended = *s++;
	}
	return s;
}

static void check_text(const struct text *t, const char *text)
{
	const struct query *q = t->q;
	if (!t->ended || !*text)
		fail(q->at, "%s: a statement ends with ;", q->name);
	/* PostgreSQL reads it through a cursor. */
	if (q->kind == KIND_EACH && strncmp(text, "SELECT", 6) != 0 &&
	    strncmp(text, "WITH", 4) != 0)
		fail(q->at, "%s: :each is for SELECT", q->name);
	if (t->used != ((UINT64_C(1) << q->args.n) - 1) << 1)
		fail(q->at, "%s: uses other parameters than its %zu arguments", q->name, q->args.n);
}

const char *query_text(const struct query *q, const char *s, enum dialect d)
{
	struct text t = { .q = q, .d = d };
	while (*(s = skip_space(s))) {
		if (is_comment(s)) {
			s = strchrnul(s, '\n');
			continue;
		}
		if (t.ended)
			fail(q->at, "%s: one statement only, with one ; at its end", q->name);
		if (t.out.n > 0 && *s != ';')
			sb_c(&t.out, ' ');
		s = put_word(&t, s);
	}
	const char *text = sb_str(&t.out).p;
	check_text(&t, text);
	return text;
}

void put_texts(struct sb *out, const char *const sql[DIALECTS], const char *indent)
{
	for (enum dialect d = 0; d < DIALECTS; d++) {
		sb_f(out, "%s.%s = ", indent + 1, dialect_name(d));
		sb_literal(out, str_c(sql[d]), indent);
		sb_put(out, STR(",\n"));
	}
}

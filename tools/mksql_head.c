/* The header of a statement: name, tag, kind, arguments, columns. */
#include "mksql.h"

#include <stdio.h>

static const char *const kind_name[KINDS] = { "one", "many", "each", "exec", "rows" };

static const struct type types[] = {
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
	{ "bulk", "const struct bulk *", "VALUE_BULK", "bulk", false, false },
};

struct head {
	char name[NAME_MAX_BYTES + 1], tag[16], kind[8];
	int length; /* up to the arguments */
};

static bool scan_head(const char *s, struct head *ret)
{
	*ret = (struct head){ 0 };
	if (sscanf(s, "-- %63[a-z0-9_] {%15[a-z]} :%7[a-z]%n", ret->name, ret->tag, ret->kind,
		   &ret->length) == 3)
		return true;
	ret->tag[0] = '\0';
	return sscanf(s, "-- %63[a-z0-9_] :%7[a-z]%n", ret->name, ret->kind, &ret->length) == 2;
}

bool head_starts(const char *s)
{
	struct head head;
	return scan_head(s, &head);
}

unsigned find_tag(struct place at, const char *tag)
{
	for (enum dialect d = 0; d < DIALECTS; d++)
		if (strcmp(tag, dialect_name(d)) == 0)
			return 1U << d;
	if (*tag && strcmp(tag, "both") != 0)
		fail(at, "a tag is {sqlite}, {postgres} or {both}");
	return 1U << SQLITE | 1U << POSTGRES;
}

static enum kind find_kind(struct place at, const char *s)
{
	for (enum kind kind = 0; kind < KINDS; kind++)
		if (strcmp(s, kind_name[kind]) == 0)
			return kind;
	fail(at, "a kind is :one :many :each :exec or :rows");
}

static const struct type *find_type(struct place at, const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (word_is(s, n, types[i].name))
			return &types[i];
	fail(at, "no such type: %.*s", (int)n, s);
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
	for (size_t i = 0; i < q->cols.n; i++)
		if (strcmp(q->cols.at[i].type->name, "bulk") == 0)
			fail(q->at, "%s: a bulk is an argument, not a column", q->name);
}

struct query *head_parse(struct place at, const char *s, unsigned *ret_tag)
{
	struct query *q = gen_alloc(sizeof(*q));
	struct head head;
	scan_head(s, &head);
	q->at = at;
	q->kind = find_kind(at, head.kind);
	memcpy(q->name, head.name, sizeof(q->name));
	*ret_tag = find_tag(at, head.tag);
	s = skip_space(take_fields(at, s + head.length, &q->args));
	if (strncmp(s, "->", 2) == 0)
		s = skip_space(take_fields(at, s + 2, &q->cols));
	if (*s)
		fail(at, "not understood: %.20s", s);
	check_cols(q);
	return q;
}

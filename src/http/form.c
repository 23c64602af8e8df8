/* The parser of forms and queries: bounded, in place, and strict: what is odd is refused, not
 * repaired, so that nothing behind it sees two meanings of one request. */
#include "http/form.h"

#include "http/text.h"

/* Memory for as many pairs as there are pieces, so that a short form takes little. */
static enum err pairs_new(struct arena *a, struct str all, struct http_pair **ret)
{
	size_t pieces = 0;
	struct str piece;
	while (str_cut(&all, '&', &piece))
		if (piece.n > 0 && ++pieces > HTTP_FIELDS_MAX)
			return E_INPUT;
	*ret = arena_array(a, pieces, sizeof(**ret));
	return *ret ? OK : E_NOMEM;
}

static bool decode(struct str *s, char *p, size_t n)
{
	s->p = p;
	return http_unescape(p, n, true, &s->n);
}

static bool pair_parse(char *p, size_t n, bool lines, struct http_pair *ret)
{
	size_t name_n = str_find((struct str){ .p = p, .n = n }, '=');
	size_t value_at = name_n < n ? name_n + 1 : n;
	if (!decode(&ret->value, p + value_at, n - value_at) || !decode(&ret->name, p, name_n))
		return false;
	return ret->name.n > 0 && http_text_ok(ret->name, false) && http_text_ok(ret->value, lines);
}

static bool has_name(const struct http_pair *pairs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(pairs[i].name, name))
			return true;
	return false;
}

enum err http_form_parse(struct arena *a, char *p, size_t n, bool lines, struct http_pair **ret,
			 size_t *ret_n)
{
	struct http_pair *pairs;
	struct str rest = { .p = p, .n = n };
	try(pairs_new(a, rest, &pairs));
	size_t count = 0;
	struct str piece;
	while (str_cut(&rest, '&', &piece)) {
		if (piece.n == 0)
			continue;
		struct http_pair *pair = &pairs[count];
		if (!pair_parse(p + (piece.p - p), piece.n, lines, pair))
			return E_INPUT;
		if (has_name(pairs, count, pair->name))
			return E_INPUT;
		count++;
	}
	*ret = pairs;
	*ret_n = count;
	return OK;
}

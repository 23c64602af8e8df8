/* Slices of bytes: the few searches that are worth a name. Knows nothing of encodings but the
 * invisible characters that people paste around numbers: phone books put a number between marks of
 * direction when it is copied. */
#include "core/str.h"

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

size_t str_find(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
	return hit ? (size_t)(hit - s.p) : s.n;
}

static const struct str blanks[] = {
	STR(" "),
	STR("\t"),
	STR("\r"),
	STR("\n"),
	STR("\xC2\xA0"),
	STR("\xEF\xBB\xBF"),
	STR("\xE2\x80\x8B"),
	STR("\xE2\x80\x8C"),
	STR("\xE2\x80\x8D"),
	STR("\xE2\x80\x8E"),
	STR("\xE2\x80\x8F"),
	STR("\xE2\x80\xAA"),
	STR("\xE2\x80\xAB"),
	STR("\xE2\x80\xAC"),
	STR("\xE2\x80\xAD"),
	STR("\xE2\x80\xAE"),
	STR("\xE2\x81\xA0"),
	STR("\xE2\x81\xA6"),
	STR("\xE2\x81\xA7"),
	STR("\xE2\x81\xA8"),
	STR("\xE2\x81\xA9"),
};

static size_t blank_ahead(struct str s)
{
	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
		if (str_starts(s, blanks[i]))
			return blanks[i].n;
	return 0;
}

static size_t blank_behind(struct str s)
{
	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
		if (str_ends(s, blanks[i]))
			return blanks[i].n;
	return 0;
}

struct str str_trim(struct str s)
{
	for (size_t n; (n = blank_ahead(s)) > 0;)
		s = str_sub(s, n, s.n);
	for (size_t n; (n = blank_behind(s)) > 0;)
		s.n -= n;
	return s;
}

bool str_cut(struct str *rest, char sep, struct str *ret_head)
{
	if (!rest->p)
		return false;
	size_t at = str_find(*rest, sep);
	*ret_head = str_sub(*rest, 0, at);
	*rest = at < rest->n ? str_sub(*rest, at + 1, rest->n) : (struct str){ 0 };
	return true;
}

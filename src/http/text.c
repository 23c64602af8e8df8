/* Decoding and judging the bytes of a request. Knows no field, no form and no library of HTTP. */
#include "http/text.h"

#include <strings.h>
#include <utf8proc.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char lower = (char)(c | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool http_unescape(char *p, size_t n, bool plus, size_t *ret_n)
{
	size_t to = 0;
	for (size_t from = 0; from < n; from++, to++) {
		p[to] = p[from];
		if (plus && p[from] == '+')
			p[to] = ' ';
		if (p[from] != '%')
			continue;
		int high = n - from > 2 ? hex_digit(p[from + 1]) : -1;
		int low = n - from > 2 ? hex_digit(p[from + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		p[to] = (char)(high << 4 | low);
		from += 2;
	}
	*ret_n = to;
	return true;
}

static bool code_point_ok(utf8proc_int32_t cp, bool lines)
{
	if (cp == '\t' || cp == '\r' || cp == '\n')
		return lines;
	return cp >= 0x20 && !(cp >= 0x7f && cp <= 0x9f);
}

bool http_text_ok(struct str s, bool lines)
{
	size_t at = 0;
	while (at < s.n) {
		utf8proc_int32_t cp = (unsigned char)s.p[at];
		utf8proc_ssize_t taken = 1;
		if (cp >= 0x80)
			taken = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at,
						 (utf8proc_ssize_t)(s.n - at), &cp);
		if (taken < 1 || !code_point_ok(cp, lines))
			return false;
		at += (size_t)taken;
	}
	return true;
}

static bool token_byte(char c)
{
	char lower = (char)(c | 0x20);
	if ((c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z'))
		return true;
	return c && strchr("!#$%&'*+-.^_`|~", c);
}

bool http_token_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!token_byte(s.p[i]))
			return false;
	return s.n > 0;
}

bool http_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str http_trim(struct str s)
{
	while (s.n && blank(s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Text from outside. Checking runs over every field of every request and is ours, with a fast path
 * for ASCII; composing, folding and categories are libutf8proc's. */
#include "core/utf8.h"

#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

/* A word of eight bytes that are all printable ASCII: no high bit, nothing below a space, no DEL.
 */
static bool ascii_word(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w;
	memcpy(&w, p, sizeof(w));
	uint64_t del = w ^ ones * 0x7F;
	uint64_t below_space = (w - ones * 0x20) & ~w;
	return ((w | below_space | ((del - ones) & ~del)) & ones * 0x80) == 0;
}

static bool between(int32_t cp, int32_t first, int32_t last)
{
	return cp >= first && cp <= last;
}

static bool is_bidi_control(int32_t cp)
{
	return cp == 0x061C || cp == 0x200E || cp == 0x200F || between(cp, 0x202A, 0x202E) ||
	       between(cp, 0x2066, 0x2069);
}

/* What a text of people never needs, from U+0080 on. Beyond U+F0000 everything is private. */
static bool is_allowed(int32_t cp)
{
	return !between(cp, 0x80, 0x9F) && !is_bidi_control(cp) && cp != 0xFEFF && cp != 0x2028 &&
	       cp != 0x2029 && !between(cp, 0xFDD0, 0xFDEF) && (cp & 0xFFFE) != 0xFFFE &&
	       !between(cp, 0xE000, 0xF8FF) && cp < 0xF0000;
}

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Length of the strict sequence at the front of s (not empty), 0 when there is none. */
static size_t decode(struct str s, int32_t *ret_cp)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
	/* Cyrillic and the rest of two bytes, without a call. */
	if (p[0] >= 0xC2 && p[0] <= 0xDF && s.n >= 2 && is_tail(s.p[1])) {
		*ret_cp = (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
		return 2;
	}
	utf8proc_int32_t cp;
	utf8proc_ssize_t n = utf8proc_iterate(p, s.n < 4 ? (utf8proc_ssize_t)s.n : 4, &cp);
	if (n <= 0)
		return 0;
	*ret_cp = cp;
	return (size_t)n;
}

static size_t clean_step(struct str s, bool lines)
{
	unsigned char c = (unsigned char)*s.p;
	if (c < 0x80) {
		bool control = c < 0x20 || c == 0x7F;
		return !control || (lines && (c == '\t' || c == '\r' || c == '\n'));
	}
	int32_t cp;
	size_t n = decode(s, &cp);
	return n > 0 && is_allowed(cp) ? n : 0;
}

bool utf8_clean(struct str s, bool lines)
{
	for (size_t i = 0; i < s.n;) {
		if (s.n - i >= 8 && ascii_word(s.p + i)) {
			i += 8;
			continue;
		}
		size_t n = clean_step(str_sub(s, i, s.n), lines);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t utf8_length(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += !is_tail(s.p[i]);
	return n;
}

bool utf8_next(struct str *s, int32_t *ret_cp)
{
	if (s->n == 0)
		return false;
	int32_t cp;
	size_t n = decode(*s, &cp);
	*ret_cp = n ? cp : REPLACEMENT;
	*s = str_sub(*s, n ? n : 1, s->n);
	return true;
}

static bool is_space(int32_t cp)
{
	return between(cp, '\t', '\r') || cp == 0x85 || cp == 0x2028 || cp == 0x2029 ||
	       utf8proc_category(cp) == UTF8PROC_CATEGORY_ZS;
}

/* Runs of white space become one space, those at the ends nothing. */
static size_t squeeze(int32_t *cps, size_t n)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_space(cps[i]))
			cps[out++] = cps[i];
		else if (out > 0 && cps[out - 1] != ' ')
			cps[out++] = ' ';
	}
	return out > 0 && cps[out - 1] == ' ' ? out - 1 : out;
}

static void yo_to_ye(int32_t *cps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cps[i] == 0x0451)
			cps[i] = 0x0435;
}

static enum err encode(struct arena *a, const int32_t *cps, size_t n, struct str *ret)
{
	char *p = arena_array(a, n + 1, 4);
	if (!p)
		return E_NOMEM;
	size_t len = 0;
	for (size_t i = 0; i < n; i++)
		len += (size_t)utf8proc_encode_char(cps[i], (utf8proc_uint8_t *)p + len);
	*ret = (struct str){ .p = p, .n = len };
	return OK;
}

/* The code points of s, composed; libutf8proc first counts them, then writes them. */
static enum err compose(struct arena *a, struct str s, int options, int32_t **ret, size_t *ret_n)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
	utf8proc_ssize_t len = (utf8proc_ssize_t)s.n;
	utf8proc_option_t how = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | options);
	utf8proc_ssize_t n = utf8proc_decompose(p, len, NULL, 0, how);
	if (n < 0)
		return E_INPUT;
	int32_t *cps = arena_array(a, (size_t)n, sizeof(*cps));
	if (!cps)
		return E_NOMEM;
	if (utf8proc_decompose(p, len, cps, n, how) != n)
		return E_INPUT;
	n = utf8proc_normalize_utf32(cps, n, how);
	if (n < 0)
		return E_INPUT;
	*ret = cps;
	*ret_n = (size_t)n;
	return OK;
}

enum err utf8_fold(struct arena *a, struct str s, struct str *ret)
{
	int32_t *cps;
	size_t n;
	try(compose(a, s, UTF8PROC_CASEFOLD, &cps, &n));
	yo_to_ye(cps, n);
	return encode(a, cps, squeeze(cps, n), ret);
}

enum err utf8_nfc(struct arena *a, struct str s, struct str *ret)
{
	int32_t *cps;
	size_t n;
	try(compose(a, s, 0, &cps, &n));
	return encode(a, cps, squeeze(cps, n), ret);
}

static bool is_letter(int32_t cp)
{
	return between((int32_t)utf8proc_category(cp), UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

struct range {
	int32_t first;
	int32_t last;
};

/* Blocks of Unicode; what is no letter in them has been sorted out before. */
static const struct range cyrillic[] = {
	{ 0x0400, 0x052F }, { 0x1C80, 0x1C8F }, { 0x1D2B, 0x1D2B },
	{ 0x1D78, 0x1D78 }, { 0xA640, 0xA69F }, { 0x1E030, 0x1E08F },
};
static const struct range latin[] = {
	{ 0x0041, 0x02B8 }, { 0x02E0, 0x02E4 }, { 0x1D00, 0x1D25 }, { 0x1D2C, 0x1D5C },
	{ 0x1D62, 0x1D65 }, { 0x1D6B, 0x1D77 }, { 0x1D79, 0x1DBE }, { 0x1E00, 0x1EFF },
	{ 0x2071, 0x2071 }, { 0x207F, 0x207F }, { 0x2090, 0x209C }, { 0x212A, 0x212B },
	{ 0x2C60, 0x2C7F }, { 0xA722, 0xA787 }, { 0xA78B, 0xA7FF }, { 0xAB30, 0xAB64 },
	{ 0xFB00, 0xFB06 }, { 0xFF21, 0xFF5A },
};

static bool in_ranges(int32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (between(cp, r[i].first, r[i].last))
			return true;
	return false;
}

enum script utf8_script(int32_t cp)
{
	if (!is_letter(cp))
		return SCRIPT_NONE;
	if (in_ranges(cp, cyrillic, sizeof(cyrillic) / sizeof(*cyrillic)))
		return SCRIPT_CYRILLIC;
	if (in_ranges(cp, latin, sizeof(latin) / sizeof(*latin)))
		return SCRIPT_LATIN;
	return SCRIPT_OTHER;
}

/* Windows-1251 from 0x80 to 0xBF; from 0xC0 on it is the alphabet from А to я. */
static const uint16_t cp1251_upper[64] = {
	0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
	0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0,      0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
	0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
	0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
	0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
};

static int32_t from_cp1251(unsigned char c)
{
	if (c < 0x80)
		return c;
	return c < 0xC0 ? cp1251_upper[c - 0x80] : 0x0410 + c - 0xC0;
}

enum err utf8_from_cp1251(struct arena *a, struct str s, struct str *ret)
{
	int32_t *cps = arena_array(a, s.n, sizeof(*cps));
	if (!cps)
		return E_NOMEM;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		cps[i] = from_cp1251(c);
		if (c && !cps[i])
			return E_INPUT;
	}
	return encode(a, cps, s.n, ret);
}

/* Numbers and tokens off the front of a slice; what does not fit leaves the slice as it was. */
#include "core/scan.h"

bool scan_u64(struct str *s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(s->p[i] - '0');
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
			return false;
	}
	if (i == 0 || v > max)
		return false;
	*s = str_sub(*s, i, s->n);
	*ret = v;
	return true;
}

bool scan_i64(struct str *s, int64_t *ret)
{
	struct str rest = *s;
	bool minus = scan_lit(&rest, STR("-"));
	uint64_t v;
	if (!scan_u64(&rest, (uint64_t)INT64_MAX + minus, &v))
		return false;
	*s = rest;
	/* Two's complement: the conversion is exact for every v up to 2^63, also for INT64_MIN. */
	*ret = (int64_t)(minus ? 0 - v : v);
	return true;
}

bool scan_lit(struct str *s, struct str lit)
{
	if (!str_starts(*s, lit))
		return false;
	*s = str_sub(*s, lit.n, s->n);
	return true;
}

bool scan_i64_all(struct str s, int64_t min, int64_t max, int64_t *ret)
{
	int64_t v;
	if (!scan_i64(&s, &v) || s.n || v < min || v > max)
		return false;
	*ret = v;
	return true;
}

/* The digit's value, or 16 for any other byte. */
static unsigned hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

bool scan_hex(struct str s, void *out, size_t n)
{
	if (s.n % 2 || s.n / 2 != n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (hex_value(s.p[i]) > 15)
			return false;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] =
			(uint8_t)(hex_value(s.p[2 * i]) << 4 | hex_value(s.p[2 * i + 1]));
	return true;
}

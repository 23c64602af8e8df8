/* The one canonicaliser of phone numbers: generous with what stands between digits, strict with
 * digits. */
#include "core/msisdn.h"

#include "core/punct.h"
#include "core/scan.h"

#define NBSP "\xC2\xA0"
#define DOT  "\xE2\x80\xA2"

static bool take_filler(struct str *s)
{
	return punct_space(s) || punct_dash(s) || scan_lit(s, STR(".")) || scan_lit(s, STR("(")) ||
	       scan_lit(s, STR(")"));
}

/* All digits of s, at most max of them; 0 when there is anything else in it. */
static size_t collect_digits(struct str s, char *digits, size_t max)
{
	size_t n = 0;
	while (s.n) {
		if (take_filler(&s))
			continue;
		if (n == max || *s.p < '0' || *s.p > '9')
			return 0;
		digits[n++] = *s.p;
		s = str_sub(s, 1, s.n);
	}
	return n;
}

enum err msisdn_parse(struct str s, struct msisdn *ret)
{
	s = str_trim(s);
	bool plus = scan_lit(&s, STR("+"));
	char digits[11];
	size_t n = collect_digits(s, digits, sizeof(digits));
	bool with_code = n == 11 && (digits[0] == '7' || (digits[0] == '8' && !plus));
	if (!with_code && (n != 10 || plus))
		return E_INPUT;
	const char *own = digits + (n - 10);
	if (own[0] != '9')
		return E_INPUT;
	*ret = (struct msisdn){ 0 };
	memcpy(ret->d, own, 10);
	return OK;
}

static void print_parts(struct buf *b, struct str area, struct str mid, struct str two,
			struct str last)
{
	buf_put(b, STR("+7" NBSP));
	buf_put(b, area);
	buf_put(b, STR(NBSP));
	buf_put(b, mid);
	buf_c(b, '-');
	buf_put(b, two);
	buf_c(b, '-');
	buf_put(b, last);
}

void msisdn_print(struct buf *b, const struct msisdn *m)
{
	struct str s = msisdn_str(m);
	if (s.n)
		print_parts(b, str_sub(s, 0, 3), str_sub(s, 3, 3), str_sub(s, 6, 2),
			    str_sub(s, 8, 2));
}

void msisdn_mask(struct buf *b, const struct msisdn *m)
{
	struct str s = msisdn_str(m);
	if (s.n)
		print_parts(b, str_sub(s, 0, 3), STR(DOT DOT DOT), STR(DOT DOT), str_sub(s, 8, 2));
}

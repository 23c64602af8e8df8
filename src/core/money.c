/* Kopecks in, roubles out. Amounts are read leniently in their spaces and strictly in everything
 * else, and printed as a Russian reader expects them. */
#include "core/money.h"

#include "core/digits.h"
#include "core/punct.h"
#include "core/scan.h"

#include <assert.h>

#define KOP_MAX UINT64_C(1000000000000000)
#define MINUS   "\xE2\x88\x92"
#define NBSP    "\xC2\xA0"
#define ROUBLE  "\xE2\x82\xBD"

enum err money_add(money a, money b, money *ret)
{
	int64_t sum;
	if (__builtin_add_overflow(a.kop, b.kop, &sum))
		return E_LIMIT;
	ret->kop = sum;
	return OK;
}

enum err money_sub(money a, money b, money *ret)
{
	int64_t difference;
	if (__builtin_sub_overflow(a.kop, b.kop, &difference))
		return E_LIMIT;
	ret->kop = difference;
	return OK;
}

enum err money_neg(money a, money *ret)
{
	return money_sub(MONEY_ZERO, a, ret);
}

money money_abs(money a)
{
	if (a.kop == INT64_MIN)
		return (money){ .kop = INT64_MAX };
	return (money){ .kop = a.kop < 0 ? -a.kop : a.kop };
}

int money_cmp(money a, money b)
{
	return (a.kop > b.kop) - (a.kop < b.kop);
}

/* How many digits stand at the front; *v goes on from what it holds and stays above the limit once
 * there, so that an amount that is too large is told from one that is not an amount. */
static size_t take_digits(struct str *s, uint64_t *v)
{
	size_t i = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (*v <= KOP_MAX)
			*v = *v * 10 + (uint64_t)(s->p[i] - '0');
	*s = str_sub(*s, i, s->n);
	return i;
}

static bool parse_roubles(struct str *s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t first = take_digits(s, &v);
	if (first == 0)
		return false;
	while (punct_space(s))
		if (first > 3 || take_digits(s, &v) != 3)
			return false;
	*ret = v;
	return true;
}

static bool parse_kopecks(struct str *s, uint64_t *ret)
{
	*ret = 0;
	if (!scan_lit(s, STR(",")) && !scan_lit(s, STR(".")))
		return true;
	size_t n = take_digits(s, ret);
	if (n == 1)
		*ret *= 10;
	return n == 1 || n == 2;
}

enum err money_parse(struct str s, money *ret)
{
	s = str_trim(s);
	bool minus = scan_lit(&s, STR("-")) || scan_lit(&s, STR(MINUS));
	uint64_t roubles;
	uint64_t kopecks;
	if (!parse_roubles(&s, &roubles) || !parse_kopecks(&s, &kopecks) || s.n)
		return E_INPUT;
	if (roubles > KOP_MAX / 100 || roubles * 100 + kopecks > KOP_MAX)
		return E_LIMIT;
	int64_t kop = (int64_t)(roubles * 100 + kopecks);
	ret->kop = minus ? -kop : kop;
	return OK;
}

void money_plain(struct buf *b, money m)
{
	char space[32];
	char *end = space + sizeof(space);
	uint64_t v = digits_abs(m.kop);
	char *p = digits_pair(end, v % 100);
	*--p = '.';
	p = digits_back(p, v / 100);
	if (m.kop < 0)
		*--p = '-';
	buf_put(b, (struct str){ .p = p, .n = (size_t)(end - p) });
}

/* The bytes of a literal, so that they end before p. */
#define BACK(p, lit) memcpy((p) - (sizeof(lit) - 1), (lit), sizeof(lit) - 1)

/* Roubles in groups of three from the right. */
static char *groups_back(char *p, uint64_t v)
{
	for (; v >= 1000; v /= 1000) {
		p = digits_pair(p, v % 100);
		*--p = (char)('0' + v / 100 % 10);
		p = BACK(p, NBSP);
	}
	return digits_back(p, v);
}

void money_print(struct buf *b, money m)
{
	/* 3 for the minus, 17 digits in 6 groups (10 for the spaces), 3 for ",60", 5 for " ₽": 38
	 * at most. */
	char space[40];
	char *end = space + sizeof(space);
	uint64_t v = digits_abs(m.kop);
	char *p = BACK(end, NBSP ROUBLE);
	p = digits_pair(p, v % 100);
	*--p = ',';
	p = groups_back(p, v / 100);
	if (m.kop < 0)
		p = BACK(p, MINUS);
	assert(p >= space);
	buf_put(b, (struct str){ .p = p, .n = (size_t)(end - p) });
}

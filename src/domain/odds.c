/* Probabilities without floating point: fixed point with 60 bits behind the point, products in 128
 * bits. */
#include "domain/odds.h"

#include <assert.h>

#define POINT 60

static uint64_t times(uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b >> POINT);
}

int64_t odds_any(int64_t guesses, int64_t space)
{
	assert(guesses >= 0 && space > 1);
	const uint64_t one = UINT64_C(1) << POINT;
	uint64_t miss = one - one / (uint64_t)space;
	uint64_t all_miss = one;
	for (; guesses > 0; guesses /= 2) {
		if (guesses % 2)
			all_miss = times(all_miss, miss);
		miss = times(miss, miss);
	}
	return (int64_t)((unsigned __int128)(one - all_miss) * (uint64_t)ODDS_ONE >> POINT);
}

void odds_print(struct buf *b, int64_t odds)
{
	int places = 2;
	int64_t unit = ODDS_ONE / 100;
	while (unit > 1 && odds > 0 && odds + unit / 2 < 10 * unit) {
		unit /= 10;
		places++;
	}
	int64_t rounded = (odds + unit / 2) / unit;
	int64_t whole = ODDS_ONE / unit;
	buf_i64(b, rounded / whole);
	buf_c(b, '.');
	buf_pad(b, rounded % whole, places);
}

int64_t odds_tries(const struct limit *rule, int64_t window_ms)
{
	int64_t n = 0;
	for (int64_t at = 0; at < window_ms && n < rule->max; at += limit_pause_ms(rule, n))
		n++;
	return n;
}

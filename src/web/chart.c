#include "web/chart.h"

/* Of the drawing: a bar's width, the distance from one month to the next, the most a bar can take
 * of each half, and the gaps to the figures. */
enum { BAR_X = 16, BAR_W = 30, STEP = 54, BAR_MAX = 64, GAP_UP = 5, GAP_DOWN = 15 };

static int64_t scaled(money m, int64_t most)
{
	int64_t rub = m.kop / 100;

	if (rub <= 0 || most <= 0)
		return 0;
	/* What fits 63 bits in kopecks leaves room for the factor in roubles. */
	int64_t h = rub * BAR_MAX / most;
	return h > 0 ? h : 1;
}

static int64_t most_of(const struct month_sum *v, size_t n)
{
	int64_t most = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].payments.kop / 100 > most)
			most = v[i].payments.kop / 100;
		if (v[i].charges.kop / 100 > most)
			most = v[i].charges.kop / 100;
	}
	return most;
}

enum err web_chart(struct arena *a, const struct month_sum *sums, size_t n, struct date current,
		   struct web_months *ret)
{
	if (n > CHART_MONTHS) {
		sums += n - CHART_MONTHS;
		n = CHART_MONTHS;
	}
	struct web_month *v = arena_array(a, n ? n : 1, sizeof *v);
	if (!v)
		return E_NOMEM;
	int64_t most = most_of(sums, n);
	for (size_t i = 0; i < n; i++) {
		int64_t pay = scaled(sums[i].payments, most),
			charge = scaled(sums[i].charges, most);
		int64_t x = BAR_X + STEP * (int64_t)i;

		v[i] = (struct web_month){
			.sum = sums[i],
			.current = sums[i].month.year == current.year &&
				   sums[i].month.month == current.month,
			.x = x,
			.x_mid = x + BAR_W / 2,
			.pay_h = pay,
			.pay_y = CHART_BASE - 1 - pay,
			.pay_text_y = CHART_BASE - 1 - pay - GAP_UP,
			.charge_h = charge,
			.charge_text_y = CHART_BASE + charge + GAP_DOWN,
		};
	}
	*ret = (struct web_months){ .v = v, .n = n };
	return OK;
}

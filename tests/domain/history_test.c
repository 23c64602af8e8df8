/* What an account tells of a period: in the order of time, by the operator's calendar, whatever is
 * filtered. */
#include <stdio.h>

#include "support/books.h"

static struct session session_of(int n)
{
	return (struct session){ .number_id = n, .account_id = 1000 + n };
}

static struct history tell(struct kit *k, int n, struct date from, struct date to,
			   enum history_kind kind)
{
	struct session s = session_of(n);
	struct history_query q = { .from = from, .to = to, .kind = kind };
	struct history h;
	assert_int_equal(ledger_history(&k->app, k->a, &s, &q, &h), OK);
	return h;
}

/* By the operator's clock, three hours east. */
static tstamp local(int year, int month, int day, int64_t ms)
{
	struct date d = { (int16_t)year, (int8_t)month, (int8_t)day };
	return (tstamp){ tstamp_of_date(d, 180).ms + ms };
}

static void test_history__is_in_the_order_of_time(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	kit_issue(k, 2);
	books_pay(k, "a", 1001, 10000, local(2026, 11, 2, 0));
	books_pay(k, "b", 1001, -3000, local(2026, 11, 10, 0));
	int64_t late = books_pay(k, "c", 1001, -500, local(2026, 11, 5, 0)); /* recorded late */
	int64_t same =
		books_pay(k, "d", 1001, 70, local(2026, 11, 5, 0)); /* at the same time, after it */
	books_pay(k, "e", 1002, 99, local(2026, 11, 5, 0));
	struct history h = tell(k, 1, (struct date){ 2026, 11, 1 }, (struct date){ 2026, 11, 30 },
				HISTORY_ALL);
	assert_int_equal(h.n, 4);
	assert_int_equal(h.v[0].amount.kop, -3000);
	assert_int_equal(h.v[0].before.kop, 9570);
	assert_int_equal(h.v[0].after.kop, 6570);
	assert_int_equal(h.v[1].entry_id, same);
	assert_int_equal(h.v[1].before.kop, 9500);
	assert_int_equal(h.v[2].entry_id, late);
	assert_int_equal(h.v[2].before.kop, 10000);
	assert_int_equal(h.v[2].after.kop, 9500);
	assert_int_equal(h.v[2].kind, ENTRY_CHARGE);
	assert_true(str_eq(h.v[2].title, STR("Движение")) &&
		    str_eq(h.v[2].detail, STR("подробно")));
	assert_true(str_eq(h.v[2].note, STR("2 × 3")) && str_eq(h.v[2].origin, STR("тест")));
	assert_int_equal(h.v[3].before.kop, 0);
	assert_int_equal(h.opening.kop, 0);
	assert_int_equal(h.payments.kop, 10070);
	assert_int_equal(h.charges.kop, 3500);
	assert_int_equal(h.closing.kop, 6570);
}

static void test_history__days_are_the_operators(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "before", 1001, 1, local(2026, 10, 1, -1));
	books_pay(k, "first", 1001, 20, local(2026, 10, 1, 0));
	books_pay(k, "last", 1001, 300, local(2026, 11, 1, -1));
	books_pay(k, "after", 1001, 4000, local(2026, 11, 1, 0));
	struct history h = tell(k, 1, (struct date){ 2026, 10, 1 }, (struct date){ 2026, 10, 31 },
				HISTORY_ALL);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.opening.kop, 1);
	assert_int_equal(h.payments.kop, 320);
	assert_int_equal(h.closing.kop, 321);
	assert_int_equal(h.v[0].after.kop, 321);
	k->conf.operator_utc_offset_min = 0;
	h = tell(k, 1, (struct date){ 2026, 10, 1 }, (struct date){ 2026, 10, 31 }, HISTORY_ALL);
	assert_int_equal(h.opening.kop, 21);
	assert_int_equal(h.closing.kop, 4321);
}

static void test_history__filter_touches_the_list_only(void **state)
{
	struct kit *k = *state;
	struct date from = { 2026, 11, 1 }, to = { 2026, 11, 30 };
	kit_issue(k, 1);
	books_pay(k, "a", 1001, 10000, local(2026, 11, 2, 0));
	books_pay(k, "b", 1001, -3000, local(2026, 11, 3, 0));
	books_pay(k, "c", 1001, 500, local(2026, 11, 4, 0));
	struct history all = tell(k, 1, from, to, HISTORY_ALL);
	struct history in = tell(k, 1, from, to, HISTORY_PAYMENTS);
	struct history out = tell(k, 1, from, to, HISTORY_CHARGES);
	assert_int_equal(all.n, 3);
	assert_int_equal(in.n, 2);
	assert_int_equal(out.n, 1);
	assert_int_equal(in.v[0].before.kop, 7000);
	assert_int_equal(out.v[0].before.kop, 10000);
	for (int i = 0; i < 2; i++) {
		struct history *h = i ? &in : &out;
		assert_int_equal(h->payments.kop, all.payments.kop);
		assert_int_equal(h->charges.kop, all.charges.kop);
		assert_int_equal(h->closing.kop, all.closing.kop);
		assert_int_equal(h->months[5].charges.kop, 3000);
	}
}

static void test_history__sums_six_months(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "too old", 1001, 7, local(2026, 6, 1, -1));
	books_pay(k, "june", 1001, 100, local(2026, 6, 1, 0));
	books_pay(k, "october", 1001, -20, local(2026, 10, 31, DAY_MS - 1));
	books_pay(k, "november", 1001, 3000, local(2026, 11, 1, 0));
	books_pay(k, "end", 1001, -500, local(2026, 11, 30, DAY_MS - 1));
	books_pay(k, "too new", 1001, 9, local(2026, 12, 1, 0));
	/* The period ends within the month, which counts whole. */
	struct history h =
		tell(k, 1, (struct date){ 2026, 11, 5 }, (struct date){ 2026, 11, 6 }, HISTORY_ALL);
	static const int64_t payments[] = { 100, 0, 0, 0, 0, 3000 },
			     charges[] = { 0, 0, 0, 0, 20, 500 };
	assert_int_equal(h.n, 0);
	assert_int_equal(h.opening.kop, 3087);
	assert_int_equal(h.closing.kop, 3087);
	assert_int_equal(h.n_months, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(h.months[i].month.month, 6 + i);
		assert_int_equal(h.months[i].month.day, 1);
		assert_int_equal(h.months[i].payments.kop, payments[i]);
		assert_int_equal(h.months[i].charges.kop, charges[i]);
	}
}

static void test_history__of_nothing(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct history h =
		tell(k, 1, (struct date){ 2026, 2, 28 }, (struct date){ 2026, 2, 28 }, HISTORY_ALL);
	assert_int_equal(h.n, 0);
	assert_int_equal(h.opening.kop, 0);
	assert_int_equal(h.closing.kop, 0);
	assert_int_equal(h.months[0].month.year, 2025);
	assert_int_equal(h.months[0].month.month, 9);
}

static void test_history__refuses_bad_periods(void **state)
{
	struct kit *k = *state;
	static const struct history_query bad[] = {
		{ .from = { 2026, 11, 2 }, .to = { 2026, 11, 1 } },
		{ .from = { 2023, 11, 1 }, .to = { 2026, 11, 2 } },
		{ .from = { 2026, 2, 30 }, .to = { 2026, 11, 1 } },
		{ .from = { 0 }, .to = { 2026, 11, 1 } },
	};
	struct session s = session_of(1);
	struct history h = { .n = 77 };
	kit_issue(k, 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(ledger_history(&k->app, k->a, &s, &bad[i], &h), E_INPUT);
	assert_int_equal(h.n, 77);
	tell(k, 1, (struct date){ 2023, 11, 1 }, (struct date){ 2026, 11, 1 }, HISTORY_ALL);
}

static void test_history__costs_two_statements(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	tell(k, 1, (struct date){ 2026, 1, 1 }, (struct date){ 2026, 11, 1 }, HISTORY_ALL);
	int64_t before = kit_statements(k);
	tell(k, 1, (struct date){ 2026, 1, 1 }, (struct date){ 2026, 11, 1 }, HISTORY_ALL);
	assert_int_equal(kit_statements(k) - before, 2);
}

/* --- at random ------------------------------------------------------------ */

enum { MOVEMENTS = 120, PERIODS = 60 };

struct model {
	struct rnd_seeded rnd;
	tstamp at[MOVEMENTS];
	int64_t kop[MOVEMENTS];
};

static int64_t sum_between(const struct model *m, tstamp from, tstamp before, int sign)
{
	int64_t sum = 0;
	for (int i = 0; i < MOVEMENTS; i++)
		if (m->at[i].ms >= from.ms && m->at[i].ms < before.ms &&
		    (sign == 0 || m->kop[i] * sign > 0))
			sum += m->kop[i];
	return sum;
}

static void assert_like_model(struct kit *k, const struct model *m, struct date from,
			      struct date to)
{
	const tstamp never = { INT64_MIN }, start = tstamp_of_date(from, 180),
		     end = { tstamp_of_date(to, 180).ms + DAY_MS };
	struct history h = tell(k, 1, from, to, HISTORY_ALL);
	assert_int_equal(h.opening.kop, sum_between(m, never, start, 0));
	assert_int_equal(h.closing.kop, sum_between(m, never, end, 0));
	assert_int_equal(h.payments.kop, sum_between(m, start, end, 1));
	assert_int_equal(h.charges.kop, -sum_between(m, start, end, -1));
	int64_t balance = h.closing.kop;
	for (size_t i = 0; i < h.n; i++) {
		assert_true(i == 0 || h.v[i].at.ms <= h.v[i - 1].at.ms);
		assert_int_equal(h.v[i].after.kop, balance);
		balance -= h.v[i].amount.kop;
		assert_int_equal(h.v[i].before.kop, balance);
	}
	assert_int_equal(balance, h.opening.kop);
	for (size_t i = 0; i < h.n_months; i++) {
		tstamp month = tstamp_of_date(h.months[i].month, 180);
		tstamp next = tstamp_of_date(date_add_months(h.months[i].month, 1), 180);
		assert_int_equal(h.months[i].payments.kop, sum_between(m, month, next, 1));
		assert_int_equal(h.months[i].charges.kop, -sum_between(m, month, next, -1));
	}
}

static void test_history__at_random_like_the_model(void **state)
{
	struct kit *k = *state;
	struct model *m = arena_alloc(k->a, sizeof(*m));
	uint64_t seed = rnd_below(rnd_system(), 1000000);
	print_message("seed %llu\n", (unsigned long long)seed);
	rnd_seeded_init(&m->rnd, seed);
	kit_issue(k, 1);
	for (int i = 0; i < MOVEMENTS; i++) {
		char key[16];
		snprintf(key, sizeof(key), "k:%d", i);
		m->kop[i] = (int64_t)rnd_below(&m->rnd.base, 200000) - 99999;
		m->kop[i] += m->kop[i] == 0;
		m->at[i] = (tstamp){ KIT_NOW_MS - (int64_t)rnd_below(&m->rnd.base, 730) * DAY_MS -
				     (int64_t)rnd_below(&m->rnd.base, 4) * 5 * HOUR_MS };
		books_pay(k, key, 1001, m->kop[i], m->at[i]);
	}
	int32_t last = date_days(app_today(&k->app));
	for (int i = 0; i < PERIODS; i++) {
		int32_t to = last - (int32_t)rnd_below(&m->rnd.base, 400);
		int32_t from = to - (int32_t)rnd_below(&m->rnd.base, 400);
		assert_like_model(k, m, date_of_days(from), date_of_days(to));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_history__is_in_the_order_of_time),
		KIT_BOTH(test_history__days_are_the_operators),
		KIT_BOTH(test_history__filter_touches_the_list_only),
		KIT_BOTH(test_history__sums_six_months),
		KIT_BOTH(test_history__of_nothing),
		KIT_BOTH(test_history__refuses_bad_periods),
		KIT_BOTH(test_history__costs_two_statements),
		KIT_BOTH(test_history__at_random_like_the_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

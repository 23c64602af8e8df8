/* The home page's summary, the opening of an account, and the tariffs it tells of. */
#include "domain/account.h"
#include "domain/tariff.h"
#include "support/books.h"

#define NOW ((tstamp){ KIT_NOW_MS }) /* Monday, 23 November 2026, 15:00 by the operator's clock */

static struct account_summary sum_up(struct kit *k, int n)
{
	struct session s = { .number_id = n, .account_id = 1000 + n };
	struct account_summary sum;
	assert_int_equal(msisdn_parse(str_c(kit_person(n).msisdn), &s.msisdn), OK);
	assert_int_equal(account_summary(&k->app, k->a, &s, &sum), OK);
	return sum;
}

static void test_account__tells_a_new_number(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct account_summary sum = sum_up(k, 1);
	assert_true(str_eq(msisdn_str(&sum.msisdn), STR("9210000001")));
	assert_true(str_eq(sum.operator_name, STR("МТС")));
	assert_int_equal(sum.money.balance.kop, 0);
	assert_int_equal(sum.state, NUMBER_NEW);
	assert_int_equal(sum.reason, BLOCK_NONE);
	assert_true(sum.has_tariff);
	assert_true(str_eq(sum.tariff_name, STR("Деловой")));
	assert_int_equal(date_days(sum.tariff_since), 20000);
	assert_int_equal(sum.fee.kop, 35000);
	assert_int_equal(sum.minutes, 300);
	assert_int_equal(sum.data_mb, 10240);
	assert_int_equal(sum.sms, -1);
	assert_int_equal(sum.due.kop, 0);
	assert_int_equal(sum.n_last, 0);
}

static void test_account__tells_the_status_of_now(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *reason;
		enum block_reason is;
	} reasons[] = { { "debt", BLOCK_DEBT }, { "request", BLOCK_REQUEST },
			{ "lost", BLOCK_LOST }, { "fraud", BLOCK_FRAUD },
			{ "none", BLOCK_NONE }, { "contract", BLOCK_CONTRACT } };
	kit_issue(k, 1);
	kit_status(k, 1, "active", "none");
	assert_int_equal(sum_up(k, 1).state, NUMBER_ACTIVE);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		kit_days(k, 1);
		kit_status(k, 1, "blocked", reasons[i].reason);
		struct account_summary sum = sum_up(k, 1);
		assert_int_equal(sum.state, NUMBER_BLOCKED);
		assert_int_equal(sum.reason, reasons[i].is);
		assert_true(sum.state_since.ms == app_now(&k->app).ms);
	}
	kit_sql(k,
		"INSERT INTO number_status (number_id, at_ms, status, reason) VALUES (1, %lld, "
		"'active', 'none')",
		(long long)app_now(&k->app).ms + 1);
	assert_int_equal(sum_up(k, 1).state, NUMBER_BLOCKED);
	clock_manual_add(&k->clock, 1);
	assert_int_equal(sum_up(k, 1).state, NUMBER_ACTIVE);
	assert_int_equal(sum_up(k, 1).reason, BLOCK_NONE);
}

static void test_account__tells_the_debt_and_its_day(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "a", 1001, -12345, NOW);
	struct account_summary sum = sum_up(k, 1); /* the 20th of November has passed */
	assert_int_equal(sum.money.balance.kop, -12345);
	assert_int_equal(sum.due.kop, 12345);
	assert_int_equal(date_cmp(sum.due_until, (struct date){ 2026, 12, 20 }), 0);
	assert_int_equal(date_cmp(sum.next_fee, (struct date){ 2026, 12, 1 }), 0);
	k->conf.operator_due_day = 23;
	assert_int_equal(date_cmp(sum_up(k, 1).due_until, (struct date){ 2026, 11, 23 }), 0);
	k->conf.operator_due_day = 22;
	assert_int_equal(date_cmp(sum_up(k, 1).due_until, (struct date){ 2026, 12, 22 }), 0);
	kit_days(k, 10); /* 3 December */
	assert_int_equal(date_cmp(sum_up(k, 1).next_fee, (struct date){ 2027, 1, 1 }), 0);
	books_pay(k, "b", 1001, 12345, NOW);
	assert_int_equal(sum_up(k, 1).due.kop, 0);
}

static void test_account__tells_the_last_three_by_time(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	kit_issue(k, 2);
	books_pay(k, "a", 1001, 1000, (tstamp){ KIT_NOW_MS - 4 * DAY_MS });
	books_pay(k, "b", 1001, -200, (tstamp){ KIT_NOW_MS - 1 * DAY_MS });
	books_pay(k, "c", 1001, -30, (tstamp){ KIT_NOW_MS - 3 * DAY_MS }); /* recorded late */
	books_pay(k, "d", 1001, 4, (tstamp){ KIT_NOW_MS - 2 * DAY_MS });
	books_pay(k, "e", 1002, 5, NOW);
	struct account_summary sum = sum_up(k, 1);
	static const int64_t amounts[] = { -200, 4, -30 }, after[] = { 774, 974, 970 };
	assert_int_equal(sum.n_last, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sum.last[i].amount.kop, amounts[i]);
		assert_int_equal(sum.last[i].after.kop, after[i]);
		assert_int_equal(sum.last[i].before.kop, after[i] - amounts[i]);
	}
	assert_int_equal(sum.last[0].kind, ENTRY_CHARGE);
	assert_true(str_eq(sum.last[0].title, STR("Движение")));
	assert_int_equal(sum_up(k, 2).n_last, 1);
}

static void test_account__costs_two_statements(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	sum_up(k, 1);
	int64_t before = kit_statements(k);
	sum_up(k, 1);
	assert_int_equal(kit_statements(k) - before, 2);
}

/* --- opening --------------------------------------------------------------- */

struct open {
	struct kit *k;
	int64_t account_id;
	struct opening opening;
	bool fresh;
};

static enum err open_in(struct tx *tx, void *arg)
{
	struct open *o = arg;
	return account_open(&o->k->app, tx, (money){ 5000 }, &o->account_id);
}

static enum err bring_in(struct tx *tx, void *arg)
{
	struct open *o = arg;
	o->opening.account_id = o->account_id;
	return account_bring(&o->k->app, tx, o->k->a, &o->opening, &o->fresh);
}

static void test_account__begins_with_what_it_comes_with(void **state)
{
	struct kit *k = *state;
	struct open o = { .k = k, .opening = { .at = NOW, .source = STR("старые.csv") } };
	assert_int_equal(msisdn_parse(STR("9210000007"), &o.opening.msisdn), OK);
	assert_int_equal(store_write(k->app.store, open_in, &o), OK);
	assert_int_equal(store_write(k->app.store, bring_in, &o), OK); /* of nothing */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 0);
	o.opening.balance.kop = -777;
	assert_int_equal(store_write(k->app.store, bring_in, &o), OK);
	assert_true(o.fresh);
	assert_int_equal(store_write(k->app.store, bring_in, &o), OK);
	assert_false(o.fresh);
	assert_int_equal(books_balance(k, o.account_id), -777);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting p JOIN entry e ON e.id = "
				       "p.entry_id WHERE e.key = 'opening:9210000007' AND "
				       "p.kind = 'opening' AND title = 'Входящий остаток'"),
			 1);
	o.opening.balance.kop = -778;
	assert_int_equal(store_write(k->app.store, bring_in, &o), E_CONFLICT);
	books_assert_sound(k);
}

/* --- tariffs ---------------------------------------------------------------- */

struct put {
	struct kit *k;
	struct tariff_version v;
	int64_t id, tariff_id, number_id;
	struct date from;
	bool fresh;
};

static enum err put_in(struct tx *tx, void *arg)
{
	struct put *p = arg;
	return tariff_put(&p->k->app, tx, p->k->a, &p->v, &p->id, &p->fresh);
}

static enum err connect_in(struct tx *tx, void *arg)
{
	struct put *p = arg;
	return tariff_connect(tx, p->k->a, p->number_id, p->tariff_id, p->from, &p->fresh);
}

static void put(struct put *p, bool fresh)
{
	assert_int_equal(store_write(p->k->app.store, put_in, p), OK);
	assert_int_equal(p->fresh, fresh);
}

static void test_account__tells_the_tariff_of_today(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct put p = { .k = k,
			 .v = { .operator_code = STR("mts"),
				.code = STR("t2"),
				.name = STR("Другой"),
				.from = { 2026, 1, 1 },
				.fee = { 100 },
				.minutes = 1 } };
	put(&p, true);
	put(&p, false);
	p.v.from = (struct date){ 2026, 11, 24 };
	p.v.fee.kop = 200;
	put(&p, true);
	p.tariff_id = p.id;
	p.number_id = 1;
	p.from = (struct date){ 2026, 11, 23 };
	assert_int_equal(sum_up(k, 1).fee.kop, 35000);
	assert_int_equal(store_write(k->app.store, connect_in, &p), OK);
	assert_true(p.fresh);
	assert_int_equal(sum_up(k, 1).fee.kop, 100);
	assert_true(str_eq(sum_up(k, 1).tariff_name, STR("Другой")));
	clock_manual_add(&k->clock, 9 * HOUR_MS); /* midnight by the operator's clock */
	assert_int_equal(sum_up(k, 1).fee.kop, 200);
	assert_int_equal(store_write(k->app.store, connect_in, &p), OK);
	assert_false(p.fresh);
	p.tariff_id = 1;
	assert_int_equal(store_write(k->app.store, connect_in, &p), E_CONFLICT);
}

static void test_account__tariff_versions_stay_as_they_are(void **state)
{
	struct kit *k = *state;
	struct put p = { .k = k,
			 .v = { .operator_code = STR("mts"),
				.code = STR("t1"),
				.name = STR("Деловой плюс"),
				.from = date_of_days(0),
				.fee = { 35000 },
				.minutes = 300,
				.data_mb = 10240,
				.sms = -1 } };
	put(&p, false);
	assert_int_equal(p.id, 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM tariff WHERE name = 'Деловой плюс'"),
			 1);
	p.v.sms = 0;
	assert_int_equal(store_write(k->app.store, put_in, &p), E_CONFLICT);
	p.v.operator_code = STR("nobody");
	assert_int_equal(store_write(k->app.store, put_in, &p), E_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_account__tells_a_new_number),
		KIT_BOTH(test_account__tells_the_status_of_now),
		KIT_BOTH(test_account__tells_the_debt_and_its_day),
		KIT_BOTH(test_account__tells_the_last_three_by_time),
		KIT_BOTH(test_account__costs_two_statements),
		KIT_BOTH(test_account__begins_with_what_it_comes_with),
		KIT_BOTH(test_account__tells_the_tariff_of_today),
		KIT_BOTH(test_account__tariff_versions_stay_as_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/check.h"

#include "core/money.h"

#define NBSP   "\xC2\xA0"
#define NARROW "\xE2\x80\xAF"
#define THIN   "\xE2\x80\x89"
#define MINUS  "\xE2\x88\x92"
#define ROUBLE "\xE2\x82\xBD"

static money kop(int64_t v)
{
	return (money){ .kop = v };
}

static void test_money__arithmetic_is_checked(void **state)
{
	(void)state;
	money m = kop(7);
	assert_int_equal(money_add(kop(INT64_MAX), kop(1), &m), E_LIMIT);
	assert_int_equal(money_sub(kop(INT64_MIN), kop(1), &m), E_LIMIT);
	assert_int_equal(money_neg(kop(INT64_MIN), &m), E_LIMIT);
	assert_int_equal(m.kop, 7);
	assert_int_equal(money_add(kop(-5), kop(3), &m), OK);
	assert_int_equal(m.kop, -2);
	assert_int_equal(money_sub(kop(-5), kop(3), &m), OK);
	assert_int_equal(m.kop, -8);
	assert_int_equal(money_neg(kop(-5), &m), OK);
	assert_int_equal(m.kop, 5);
	assert_true(money_abs(kop(INT64_MIN)).kop == INT64_MAX);
	assert_int_equal(money_abs(kop(-3)).kop, 3);
}

static void test_money__cmp(void **state)
{
	(void)state;
	assert_int_equal(money_cmp(kop(1), kop(2)), -1);
	assert_int_equal(money_cmp(kop(2), kop(1)), 1);
	assert_int_equal(money_cmp(MONEY_RUB(2), kop(200)), 0);
	assert_int_equal(money_cmp(kop(INT64_MIN), kop(INT64_MAX)), -1);
}

static void test_money__parses_what_people_write(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t kop;
	} good[] = {
		{ "1500", 150000 },
		{ "1 500", 150000 },
		{ "1500,5", 150050 },
		{ "1500.50", 150050 },
		{ "-12,30", -1230 },
		{ MINUS "12,30", -1230 },
		{ "1" NBSP "234" NARROW "567" THIN "890,01", 123456789001 },
		{ "  7 ", 700 },
		{ "0", 0 },
		{ "-0", 0 },
		{ "0,01", 1 },
		{ "007", 700 },
		{ "10000000000000", 1000000000000000 },
		{ "-10000000000000,00", -1000000000000000 },
		{ "000000000000000000000000000001", 100 },
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		money m = kop(-77);
		if (money_parse(str_c(good[i].text), &m) != OK || m.kop != good[i].kop)
			fail_msg("%s: %lld", good[i].text, (long long)m.kop);
	}
}

static void test_money__refuses_what_is_no_amount(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",         "-",      ",50",    "1,",       "1,234",    "1.2.3",
		"1,2,3",    "+5",     "- 5",    "--5",      "1e3",      "0x10",
		"1 50",     "1 5000", "1  500", "1500 500", "1 500 5",  "5\xE2\x80\xAF",
		"12 a",     "NaN",    "1 ,5",   "1, 5",     "\xD9\xA3", "5\xE2\x82\xBD",
		"1 500 ,5",
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		money m = kop(-77);
		if (money_parse(str_c(bad[i]), &m) != E_INPUT || m.kop != -77)
			fail_msg("\"%s\" was read as %lld", bad[i], (long long)m.kop);
	}
}

static void test_money__refuses_too_much(void **state)
{
	(void)state;
	static const char *const large[] = {
		"10000000000000,01",
		"-10000000000000.01",
		"99999999999999999999999999999999",
		"999 999 999 999 999 999 999,00",
		"184467440737095516,16",
		"18446744073709551617",
	};
	for (size_t i = 0; i < COUNT(large); i++) {
		money m = kop(-77);
		assert_int_equal(money_parse(str_c(large[i]), &m), E_LIMIT);
		assert_int_equal(m.kop, -77);
	}
	money m;
	assert_int_equal(money_parse(STR("99999999999999999999999x"), &m), E_INPUT);
}

static void test_money__prints(void **state)
{
	(void)state;
	static const struct {
		int64_t kop;
		const char *plain;
		const char *print;
	} rows[] = {
		{ 0, "0.00", "0,00" NBSP ROUBLE },
		{ 1, "0.01", "0,01" NBSP ROUBLE },
		{ -5, "-0.05", MINUS "0,05" NBSP ROUBLE },
		{ 99900, "999.00", "999,00" NBSP ROUBLE },
		{ 100000, "1000.00", "1" NBSP "000,00" NBSP ROUBLE },
		{ -124960, "-1249.60", MINUS "1" NBSP "249,60" NBSP ROUBLE },
		{ 123450607, "1234506.07", "1" NBSP "234" NBSP "506,07" NBSP ROUBLE },
		{ INT64_MAX, "92233720368547758.07",
		  "92" NBSP "233" NBSP "720" NBSP "368" NBSP "547" NBSP "758,07" NBSP ROUBLE },
		{ INT64_MIN, "-92233720368547758.08",
		  MINUS "92" NBSP "233" NBSP "720" NBSP "368" NBSP "547" NBSP
			"758,08" NBSP ROUBLE },
	};
	struct buf b;
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(rows); i++) {
		money_plain(&b, kop(rows[i].kop));
		check_printed(&b, rows[i].plain);
		money_print(&b, kop(rows[i].kop));
		check_printed(&b, rows[i].print);
	}
}

static void test_money__reads_what_it_prints(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	for (int64_t v = 1; v < INT64_C(1000000000000000); v = v * 3 + 1) {
		money m;
		money_plain(&b, kop(-v));
		assert_int_equal(money_parse(buf_str(&b), &m), OK);
		assert_int_equal(m.kop, -v);
		buf_done(&b);
		money_print(&b, kop(-v));
		struct str s = str_trim(str_sub(buf_str(&b), 0, b.n - sizeof(ROUBLE) + 1));
		assert_int_equal(money_parse(s, &m), OK);
		assert_int_equal(m.kop, -v);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money__arithmetic_is_checked),
		cmocka_unit_test(test_money__cmp),
		cmocka_unit_test(test_money__parses_what_people_write),
		cmocka_unit_test(test_money__refuses_what_is_no_amount),
		cmocka_unit_test(test_money__refuses_too_much),
		cmocka_unit_test(test_money__prints),
		cmocka_unit_test(test_money__reads_what_it_prints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

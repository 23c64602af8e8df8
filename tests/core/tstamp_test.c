#include "core/check.h"

#include "core/tstamp.h"

#include <time.h>

static struct date day(int y, int m, int d)
{
	return (struct date){ .year = (int16_t)y, .month = (int8_t)m, .day = (int8_t)d };
}

static void check_date(struct date got, struct date want)
{
	if (date_cmp(got, want) != 0)
		fail_msg("got %d-%d-%d, want %d-%d-%d", got.year, got.month, got.day, want.year,
			 want.month, want.day);
}

/* Walks every day of the range with an own count of leap years, next to libc's calendar. */
static void test_tstamp__every_day_of_the_calendar(void **state)
{
	(void)state;
	int32_t days = date_days(day(1900, 1, 1));
	assert_int_equal(days, -25567);
	for (; days <= date_days(day(2199, 12, 31)); days++) {
		struct date d = date_of_days(days);
		assert_true(date_valid(d));
		assert_int_equal(date_days(d), days);
		time_t t = (time_t)days * 86400;
		struct tm tm;
		assert_non_null(gmtime_r(&t, &tm));
		check_date(d, day(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
		assert_int_equal(date_weekday(d), (tm.tm_wday + 6) % 7);
	}
}

static void test_tstamp__date_valid(void **state)
{
	(void)state;
	assert_true(date_valid(day(2000, 2, 29)));
	assert_true(date_valid(day(2024, 2, 29)));
	assert_false(date_valid(day(1900, 2, 29)));
	assert_false(date_valid(day(2023, 2, 29)));
	assert_false(date_valid(day(2023, 4, 31)));
	assert_false(date_valid(day(2023, 0, 1)));
	assert_false(date_valid(day(2023, 13, 1)));
	assert_false(date_valid(day(2023, 1, 0)));
	assert_false(date_valid(day(1899, 12, 31)));
	assert_false(date_valid(day(2200, 1, 1)));
}

static void test_tstamp__date_parse(void **state)
{
	(void)state;
	static const char *const good[] = {
		"27.03.1985", "27.3.1985",  "27/03/1985",      "27 03 1985",
		"27031985",   "1985-03-27", " 27.03.1985\r\n",
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct date d = { 0 };
		assert_int_equal(date_parse(str_c(good[i]), &d), OK);
		check_date(d, day(1985, 3, 27));
	}
	static const char *const bad[] = {
		"",           "27.03.85",   "27.03.19850", "27.03/1985",  "1985-3-27",
		"29.02.2023", "31.04.2024", "032719850",   "27.03.1985x", "27..1985",
		"1985.03.27", "00.01.2000", "27.13.1985",  "1.1.0001",    "2703198",
		"-7.03.1985", "+7.03.1985", "27-03-1985",  "027.03.1985", "27  03 1985",
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct date d = day(1, 2, 3);
		if (date_parse(str_c(bad[i]), &d) != E_INPUT)
			fail_msg("%s was read", bad[i]);
		check_date(d, day(1, 2, 3));
	}
}

static void test_tstamp__add_months(void **state)
{
	(void)state;
	check_date(date_add_months(day(2024, 1, 31), 1), day(2024, 2, 29));
	check_date(date_add_months(day(2023, 1, 31), 1), day(2023, 2, 28));
	check_date(date_add_months(day(2023, 12, 15), 1), day(2024, 1, 15));
	check_date(date_add_months(day(2023, 1, 15), -1), day(2022, 12, 15));
	check_date(date_add_months(day(2023, 3, 31), -13), day(2022, 2, 28));
	check_date(date_add_months(day(2024, 2, 29), 12), day(2025, 2, 28));
	check_date(date_add_months(day(2024, 2, 29), 0), day(2024, 2, 29));
}

static void test_tstamp__age(void **state)
{
	(void)state;
	assert_int_equal(date_age(day(2006, 5, 10), day(2024, 5, 9)), 17);
	assert_int_equal(date_age(day(2006, 5, 10), day(2024, 5, 10)), 18);
	assert_int_equal(date_age(day(2004, 2, 29), day(2022, 2, 28)), 17);
	assert_int_equal(date_age(day(2004, 2, 29), day(2022, 3, 1)), 18);
	assert_int_equal(date_age(day(2004, 2, 29), day(2024, 2, 29)), 20);
}

static void test_tstamp__cmp_is_the_order_of_days(void **state)
{
	(void)state;
	assert_int_equal(date_cmp(day(2023, 12, 31), day(2024, 1, 1)), -1);
	assert_int_equal(date_cmp(day(2024, 2, 1), day(2024, 1, 31)), 1);
	assert_int_equal(date_cmp(day(2024, 2, 1), day(2024, 2, 2)), -1);
	assert_int_equal(date_cmp(day(2024, 2, 2), day(2024, 2, 2)), 0);
}

static void test_tstamp__prints(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	date_iso(&b, day(1985, 3, 7));
	check_printed(&b, "1985-03-07");
	date_print(&b, day(1985, 3, 7));
	check_printed(&b, "07.03.1985");
	tstamp_iso(&b, (tstamp){ .ms = 1795350960123 });
	check_printed(&b, "2026-11-22T12:36:00.123Z");
	tstamp_iso(&b, (tstamp){ .ms = -1 });
	check_printed(&b, "1969-12-31T23:59:59.999Z");
}

static void test_tstamp__local_day_follows_the_offset(void **state)
{
	(void)state;
	tstamp t = tstamp_of_date(day(2026, 11, 22), 180);
	check_date(tstamp_local(t, 180).date, day(2026, 11, 22));
	assert_int_equal(tstamp_local(t, 180).hour, 0);
	t.ms--;
	struct clock_time c = tstamp_local(t, 180);
	check_date(c.date, day(2026, 11, 21));
	assert_int_equal(c.hour, 23);
	assert_int_equal(c.minute, 59);
	assert_int_equal(c.second, 59);
	assert_int_equal(c.milli, 999);
	check_date(tstamp_local(t, 0).date, day(2026, 11, 21));
	assert_int_equal(tstamp_local(t, -210).hour, 17);
	assert_int_equal(tstamp_local(t, -210).minute, 29);
}

static void test_tstamp__parse(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *iso;
	} good[] = {
		{ "2026-11-22", "2026-11-21T21:00:00.000Z" },
		{ "22.11.2026 12:36", "2026-11-22T09:36:00.000Z" },
		{ "22 11 2026 12:36:59", "2026-11-22T09:36:59.000Z" },
		{ "2026-11-22T12:36:00Z", "2026-11-22T12:36:00.000Z" },
		{ "2026-11-22 00:00Z", "2026-11-22T00:00:00.000Z" },
		{ "22 11 2026", "2026-11-21T21:00:00.000Z" },
		{ " 01.01.1900 00:00 ", "1899-12-31T21:00:00.000Z" },
	};
	struct buf b;
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(good); i++) {
		tstamp t = TSTAMP_NONE;
		assert_int_equal(tstamp_parse(str_c(good[i].text), 180, &t), OK);
		tstamp_iso(&b, t);
		check_printed(&b, good[i].iso);
	}
	static const char *const bad[] = {
		"",
		"2026-11-22Z",
		"2026-11-22 24:00",
		"2026-11-22 12:60",
		"2026-11-22 1:00",
		"2026-11-22  12:00",
		"2026-11-22 12:00:60",
		"2026-11-22 12:00:00.5",
		"2026-11-22 12",
		"12:00",
		"2026-11-22 12:00 Z",
		"2026-11-2212:00",
		"2026-11-22 12:00:",
		":",
		"2026-11-22T",
		"2026-11-22 12:00ZZ",
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		tstamp t = TSTAMP_NONE;
		if (tstamp_parse(str_c(bad[i]), 180, &t) != E_INPUT)
			fail_msg("%s was read", bad[i]);
		assert_true(tstamp_is_none(t));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tstamp__every_day_of_the_calendar),
		cmocka_unit_test(test_tstamp__date_valid),
		cmocka_unit_test(test_tstamp__date_parse),
		cmocka_unit_test(test_tstamp__add_months),
		cmocka_unit_test(test_tstamp__age),
		cmocka_unit_test(test_tstamp__cmp_is_the_order_of_days),
		cmocka_unit_test(test_tstamp__prints),
		cmocka_unit_test(test_tstamp__local_day_follows_the_offset),
		cmocka_unit_test(test_tstamp__parse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

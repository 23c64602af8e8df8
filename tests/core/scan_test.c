#include "core/check.h"

#include "core/scan.h"

static void test_scan__u64(void **state)
{
	(void)state;
	struct str s = STR("123abc");
	uint64_t v = 0;
	assert_true(scan_u64(&s, 123, &v));
	assert_int_equal(v, 123);
	check_str(s, STR("abc"));
	assert_false(scan_u64(&s, 123, &v));
	check_str(s, STR("abc"));
	s = STR("18446744073709551615");
	assert_true(scan_u64(&s, UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	s = STR("18446744073709551616");
	assert_false(scan_u64(&s, UINT64_MAX, &v));
	assert_int_equal(s.n, 20);
	s = STR("124");
	assert_false(scan_u64(&s, 123, &v));
}

static void test_scan__i64_at_its_ends(void **state)
{
	(void)state;
	int64_t v = 0;
	struct str s = STR("-9223372036854775808;");
	assert_true(scan_i64(&s, &v));
	assert_true(v == INT64_MIN);
	check_str(s, STR(";"));
	s = STR("9223372036854775807");
	assert_true(scan_i64(&s, &v));
	assert_true(v == INT64_MAX);
	s = STR("9223372036854775808");
	assert_false(scan_i64(&s, &v));
	s = STR("-9223372036854775809");
	assert_false(scan_i64(&s, &v));
	s = STR("-");
	assert_false(scan_i64(&s, &v));
	check_str(s, STR("-"));
	s = STR("+1");
	assert_false(scan_i64(&s, &v));
}

static void test_scan__lit(void **state)
{
	(void)state;
	struct str s = STR("abc");
	assert_false(scan_lit(&s, STR("b")));
	assert_true(scan_lit(&s, STR("ab")));
	check_str(s, STR("c"));
}

static void test_scan__i64_all(void **state)
{
	(void)state;
	int64_t v = 77;
	assert_true(scan_i64_all(STR("-5"), -5, 5, &v));
	assert_int_equal(v, -5);
	const char *const bad[] = { "-6", "6", "5 ", " 5", "", "5x", "0x5" };
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(scan_i64_all(str_c(bad[i]), -5, 5, &v));
	assert_int_equal(v, -5);
}

static void test_scan__hex(void **state)
{
	(void)state;
	unsigned char out[3] = { 9, 9, 9 };
	assert_true(scan_hex(STR("00aFf9"), out, 3));
	assert_memory_equal(out, "\x00\xaf\xf9", 3);
	const char *const bad[] = { "00aFf", "00aFfg", "00aFf900", "", "0 aFf9", "00aF/9" };
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(scan_hex(str_c(bad[i]), out, 3));
	assert_memory_equal(out, "\x00\xaf\xf9", 3);
	assert_true(scan_hex(STR(""), out, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan__u64), cmocka_unit_test(test_scan__i64_at_its_ends),
		cmocka_unit_test(test_scan__lit), cmocka_unit_test(test_scan__i64_all),
		cmocka_unit_test(test_scan__hex),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/check.h"

#include <inttypes.h>
#include <stdio.h>

static void test_buf__grows_and_keeps(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100000);
	for (int i = 0; i < 20000; i++)
		buf_put(&b, STR("abcde"));
	assert_int_equal(b.err, OK);
	assert_int_equal(b.n, 100000);
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(b.p[i], "abcde"[i % 5]);
	buf_done(&b);
	assert_null(b.p);
}

static void test_buf__fails_for_good(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 10);
	buf_put(&b, STR("12345678"));
	buf_put(&b, STR("abc"));
	assert_int_equal(b.err, E_LIMIT);
	buf_c(&b, 'x');
	buf_put(&b, STR("y"));
	buf_i64(&b, 1);
	buf_hex(&b, STR("\x01"));
	check_str(buf_str(&b), STR("12345678"));
	buf_done(&b);
}

static void test_buf__begins_anew_in_the_same_memory(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 300);
	buf_put(&b, STR("secret"));
	while (b.err == OK)
		buf_put(&b, STR("0123456789"));
	const char *p = b.p;
	size_t n = b.n;
	buf_clear(&b);
	assert_int_equal(b.err, OK);
	assert_int_equal(buf_str(&b).n, 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(b.p[i], 0);
	buf_put(&b, STR("anew"));
	assert_ptr_equal(b.p, p);
	check_str(buf_str(&b), STR("anew"));
	buf_done(&b);
	buf_clear(&b);
	assert_null(b.p);
}

static void test_buf__holds_exactly_its_maximum(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 3);
	buf_put(&b, STR("abc"));
	buf_put(&b, STR(""));
	assert_int_equal(b.err, OK);
	buf_c(&b, 'd');
	assert_int_equal(b.err, E_LIMIT);
	buf_done(&b);
	buf_init(&b, 0);
	assert_non_null(buf_str(&b).p);
	buf_c(&b, 'd');
	assert_int_equal(b.err, E_LIMIT);
}

static void test_buf__i64_as_printf(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	char want[32];
	for (int shift = 0; shift < 64; shift++) {
		for (int d = -1; d <= 1; d++) {
			int64_t v = (int64_t)((UINT64_C(1) << shift) + (uint64_t)(int64_t)d);
			snprintf(want, sizeof(want), "%" PRId64, v);
			buf_i64(&b, v);
			check_printed(&b, want);
		}
	}
	for (int64_t v = -1000; v <= 1000; v++) {
		snprintf(want, sizeof(want), "%" PRId64, v);
		buf_i64(&b, v);
		check_printed(&b, want);
	}
}

static void test_buf__pad_and_hex(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	buf_pad(&b, 7, 3);
	check_printed(&b, "007");
	buf_pad(&b, 1234, 3);
	check_printed(&b, "1234");
	buf_pad(&b, 0, 0);
	check_printed(&b, "0");
	buf_pad(&b, INT64_MAX, 20);
	check_printed(&b, "09223372036854775807");
	buf_hex(&b, STR("\x00\x7f\x80\xff"));
	check_printed(&b, "007f80ff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf__grows_and_keeps),
		cmocka_unit_test(test_buf__fails_for_good),
		cmocka_unit_test(test_buf__begins_anew_in_the_same_memory),
		cmocka_unit_test(test_buf__holds_exactly_its_maximum),
		cmocka_unit_test(test_buf__i64_as_printf),
		cmocka_unit_test(test_buf__pad_and_hex),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

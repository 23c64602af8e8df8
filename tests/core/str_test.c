#include "core/check.h"

static void test_str__sub_stays_inside(void **state)
{
	(void)state;
	struct str s = STR("abcdef");
	check_str(str_sub(s, 2, 3), STR("cde"));
	check_str(str_sub(s, 4, 99), STR("ef"));
	check_str(str_sub(s, 99, 1), STR(""));
	check_str(str_sub(s, 1, SIZE_MAX), STR("bcdef"));
}

static void test_str__prefix_and_suffix(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("")));
	assert_true(str_starts(STR("abc"), STR("abc")));
	assert_false(str_starts(STR("abc"), STR("abcd")));
	assert_false(str_starts(STR("abc"), STR("b")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_false(str_ends(STR("abc"), STR("ab")));
	assert_false(str_ends(STR("c"), STR("bc")));
}

static void test_str__find(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("a=b=c"), '='), 1);
	assert_int_equal(str_find(STR("abc"), '='), 3);
	assert_int_equal(str_find((struct str){ 0 }, '='), 0);
}

static void test_str__trim(void **state)
{
	(void)state;
	check_str(str_trim(STR(" \t\r\nab c\r\n")), STR("ab c"));
	check_str(str_trim(STR("\xEF\xBB\xBF\xC2\xA0x\xC2\xA0")), STR("x"));
	check_str(str_trim(STR("  \xC2\xA0 ")), STR(""));
	/* As phone books copy a number: between marks of direction. */
	check_str(str_trim(STR("\xE2\x80\xAA+7 921\xE2\x80\xAC")), STR("+7 921"));
	check_str(str_trim(STR("\xE2\x81\xA6 x \xE2\x81\xA9\xE2\x80\x8F\xE2\x80\x8B")), STR("x"));
	check_str(str_trim(STR("\xE2\x80\x93\xE2\x80\xA6")), STR("\xE2\x80\x93\xE2\x80\xA6"));
	check_str(str_trim((struct str){ 0 }), STR(""));
	/* U+0420 ends in the byte A0: it is a letter, not half a no-break space. */
	check_str(str_trim(STR("\xD0\xA0")), STR("\xD0\xA0"));
}

static void test_str__cut_sees_every_piece(void **state)
{
	(void)state;
	struct str rest = STR("a,,b,");
	const char *const want[] = { "a", "", "b", "" };
	struct str piece;
	size_t n = 0;
	while (str_cut(&rest, ',', &piece)) {
		assert_true(n < COUNT(want));
		check_str(piece, str_c(want[n]));
		n++;
	}
	assert_int_equal(n, 4);
	assert_null(rest.p);
	rest = STR("");
	assert_true(str_cut(&rest, ',', &piece));
	assert_int_equal(piece.n, 0);
	assert_false(str_cut(&rest, ',', &piece));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str__sub_stays_inside),
		cmocka_unit_test(test_str__prefix_and_suffix),
		cmocka_unit_test(test_str__find),
		cmocka_unit_test(test_str__trim),
		cmocka_unit_test(test_str__cut_sees_every_piece),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

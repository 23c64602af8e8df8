#include "core/check.h"

#include "core/punct.h"

static void test_punct__takes_one_at_a_time(void **state)
{
	(void)state;
	struct str s = STR(" \xC2\xA0\xE2\x80\xAF\xE2\x80\x89x ");
	for (int i = 0; i < 4; i++)
		assert_true(punct_space(&s));
	assert_false(punct_space(&s));
	assert_false(punct_dash(&s));
	check_str(s, STR("x "));
	s = STR("-‐‑‒–—―−_");
	for (int i = 0; i < 8; i++)
		assert_true(punct_dash(&s));
	assert_false(punct_dash(&s));
	check_str(s, STR("_"));
}

static void test_punct__half_a_character_is_none(void **state)
{
	(void)state;
	struct str s = STR("\xE2\x80");
	assert_false(punct_space(&s));
	assert_false(punct_dash(&s));
	assert_int_equal(s.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_punct__takes_one_at_a_time),
		cmocka_unit_test(test_punct__half_a_character_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

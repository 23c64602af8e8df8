#include "core/check.h"

static void test_err__every_code_has_its_own_name(void **state)
{
	(void)state;
	for (int e = OK; e <= E_RETRY; e++) {
		assert_non_null(err_name((enum err)e));
		for (int other = OK; other < e; other++)
			assert_string_not_equal(err_name((enum err)e), err_name((enum err)other));
	}
	assert_string_equal(err_name(OK), "ok");
	assert_string_equal(err_name(E_RETRY), "retry");
}

static enum err passes_on(enum err e, bool *reached)
{
	try(e);
	*reached = true;
	return OK;
}

static void test_err__try_returns_at_once(void **state)
{
	(void)state;
	bool reached = false;
	assert_int_equal(passes_on(E_BUSY, &reached), E_BUSY);
	assert_false(reached);
	assert_int_equal(passes_on(OK, &reached), OK);
	assert_true(reached);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err__every_code_has_its_own_name),
		cmocka_unit_test(test_err__try_returns_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

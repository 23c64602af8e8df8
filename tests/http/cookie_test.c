/* The Cookie header as browsers and strangers send it. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct str cookie(struct str header, struct str name)
{
	struct http_req req = { .cookies = header };
	struct str value = STR("untouched");
	return http_cookie(&req, name, &value) ? value : STR("none");
}

static void assert_cookie(struct str header, struct str want)
{
	assert_true(str_eq(cookie(header, STR("__Host-s")), want));
}

static void test_cookie__is_found(void **state)
{
	(void)state;
	assert_cookie(STR("__Host-s=abc"), STR("abc"));
	assert_cookie(STR("a=1; __Host-s=abc; b=2"), STR("abc"));
	assert_cookie(STR("a=1;__Host-s=abc"), STR("abc"));
	assert_cookie(STR("  __Host-s=abc  "), STR("abc"));
	assert_cookie(STR("__Host-s="), STR(""));
	assert_cookie(STR("__Host-s=a=b=c"), STR("a=b=c"));
	assert_cookie(STR(";;; __Host-s=abc;"), STR("abc"));
}

static void test_cookie__is_not_there(void **state)
{
	(void)state;
	assert_cookie((struct str){ 0 }, STR("none"));
	assert_cookie(STR(""), STR("none"));
	assert_cookie(STR("__Host-s"), STR("none"));
	assert_cookie(STR("x__Host-s=abc"), STR("none"));
	assert_cookie(STR("__Host-sx=abc"), STR("none"));
	assert_cookie(STR("__HOST-S=abc"), STR("none"));
	assert_cookie(STR("__Host-s =abc"), STR("none"));
	assert_cookie(STR("a=\"; __Host-s=abc"), STR("abc"));
}

static void test_cookie__twice_is_none(void **state)
{
	(void)state;
	assert_cookie(STR("__Host-s=abc; __Host-s=abc"), STR("none"));
	assert_cookie(STR("__Host-s=abc; a=1; __Host-s="), STR("none"));
	assert_cookie(STR("__Host-s; __Host-s=abc"), STR("abc"));
}

static void test_cookie__leaves_the_result_alone(void **state)
{
	(void)state;
	struct http_req req = { .cookies = STR("a=1; a=2") };
	struct str value = STR("untouched");
	assert_false(http_cookie(&req, STR("a"), &value));
	assert_true(str_eq(value, STR("untouched")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookie__is_found),
		cmocka_unit_test(test_cookie__is_not_there),
		cmocka_unit_test(test_cookie__twice_is_none),
		cmocka_unit_test(test_cookie__leaves_the_result_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

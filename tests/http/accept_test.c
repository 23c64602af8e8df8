/* If-None-Match and Accept-Encoding. */
#include "http/accept.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_accept__etags(void **state)
{
	(void)state;
	struct str tag = STR("\"abc\"");
	assert_true(http_etag_matches(STR("\"abc\""), tag));
	assert_true(http_etag_matches(STR("W/\"abc\""), tag));
	assert_true(http_etag_matches(STR("\"x\", \"abc\""), tag));
	assert_true(http_etag_matches(STR("\"x\",W/\"abc\" "), tag));
	assert_true(http_etag_matches(STR("*"), tag));
	assert_true(http_etag_matches(STR("\"abc\""), STR("W/\"abc\"")));
	assert_false(http_etag_matches(STR("\"ab\""), tag));
	assert_false(http_etag_matches(STR("\"abcd\""), tag));
	assert_false(http_etag_matches(STR("abc"), tag));
	assert_false(http_etag_matches(STR(""), tag));
	assert_false(http_etag_matches((struct str){ 0 }, tag));
	assert_false(http_etag_matches(STR(","), STR("")));
}

static void test_accept__encodings(void **state)
{
	(void)state;
	struct str br = STR("br");
	assert_true(http_accepts(STR("gzip, deflate, br"), br));
	assert_true(http_accepts(STR("BR"), br));
	assert_true(http_accepts(STR("br;q=0.1"), br));
	assert_true(http_accepts(STR("gzip, br ; q=1.0"), br));
	assert_true(http_accepts(STR("*"), br));
	assert_true(http_accepts(STR("gzip;q=0, *;q=0.5"), br));
	assert_true(http_accepts(STR("*;q=0, br"), br));
	assert_false(http_accepts(STR("gzip, deflate"), br));
	assert_false(http_accepts(STR("br;q=0"), br));
	assert_false(http_accepts(STR("br;q=0.000"), br));
	assert_false(http_accepts(STR("br;Q=0, *"), br));
	assert_false(http_accepts(STR("*, br;q=0"), br));
	assert_false(http_accepts(STR("*;q=0"), br));
	assert_false(http_accepts(STR("brotli"), br));
	assert_false(http_accepts(STR(""), br));
	assert_false(http_accepts((struct str){ 0 }, br));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept__etags),
		cmocka_unit_test(test_accept__encodings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a device is called in the list of sessions: never anything that the client sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/browser.h"

static void test_browser__names(void **state)
{
	(void)state;
	static const struct {
		struct str agent, want;
	} rows[] = {
		{ STR("Mozilla/5.0 (Linux; Android 13; K) AppleWebKit/537.36 (KHTML, like Gecko) "
		      "Chrome/156.0.0.0 Mobile Safari/537.36"),
		  STR("Android, Chrome") },
		{ STR("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
		      "Chrome/150.0.0.0 "
		      "YaBrowser/26.1.0 Safari/537.36"),
		  STR("Windows, Яндекс Браузер") },
		{ STR("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
		      "Version/19.0 Mobile/15E148 Safari/604.1"),
		  STR("iPhone, Safari") },
		{ STR("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
		  STR("Linux, Firefox") },
		{ STR("<script>alert(1)</script>"), STR("Linux") },
		{ STR(""), STR("Linux") },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str name = browser_name(rows[i].agent);
		if (!str_eq(name, rows[i].want))
			fail_msg("row %zu: %.*s", i, (int)name.n, name.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_browser__names) };
	return cmocka_run_group_tests_name("web/browser", tests, NULL, NULL);
}

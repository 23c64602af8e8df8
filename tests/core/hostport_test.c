/* host:port in its forms. */
#include "core/check.h"

#include "core/hostport.h"

static void test_hostport__takes_names_and_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *s, *host, *port;
	} good[] = {
		{ "smpp.example.ru:2775", "smpp.example.ru", "2775" },
		{ "192.0.2.1:0", "192.0.2.1", "0" },
		{ "[2001:db8::1]:65535", "2001:db8::1", "65535" },
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct hostport hp;
		assert_int_equal(hostport_parse(str_c(good[i].s), &hp), OK);
		check_str(hp.host, str_c(good[i].host));
		check_str(hp.port, str_c(good[i].port));
	}
}

static void test_hostport__refuses_the_rest(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",           ":",         "host",        "host:",       ":2775",
		"host:65536", "host:-1",   "host:02775x", "host:000001", "::1:2775",
		"[]:1",       "[host]:1",  "ho st:1",     "http://x:1",  "a@b:1",
		"[::1]:",     "[::1]2775", "хост:1",      "[::1:2775",   "[[::1]]:1",
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct hostport hp = { .host = STR("untouched") };
		if (hostport_parse(str_c(bad[i]), &hp) != E_INPUT)
			fail_msg("%s was taken", bad[i]);
		check_str(hp.host, STR("untouched"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostport__takes_names_and_addresses),
		cmocka_unit_test(test_hostport__refuses_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

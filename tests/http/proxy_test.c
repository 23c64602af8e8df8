/* Whom a chain of proxies speaks for. */
#include "http/proxy.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct http_proxies ours(void)
{
	struct http_proxies p;
	assert_int_equal(http_proxies_parse(STR("10.0.0.1  10.0.0.2 2001:db8::1 "), &p), OK);
	return p;
}

static void assert_client(struct str list, const char *want)
{
	struct http_proxies p = ours();
	char client[HTTP_PEER_MAX];
	assert_true(http_forwarded_for(&p, list, client));
	assert_string_equal(client, want);
}

static void assert_nobody(struct str list)
{
	struct http_proxies p = ours();
	char client[HTTP_PEER_MAX];
	assert_false(http_forwarded_for(&p, list, client));
}

static void test_proxy__last_hop_that_is_not_ours(void **state)
{
	(void)state;
	assert_client(STR("192.0.2.7"), "192.0.2.7");
	assert_client(STR("198.51.100.1, 192.0.2.7"), "192.0.2.7");
	assert_client(STR("198.51.100.1, 192.0.2.7,10.0.0.2 , 10.0.0.1"), "192.0.2.7");
	assert_client(STR("192.0.2.7, 2001:db8::1"), "192.0.2.7");
	assert_client(STR("2001:DB8:0::7"), "2001:db8::7");
	assert_client(STR("::ffff:192.0.2.7"), "192.0.2.7");
	assert_client(STR("192.0.2.7, ::ffff:10.0.0.1"), "192.0.2.7");
}

static void test_proxy__only_our_own(void **state)
{
	(void)state;
	assert_client(STR("10.0.0.2, 10.0.0.1"), "10.0.0.2");
}

static void test_proxy__what_is_no_address_ends_the_list(void **state)
{
	(void)state;
	assert_client(STR("192.0.2.7, unknown, 10.0.0.1"), "10.0.0.1");
	assert_nobody(STR("192.0.2.7, <script>"));
	assert_nobody(STR("192.0.2.7,"));
	assert_nobody(STR("192.0.2.7:80"));
	assert_nobody(STR("0x7f.1"));
	assert_nobody(STR(""));
	assert_nobody((struct str){ 0 });
	assert_nobody(STR("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd"));
}

static void test_proxy__settings(void **state)
{
	(void)state;
	struct http_proxies p;
	assert_int_equal(http_proxies_parse(STR(""), &p), OK);
	assert_int_equal(p.n, 0);
	assert_int_equal(http_proxies_parse(STR("10.0.0.1 nginx"), &p), E_INPUT);
	assert_int_equal(http_proxies_parse(STR("10.0.0.0/8"), &p), E_INPUT);
	assert_int_equal(
		http_proxies_parse(STR("::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9 ::a ::b ::c ::d "
				       "::e ::f ::10"),
				   &p),
		OK);
	assert_int_equal(p.n, HTTP_PROXIES_MAX);
	assert_int_equal(
		http_proxies_parse(STR("::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9 ::a ::b ::c ::d "
				       "::e ::f ::10 ::11"),
				   &p),
		E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proxy__last_hop_that_is_not_ours),
		cmocka_unit_test(test_proxy__only_our_own),
		cmocka_unit_test(test_proxy__what_is_no_address_ends_the_list),
		cmocka_unit_test(test_proxy__settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How a process comes to a store, by its URL. */
#include "store/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_reach__urls(void **state)
{
	static const struct {
		const char *url;
		enum store_reach want;
	} cases[] = {
		{ "var/store/kabinet.db", STORE_REACH_FILE },
		{ "/var/lib/postgresql.db", STORE_REACH_FILE },
		{ "postgresql:///kabinet", STORE_REACH_UNIX },
		{ "postgres:///kabinet?host=/run/postgresql", STORE_REACH_UNIX },
		{ "postgresql://kabinet@%2Frun%2Fpostgresql/kabinet", STORE_REACH_UNIX },
		{ "postgresql://localhost/kabinet", STORE_REACH_NETWORK },
		{ "postgresql:///kabinet?host=/run/postgresql,db2", STORE_REACH_NETWORK },
		{ "postgresql:///kabinet?hostaddr=127.0.0.1", STORE_REACH_NETWORK },
		{ "postgresql:///?service=kabinet", STORE_REACH_NETWORK },
		{ "postgresql://[no url", STORE_REACH_NETWORK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (store_reach(cases[i].url) != cases[i].want)
			fail_msg("%s: %d", cases[i].url, store_reach(cases[i].url));
	}
}

static void test_reach__variables_of_libpq(void **state)
{
	(void)state;
	setenv("PGHOST", "db.example.ru", 1);
	assert_int_equal(store_reach("postgresql:///kabinet"), STORE_REACH_NETWORK);
	assert_int_equal(store_reach("postgresql:///kabinet?host=/run"), STORE_REACH_UNIX);
	unsetenv("PGHOST");
}

static void test_reach__ports(void **state)
{
	uint16_t ports[2];
	(void)state;
	assert_int_equal(store_ports("postgresql://a/kabinet", ports, 2), 1);
	assert_int_equal(ports[0], 5432);
	assert_int_equal(store_ports("postgresql://a:6432,b:7432/kabinet", ports, 2), 2);
	assert_int_equal(ports[0], 6432);
	assert_int_equal(ports[1], 7432);
	assert_int_equal(store_ports("postgresql://a:1,b:2,c:3/kabinet", ports, 2), 0);
	assert_int_equal(store_ports("postgresql://a:65536/kabinet", ports, 2), 0);
	assert_int_equal(store_ports("postgresql://a/?service=kabinet", ports, 2), 0);
	assert_int_equal(store_ports("postgresql:///kabinet?host=/run", ports, 2), 0);
	assert_int_equal(store_ports("var/store/kabinet.db", ports, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(test_reach__##name)
		T(urls),
		T(variables_of_libpq),
		T(ports),
#undef T
	};
	return cmocka_run_group_tests_name("store/reach", tests, NULL, NULL);
}

/* Waiting for descriptors and for notifications. */
#include <signal.h>
#include <sys/eventfd.h>

#include "store/fixture.h"

/* Nothing here is a time: what is waited for comes, or the test hangs and is ended. */
enum { LONG_MS = 60000 };

static struct store_listener *listen_to(const struct fixture *f)
{
	struct store_listener *l;
	assert_int_equal(store_listen(f->s, "bell", &l), OK);
	return l;
}

static void test_listen__wakes_for_a_descriptor(void **state)
{
	struct fixture *f = *state;
	struct store_listener *l = listen_to(f);
	int fds[] = { eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC) };
	assert_int_equal(eventfd_write(fds[1], 1), 0);
	while (store_wait(l, fds, 2, LONG_MS))
		; /* it hears that the connection was made */
	assert_false(store_wait(l, fds, 2, LONG_MS));
	close(fds[0]);
	close(fds[1]);
	store_unlisten(l);
}

static void test_listen__ends_with_the_time(void **state)
{
	struct fixture *f = *state;
	struct store_listener *l = listen_to(f);
	if (f->is_pg)
		assert_true(store_wait(l, NULL, 0, LONG_MS)); /* it has connected */
	assert_false(store_wait(l, NULL, 0, 10));
	store_unlisten(l);
	store_unlisten(NULL);
}

static void test_listen__hears_what_is_committed(void **state)
{
	struct fixture *f = *state;
	struct store_listener *l = listen_to(f);
	assert_true(store_wait(l, NULL, 0, LONG_MS)); /* from now on */
	pg_execute(f->url, "BEGIN; NOTIFY bell; ROLLBACK");
	pg_execute(f->url, "NOTIFY other");
	assert_false(store_wait(l, NULL, 0, 50));
	pg_execute(f->url, "BEGIN; NOTIFY bell; COMMIT");
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	assert_false(store_wait(l, NULL, 0, 10));
	store_unlisten(l);
}

/* While nobody listened somebody may have notified: it is told when it listens again. */
static void test_listen__connects_again(void **state)
{
	struct fixture *f = *state;
	struct store_listener *l = listen_to(f);
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	pg_execute(f->url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
			   "WHERE query = 'LISTEN bell'");
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	pg_execute(f->url, "NOTIFY bell");
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	store_unlisten(l);
}

/* Nobody is there to connect to: it waits no longer than it was told, and finds the server when
 * that is back. */
static void test_listen__waits_for_a_server_that_is_away(void **state)
{
	struct pg_server server;
	struct store *s;
	struct store_listener *l;
	(void)state;
	pg_server_start(&server);
	const struct store_opts opts = { .url = server.url, .clock = clock_system() };
	assert_int_equal(store_open(&opts, &s), OK);
	assert_int_equal(store_listen(s, "bell", &l), OK);
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	pg_server_signal(&server, SIGKILL);
	assert_false(store_wait(l, NULL, 0, 700));
	pg_server_restart(&server);
	assert_true(store_wait(l, NULL, 0, LONG_MS));
	store_unlisten(l);
	store_close(s);
	pg_server_stop(&server);
}

int main(void)
{
#define SQLITE(test)   cmocka_unit_test_setup_teardown(test, fixture_setup_sqlite, fixture_teardown)
#define POSTGRES(test) cmocka_unit_test_setup_teardown(test, fixture_setup_pg, fixture_teardown)
	const struct CMUnitTest tests[] = {
		SQLITE(test_listen__wakes_for_a_descriptor),
		SQLITE(test_listen__ends_with_the_time),
		POSTGRES(test_listen__wakes_for_a_descriptor),
		POSTGRES(test_listen__ends_with_the_time),
		POSTGRES(test_listen__hears_what_is_committed),
		POSTGRES(test_listen__connects_again),
		cmocka_unit_test(test_listen__waits_for_a_server_that_is_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The lease of a node's number: taken, kept, given back, and never shared. */
#include "cli/lease.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/node.h"
#include "support/kit.h"

#define SOON_MS 10
#define TRIES   500 /* of 10 ms: the longest that a test waits for the thread */

/* Each lease sets the ids of its application: these are two of one store. */
static struct app app_of(struct kit *k)
{
	struct app app = k->app;
	app.ids = NULL;
	return app;
}

static int64_t leased_until(struct kit *k)
{
	return kit_number(k, "SELECT max(leased_until_ms) FROM node");
}

static void test_lease__two_have_two_nodes(void **state)
{
	struct kit *k = *state;
	struct app one = app_of(k);
	struct app two = app_of(k);
	struct lease *l1;
	struct lease *l2;
	assert_int_equal(lease_start(&one, NODE_RENEW_MS, &l1), OK);
	assert_int_equal(lease_start(&two, NODE_RENEW_MS, &l2), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM node"), 2);
	assert_int_not_equal(id_next(one.ids), id_next(two.ids));
	lease_stop(l2);
	lease_stop(l1);
	assert_null(one.ids);
	lease_stop(NULL);
}

static void test_lease__is_given_back(void **state)
{
	struct kit *k = *state;
	struct app app = app_of(k);
	struct lease *l;
	assert_int_equal(lease_start(&app, NODE_RENEW_MS, &l), OK);
	assert_int_equal(leased_until(k), KIT_NOW_MS + NODE_LEASE_MS);
	lease_stop(l);
	assert_true(leased_until(k) < KIT_NOW_MS + NODE_LEASE_MS);
}

static void test_lease__is_renewed(void **state)
{
	struct kit *k = *state;
	struct app app = app_of(k);
	struct lease *l;
	assert_int_equal(lease_start(&app, SOON_MS, &l), OK);
	kit_minutes(k, 5);
	int64_t want = app_now(&app).ms + NODE_LEASE_MS;
	for (int i = 0; i < TRIES && leased_until(k) < want; i++)
		usleep(10000);
	assert_int_equal(leased_until(k), want);
	lease_stop(l);
}

static void test_lease__all_are_taken(void **state)
{
	struct kit *k = *state;
	struct app app = app_of(k);
	struct lease *l;
	kit_sql(k,
		"WITH RECURSIVE n (id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < %d) "
		"INSERT INTO node (id, token, leased_until_ms) SELECT id, 7, %lld FROM n",
		ID_NODE_MAX, (long long)KIT_NOW_MS + 1);
	assert_int_equal(lease_start(&app, SOON_MS, &l), E_BUSY);
	kit_minutes(k, 1);
	assert_int_equal(lease_start(&app, SOON_MS, &l), OK);
	lease_stop(l);
}

/* A process of its own: it must end by itself, and not by a return. */
static int lose(const char *url)
{
	const struct rlimit no_core = { 0, 0 };
	struct app app = { .clock = clock_system(), .rnd = rnd_system() };
	const struct store_opts opts = { .url = url, .clock = app.clock };
	struct lease *l;
	setrlimit(RLIMIT_CORE, &no_core);
	if (store_open(&opts, &app.store) != OK || lease_start(&app, SOON_MS, &l) != OK)
		return 1;
	sleep(30);
	return 2;
}

static void test_lease__whoever_lost_it_goes(void **state)
{
	struct kit *k = *state;
	int status = 0;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		execl("/proc/self/exe", "lease_test", k->url, NULL);
		_exit(3);
	}
	for (int i = 0; i < TRIES && kit_number(k, "SELECT count(*) FROM node") == 0; i++)
		usleep(10000);
	kit_sql(k, "UPDATE node SET token = token + 1");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return lose(argv[1]);
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_lease__two_have_two_nodes),
		KIT_BOTH(test_lease__is_renewed),
		KIT_BOTH(test_lease__whoever_lost_it_goes),
#define T(name) cmocka_unit_test_setup_teardown(test_lease__##name, kit_setup_sqlite, kit_teardown)
		T(is_given_back),
		T(all_are_taken),
#undef T
	};
	return cmocka_run_group_tests_name("cli/lease", tests, NULL, NULL);
}

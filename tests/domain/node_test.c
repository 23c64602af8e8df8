/* Leases of node numbers: never two at once, never again before the clock has passed. */
#include <pthread.h>

#include "core/id.h"
#include "domain/node.h"
#include "support/kit.h"

static enum err take(struct kit *k, struct node *ret)
{
	struct arena *a = arena_new(1 << 20);
	assert_non_null(a);
	enum err err = node_take(k->app.store, a, k->app.clock, k->app.rnd, ret);
	arena_free(a);
	return err;
}

static struct node take_ok(struct kit *k)
{
	struct node n;
	assert_int_equal(take(k, &n), OK);
	return n;
}

static void test_node__is_the_lowest_free(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(take_ok(k).id, i);
	kit_sql(k, "UPDATE node SET leased_until_ms = 0 WHERE id = 2");
	assert_int_equal(take_ok(k).id, 2);
	assert_int_equal(take_ok(k).id, 5);
}

static void test_node__lasts_as_long_as_it_is_renewed(void **state)
{
	struct kit *k = *state;
	struct node first = take_ok(k);
	clock_manual_add(&k->clock, NODE_LEASE_MS);
	assert_int_equal(take_ok(k).id, 1);
	assert_int_equal(node_renew(k->app.store, k->app.clock, &first), OK);
	clock_manual_add(&k->clock, 2 * NODE_RENEW_MS);
	assert_int_equal(take_ok(k).id, 2);
	clock_manual_add(&k->clock, NODE_RENEW_MS + 1);
	struct node second = take_ok(k);
	assert_int_equal(second.id, first.id);
	assert_int_equal(node_renew(k->app.store, k->app.clock, &first), E_CONFLICT);
	assert_int_equal(node_release(k->app.store, k->app.clock, &first),
			 OK); /* not one's own any more */
	assert_int_equal(node_renew(k->app.store, k->app.clock, &second), OK);
	assert_int_equal(kit_number(k, "SELECT leased_until_ms FROM node WHERE id = 0"),
			 app_now(&k->app).ms + NODE_LEASE_MS);
}

static void test_node__is_not_given_again_before_its_last_id(void **state)
{
	struct kit *k = *state;
	struct node n = take_ok(k);
	assert_int_equal(node_release(k->app.store, k->app.clock, &n), OK);
	assert_int_equal(take_ok(k).id, 1);
	clock_manual_add(&k->clock, -30 * DAY_MS);
	assert_int_equal(take_ok(k).id, 2);
	clock_manual_add(&k->clock, 30 * DAY_MS + 2000);
	assert_int_equal(take_ok(k).id, 0);
}

static void test_node__ends_with_the_last(void **state)
{
	struct kit *k = *state;
	struct node n;
	kit_sql(k,
		"WITH RECURSIVE t(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM t WHERE i < %d) "
		"INSERT INTO node (id, token, leased_until_ms) SELECT i, 1, %lld FROM t",
		ID_NODE_MAX, (long long)KIT_NOW_MS);
	assert_int_equal(take(k, &n), E_BUSY);
	kit_sql(k, "UPDATE node SET leased_until_ms = leased_until_ms - 1 WHERE id = %d",
		ID_NODE_MAX);
	assert_int_equal(take_ok(k).id, ID_NODE_MAX);
}

struct taker {
	struct kit *k;
	struct node node;
	enum err err;
};

static void *take_one(void *arg)
{
	struct taker *t = arg;
	t->err = take(t->k, &t->node);
	return NULL;
}

enum { TAKERS = 16 };

static void test_node__is_never_two_peoples(void **state)
{
	struct kit *k = *state;
	struct taker takers[TAKERS];
	pthread_t threads[TAKERS];
	bool seen[TAKERS] = { false };
	for (int i = 0; i < TAKERS; i++) {
		takers[i] = (struct taker){ .k = k };
		assert_int_equal(pthread_create(&threads[i], NULL, take_one, &takers[i]), 0);
	}
	for (int i = 0; i < TAKERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < TAKERS; i++) {
		assert_int_equal(takers[i].err, OK);
		assert_in_range(takers[i].node.id, 0, TAKERS - 1);
		assert_false(seen[takers[i].node.id]);
		seen[takers[i].node.id] = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_node__is_the_lowest_free),
		KIT_BOTH(test_node__lasts_as_long_as_it_is_renewed),
		KIT_BOTH(test_node__is_not_given_again_before_its_last_id),
		KIT_BOTH(test_node__ends_with_the_last),
		KIT_BOTH(test_node__is_never_two_peoples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

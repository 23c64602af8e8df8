/* The life of a SIM card: the table in the program and the one in the database are the same. */
#include "domain/sim.h"

#include "support/kit.h"

static void test_sim__states_have_names(void **state)
{
	(void)state;
	for (enum sim_state s = 0; s < SIM_STATE_N; s++) {
		enum sim_state parsed;
		assert_int_equal(sim_state_parse(sim_state_name(s), &parsed), OK);
		assert_int_equal(parsed, s);
	}
	enum sim_state parsed;
	assert_int_equal(sim_state_parse(STR("lost"), &parsed), E_INPUT);
}

static void put(struct kit *k, int id, enum sim_state s)
{
	kit_sql(k, "DELETE FROM sim WHERE id = %d", id);
	kit_sql(k,
		"INSERT INTO sim (id, iccid, operator, number_id, state, issued_ms, imported_ms) "
		"VALUES (%d, '897010100000009%04d', 'mts', 1, '%s', 1, 0)",
		id, id, sim_state_name(s).p);
}

static void test_sim__database_takes_the_steps_of_the_table(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	for (enum sim_state from = 0; from < SIM_STATE_N; from++) {
		for (enum sim_state to = 0; to < SIM_STATE_N; to++) {
			if (from == to)
				continue;
			put(k, 500, from);
			bool refused =
				kit_sql_refused(k, "UPDATE sim SET state = '%s' WHERE id = 500",
						sim_state_name(to).p);
			if (refused == sim_may_move(from, to))
				fail_msg("%s -> %s", sim_state_name(from).p, sim_state_name(to).p);
		}
	}
}

struct move {
	const struct app *app;
	enum sim_state from, to;
};

static enum err move(struct tx *tx, void *arg)
{
	const struct move *m = arg;
	return sim_move(m->app, tx, 500, m->from, m->to);
}

static void test_sim__moves_from_where_it_is(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	put(k, 500, SIM_STOCK);
	kit_sql(k, "UPDATE sim SET issued_ms = NULL WHERE id = 500");
	struct move wrong = { &k->app, SIM_ISSUED, SIM_REGISTERED };
	struct move right = { &k->app, SIM_STOCK, SIM_ISSUED };
	assert_int_equal(store_write(k->app.store, move, &wrong), E_CONFLICT);
	assert_int_equal(store_write(k->app.store, move, &right), OK);
	assert_int_equal(kit_number(k, "SELECT issued_ms FROM sim WHERE id = 500"), KIT_NOW_MS);
	kit_days(k, 1);
	assert_int_equal(store_write(k->app.store, move, &wrong), OK);
	assert_int_equal(kit_number(k, "SELECT issued_ms FROM sim WHERE id = 500"), KIT_NOW_MS);
}

static void test_sim__is_active_once_a_number(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	put(k, 500, SIM_ACTIVE);
	put(k, 501, SIM_ORDERED);
	assert_true(kit_sql_refused(k, "UPDATE sim SET state = 'active' WHERE id = 501"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim__states_have_names),
		KIT_BOTH(test_sim__database_takes_the_steps_of_the_table),
		KIT_BOTH(test_sim__moves_from_where_it_is),
		KIT_BOTH(test_sim__is_active_once_a_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

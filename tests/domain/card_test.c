/* The card of a number: what is on it, and the look that is noted. */
#include "domain/card.h"

#include "support/kit.h"

static enum err look(struct kit *k, int64_t number_id, struct card *ret)
{
	const struct actor by = audit_console();
	return card_look(&k->app, k->a, &by, number_id, ret);
}

static void test_card__has_what_the_subscriber_sees(void **state)
{
	struct kit *k = *state;
	struct card c;
	kit_register(k, 1);
	kit_status(k, 1, "blocked", "lost");
	kit_sql(k,
		"INSERT INTO sim (id, iccid, operator, number_id, state, issued_ms, imported_ms) "
		"VALUES (500, '8970101000009990500', 'mts', 1, 'active', 1, 0)");
	kit_sql(k, "INSERT INTO contract (id, code, kind, company, inn, opened_day) "
		   "VALUES (7, '14-2031', 'company', 'Берег', '7800000000', 19000)");
	kit_sql(k, "UPDATE number SET contract_id = 7 WHERE id = 1");
	assert_int_equal(look(k, 1, &c), OK);
	assert_true(c.person && c.has_password && !c.factor);
	assert_true(str_eq(c.family, STR("Соколова")));
	assert_true(str_eq(c.passport_mask, STR("78")));
	assert_true(str_eq(c.email, STR("anna@example.ru")) && !c.email_confirmed);
	assert_int_equal(c.registered.ms, KIT_NOW_MS);
	assert_true(str_eq(c.contract, STR("14-2031")) && str_eq(c.company, STR("Берег")));
	assert_int_equal(c.sum.state, NUMBER_BLOCKED);
	assert_int_equal(c.sum.reason, BLOCK_LOST);
	assert_int_equal(c.sims.n, 2);
	assert_int_equal(c.sims.v[0].state, SIM_ACTIVE);
	assert_true(str_eq(c.sims.v[0].iccid, STR("8970101000009990500")));
	assert_int_equal(c.sims.v[1].state, SIM_REGISTERED);
}

static void test_card__of_a_number_that_nobody_registered(void **state)
{
	struct kit *k = *state;
	struct card c;
	kit_issue(k, 1);
	assert_int_equal(look(k, 1, &c), OK);
	assert_false(c.person);
	assert_int_equal(c.family.n, 0);
	assert_int_equal(c.contract.n, 0);
	assert_int_equal(c.sum.state, NUMBER_NEW);
	assert_int_equal(c.sims.n, 1);
}

/* Who owned the number before is not on it. */
static void test_card__is_of_the_present_owner(void **state)
{
	struct kit *k = *state;
	struct card c;
	kit_register(k, 1);
	kit_sql(k, "UPDATE number SET epoch = 2 WHERE id = 1");
	assert_int_equal(look(k, 1, &c), OK);
	assert_false(c.person);
	assert_int_equal(c.family.n, 0);
}

static void test_card__each_look_is_a_row_of_the_audit(void **state)
{
	struct kit *k = *state;
	struct card c = { .number_id = 42 };
	kit_register(k, 1);
	assert_int_equal(look(k, 2, &c), E_NOTFOUND);
	assert_int_equal(c.number_id, 42);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit"), 0);
	assert_int_equal(look(k, 1, &c), OK);
	assert_int_equal(look(k, 1, &c), OK);
	assert_int_equal(kit_number(k,
				    "SELECT count(*) FROM audit WHERE subject = '9210000001' AND "
				    "action = 'subscriber.look' AND subscriber_id IS NOT NULL"),
			 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_card__has_what_the_subscriber_sees),
		KIT_BOTH(test_card__of_a_number_that_nobody_registered),
		KIT_BOTH(test_card__is_of_the_present_owner),
		KIT_BOTH(test_card__each_look_is_a_row_of_the_audit),
	};
	return cmocka_run_group_tests_name("domain/card", tests, NULL, NULL);
}

/* What is counted, what kabinet check finds (I8), what is deleted and when. */
#include <stdio.h>

#include "domain/ledger.h"
#include "domain/outbox_work.h"
#include "support/sending.h"

#define ME INT64_C(11)

/* Brings a notice to where its one part was taken over by a centre. */
static int64_t sent(struct kit *k, const char *key)
{
	struct str ids[] = { str_c(key) };
	int64_t id = sending_notice(k, key);
	struct outbox_turn t = { .worker = ME, .claim_max = 1 };
	assert_int_equal(outbox_turn(&k->app, k->a, &t), OK);
	struct outbox_result r = {
		.id = id, .outcome = OUTBOX_ACCEPTED, .provider_ids = ids, .parts = 1
	};
	t = (struct outbox_turn){ .worker = ME, .results = &r, .n_results = 1 };
	assert_int_equal(outbox_turn(&k->app, k->a, &t), OK);
	return id;
}

static void receive(struct kit *k, const char *provider_id)
{
	struct outbox_receipt r = { .provider_id = str_c(provider_id), .delivered = true };
	struct outbox_turn t = { .worker = ME, .receipts = &r, .n_receipts = 1 };
	assert_int_equal(outbox_turn(&k->app, k->a, &t), OK);
}

/* --- counted ---------------------------------------------------------------- */

static void test_outbox_care__counts_what_waits(void **state)
{
	struct kit *k = *state;
	struct outbox_gauge g;
	assert_int_equal(outbox_gauge(&k->app, k->a, &g), OK);
	assert_int_equal(g.queued + g.sending + g.oldest_ms, 0);
	sending_notice(k, "a");
	kit_minutes(k, 3);
	sending_notice(k, "b");
	sending_code(k, "c");
	struct outbox_turn t = { .worker = ME, .claim_max = 1 };
	assert_int_equal(outbox_turn(&k->app, k->a, &t), OK);
	assert_int_equal(outbox_gauge(&k->app, k->a, &g), OK);
	assert_int_equal(g.queued, 2);
	assert_int_equal(g.sending, 1);
	assert_int_equal(g.oldest_ms, 3 * MINUTE_MS);
}

/* --- I8 --------------------------------------------------------------------- */

struct found {
	int n;
	int64_t message_id, flow_id;
};

static void on_fault(void *arg, const struct check_fault *f)
{
	struct found *found = arg;
	assert_string_equal(f->invariant, "I8");
	found->n++;
	found->message_id = f->message_id;
	found->flow_id = f->flow_id;
}

static struct found check(struct kit *k)
{
	struct found found = { 0 };
	assert_int_equal(outbox_check(&k->app, on_fault, &found), OK);
	return found;
}

static void check_finds(struct kit *k, int64_t id, const char *sql)
{
	assert_int_equal(check(k).n, 0);
	kit_sql(k, "%s", sql);
	struct found found = check(k);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.message_id, id);
}

static void test_outbox_care__finds_a_part_that_never_arrived(void **state)
{
	struct kit *k = *state;
	int64_t id = sent(k, "p1");
	receive(k, "p1");
	check_finds(k, id, "UPDATE outbox_part SET state = 'sent'");
}

static void test_outbox_care__finds_a_delivery_without_parts(void **state)
{
	struct kit *k = *state;
	int64_t id = sent(k, "p1");
	receive(k, "p1");
	check_finds(k, id, "DELETE FROM outbox_part");
}

static void test_outbox_care__finds_an_arrival_that_was_not_written_down(void **state)
{
	struct kit *k = *state;
	int64_t id = sent(k, "p1");
	check_finds(k, id, "UPDATE outbox_part SET state = 'delivered'");
}

static void test_outbox_care__finds_a_part_of_what_was_not_sent(void **state)
{
	struct kit *k = *state;
	sent(k, "p1");
	int64_t id = sending_notice(k, "b");
	char sql[128];
	snprintf(sql, sizeof(sql), "UPDATE outbox_part SET outbox_id = %lld", (long long)id);
	check_finds(k, id, sql);
}

static void add_flow(struct kit *k, int id, const char *purpose, const char *state,
		     const char *phone)
{
	kit_sql(k,
		"INSERT INTO flow (id, purpose, browser, login, phone, state, code_hash, tries, "
		"digits, created_ms, expires_ms) VALUES (%d, '%s', CAST('b%d' AS %s), "
		"'9210000001', %s, '%s', NULL, 0, 0, 0, 1)",
		id, purpose, id, k->kind == KIT_SQLITE ? "BLOB" : "BYTEA", phone, state);
}

static void test_outbox_care__finds_a_code_that_was_not_written_down(void **state)
{
	struct kit *k = *state;
	add_flow(k, 1, "recover", "dead", "NULL"); /* it was never to go out */
	add_flow(k, 2, "recover", "dead", "'9210000002'");
	sending_code(k, "flow:2");
	assert_int_equal(check(k).n, 0);
	add_flow(k, 3, "confirm_phone", "dead", "'9210000003'");
	struct found found = check(k);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.flow_id, 3);
}

static void test_outbox_care__finds_a_recovery_without_its_notice(void **state)
{
	struct kit *k = *state;
	add_flow(k, 1, "recover", "used", "'9210000001'");
	sending_code(k, "flow:1");
	struct found found = check(k);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.flow_id, 1);
	sending_notice(k, "recovered:1");
	assert_int_equal(check(k).n, 0);
}

/* --- deleted ---------------------------------------------------------------- */

static void expire(struct kit *k, int64_t want)
{
	int64_t n;
	assert_int_equal(outbox_expire(&k->app, &n), OK);
	assert_int_equal(n, want);
}

static void test_outbox_care__deletes_what_has_long_been_over(void **state)
{
	struct kit *k = *state;
	sent(k, "p1");
	receive(k, "p1");
	sent(k, "p2");
	sending_notice(k, "waits");
	kit_days(k, 90);
	expire(k, 0);
	clock_manual_add(&k->clock, 1);
	expire(k, 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_part"), 0);
	k->conf.outbox_keep_days = 3650;
	sent(k, "p3");
	kit_days(k, 100);
	expire(k, 0);
}

static void test_outbox_care__deletes_receipts_that_nothing_came_for(void **state)
{
	struct kit *k = *state;
	receive(k, "nobody");
	kit_days(k, 1);
	expire(k, 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), 1);
	clock_manual_add(&k->clock, 1);
	expire(k, 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_outbox_care__counts_what_waits),
		KIT_BOTH(test_outbox_care__finds_a_part_that_never_arrived),
		KIT_BOTH(test_outbox_care__finds_a_delivery_without_parts),
		KIT_BOTH(test_outbox_care__finds_an_arrival_that_was_not_written_down),
		KIT_BOTH(test_outbox_care__finds_a_part_of_what_was_not_sent),
		KIT_BOTH(test_outbox_care__finds_a_code_that_was_not_written_down),
		KIT_BOTH(test_outbox_care__finds_a_recovery_without_its_notice),
		KIT_BOTH(test_outbox_care__deletes_what_has_long_been_over),
		KIT_BOTH(test_outbox_care__deletes_receipts_that_nothing_came_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Taking messages and settling them: order, deadlines, retries, receipts, leases, and that two
 * workers never hold one message. */
#include <pthread.h>
#include <stdio.h>

#include "domain/outbox_work.h"
#include "support/sending.h"

#define ME    INT64_C(11)
#define OTHER INT64_C(22)

/* --- turns ------------------------------------------------------------------ */

static struct outbox_turn turn(struct kit *k, struct outbox_turn t)
{
	if (t.worker == 0)
		t.worker = ME;
	assert_int_equal(outbox_turn(&k->app, k->a, &t), OK);
	return t;
}

static struct outbox_turn claim(struct kit *k, size_t max)
{
	return turn(k, (struct outbox_turn){ .claim_max = max });
}

static struct outbox_turn settle(struct kit *k, struct outbox_result r)
{
	return turn(k, (struct outbox_turn){ .results = &r, .n_results = 1 });
}

static struct outbox_turn receive(struct kit *k, const char *provider_id, bool delivered)
{
	const struct outbox_receipt r = { .provider_id = str_c(provider_id),
					  .delivered = delivered,
					  .detail = STR("err:001") };
	return turn(k, (struct outbox_turn){ .receipts = &r, .n_receipts = 1 });
}

static struct outbox_turn accept(struct kit *k, int64_t id, const char *one, const char *two)
{
	const struct str ids[] = { str_c(one), str_c(two) };
	return settle(k, (struct outbox_result){ .id = id,
						 .outcome = OUTBOX_ACCEPTED,
						 .provider_ids = ids,
						 .parts = two ? 2 : 1 });
}

static void check_state(struct kit *k, int64_t id, const char *state, const char *reason)
{
	if (kit_number(k,
		       "SELECT count(*) FROM outbox WHERE id = %lld AND state = '%s' AND reason = "
		       "'%s'",
		       (long long)id, state, reason) != 1)
		fail_msg("%lld is not %s (%s)", (long long)id, state, reason);
}

/* --- taking ----------------------------------------------------------------- */

static void test_outbox_work__takes_a_message_once(void **state)
{
	struct kit *k = *state;
	int64_t id = sending_code(k, "a");
	struct outbox_turn t = claim(k, 10);
	assert_int_equal(t.n_claims, 1);
	assert_int_equal(t.claims[0].id, id);
	assert_true(str_eq(t.claims[0].dest, STR("9210000001")));
	assert_string_equal(t.claims[0].text.text.p, SENDING_TEXT);
	assert_int_equal(t.claims[0].deadline.ms, KIT_NOW_MS + 5 * MINUTE_MS);
	assert_false(t.claims[0].broken);
	check_state(k, id, "sending", "none");
	assert_int_equal(claim(k, 10).n_claims, 0);
	assert_int_equal(turn(k, (struct outbox_turn){ .worker = OTHER, .claim_max = 10 }).n_claims,
			 0);
}

static void test_outbox_work__takes_urgent_ones_first_and_no_more_than_asked(void **state)
{
	struct kit *k = *state;
	int64_t old = sending_notice(k, "a");
	kit_minutes(k, 1);
	int64_t young = sending_notice(k, "b");
	int64_t code = sending_code(k, "c");
	assert_int_equal(claim(k, 1).claims[0].id, code);
	struct outbox_turn t = claim(k, 1);
	assert_int_equal(t.n_claims, 1);
	assert_int_equal(t.claims[0].id, old);
	assert_true(tstamp_is_none(t.claims[0].deadline));
	assert_int_equal(claim(k, 1).claims[0].id, young);
	assert_int_equal(claim(k, 1).n_claims, 0);
}

static void test_outbox_work__takes_its_own_kind(void **state)
{
	struct kit *k = *state;
	sending_code(k, "a");
	int64_t mail = sending_put(
		k,
		&(struct outbox_message){ .kind = OUTBOX_MAIL,
					  .dest = STR("anna@example.ru"),
					  .text = MESSAGE_EMAIL_CONFIRM,
					  .args = { .number = { "9215550123" }, .has_token = true },
					  .lang = LANG_EN,
					  .key = STR("b") });
	struct outbox_turn t = turn(k, (struct outbox_turn){ .kind = OUTBOX_MAIL, .claim_max = 9 });
	assert_int_equal(t.n_claims, 1);
	assert_int_equal(t.claims[0].id, mail);
	assert_string_equal(t.claims[0].text.subject.p, "Confirm your e-mail address");
	assert_true(t.claims[0].text.html.n > 0);
}

static void test_outbox_work__never_sends_what_is_late(void **state)
{
	struct kit *k = *state;
	int64_t late = sending_code(k, "a");
	kit_minutes(k, 5);
	int64_t fresh = sending_code(k, "b");
	struct outbox_turn t = claim(k, 10);
	assert_int_equal(t.n_late, 1);
	assert_int_equal(t.n_claims, 1);
	assert_int_equal(t.claims[0].id, fresh);
	check_state(k, late, "failed", "late");
	settle(k, (struct outbox_result){ .id = fresh, .outcome = OUTBOX_LATE });
	check_state(k, fresh, "failed", "late");
}

static void test_outbox_work__gives_broken_ones_up(void **state)
{
	struct kit *k = *state;
	int64_t sealed = sending_code(k, "a");
	k->keys.keys.app[0] ^= 1;
	int64_t good = sending_code(k, "b");
	struct outbox_turn t = claim(k, 10);
	assert_int_equal(t.n_claims, 2);
	assert_int_equal(t.claims[0].id, sealed);
	assert_true(t.claims[0].broken);
	assert_int_equal(t.claims[1].id, good);
	assert_false(t.claims[1].broken);
	settle(k, (struct outbox_result){ .id = sealed, .outcome = OUTBOX_BROKEN });
	check_state(k, sealed, "failed", "broken");
}

/* --- settling --------------------------------------------------------------- */

static void test_outbox_work__settles_as_told(void **state)
{
	struct kit *k = *state;
	static const struct {
		enum outbox_outcome outcome;
		const char *state, *reason;
	} ends[] = {
		{ OUTBOX_ACCEPTED, "sent", "none" },    { OUTBOX_REFUSED, "failed", "refused" },
		{ OUTBOX_SILENT, "unknown", "silent" }, { OUTBOX_BACK, "queued", "none" },
		{ OUTBOX_AGAIN, "queued", "none" },
	};
	char key[16];
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(key, sizeof(key), "n%zu", i);
		int64_t id = sending_notice(k, key);
		assert_int_equal(claim(k, 1).claims[0].id, id);
		struct outbox_result r = { .id = id,
					   .outcome = ends[i].outcome,
					   .detail = STR("status 0x0B\n\xd0") };
		settle(k, r);
		check_state(k, id, ends[i].state, ends[i].reason);
		if (ends[i].outcome != OUTBOX_BACK)
			assert_int_equal(kit_number(k,
						    "SELECT count(*) FROM outbox WHERE id = %lld "
						    "AND detail = 'status 0x0B..' AND tries = 1",
						    (long long)id),
					 1);
		if (ends[i].outcome == OUTBOX_BACK)
			settle(k, (struct outbox_result){ .id = claim(k, 1).claims[0].id,
							  .outcome = OUTBOX_REFUSED });
	}
}

/* Each with what was said of it, those in between that are not the worker's left alone. */
static void test_outbox_work__settles_many_at_once(void **state)
{
	struct kit *k = *state;
	static const char *const keys[] = { "a", "b", "c", "d" };
	const struct str names[] = { STR("p1"), STR("p2"), STR("p3") };
	int64_t id[4];
	for (size_t i = 0; i < 4; i++)
		id[i] = sending_notice(k, keys[i]);
	claim(k, 3);
	turn(k, (struct outbox_turn){ .worker = OTHER, .claim_max = 1 });
	receive(k, "p3", true);
	const struct outbox_result results[] = {
		{ id[0], OUTBOX_ACCEPTED, STR("first"), &names[0], 1 },
		{ id[3], OUTBOX_ACCEPTED, STR("not ours"), &names[1], 1 },
		{ id[1], OUTBOX_REFUSED, STR("no"), NULL, 0 },
		{ id[2], OUTBOX_ACCEPTED, STR("\"third\\"), &names[1], 2 },
	};
	turn(k, (struct outbox_turn){ .results = results, .n_results = 4 });
	check_state(k, id[0], "sent", "none");
	check_state(k, id[1], "failed", "refused");
	check_state(k, id[2], "sent", "none");
	check_state(k, id[3], "sending", "none");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox WHERE tries = 1 AND detail IN "
				       "('first', 'no', '\"third\\')"),
			 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_part WHERE outbox_id = %lld",
				    (long long)id[3]),
			 0);
	assert_int_equal(receive(k, "p2", true).n_arrived, 1);
	check_state(k, id[2], "delivered", "none");
}

static void test_outbox_work__settles_only_what_it_holds(void **state)
{
	struct kit *k = *state;
	int64_t id = sending_code(k, "a");
	claim(k, 1);
	struct outbox_result r = { .id = id, .outcome = OUTBOX_REFUSED };
	turn(k, (struct outbox_turn){ .worker = OTHER, .results = &r, .n_results = 1 });
	check_state(k, id, "sending", "none");
	accept(k, id, "p1", NULL);
	accept(k, id, "p1", NULL);
	settle(k, r);
	check_state(k, id, "sent", "none");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_part"), 1);
}

static void test_outbox_work__tries_again_later_and_later(void **state)
{
	struct kit *k = *state;
	int64_t id = sending_notice(k, "a");
	int64_t waited_s[30];
	size_t n = 0;
	while (kit_number(k, "SELECT count(*) FROM outbox WHERE state = 'queued'") == 1) {
		for (waited_s[n] = 0; claim(k, 1).n_claims == 0; waited_s[n]++)
			clock_manual_add(&k->clock, 1000);
		settle(k, (struct outbox_result){
				  .id = id, .outcome = OUTBOX_AGAIN, .detail = STR("throttled") });
		n++;
	}
	check_state(k, id, "failed", "tries");
	assert_int_equal(n, 30);
	assert_int_equal(waited_s[0], 0);
	static const int64_t least_s[] = { 5, 10, 20, 40, 80, 160, 320, 640, 900 };
	for (size_t i = 1; i < n; i++) {
		int64_t least = least_s[i < 10 ? i - 1 : 8];
		assert_true(waited_s[i] >= least && waited_s[i] <= least + 2);
	}
}

static void test_outbox_work__stops_trying_at_the_deadline(void **state)
{
	struct kit *k = *state;
	int64_t id = sending_code(k, "a");
	for (int i = 0; i < 30; i++) {
		if (claim(k, 1).n_claims == 1)
			settle(k, (struct outbox_result){ .id = id, .outcome = OUTBOX_AGAIN });
		kit_minutes(k, 1);
	}
	check_state(k, id, "failed", "late");
}

/* --- receipts --------------------------------------------------------------- */

static int64_t sent(struct kit *k, const char *key, const char *one, const char *two)
{
	int64_t id = sending_notice(k, key);
	assert_int_equal(claim(k, 1).claims[0].id, id);
	accept(k, id, one, two);
	return id;
}

static void test_outbox_work__is_delivered_when_all_parts_are(void **state)
{
	struct kit *k = *state;
	int64_t id = sent(k, "a", "p1", "p2");
	assert_int_equal(receive(k, "p2", true).n_arrived, 0);
	check_state(k, id, "sent", "none");
	assert_int_equal(receive(k, "p1", true).n_arrived, 1);
	check_state(k, id, "delivered", "none");
	assert_int_equal(receive(k, "p1", false).n_undelivered, 0);
	check_state(k, id, "delivered", "none");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), 0);
}

static void test_outbox_work__fails_when_a_part_does(void **state)
{
	struct kit *k = *state;
	int64_t id = sent(k, "a", "p1", "p2");
	assert_int_equal(receive(k, "p2", false).n_undelivered, 1);
	check_state(k, id, "failed", "undelivered");
	receive(k, "p1", true);
	check_state(k, id, "failed", "undelivered");
}

static void test_outbox_work__keeps_receipts_that_come_first(void **state)
{
	struct kit *k = *state;
	int64_t id = sending_notice(k, "a");
	claim(k, 1);
	receive(k, "p1", true);
	receive(k, "p2", true);
	check_state(k, id, "sending", "none");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), 2);
	assert_int_equal(accept(k, id, "p1", "p2").n_arrived, 1);
	check_state(k, id, "delivered", "none");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), 0);
}

/* A centre may make up names as long as it likes: the newest receipts stay, one in time among them.
 */
static void test_outbox_work__keeps_no_crowd_of_receipts(void **state)
{
	enum { MANY = OUTBOX_RECEIPTS_MAX + 7 };
	static char names[MANY][16];
	static struct outbox_receipt invented[MANY];
	struct kit *k = *state;
	int64_t id = sending_notice(k, "a");
	claim(k, 1);
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "made-up-%d", i);
		invented[i] = (struct outbox_receipt){ .provider_id = str_c(names[i]) };
	}
	struct outbox_turn t =
		turn(k, (struct outbox_turn){ .receipts = invented, .n_receipts = MANY });
	assert_int_equal(t.n_dropped, MANY - OUTBOX_RECEIPTS_MAX);
	clock_manual_add(&k->clock, 1);
	assert_int_equal(receive(k, "p1", true).n_dropped, 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox_receipt"), OUTBOX_RECEIPTS_MAX);
	assert_int_equal(accept(k, id, "p1", NULL).n_arrived, 1);
	check_state(k, id, "delivered", "none");
}

/* A centre counts its ids from the beginning again after a while. */
static void test_outbox_work__takes_a_receipt_for_the_last_of_its_name(void **state)
{
	struct kit *k = *state;
	int64_t first = sent(k, "a", "p1", NULL);
	kit_days(k, 2);
	int64_t second = sending_notice(k, "b");
	claim(k, 1);
	receive(k, "p1", true);
	check_state(k, first, "delivered", "none");
	receive(k, "p1", true);
	accept(k, second, "p1", NULL);
	check_state(k, second, "sent", "none");
	receive(k, "p1", true);
	check_state(k, second, "delivered", "none");
}

static void test_outbox_work__leaves_unknown_what_is_unknown(void **state)
{
	struct kit *k = *state;
	const struct str ids[] = { STR("p1") };
	int64_t id = sending_notice(k, "a");
	claim(k, 1);
	settle(k, (struct outbox_result){
			  .id = id, .outcome = OUTBOX_SILENT, .provider_ids = ids, .parts = 1 });
	receive(k, "p1", true);
	check_state(k, id, "unknown", "silent");
	kit_days(k, 1);
	assert_int_equal(claim(k, 10).n_claims, 0);
}

/* --- leases ----------------------------------------------------------------- */

static void test_outbox_work__loses_what_a_dead_worker_held(void **state)
{
	struct kit *k = *state;
	struct outbox_tending done;
	int64_t dead = sending_notice(k, "a");
	claim(k, 1);
	int64_t alive = sending_notice(k, "b");
	turn(k, (struct outbox_turn){ .worker = OTHER, .claim_max = 1 });
	for (int64_t ms = 0; ms <= OUTBOX_LEASE_MS; ms += OUTBOX_RENEW_MS) {
		assert_int_equal(outbox_tend(&k->app, OUTBOX_SMS, OTHER, &done), OK);
		assert_int_equal(done.n_lost, 0);
		clock_manual_add(&k->clock, OUTBOX_RENEW_MS);
	}
	assert_int_equal(outbox_tend(&k->app, OUTBOX_SMS, OTHER, &done), OK);
	assert_int_equal(done.n_lost, 1);
	check_state(k, dead, "unknown", "lost");
	check_state(k, alive, "sending", "none");
	accept(k, dead, "p1", NULL);
	check_state(k, dead, "unknown", "lost");
}

/* Also when nobody takes anything: a code is not kept for longer than it is good for. */
static void test_outbox_work__fails_late_ones_while_tending(void **state)
{
	struct kit *k = *state;
	struct outbox_tending done;
	int64_t code = sending_code(k, "a");
	int64_t notice = sending_notice(k, "b");
	kit_minutes(k, 5);
	assert_int_equal(outbox_tend(&k->app, OUTBOX_MAIL, ME, &done), OK);
	assert_int_equal(done.n_late, 0);
	assert_int_equal(outbox_tend(&k->app, OUTBOX_SMS, ME, &done), OK);
	assert_int_equal(done.n_late, 1);
	check_state(k, code, "failed", "late");
	check_state(k, notice, "queued", "none");
}

/* A commit without an answer: what it took goes back, for it was never handed over. */
static void test_outbox_work__recounts_after_an_unknown_commit(void **state)
{
	struct kit *k = *state;
	int64_t held = sending_notice(k, "a");
	claim(k, 1);
	int64_t taken = sending_notice(k, "b");
	claim(k, 1);
	struct outbox_turn t =
		turn(k, (struct outbox_turn){
				.recount = true, .held = &held, .n_held = 1, .claim_max = 10 });
	check_state(k, held, "sending", "none");
	assert_int_equal(t.n_claims, 1);
	assert_int_equal(t.claims[0].id, taken);
}

struct rival {
	struct kit *k;
	int64_t worker;
	size_t n;
	bool failed;
};

/* Takes until there is nothing left, and settles in the same transaction. */
static void *work(void *arg)
{
	struct rival *r = arg;
	struct arena *a = arena_new(8 << 20);
	struct outbox_result results[7];
	struct outbox_turn t = { .worker = r->worker, .claim_max = 7, .results = results };
	do {
		if (outbox_turn(&r->k->app, a, &t) != OK) {
			r->failed = true;
			break;
		}
		r->n += t.n_claims;
		for (size_t i = 0; i < t.n_claims; i++)
			results[i] = (struct outbox_result){ .id = t.claims[i].id,
							     .outcome = OUTBOX_ACCEPTED };
		t.n_results = t.n_claims;
		arena_reset(a);
	} while (t.n_claims > 0);
	arena_free(a);
	return NULL;
}

static void test_outbox_work__shares_among_workers(void **state)
{
	enum { WORKERS = 4, MESSAGES = 200 };
	struct kit *k = *state;
	struct rival rivals[WORKERS];
	pthread_t threads[WORKERS];
	size_t taken = 0;
	char key[16];
	for (int i = 0; i < MESSAGES; i++) {
		snprintf(key, sizeof(key), "n%d", i);
		sending_notice(k, key);
	}
	for (int i = 0; i < WORKERS; i++) {
		rivals[i] = (struct rival){ .k = k, .worker = 100 + i };
		assert_int_equal(pthread_create(&threads[i], NULL, work, &rivals[i]), 0);
	}
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(threads[i], NULL);
		assert_false(rivals[i].failed);
		taken += rivals[i].n;
	}
	assert_int_equal(taken, MESSAGES);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM outbox WHERE state = 'sent' AND tries = 1"),
		MESSAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_outbox_work__takes_a_message_once),
		KIT_BOTH(test_outbox_work__takes_urgent_ones_first_and_no_more_than_asked),
		KIT_BOTH(test_outbox_work__takes_its_own_kind),
		KIT_BOTH(test_outbox_work__never_sends_what_is_late),
		KIT_BOTH(test_outbox_work__gives_broken_ones_up),
		KIT_BOTH(test_outbox_work__settles_as_told),
		KIT_BOTH(test_outbox_work__settles_many_at_once),
		KIT_BOTH(test_outbox_work__settles_only_what_it_holds),
		KIT_BOTH(test_outbox_work__tries_again_later_and_later),
		KIT_BOTH(test_outbox_work__stops_trying_at_the_deadline),
		KIT_BOTH(test_outbox_work__is_delivered_when_all_parts_are),
		KIT_BOTH(test_outbox_work__fails_when_a_part_does),
		KIT_BOTH(test_outbox_work__keeps_receipts_that_come_first),
		KIT_BOTH(test_outbox_work__keeps_no_crowd_of_receipts),
		KIT_BOTH(test_outbox_work__takes_a_receipt_for_the_last_of_its_name),
		KIT_BOTH(test_outbox_work__leaves_unknown_what_is_unknown),
		KIT_BOTH(test_outbox_work__loses_what_a_dead_worker_held),
		KIT_BOTH(test_outbox_work__fails_late_ones_while_tending),
		KIT_BOTH(test_outbox_work__recounts_after_an_unknown_commit),
		KIT_BOTH(test_outbox_work__shares_among_workers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

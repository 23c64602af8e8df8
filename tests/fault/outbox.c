/* Messages: written, taken, settled, and the worker made and stopped. */
#include "fault/torture.h"

#include <stdio.h>

#include "domain/outbox_work.h"
#include "support/sending.h"
#include "worker/worker.h"

#define ME INT64_C(11)

static struct str key_of(struct torture *t)
{
	snprintf(t->text, sizeof(t->text), "torture:%d", t->n);
	return str_c(t->text);
}

static int64_t count(struct torture *t, const char *state)
{
	return kit_number(t->k, "SELECT count(*) FROM outbox WHERE key = '%s' AND state = '%s'",
			  key_of(t).p, state);
}

/* --- written ---------------------------------------------------------------- */

static enum err put_in(struct tx *tx, void *arg)
{
	struct torture *t = arg;
	int64_t id;
	const struct outbox_message m = { .dest = STR("9210000001"),
					  .text = MESSAGE_RECOVERY_CODE,
					  .args = { .code = SENDING_CODE },
					  .valid_ms = DAY_MS,
					  .key = key_of(t) };
	return outbox_put(&t->k->app, tx, t->k->a, &m, &id);
}

static bool attempt_put(struct torture *t)
{
	fault_begin();
	enum err e = store_write(t->k->app.store, put_in, t);
	fault_end();
	return torture_done(e);
}

static void settle_put(struct torture *t, bool right)
{
	if (!right)
		assert_int_equal(store_write(t->k->app.store, put_in, t), OK);
	assert_int_equal(count(t, "queued"), 1);
}

/* --- taken ------------------------------------------------------------------ */

static struct outbox_turn turn(struct torture *t, struct outbox_turn what)
{
	what.worker = ME;
	assert_int_equal(outbox_turn(&t->k->app, t->k->a, &what), OK);
	return what;
}

static void put(struct torture *t)
{
	assert_int_equal(store_write(t->k->app.store, put_in, t), OK);
}

static bool attempt_take(struct torture *t)
{
	struct outbox_turn what = { .worker = ME, .claim_max = 1 };
	fault_begin();
	enum err e = outbox_turn(&t->k->app, t->k->a, &what);
	fault_end();
	if (e == OK) {
		assert_int_equal(what.n_claims, 1);
		assert_false(what.claims[0].broken);
		assert_string_equal(what.claims[0].text.text.p, SENDING_TEXT);
	}
	return torture_done(e);
}

/* Whatever was taken and not learnt of goes back and is taken again. */
static void settle_take(struct torture *t, bool right)
{
	if (right)
		assert_int_equal(count(t, "sending"), 1);
	struct outbox_turn again = turn(t, (struct outbox_turn){ .recount = true, .claim_max = 1 });
	assert_int_equal(again.n_claims, 1);
	assert_int_equal(count(t, "sending"), 1);
	struct outbox_result r = { .id = again.claims[0].id, .outcome = OUTBOX_REFUSED };
	turn(t, (struct outbox_turn){ .results = &r, .n_results = 1 });
	assert_int_equal(count(t, "failed"), 1);
}

/* --- settled ---------------------------------------------------------------- */

static void take(struct torture *t)
{
	put(t);
	struct outbox_turn taken = turn(t, (struct outbox_turn){ .claim_max = 1 });
	assert_int_equal(taken.n_claims, 1);
	t->before = taken.claims[0].id;
}

/* Taken over in two parts, both of which have arrived. */
static enum err settle_both(struct torture *t)
{
	char names[2][32];
	snprintf(names[0], sizeof(names[0]), "%d-1", t->n);
	snprintf(names[1], sizeof(names[1]), "%d-2", t->n);
	const struct str ids[] = { str_c(names[0]), str_c(names[1]) };
	const struct outbox_result r = {
		.id = t->before, .outcome = OUTBOX_ACCEPTED, .provider_ids = ids, .parts = 2
	};
	const struct outbox_receipt receipts[] = {
		{ .provider_id = ids[0], .delivered = true },
		{ .provider_id = ids[1], .delivered = true },
	};
	struct outbox_turn what = {
		.worker = ME, .results = &r, .n_results = 1, .receipts = receipts, .n_receipts = 2
	};
	return outbox_turn(&t->k->app, t->k->a, &what);
}

static bool attempt_settle(struct torture *t)
{
	fault_begin();
	enum err e = settle_both(t);
	fault_end();
	return torture_done(e);
}

/* Also when it had been done and nobody knew. */
static void settle_settle(struct torture *t, bool right)
{
	if (!right)
		assert_int_equal(settle_both(t), OK);
	assert_int_equal(count(t, "delivered"), 1);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM outbox_part WHERE outbox_id = %lld",
				    (long long)t->before),
			 2);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM outbox_receipt"), 0);
}

/* --- looked after ----------------------------------------------------------- */

static bool attempt_care(struct torture *t)
{
	struct outbox_tending done;
	struct outbox_gauge gauge;
	int64_t n;
	fault_begin();
	enum err e = outbox_tend(&t->k->app, OUTBOX_SMS, ME, &done);
	if (e == OK)
		e = outbox_gauge(&t->k->app, t->k->a, &gauge);
	if (e == OK)
		e = outbox_expire(&t->k->app, &n);
	fault_end();
	return torture_done(e);
}

/* --- the worker ------------------------------------------------------------- */

static bool attempt_worker(struct torture *t)
{
	struct worker *w = NULL;
	fault_begin();
	enum err e = worker_new(&t->k->app, -1, &w);
	if (e == OK)
		e = worker_start(w, NULL, NULL);
	worker_stop(w, 0);
	fault_end();
	return torture_done(e);
}

static const struct torture_case cases[] = {
	{ .name = "message_put", .attempt = attempt_put, .settle = settle_put },
	{ .name = "message_take", .prepare = put, .attempt = attempt_take, .settle = settle_take },
	{ .name = "message_settle",
	  .prepare = take,
	  .attempt = attempt_settle,
	  .settle = settle_settle },
	{ .name = "message_care", .prepare = put, .attempt = attempt_care },
	{ .name = "worker", .attempt = attempt_worker },
};

struct torture_list torture_outbox(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}

/* Counting, checking and deleting messages. */
#include "domain/ledger.h"
#include "domain/outbox_work.h"
#include "q_outbox.h"

enum { CHECK_ARENA_BYTES = 1 << 20, BATCH = 1000 };

/* --- what waits ------------------------------------------------------------- */

struct gauge {
	struct arena *a;
	struct q_outbox_gauge_row row;
};

static enum err read_gauge(struct tx *tx, void *arg)
{
	struct gauge *g = arg;
	return q_outbox_gauge(tx, g->a, &g->row);
}

enum err outbox_gauge(const struct app *app, struct arena *a, struct outbox_gauge *ret)
{
	struct gauge g = { .a = a };
	try(store_read(app->store, read_gauge, &g));
	*ret = (struct outbox_gauge){ .queued = g.row.queued, .sending = g.row.sending };
	if (!tstamp_is_none(g.row.oldest))
		ret->oldest_ms = app_now(app).ms - g.row.oldest.ms;
	return OK;
}

/* --- I8 --------------------------------------------------------------------- */

struct checking {
	struct arena *a;
	int64_t after_message, after_flow;
	struct q_outbox_bad_row *bad;
	size_t n_bad;
	struct q_outbox_missing_row *missing;
	size_t n_missing;
};

static enum err read_bad(struct tx *tx, void *arg)
{
	struct checking *c = arg;
	try(q_outbox_bad(tx, c->a, c->after_message, &c->bad, &c->n_bad));
	return q_outbox_missing(tx, c->a, c->after_flow, &c->missing, &c->n_missing);
}

static void report_bad(struct checking *c, void (*report)(void *arg, const struct check_fault *f),
		       void *arg)
{
	for (size_t i = 0; i < c->n_bad; i++) {
		c->after_message = c->bad[i].id;
		report(arg, &(struct check_fault){
				    .invariant = "I8",
				    .message_id = c->bad[i].id,
				    .what = "the message is not where its parts say",
			    });
	}
	for (size_t i = 0; i < c->n_missing; i++) {
		c->after_flow = c->missing[i].flow;
		report(arg, &(struct check_fault){
				    .invariant = "I8",
				    .flow_id = c->missing[i].flow,
				    .what = "what it had to send was not written down",
			    });
	}
}

enum err outbox_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		      void *arg)
{
	struct checking c = { .a = arena_new(CHECK_ARENA_BYTES),
			      .after_message = INT64_MIN,
			      .after_flow = INT64_MIN };
	if (!c.a)
		return E_NOMEM;
	enum err e;
	do {
		arena_reset(c.a);
		e = store_read(app->store, read_bad, &c);
		if (e == OK)
			report_bad(&c, report, arg);
	} while (e == OK && c.n_bad + c.n_missing > 0);
	arena_free(c.a);
	return e;
}

/* --- cleaning --------------------------------------------------------------- */

struct expire {
	tstamp before, receipts_before;
	int64_t n, n_receipts;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	try(q_outbox_expire_parts(tx, x->before));
	try(q_outbox_expire(tx, x->before, &x->n));
	return q_outbox_expire_receipts(tx, x->receipts_before, &x->n_receipts);
}

enum err outbox_expire(const struct app *app, int64_t *ret_n)
{
	int64_t now = app_now(app).ms;
	struct expire x = { .before = { now - app->conf->outbox_keep_days * DAY_MS },
			    .receipts_before = { now - OUTBOX_RECEIPT_MS } };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n == BATCH || x.n_receipts == BATCH ? BATCH : x.n;
	return OK;
}

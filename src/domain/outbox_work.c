/* Taking and settling. The statements say `worker = …`, which only what is being sent has: what was
 * settled once stays so, however often a transaction is run. */
#include "domain/outbox_work.h"

#include <assert.h>

#include "core/rnd.h"
#include "core/secret.h"
#include "domain/outbox_seal.h"
#include "q_outbox.h"

#define RETRY_FIRST_MS 5000
#define RETRY_MOST_MS  (15 * MINUTE_MS)
#define RETRY_JITTER   2000
#define TRIES_MAX      30 /* about six hours */
#define LATE_MAX       1000
#define LOST_MAX       1000
#define WORDS_MAX      64

struct work {
	const struct app *app;
	struct arena *a;
	struct outbox_turn *t;
	tstamp now;
	int64_t now_us; /* the same moment: a commit may take long */
	bool kept;      /* a receipt for later */
	struct q_outbox_claim_row *rows;
	size_t n_rows;
};

/* --- settling --------------------------------------------------------------- */

static bool printable(char c)
{
	return c >= ' ' && c <= '~';
}

_Static_assert(WORDS_MAX >= SMS_ID_BYTES_MAX, "an id is kept whole");

/* A centre's words and ids, fit for a row. */
static enum err plain(struct arena *a, struct str s, struct str *ret)
{
	size_t n = s.n < WORDS_MAX ? s.n : WORDS_MAX;
	char *p = arena_alloc(a, n + 1);
	if (!p)
		return E_NOMEM;
	for (size_t i = 0; i < n; i++)
		p[i] = printable(s.p[i]) ? s.p[i] : '.';
	*ret = (struct str){ .p = p, .n = n };
	return OK;
}

/* After a part was settled: is the message? */
static enum err settle_whole(struct work *w, struct tx *tx, int64_t id, struct str detail)
{
	struct q_outbox_parts_row parts;
	int64_t n;
	try(q_outbox_parts(tx, w->a, id, &parts));
	if (parts.failed > 0) {
		try(q_outbox_undelivered(
			tx, &(struct q_outbox_undelivered_args){ id, detail, w->now }, &n));
		w->t->n_undelivered += n;
	} else if (parts.open == 0) {
		try(q_outbox_arrived(tx, &(struct q_outbox_arrived_args){ id, w->now }, &n));
		w->t->n_arrived += n;
	}
	return OK;
}

/* Expected: E_NOTFOUND (no part waits for it). */
static enum err settle_part(struct work *w, struct tx *tx, struct str provider_id, struct str state,
			    struct str detail)
{
	const struct q_outbox_part_settle_args args = { provider_id, state };
	int64_t id;
	try(q_outbox_part_settle(tx, w->a, &args, &id));
	return settle_whole(w, tx, id, detail);
}

/* For a part that is still to come; unless it is one that has been here, told again. */
static enum err keep_receipt(struct work *w, struct tx *tx,
			     const struct q_outbox_receipt_add_args *r)
{
	const struct q_outbox_part_known_args args = { r->provider_id,
						       { w->now.ms - OUTBOX_RECEIPT_MS } };
	int64_t n;
	try(q_outbox_part_known(tx, w->a, &args, &n));
	if (n > 0)
		return OK;
	w->kept = true;
	return q_outbox_receipt_add(tx, r);
}

static enum err settle_receipt(struct work *w, struct tx *tx, const struct outbox_receipt *r)
{
	struct q_outbox_receipt_add_args args = {
		.id = id_next(w->app->ids),
		.state = r->delivered ? STR("delivered") : STR("failed"),
		.now = w->now,
	};
	try(plain(w->a, r->provider_id, &args.provider_id));
	try(plain(w->a, r->detail, &args.detail));
	enum err e = settle_part(w, tx, args.provider_id, args.state, args.detail);
	return e == E_NOTFOUND ? keep_receipt(w, tx, &args) : e;
}

/* Whatever names a centre makes up, they fill no store. */
static enum err settle_receipts(struct work *w, struct tx *tx)
{
	for (size_t i = 0; i < w->t->n_receipts; i++)
		try(settle_receipt(w, tx, &w->t->receipts[i]));
	return w->kept ? q_outbox_receipt_crowd(tx, OUTBOX_RECEIPTS_MAX, &w->t->n_dropped) : OK;
}

/* Receipts that were quicker than the answer. */
static enum err take_kept(struct work *w, struct tx *tx, const struct bulk *parts)
{
	struct q_outbox_receipt_find_row *kept;
	size_t n;
	try(q_outbox_receipt_find(tx, w->a, parts, &kept, &n));
	for (size_t i = 0; i < n; i++) {
		enum err e = settle_part(w, tx, kept[i].provider_id, kept[i].state, kept[i].detail);
		if (e != OK && e != E_NOTFOUND)
			return e;
		try(q_outbox_receipt_drop(tx, kept[i].id));
	}
	return OK;
}

static void list_parts(struct bulk *parts, const struct outbox_result *r)
{
	for (size_t i = 0; i < r->parts; i++) {
		bulk_row(parts);
		bulk_i64(parts, r->id);
		bulk_i64(parts, (int64_t)i + 1);
		bulk_str(parts, r->provider_ids[i]);
	}
}

/* All parts first: a receipt for one does not settle the message before the others are known. */
static enum err add_parts(struct work *w, struct tx *tx, struct bulk *parts)
{
	try(bulk_end(parts));
	if (bulk_rows(parts) == 0)
		return OK;
	try(q_outbox_part_add(tx, parts));
	return take_kept(w, tx, parts);
}

/* --- what the centre has ---------------------------------------------------- */

static enum err list_accepted(struct work *w, struct bulk **ret)
{
	struct bulk *sent;
	try(bulk_new(w->a, &sent));
	for (size_t i = 0; i < w->t->n_results; i++) {
		const struct outbox_result *r = &w->t->results[i];
		struct str detail;
		if (r->outcome != OUTBOX_ACCEPTED)
			continue;
		try(plain(w->a, r->detail, &detail));
		bulk_row(sent);
		bulk_i64(sent, r->id);
		bulk_str(sent, detail);
	}
	*ret = sent;
	return bulk_end(sent);
}

static bool was_sent(const struct q_outbox_sent_row *sent, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (sent[i].id == id)
			return true;
	return false;
}

/* All of them at once: that is what there is most of. */
static enum err settle_accepted(struct work *w, struct tx *tx)
{
	struct bulk *accepted, *parts;
	struct q_outbox_sent_row *sent;
	size_t n;
	try(list_accepted(w, &accepted));
	if (bulk_rows(accepted) == 0)
		return OK;
	try(q_outbox_sent(tx, w->a,
			  &(struct q_outbox_sent_args){ accepted, (int64_t)bulk_rows(accepted),
							w->t->worker, w->now },
			  &sent, &n));
	try(bulk_new(w->a, &parts));
	for (size_t i = 0; i < w->t->n_results; i++) {
		const struct outbox_result *r = &w->t->results[i];
		if (r->outcome == OUTBOX_ACCEPTED && was_sent(sent, n, r->id))
			list_parts(parts, r);
	}
	return add_parts(w, tx, parts);
}

/* --- what else became of messages ------------------------------------------- */

static enum err settle_again(struct work *w, struct tx *tx, const struct outbox_result *r,
			     struct str detail)
{
	bool again = true;
	enum err e =
		q_outbox_retry(tx, w->a,
			       &(struct q_outbox_retry_args){
				       .id = r->id,
				       .worker = w->t->worker,
				       .detail = detail,
				       .now = w->now,
				       .first_ms = RETRY_FIRST_MS,
				       .most_ms = RETRY_MOST_MS,
				       .tries_max = TRIES_MAX,
				       .jitter_ms = (int64_t)rnd_below(w->app->rnd, RETRY_JITTER),
			       },
			       &again);
	w->t->n_tried_out += e == OK && !again;
	return e == E_NOTFOUND ? OK : e;
}

static enum err settle_over(struct work *w, struct tx *tx, const struct outbox_result *r,
			    struct str detail)
{
	static const struct {
		enum outbox_state state;
		const char *reason;
	} ends[] = {
		[OUTBOX_REFUSED] = { OUTBOX_FAILED, "refused" },
		[OUTBOX_SILENT] = { OUTBOX_UNKNOWN, "silent" },
		[OUTBOX_LATE] = { OUTBOX_FAILED, "late" },
		[OUTBOX_BROKEN] = { OUTBOX_FAILED, "broken" },
	};
	int64_t n;
	return q_outbox_over(tx,
			     &(struct q_outbox_over_args){
				     .id = r->id,
				     .worker = w->t->worker,
				     .state = outbox_state_name(ends[r->outcome].state),
				     .reason = str_c(ends[r->outcome].reason),
				     .detail = detail,
				     .now = w->now,
			     },
			     &n);
}

/* Of some of its parts the centre may have told. */
static enum err settle_silent(struct work *w, struct tx *tx, const struct outbox_result *r,
			      struct str detail)
{
	struct bulk *parts;
	try(settle_over(w, tx, r, detail));
	try(bulk_new(w->a, &parts));
	list_parts(parts, r);
	return add_parts(w, tx, parts);
}

static enum err give_back(struct work *w, struct tx *tx, int64_t id)
{
	int64_t n;
	return q_outbox_back(tx, &(struct q_outbox_back_args){ id, w->t->worker, w->now }, &n);
}

static enum err settle_result(struct work *w, struct tx *tx, const struct outbox_result *r)
{
	struct str detail;
	try(plain(w->a, r->detail, &detail));
	switch (r->outcome) {
	case OUTBOX_AGAIN:
		return settle_again(w, tx, r, detail);
	case OUTBOX_BACK:
		return give_back(w, tx, r->id);
	case OUTBOX_SILENT:
		return settle_silent(w, tx, r, detail);
	default:
		return settle_over(w, tx, r, detail);
	}
}

/* --- taking ----------------------------------------------------------------- */

static bool is_held(const struct outbox_turn *t, int64_t id)
{
	for (size_t i = 0; i < t->n_held; i++)
		if (t->held[i] == id)
			return true;
	return false;
}

/* What a transaction took whose outcome was never learnt. */
static enum err recount(struct work *w, struct tx *tx)
{
	struct q_outbox_held_row *rows;
	size_t n;
	try(q_outbox_held(tx, w->a, w->t->worker, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (!is_held(w->t, rows[i].id))
			try(give_back(w, tx, rows[i].id));
	return OK;
}

static enum err claim(struct work *w, struct tx *tx)
{
	struct str kind = outbox_kind_name(w->t->kind);
	try(q_outbox_late(tx, &(struct q_outbox_late_args){ kind, w->now, LATE_MAX },
			  &w->t->n_late));
	return q_outbox_claim(tx, w->a,
			      &(struct q_outbox_claim_args){
				      .kind = kind,
				      .now = w->now,
				      .size = (int64_t)w->t->claim_max,
				      .worker = w->t->worker,
				      .until = { w->now.ms + OUTBOX_LEASE_MS },
			      },
			      &w->rows, &w->n_rows);
}

static enum err run_turn(struct tx *tx, void *arg)
{
	struct work *w = arg;
	struct outbox_turn *t = w->t;
	t->n_arrived = t->n_undelivered = t->n_late = t->n_tried_out = t->n_dropped = 0;
	w->kept = false;
	w->n_rows = 0;
	try(settle_accepted(w, tx));
	for (size_t i = 0; i < t->n_results; i++)
		if (t->results[i].outcome != OUTBOX_ACCEPTED)
			try(settle_result(w, tx, &t->results[i]));
	try(settle_receipts(w, tx));
	if (t->recount)
		try(recount(w, tx));
	return t->claim_max > 0 ? claim(w, tx) : OK;
}

/* None is taken before its time has come, so this is never more than it was written with. */
static int64_t until_us(const struct work *w, const struct q_outbox_claim_row *row)
{
	if (tstamp_is_none(row->deadline))
		return 0;
	return w->now_us + (row->deadline.ms - w->now.ms) * 1000;
}

/* What cannot be made is broken; only memory may come back. */
static enum err make(const struct work *w, const struct q_outbox_claim_row *row,
		     struct outbox_claim *ret)
{
	struct message_args args;
	enum message_id text;
	enum lang lang = str_eq(row->lang, STR("en")) ? LANG_EN : LANG_RU;
	*ret = (struct outbox_claim){ .id = row->id,
				      .dest = row->dest,
				      .deadline = row->deadline,
				      .until_us = until_us(w, row),
				      .broken = true };
	enum err e = message_parse(row->message, &text);
	const struct message_form *form = e == OK ? message_form(text, w->t->kind, lang) : NULL;
	if (!form || outbox_unseal(w->app, row->id, text, row->args, &args) != OK)
		return OK;
	e = outbox_text(w->app->conf, w->a, form, &args, &ret->text);
	secret_wipe(&args, sizeof(args));
	ret->broken = e != OK;
	return e == E_INPUT ? OK : e;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct outbox_claim *)a)->id;
	int64_t y = ((const struct outbox_claim *)b)->id;
	return (x > y) - (x < y);
}

static enum err make_all(struct work *w)
{
	struct outbox_claim *claims = arena_array(w->a, w->n_rows + 1, sizeof(*claims));
	if (!claims)
		return E_NOMEM;
	for (size_t i = 0; i < w->n_rows; i++)
		try(make(w, &w->rows[i], &claims[i]));
	qsort(claims, w->n_rows, sizeof(*claims), by_id);
	w->t->claims = claims;
	w->t->n_claims = w->n_rows;
	return OK;
}

enum err outbox_turn(const struct app *app, struct arena *a, struct outbox_turn *t)
{
	assert(t->claim_max <= OUTBOX_BATCH_MAX);
	struct work w = { .app = app,
			  .a = a,
			  .t = t,
			  .now = app_now(app),
			  .now_us = app->clock->mono_us(app->clock) };
	try(store_write(app->store, run_turn, &w));
	return make_all(&w);
}

/* --- leases ----------------------------------------------------------------- */

struct tend {
	struct str kind;
	int64_t worker;
	tstamp now;
	struct outbox_tending done;
};

static enum err tend(struct tx *tx, void *arg)
{
	struct tend *x = arg;
	int64_t n;
	const struct q_outbox_extend_args extend = { x->worker, { x->now.ms + OUTBOX_LEASE_MS } };
	try(q_outbox_extend(tx, &extend, &n));
	try(q_outbox_lost(tx, &(struct q_outbox_lost_args){ x->now, LOST_MAX }, &x->done.n_lost));
	return q_outbox_late(tx, &(struct q_outbox_late_args){ x->kind, x->now, LATE_MAX },
			     &x->done.n_late);
}

enum err outbox_tend(const struct app *app, enum outbox_kind kind, int64_t worker,
		     struct outbox_tending *ret)
{
	struct tend x = { .kind = outbox_kind_name(kind), .worker = worker, .now = app_now(app) };
	try(store_write(app->store, tend, &x));
	*ret = x.done;
	return OK;
}

/* Changing the contact phone: asked, proved, held, cancelled or in force. */
#include "domain/phone_change.h"

#include "domain/email_change.h"
#include "domain/event.h"
#include "domain/link.h"
#include "domain/number.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/subscriber_proof.h"
#include "q_phone.h"
#include "q_session.h"
#include "q_subscriber.h"

#define ARENA_BYTES ((size_t)1 << 18)
#define LINK        "phone cancel"

/* --- asking --------------------------------------------------------------- */

struct asking {
	const struct app *app;
	struct arena *a;
	const struct phone_ask *ask;
	const struct phone_change *change;
	struct phone phone;
	struct q_subscriber_credentials_row old;
	struct secret now;
	struct limit_take take;
};

static enum err read_credentials(struct tx *tx, void *arg)
{
	struct asking *x = arg;
	return q_subscriber_credentials(tx, x->a, x->ask->session->subscriber_id, &x->old);
}

static enum err give_back(struct tx *tx, void *arg)
{
	struct asking *x = arg;
	return limit_give(x->app, tx, x->a, &x->take);
}

static bool same_phone(const struct msisdn *a, const struct msisdn *b)
{
	return str_eq(msisdn_str(a), msisdn_str(b));
}

/* The form itself, before a try is spent on the password. */
static enum err check(struct asking *x, struct problems *problems)
{
	bool works;
	const struct session *s = x->ask->session;
	if (same_phone(&x->change->to, &x->phone.contact))
		problems_add(problems, "phone", (struct say){ .id = SAY_PHONE_KNOWN });
	try(number_works(x->app, x->a, s->number_id, &works));
	if (!works && same_phone(&x->change->to, &s->msisdn))
		problems_add(problems, "phone", (struct say){ .id = SAY_PHONE_SAME });
	try(password_normal(x->a, x->change->now, &x->now));
	if (x->now.bytes.n == 0)
		problems_add(problems, "now", (struct say){ .id = SAY_REQUIRED });
	return problems->n ? E_INPUT : OK;
}

static enum err send(const struct app *app, struct arena *a, const struct phone_ask *ask,
		     const struct phone *phone, const struct msisdn *to, struct flow *ret)
{
	struct flow_ask flow =
		phone_flow_ask(ask, FLOW_CHANGE_PHONE, phone->confirmed ? phone->contact : *to);
	flow.new_phone = *to;
	return flow_send(app, a, &flow, ret);
}

enum err phone_change_ask(const struct app *app, struct arena *a, const struct phone_ask *ask,
			  const struct phone_change *change, struct problems *ret_problems,
			  struct flow *ret)
{
	struct asking x = { .app = app, .a = a, .ask = ask, .change = change };
	try(phone_find(app, a, ask->session, &x.phone));
	if (x.phone.held)
		return E_CONFLICT;
	try(check(&x, ret_problems));
	try(store_read(app->store, read_credentials, &x));
	try(subscriber_proof(app, a, ask->session, x.now, x.old.password_hash, ret_problems,
			     &x.take));
	try(store_write(app->store, give_back, &x));
	return send(app, a, ask, &x.phone, &change->to, ret);
}

enum err phone_change_again(const struct app *app, struct arena *a, const struct phone_ask *ask,
			    struct flow *ret)
{
	struct flow flow;
	struct phone phone;
	try(flow_find(app, a, ask->browser, FLOW_CHANGE_PHONE, &flow));
	try(phone_find(app, a, ask->session, &phone));
	return phone_flow_own(ask, &flow) ? send(app, a, ask, &phone, &flow.new_phone, ret)
					  : E_NOTFOUND;
}

/* --- holding -------------------------------------------------------------- */

struct telling {
	enum message_id text;
	struct msisdn to;
	const char *key; /* with ${id} behind it, one message ever */
	int64_t id;
	int64_t subscriber_id;
	struct message_args args;
};

static enum err tell(const struct app *app, struct tx *tx, struct arena *a, const struct telling *t)
{
	int64_t id;
	struct buf key;
	if (!t->to.d[0])
		return OK;
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, str_c(t->key));
	buf_i64(&key, t->id);
	struct outbox_message m = {
		.kind = OUTBOX_SMS,
		.dest = msisdn_str(&t->to),
		.text = t->text,
		.args = t->args,
		.subscriber_id = t->subscriber_id,
		.key = buf_str(&key),
	};
	enum err e = key.err ? key.err : outbox_put(app, tx, a, &m, &id);
	buf_done(&key);
	return e;
}

struct holding {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	const struct flow *flow;
	int64_t id;
	unsigned char token[MESSAGE_TOKEN_BYTES];
};

static enum err tell_both(struct holding *h, struct tx *tx, struct msisdn old, tstamp due)
{
	bool link = h->app->conf->http_origin.n > 0; /* else it could begin with nothing */
	struct telling t = {
		.text = link ? MESSAGE_PHONE_CHANGE_OLD : MESSAGE_PHONE_CHANGE_TOLD,
		.to = old,
		.key = "phone-old:",
		.id = h->id,
		.subscriber_id = h->s->subscriber_id,
		.args = { .number = h->s->msisdn, .at = due, .has_token = link },
	};
	memcpy(t.args.token, h->token, sizeof(h->token));
	try(tell(h->app, tx, h->a, &t));
	t.text = MESSAGE_PHONE_CHANGE_NEW;
	t.to = h->flow->new_phone;
	t.key = "phone-new:";
	t.args.has_token = false;
	return tell(h->app, tx, h->a, &t);
}

static enum err hold(struct tx *tx, void *arg)
{
	struct holding *h = arg;
	int64_t n;
	struct q_phone_contact_row phone;
	struct link_hash hash = link_hash_of(h->app, LINK, h->token);
	tstamp now = app_now(h->app);
	try(flow_step(h->app, tx, h->flow->id, FLOW_SENT, FLOW_USED));
	try(q_phone_contact(tx, h->a, h->s->subscriber_id, &phone));
	bool confirmed = !tstamp_is_none(phone.confirmed);
	const struct msisdn *proves = confirmed ? &phone.contact_phone : &h->flow->new_phone;
	if (!same_phone(proves, &h->flow->to)) /* the phone so far is another by now */
		return E_NOTFOUND;
	struct q_phone_change_add_args args = {
		.id = h->id,
		.subscriber_id = h->s->subscriber_id,
		.old_phone = phone.contact_phone,
		.new_phone = h->flow->new_phone,
		.at_once = !confirmed,
		.cancel_hash = link_hash_str(&hash),
		.now = now,
		.due = { now.ms + PHONE_HOLD_MS },
	};
	try(q_phone_change_add(tx, &args, &n));
	if (n != 1)
		return E_CONFLICT;
	struct q_phone_put_args put = { h->s->subscriber_id, h->flow->new_phone, now };
	if (!confirmed)
		try(q_phone_put(tx, &put));
	try(event_by(h->app, tx, h->a, h->s, confirmed ? EVENT_PHONE_ASKED : EVENT_PHONE_AT_ONCE));
	return tell_both(h, tx, phone.contact_phone, args.due);
}

enum err phone_change_try(const struct app *app, struct arena *a, const struct phone_ask *ask,
			  struct secret typed, struct flow *ret)
{
	try(flow_try(app, a, ask->browser, FLOW_CHANGE_PHONE, typed, ret));
	if (!phone_flow_own(ask, ret))
		return E_NOTFOUND;
	struct holding h = {
		.app = app,
		.a = a,
		.s = ask->session,
		.flow = ret,
		.id = id_next(app->ids),
	};
	app->rnd->fill(app->rnd, h.token, sizeof(h.token));
	enum err e = store_write(app->store, hold, &h);
	secret_wipe(h.token, sizeof(h.token));
	try(e);
	outbox_wake(app);
	return OK;
}

/* --- cancelling ----------------------------------------------------------- */

static enum err cancel_in(const struct app *app, struct tx *tx, struct arena *a,
			  const struct event_new *event)
{
	int64_t subscriber_id = event->subscriber_id;
	struct q_phone_change_cancel_row row;
	struct q_phone_owner_row owner;
	struct q_phone_change_cancel_args args = { subscriber_id, app_now(app) };
	try(q_phone_change_cancel(tx, a, &args, &row));
	try(q_phone_owner(tx, a, subscriber_id, &owner));
	struct q_phone_put_args put = { subscriber_id, row.old_phone, TSTAMP_NONE };
	if (row.at_once)
		try(q_phone_put(tx, &put));
	try(event_put(app, tx, a, event));
	struct telling t = {
		.text = MESSAGE_PHONE_CHANGE_CANCELLED,
		.to = row.old_phone,
		.key = "phone-off-old:",
		.id = row.id,
		.subscriber_id = subscriber_id,
		.args = { .number = owner.msisdn, .at = args.now },
	};
	try(tell(app, tx, a, &t));
	t.to = row.new_phone;
	t.key = "phone-off-new:";
	return tell(app, tx, a, &t);
}

enum err phone_change_stop(const struct app *app, struct tx *tx, struct arena *a,
			   int64_t subscriber_id, struct str device)
{
	const struct event_new event = {
		.kind = EVENT_PHONE_CANCELLED,
		.subscriber_id = subscriber_id,
		.device = device,
	};
	enum err e = cancel_in(app, tx, a, &event);
	return e == E_NOTFOUND ? OK : e;
}

struct cancelling {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct q_phone_change_by_args by;
	struct q_phone_change_by_row row;
};

/* Nothing to cancel: pressed twice, or too late. */
static enum err is_off(struct cancelling *c, struct tx *tx)
{
	bool cancelled = true;
	enum err e = q_phone_change_last(tx, c->a, c->s->subscriber_id, &cancelled);
	if (e != OK && e != E_NOTFOUND)
		return e;
	return cancelled ? OK : E_CONFLICT;
}

static enum err cancel_own(struct tx *tx, void *arg)
{
	struct cancelling *c = arg;
	const struct event_new event = {
		.kind = EVENT_PHONE_CANCELLED,
		.subscriber_id = c->s->subscriber_id,
		.session_id = c->s->id,
	};
	enum err e = cancel_in(c->app, tx, c->a, &event);
	return e == E_NOTFOUND ? is_off(c, tx) : e;
}

enum err phone_change_cancel(const struct app *app, struct arena *a, const struct session *s)
{
	struct cancelling c = { .app = app, .a = a, .s = s };
	try(store_write(app->store, cancel_own, &c));
	outbox_wake(app);
	return OK;
}

static enum err find_by(struct tx *tx, void *arg)
{
	struct cancelling *c = arg;
	return q_phone_change_by(tx, c->a, &c->by, &c->row);
}

static enum err refuse_by(struct tx *tx, void *arg)
{
	struct cancelling *c = arg;
	struct q_phone_owner_row owner;
	try(find_by(tx, c));
	const struct event_new event = {
		.kind = EVENT_PHONE_REFUSED,
		.subscriber_id = c->row.subscriber_id,
	};
	try(cancel_in(c->app, tx, c->a, &event));
	if (c->row.at_once)
		return OK;
	try(email_stop(c->app, tx, c->a, c->row.subscriber_id, STR("")));
	try(q_phone_owner(tx, c->a, c->row.subscriber_id, &owner));
	return q_session_end_number(tx, owner.number_id);
}

static enum err run_by(struct cancelling *c, struct str token,
		       enum err (*run)(struct cancelling *c))
{
	struct link_hash hash;
	try(link_read(c->app, LINK, token, &hash));
	c->by.cancel_hash = link_hash_str(&hash);
	c->by.now = app_now(c->app);
	return run(c);
}

static enum err run_find(struct cancelling *c)
{
	return store_read(c->app->store, find_by, c);
}

static enum err run_refuse(struct cancelling *c)
{
	return store_write(c->app->store, refuse_by, c);
}

enum err phone_change_find(const struct app *app, struct arena *a, struct str token,
			   struct phone_change_held *ret)
{
	struct cancelling c = { .app = app, .a = a };
	try(run_by(&c, token, run_find));
	*ret = (struct phone_change_held){ c.row.new_phone, c.row.due, c.row.at_once };
	return OK;
}

enum err phone_change_refuse(const struct app *app, struct arena *a, struct str token)
{
	struct cancelling c = { .app = app, .a = a };
	try(run_by(&c, token, run_refuse));
	outbox_wake(app);
	return OK;
}

/* --- in force ------------------------------------------------------------- */

struct settling {
	const struct app *app;
	struct arena *a;
	int64_t n;
};

static enum err put_in_force(struct settling *s, struct tx *tx,
			     const struct q_phone_settle_args *put)
{
	int64_t n;
	const struct event_new event = {
		.kind = EVENT_PHONE_CHANGED,
		.subscriber_id = put->subscriber_id,
	};
	try(q_phone_settle(tx, put, &n));
	return n == 1 ? event_put(s->app, tx, s->a, &event) : OK;
}

/* The new phone has proved nothing yet: it is confirmed as any other. */
static enum err settle_one(struct settling *s, struct tx *tx,
			   const struct q_phone_change_due_row *row)
{
	int64_t n;
	const struct q_phone_settle_args put = { row->subscriber_id, row->old_phone,
						 row->new_phone };
	try(q_phone_change_void(tx, row->id, &n));
	if (n == 1)
		return OK;
	try(q_phone_change_done(tx, row->id, &n));
	return n == 1 && !row->at_once ? put_in_force(s, tx, &put) : OK;
}

static enum err settle(struct tx *tx, void *arg)
{
	struct settling *s = arg;
	struct q_phone_change_due_row *rows;
	size_t n;
	arena_reset(s->a);
	try(q_phone_change_due(tx, s->a, app_now(s->app), &rows, &n));
	for (size_t i = 0; i < n; i++)
		try(settle_one(s, tx, &rows[i]));
	s->n = (int64_t)n;
	return OK;
}

enum err phone_change_settle(const struct app *app, int64_t *ret_n)
{
	struct settling s = { .app = app, .a = arena_new(ARENA_BYTES) };
	if (!s.a)
		return E_NOMEM;
	enum err e = store_write(app->store, settle, &s);
	arena_free(s.a);
	try(e);
	*ret_n = s.n;
	return OK;
}

/* The address confirmed, changed, given up. */
#include "domain/email_change.h"

#include "domain/email_row.h"
#include "domain/event.h"
#include "domain/find_word.h"
#include "domain/link.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/phone_change.h"
#include "domain/subscriber_proof.h"
#include "q_session.h"
#include "q_subscriber.h"

#define ARENA_BYTES ((size_t)1 << 18)

/* --- telling -------------------------------------------------------------- */

/* To the contact phone and the address as they are in ${row}, where each is confirmed. */
struct telling {
	enum message_id text;
	const char *key; /* with the change's id behind it: one message to each */
	int64_t id;
	int64_t subscriber_id;
	struct message_args args;
};

static enum err tell(const struct app *app, struct tx *tx, struct arena *a, const struct telling *t,
		     enum outbox_kind kind, struct str dest)
{
	int64_t id;
	struct buf key;
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, str_c(t->key));
	buf_put(&key, outbox_kind_name(kind));
	buf_c(&key, ':');
	buf_i64(&key, t->id);
	const struct outbox_message m = {
		.kind = kind,
		.dest = dest,
		.text = t->text,
		.args = t->args,
		.subscriber_id = t->subscriber_id,
		.key = buf_str(&key),
	};
	enum err e = key.err ? key.err : outbox_put(app, tx, a, &m, &id);
	buf_done(&key);
	return e;
}

static enum err tell_all(const struct app *app, struct tx *tx, struct arena *a,
			 const struct q_email_find_row *row, const struct telling *t)
{
	if (!tstamp_is_none(row->phone_confirmed))
		try(tell(app, tx, a, t, OUTBOX_SMS, msisdn_str(&row->contact_phone)));
	if (tstamp_is_none(row->confirmed))
		return OK;
	return tell(app, tx, a, t, OUTBOX_MAIL, row->email);
}

/* --- the link in the letter ------------------------------------------------ */

struct linking {
	const struct app *app;
	struct arena *a;
	struct q_email_by_link_args by;
	struct q_email_by_link_row row;
	struct email_link link;
	unsigned char token[MESSAGE_TOKEN_BYTES]; /* of the link that stops a change */
};

static enum err find_link(struct tx *tx, void *arg)
{
	struct linking *x = arg;
	return q_email_by_link(tx, x->a, &x->by, &x->row);
}

/* The office finds them by it. */
static enum err put_email(struct tx *tx, struct arena *a, const struct q_email_put_args *put)
{
	try(find_word_drop(tx, a, put->subscriber_id));
	try(q_email_put(tx, put));
	return find_word_put_row(tx, a, put->subscriber_id);
}

/* The address of the registration: nobody's place is taken. */
static enum err confirm_own(struct linking *x, struct tx *tx, const struct q_email_find_row *now)
{
	int64_t n;
	const struct q_email_step_args step = { x->row.id, STR("asked"), STR("done") };
	const struct q_email_put_args put = { x->row.subscriber_id, x->row.address, x->by.now };
	const struct event_new event = {
		.kind = EVENT_EMAIL_CONFIRMED,
		.subscriber_id = x->row.subscriber_id,
		.msisdn = now->msisdn,
	};
	try(q_email_step(tx, &step, &n));
	if (n != 1)
		return E_NOTFOUND;
	try(event_put(x->app, tx, x->a, &event)); /* as long as nothing goes to the address */
	return put_email(tx, x->a, &put);
}

static enum err hold(struct linking *x, struct tx *tx, const struct q_email_find_row *now)
{
	int64_t n;
	struct link_hash stop = link_hash_of(x->app, EMAIL_STOP, x->token);
	x->link.held = true;
	x->link.until = (tstamp){ x->by.now.ms + EMAIL_HOLD_MS };
	const struct q_email_hold_args args = { x->row.id, link_hash_str(&stop), x->link.until };
	struct telling t = {
		.text = MESSAGE_EMAIL_CHANGE,
		.key = "email-change:",
		.id = x->row.id,
		.subscriber_id = x->row.subscriber_id,
		.args = { .number = now->msisdn, .at = x->link.until, .has_token = true },
	};
	const struct event_new event = {
		.kind = EVENT_EMAIL_ASKED,
		.subscriber_id = x->row.subscriber_id,
	};
	try(q_email_hold(tx, &args, &n));
	if (n != 1)
		return E_NOTFOUND;
	try(event_put(x->app, tx, x->a, &event));
	memcpy(t.args.token, x->token, sizeof(x->token));
	enum err e = tell_all(x->app, tx, x->a, now, &t);
	secret_wipe(t.args.token, sizeof(t.args.token));
	return e;
}

static enum err confirm(struct tx *tx, void *arg)
{
	struct linking *x = arg;
	struct q_email_find_row now;
	try(find_link(tx, x));
	try(email_row(x->app, tx, x->a, x->row.subscriber_id, &now));
	x->link = (struct email_link){ .address = x->row.address };
	return x->row.own ? confirm_own(x, tx, &now) : hold(x, tx, &now);
}

enum err email_link_find(const struct app *app, struct arena *a, struct str token,
			 struct email_link *ret)
{
	struct link_hash hash;
	struct linking x = { .app = app, .a = a };
	try(link_read(app, EMAIL_LINK, token, &hash));
	x.by = (struct q_email_by_link_args){ link_hash_str(&hash), app_now(app) };
	try(store_read(app->store, find_link, &x));
	*ret = (struct email_link){ .address = x.row.address };
	return OK;
}

enum err email_link_confirm(const struct app *app, struct arena *a, struct str token,
			    struct email_link *ret)
{
	struct link_hash hash;
	struct linking x = { .app = app, .a = a };
	try(link_read(app, EMAIL_LINK, token, &hash));
	x.by = (struct q_email_by_link_args){ link_hash_str(&hash), app_now(app) };
	app->rnd->fill(app->rnd, x.token, sizeof(x.token));
	enum err e = store_write(app->store, confirm, &x);
	secret_wipe(x.token, sizeof(x.token));
	try(e);
	outbox_wake(app);
	*ret = x.link;
	return OK;
}

/* --- stopping ------------------------------------------------------------- */

static enum err stop(const struct app *app, struct tx *tx, struct arena *a,
		     const struct event_new *event)
{
	int64_t n;
	struct q_email_find_row row;
	try(email_row(app, tx, a, event->subscriber_id, &row));
	if (!row.change_id.has)
		return E_NOTFOUND;
	const struct q_email_step_args step = {
		.id = row.change_id.v,
		.from = row.held ? STR("held") : STR("asked"),
		.to = STR("cancelled"),
	};
	const struct telling t = {
		.text = MESSAGE_EMAIL_CHANGE_OFF,
		.key = "email-change-off:",
		.id = row.change_id.v,
		.subscriber_id = event->subscriber_id,
		.args = { .number = row.msisdn },
	};
	try(q_email_step(tx, &step, &n));
	if (n != 1)
		return E_NOTFOUND;
	if (!row.held) /* which nobody has heard of yet */
		return OK;
	try(event_put(app, tx, a, event));
	return tell_all(app, tx, a, &row, &t);
}

enum err email_stop(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct str device)
{
	const struct event_new event = {
		.kind = EVENT_EMAIL_CANCELLED,
		.subscriber_id = subscriber_id,
		.device = device,
	};
	enum err e = stop(app, tx, a, &event);
	return e == E_NOTFOUND ? OK : e;
}

struct stopping {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct q_email_by_cancel_args by;
	struct q_email_by_cancel_row row;
};

static enum err stop_own(struct tx *tx, void *arg)
{
	struct stopping *x = arg;
	const struct event_new event = {
		.kind = EVENT_EMAIL_CANCELLED,
		.subscriber_id = x->s->subscriber_id,
		.session_id = x->s->id,
	};
	return stop(x->app, tx, x->a, &event);
}

enum err email_cancel(const struct app *app, struct arena *a, const struct session *s)
{
	struct stopping x = { .app = app, .a = a, .s = s };
	try(store_write(app->store, stop_own, &x));
	outbox_wake(app);
	return OK;
}

static enum err find_by(struct tx *tx, void *arg)
{
	struct stopping *x = arg;
	return q_email_by_cancel(tx, x->a, &x->by, &x->row);
}

static enum err stop_by(struct tx *tx, void *arg)
{
	struct stopping *x = arg;
	struct q_email_find_row owner;
	try(find_by(tx, x));
	const struct event_new event = {
		.kind = EVENT_EMAIL_REFUSED,
		.subscriber_id = x->row.subscriber_id,
	};
	try(email_row(x->app, tx, x->a, x->row.subscriber_id, &owner));
	try(stop(x->app, tx, x->a, &event));
	try(phone_change_stop(x->app, tx, x->a, x->row.subscriber_id, STR("")));
	return q_session_end_number(tx, owner.number_id);
}

enum err email_stop_find(const struct app *app, struct arena *a, struct str token,
			 struct email_link *ret)
{
	struct link_hash hash;
	struct stopping x = { .app = app, .a = a };
	try(link_read(app, EMAIL_STOP, token, &hash));
	x.by = (struct q_email_by_cancel_args){ link_hash_str(&hash), app_now(app) };
	try(store_read(app->store, find_by, &x));
	*ret = (struct email_link){ x.row.address, true, x.row.until };
	return OK;
}

enum err email_stop_by(const struct app *app, struct arena *a, struct str token)
{
	struct link_hash hash;
	struct stopping x = { .app = app, .a = a };
	try(link_read(app, EMAIL_STOP, token, &hash));
	x.by = (struct q_email_by_cancel_args){ link_hash_str(&hash), app_now(app) };
	try(store_write(app->store, stop_by, &x));
	outbox_wake(app);
	return OK;
}

/* --- the password, and giving the address up -------------------------------- */

struct proving {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct q_subscriber_credentials_row row;
	struct limit_take take;
	int64_t id; /* of the notice */
};

static enum err read_credentials(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	return q_subscriber_credentials(tx, p->a, p->s->subscriber_id, &p->row);
}

static enum err give_back(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	return limit_give(p->app, tx, p->a, &p->take);
}

enum err email_password(const struct app *app, struct arena *a, const struct session *s,
			struct secret now, struct problems *ret_problems)
{
	struct secret typed;
	struct proving p = { .app = app, .a = a, .s = s };
	try(store_read(app->store, read_credentials, &p));
	try(password_normal(a, now, &typed));
	try(subscriber_proof(app, a, s, typed, p.row.password_hash, ret_problems, &p.take));
	return store_write(app->store, give_back, &p);
}

static enum err remove_in(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	struct q_email_find_row row;
	const struct q_email_put_args none = { p->s->subscriber_id, STR(""), TSTAMP_NONE };
	try(email_row(p->app, tx, p->a, p->s->subscriber_id, &row));
	if (row.email.n == 0)
		return E_NOTFOUND;
	const struct telling t = {
		.text = MESSAGE_EMAIL_OFF,
		.key = "email-off:",
		.id = p->id,
		.subscriber_id = p->s->subscriber_id,
		.args = { .number = row.msisdn, .at = app_now(p->app) },
	};
	try(email_stop(p->app, tx, p->a, p->s->subscriber_id, STR("")));
	try(event_by(p->app, tx, p->a, p->s, EVENT_EMAIL_REMOVED));
	if (!tstamp_is_none(row.confirmed)) /* else it was of no use to anybody */
		try(tell_all(p->app, tx, p->a, &row, &t));
	return put_email(tx, p->a, &none);
}

enum err email_remove(const struct app *app, struct arena *a, const struct session *s,
		      struct secret now, struct problems *ret_problems)
{
	struct proving p = { .app = app, .a = a, .s = s, .id = id_next(app->ids) };
	try(email_password(app, a, s, now, ret_problems));
	try(store_write(app->store, remove_in, &p));
	outbox_wake(app);
	return OK;
}

/* --- in force ------------------------------------------------------------- */

struct settling {
	const struct app *app;
	struct arena *a;
	int64_t n;
};

static enum err settle(struct tx *tx, void *arg)
{
	struct settling *s = arg;
	struct q_email_due_row *rows;
	size_t n;
	tstamp now = app_now(s->app);
	arena_reset(s->a);
	try(q_email_due(tx, s->a, now, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t done;
		const struct q_email_step_args step = { rows[i].id, STR("held"), STR("done") };
		const struct q_email_put_args put = { rows[i].subscriber_id, rows[i].address, now };
		try(q_email_step(tx, &step, &done));
		if (done != 1)
			continue;
		const struct event_new event = {
			.kind = EVENT_EMAIL_CHANGED,
			.subscriber_id = rows[i].subscriber_id,
		};
		try(event_put(s->app, tx, s->a, &event));
		try(put_email(tx, s->a, &put));
	}
	s->n = (int64_t)n;
	return OK;
}

enum err email_settle(const struct app *app, int64_t *ret_n)
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

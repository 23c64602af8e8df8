/* Setting the second factor up, and switching it off. Trying a code is in totp_try.c. */
#include "domain/totp.h"

#include "domain/box.h"
#include "domain/event.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/subscriber_proof.h"
#include "domain/totp_code.h"
#include "domain/totp_row.h"
#include "q_session.h"
#include "q_subscriber.h"
#include "q_totp.h"

#define SETUP_MS (30 * MINUTE_MS)

/* --- finding -------------------------------------------------------------- */

static enum err read_row(struct tx *tx, void *arg)
{
	struct totp_reading *r = arg;
	return q_totp_find(tx, r->a, r->subscriber_id, &r->row);
}

enum err totp_read(const struct app *app, struct totp_reading *r)
{
	return store_read(app->store, read_row, r);
}

enum err totp_find(const struct app *app, struct arena *a, int64_t subscriber_id, struct totp *ret)
{
	struct totp_reading r = { .a = a, .subscriber_id = subscriber_id };
	enum err e = totp_read(app, &r);
	if (e == E_NOTFOUND || (e == OK && tstamp_is_none(r.row.on))) {
		*ret = (struct totp){ 0 };
		return OK;
	}
	try(e);
	*ret = (struct totp){ .on = true, .since = r.row.on, .spare_left = r.row.spare_left };
	return OK;
}

/* --- the password --------------------------------------------------------- */

struct proving {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct q_subscriber_credentials_row row;
	struct limit_take take;
	struct q_totp_begin_args begin;
};

static enum err read_credentials(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	return q_subscriber_credentials(tx, p->a, p->s->subscriber_id, &p->row);
}

static enum err prove(struct proving *p, struct secret now, struct problems *problems)
{
	struct secret typed;
	try(store_read(p->app->store, read_credentials, p));
	try(password_normal(p->a, now, &typed));
	return subscriber_proof(p->app, p->a, p->s, typed, p->row.password_hash, problems,
				&p->take);
}

/* --- beginning ------------------------------------------------------------ */

static enum err begin(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	int64_t begun;
	try(limit_give(p->app, tx, p->a, &p->take));
	try(q_totp_begin(tx, &p->begin, &begun));
	return begun == 1 ? OK : E_CONFLICT;
}

static enum err make_key(const struct app *app, struct arena *a, int64_t subscriber_id,
			 struct str *ret_sealed)
{
	char key[TOTP_KEY_BYTES];
	app->rnd->fill(app->rnd, key, sizeof(key));
	enum err e = box_seal(app, a, TOTP_PURPOSE, subscriber_id,
			      (struct secret){ { .p = key, .n = sizeof(key) } }, ret_sealed);
	secret_wipe(key, sizeof(key));
	return e;
}

enum err totp_begin(const struct app *app, struct arena *a, const struct session *s,
		    struct secret now, struct problems *ret_problems)
{
	struct proving p = {
		.app = app,
		.a = a,
		.s = s,
		.begin = { .subscriber_id = s->subscriber_id, .now = app_now(app) },
	};
	try(prove(&p, now, ret_problems));
	try(make_key(app, a, s->subscriber_id, &p.begin.sealed));
	return store_write(app->store, begin, &p);
}

/* Of what is to be confirmed. By another app.key none is: it has to be begun again. */
static enum err read_key(const struct app *app, struct totp_reading *r, struct secret *ret_key)
{
	try(totp_read(app, r));
	int64_t age_ms = app_now(app).ms - r->row.made.ms;
	if (!tstamp_is_none(r->row.on) || age_ms >= SETUP_MS || age_ms < -APP_SKEW_MS)
		return E_NOTFOUND;
	enum err e = box_open(app, r->a, TOTP_PURPOSE, r->subscriber_id, r->row.sealed, ret_key);
	return e == E_INPUT ? E_NOTFOUND : e;
}

enum err totp_setup(const struct app *app, struct arena *a, const struct session *s,
		    struct totp_setup *ret)
{
	struct secret key;
	char account[sizeof("+7") + sizeof(s->msisdn.d)];
	struct totp_reading r = { .a = a, .subscriber_id = s->subscriber_id };
	try(read_key(app, &r, &key));
	snprintf(account, sizeof(account), "+7%s", s->msisdn.d);
	return totp_setup_of(app, a, key, str_c(account), ret);
}

/* --- codes on paper ------------------------------------------------------- */

struct writing {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct totp_spares *spares;
	struct totp_proof proof; /* of the first code: the try alone */
	struct str sealed;
	int64_t step;
};

static enum err write_spares(struct writing *w, struct tx *tx)
{
	try(q_totp_spare_drop(tx, w->s->subscriber_id));
	for (int i = 0; i < TOTP_SPARE_N; i++) {
		struct totp_key hash =
			totp_spare_hash(w->app, w->s->subscriber_id, w->spares->v[i]);
		struct q_totp_spare_add_args args = {
			.subscriber_id = w->s->subscriber_id,
			.code_hash = totp_key_str(&hash),
		};
		try(q_totp_spare_add(tx, &args));
	}
	return OK;
}

static void make_spares(const struct app *app, struct totp_spares *ret)
{
	for (int i = 0; i < TOTP_SPARE_N; i++)
		totp_make_spare(app->rnd, ret->v[i]);
}

static enum err renew(struct tx *tx, void *arg)
{
	struct writing *w = arg;
	struct q_totp_find_row row;
	try(q_totp_find(tx, w->a, w->s->subscriber_id, &row));
	if (tstamp_is_none(row.on))
		return E_NOTFOUND;
	try(write_spares(w, tx));
	return event_by(w->app, tx, w->a, w->s, EVENT_TOTP_SPARES);
}

enum err totp_renew_spares(const struct app *app, struct arena *a, const struct session *s,
			   struct totp_spares *ret)
{
	struct writing w = { .app = app, .a = a, .s = s, .spares = ret };
	make_spares(app, ret);
	try(store_write(app->store, renew, &w));
	outbox_wake(app);
	return OK;
}

/* --- switching on --------------------------------------------------------- */

static enum err turn_on(struct tx *tx, void *arg)
{
	struct writing *w = arg;
	int64_t n;
	struct q_totp_turn_on_args args = {
		.subscriber_id = w->s->subscriber_id,
		.sealed = w->sealed,
		.step = w->step,
		.now = app_now(w->app),
	};
	const struct q_session_end_others_args others = { w->s->id, w->s->subscriber_id };
	try(q_totp_turn_on(tx, &args, &n));
	if (n != 1)
		return E_NOTFOUND; /* in another tab, or with a newer key */
	try(limit_give(w->app, tx, w->a, &w->proof.take));
	try(write_spares(w, tx));
	try(q_session_end_others(tx, &others, &n));
	try(q_session_not_fresh(tx, w->s->id)); /* an SMS does not count any more */
	return event_by(w->app, tx, w->a, w->s, EVENT_TOTP_ON);
}

static enum err fault(struct problems *problems, struct say say)
{
	problems_add(problems, "code", say);
	return E_INPUT;
}

/* A counter as for any other code: what is typed wrong here may be meant for another key. */
static enum err match_first(struct writing *w, const struct totp_code *code)
{
	struct secret key;
	struct totp_proof *p = &w->proof;
	struct totp_reading r = { .a = w->a, .subscriber_id = w->s->subscriber_id };
	try(read_key(w->app, &r, &key));
	try(totp_rule(w->app, w->a, LIMIT_TOTP_IN, w->s->subscriber_id, p));
	try(limit_take_alone(w->app, w->a, &p->take));
	if (!p->take.taken)
		return E_LIMIT;
	try(totp_match(key, app_now(w->app), (struct str){ .p = code->d, .n = TOTP_DIGITS },
		       &w->step));
	w->sealed = r.row.sealed;
	return OK;
}

static enum err try_first(struct writing *w, struct secret typed, struct problems *problems)
{
	struct totp_code code;
	enum err e = totp_read_code(typed.bytes, &code) ? OK : E_INPUT;
	if (e == OK)
		e = match_first(w, &code);
	secret_wipe(&code, sizeof(code));
	if (e == E_INPUT || e == E_DENIED || e == E_LIMIT)
		return fault(problems, totp_fault(w->app, &w->proof, e));
	return e;
}

enum err totp_confirm(const struct app *app, struct arena *a, const struct session *s,
		      struct secret typed, struct problems *ret_problems, struct totp_spares *ret)
{
	struct writing w = { .app = app, .a = a, .s = s, .spares = ret };
	try(try_first(&w, typed, ret_problems));
	make_spares(app, ret);
	try(totp_not_tried(app, a, &w.proof, store_write(app->store, turn_on, &w)));
	outbox_wake(app);
	return OK;
}

/* --- switching off -------------------------------------------------------- */

static enum err turn_off(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	int64_t n;
	try(limit_give(p->app, tx, p->a, &p->take));
	try(q_totp_spare_drop(tx, p->s->subscriber_id));
	try(q_totp_turn_off(tx, p->s->subscriber_id, &n));
	if (n != 1)
		return E_NOTFOUND;
	return event_by(p->app, tx, p->a, p->s, EVENT_TOTP_OFF);
}

enum err totp_end(const struct app *app, struct arena *a, const struct session *s,
		  struct secret now, struct problems *ret_problems)
{
	struct proving p = { .app = app, .a = a, .s = s };
	try(prove(&p, now, ret_problems));
	try(store_write(app->store, turn_off, &p));
	outbox_wake(app);
	return OK;
}

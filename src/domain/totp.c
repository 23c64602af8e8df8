/* Setting the second factor up, and switching it off. Trying a code is in totp_try.c. */
#include "domain/totp.h"

#include "domain/box.h"
#include "domain/notice.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/subscriber_proof.h"
#include "domain/totp_code.h"
#include "domain/totp_row.h"
#include "q_subscriber.h"
#include "q_totp.h"

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

/* --- beginning ------------------------------------------------------------ */

struct beginning {
	struct q_totp_begin_args args;
	int64_t begun;
};

static enum err begin(struct tx *tx, void *arg)
{
	struct beginning *b = arg;
	return q_totp_begin(tx, &b->args, &b->begun);
}

enum err totp_begin(const struct app *app, struct arena *a, const struct session *s)
{
	char key[TOTP_KEY_BYTES];
	struct beginning b = { .args = { .subscriber_id = s->subscriber_id, .now = app_now(app) } };
	app->rnd->fill(app->rnd, key, sizeof(key));
	enum err e = box_seal(app, a, TOTP_PURPOSE, s->subscriber_id,
			      (struct secret){ { .p = key, .n = sizeof(key) } }, &b.args.sealed);
	secret_wipe(key, sizeof(key));
	try(e);
	try(store_write(app->store, begin, &b));
	return b.begun == 1 ? OK : E_CONFLICT;
}

/* Of what is to be confirmed. */
static enum err read_key(const struct app *app, struct totp_reading *r, struct secret *ret_key)
{
	try(totp_read(app, r));
	if (!tstamp_is_none(r->row.on))
		return E_NOTFOUND;
	return box_open(app, r->a, TOTP_PURPOSE, r->subscriber_id, r->row.sealed, ret_key);
}

enum err totp_setup(const struct app *app, struct arena *a, const struct session *s,
		    struct totp_setup *ret)
{
	struct secret key;
	struct totp_reading r = { .a = a, .subscriber_id = s->subscriber_id };
	try(read_key(app, &r, &key));
	return totp_setup_of(app, a, key, s->msisdn, ret);
}

/* --- codes on paper ------------------------------------------------------- */

struct writing {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct totp_spares *spares;
	struct limit_take take;
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
	return notice_put(w->app, tx, w->a, w->s->subscriber_id, w->s->msisdn, MESSAGE_TOTP_SPARES);
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
	try(q_totp_turn_on(tx, &args, &n));
	if (n != 1)
		return E_NOTFOUND; /* in another tab, or with a newer key */
	try(limit_give(w->app, tx, w->a, &w->take));
	try(write_spares(w, tx));
	return notice_put(w->app, tx, w->a, w->s->subscriber_id, w->s->msisdn, MESSAGE_TOTP_ON);
}

static enum err fault(struct problems *problems, struct say say)
{
	problems_add(problems, "code", say);
	return E_INPUT;
}

/* A counter as for any other code: what is typed wrong here may be meant for another key. */
static enum err try_first(struct writing *w, struct secret typed, struct problems *problems)
{
	struct secret key;
	struct totp_code code;
	struct totp_proof p = { 0 };
	struct totp_reading r = { .a = w->a, .subscriber_id = w->s->subscriber_id };
	if (!totp_read_code(typed.bytes, &code))
		return fault(problems, (struct say){ .id = SAY_TOTP_FORM });
	try(read_key(w->app, &r, &key));
	try(totp_rule(w->app, w->a, LIMIT_TOTP_IN, w->s->subscriber_id, &p));
	try(limit_take_alone(w->app, w->a, &p.take));
	if (!p.take.taken)
		return fault(problems, totp_fault(w->app, &p, E_LIMIT));
	enum err e = totp_match(key, app_now(w->app), (struct str){ .p = code.d, .n = TOTP_DIGITS },
				&w->step);
	secret_wipe(&code, sizeof(code));
	if (e == E_DENIED)
		return fault(problems, totp_fault(w->app, &p, e));
	try(e);
	w->take = p.take;
	w->sealed = r.row.sealed;
	return OK;
}

enum err totp_confirm(const struct app *app, struct arena *a, const struct session *s,
		      struct secret typed, struct problems *ret_problems, struct totp_spares *ret)
{
	struct writing w = { .app = app, .a = a, .s = s, .spares = ret };
	try(try_first(&w, typed, ret_problems));
	make_spares(app, ret);
	try(store_write(app->store, turn_on, &w));
	outbox_wake(app);
	return OK;
}

/* --- switching off -------------------------------------------------------- */

struct ending {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	struct q_subscriber_credentials_row row;
	struct limit_take take;
};

static enum err read_credentials(struct tx *tx, void *arg)
{
	struct ending *x = arg;
	return q_subscriber_credentials(tx, x->a, x->s->subscriber_id, &x->row);
}

static enum err turn_off(struct tx *tx, void *arg)
{
	struct ending *x = arg;
	int64_t n;
	try(limit_give(x->app, tx, x->a, &x->take));
	try(q_totp_spare_drop(tx, x->s->subscriber_id));
	try(q_totp_turn_off(tx, x->s->subscriber_id, &n));
	if (n != 1)
		return E_NOTFOUND;
	return notice_put(x->app, tx, x->a, x->s->subscriber_id, x->s->msisdn, MESSAGE_TOTP_OFF);
}

enum err totp_end(const struct app *app, struct arena *a, const struct session *s,
		  struct secret now, struct problems *ret_problems)
{
	struct secret typed;
	struct ending x = { .app = app, .a = a, .s = s };
	try(store_read(app->store, read_credentials, &x));
	try(password_normal(a, now, &typed));
	try(subscriber_proof(app, a, s, typed, x.row.password_hash, ret_problems, &x.take));
	try(store_write(app->store, turn_off, &x));
	outbox_wake(app);
	return OK;
}

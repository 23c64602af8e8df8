/* The step between the password and the code. */
#include "domain/signin_step.h"

#include "domain/device.h"
#include "domain/event.h"
#include "domain/keys.h"
#include "domain/outbox.h"
#include "domain/session.h"
#include "domain/totp.h"
#include "q_signin.h"

struct key {
	unsigned char bytes[KEYS_MAC_BYTES];
};

static struct str key_str(const struct key *k)
{
	return (struct str){ .p = (const char *)k->bytes, .n = sizeof(k->bytes) };
}

static struct key key_of(const struct app *app, const char *purpose, struct str data)
{
	struct key k;
	keys_mac(app->keys, purpose, data, k.bytes);
	return k;
}

static struct key browser_key(const struct app *app, struct str token)
{
	return key_of(app, "signin step", token);
}

static struct key password_key(const struct app *app, struct str hash)
{
	return key_of(app, "signin step password", hash);
}

enum err signin_step_open(const struct app *app, struct tx *tx, const unsigned char *token,
			  int64_t subscriber_id, struct str password_hash)
{
	struct key browser = browser_key(
		app, (struct str){ .p = (const char *)token, .n = SESSION_TOKEN_BYTES });
	struct key password = password_key(app, password_hash);
	const struct q_signin_step_add_args args = {
		.browser = key_str(&browser),
		.subscriber_id = subscriber_id,
		.password = key_str(&password),
		.expires = { app_now(app).ms + SIGNIN_STEP_MS },
	};
	return q_signin_step_add(tx, &args);
}

/* --- finding -------------------------------------------------------------- */

struct step {
	const struct app *app;
	struct arena *a;
	const struct signin_code *form;
	struct key browser;
	struct q_signin_step_find_row row;
	struct totp_proof proof;
	bool known; /* the device */
	struct signin_done done;
};

static enum err read_step(struct tx *tx, void *arg)
{
	struct step *s = arg;
	struct q_signin_step_find_args args = {
		.browser = key_str(&s->browser),
		.now = app_now(s->app),
		.future = { app_future(s->app).ms + SIGNIN_STEP_MS },
	};
	return q_signin_step_find(tx, s->a, &args, &s->row);
}

static enum err find(struct step *s, struct str browser)
{
	s->browser = browser_key(s->app, browser);
	try(store_read(s->app->store, read_step, s));
	struct key password = password_key(s->app, s->row.hash);
	return secret_eq(key_str(&password), s->row.password) ? OK : E_NOTFOUND;
}

enum err signin_step_find(const struct app *app, struct arena *a, struct str browser,
			  struct msisdn *ret)
{
	struct step s = { .app = app, .a = a };
	try(find(&s, browser));
	*ret = s.row.msisdn;
	return OK;
}

/* --- trying --------------------------------------------------------------- */

static enum err count_by(struct step *s)
{
	char device[DEVICE_NAME_BYTES];
	s->proof.subscriber_id = s->row.subscriber_id;
	s->known = device_known(s->app, s->form->device_cookie, s->row.number_id, s->row.epoch,
				device);
	if (!s->known)
		return totp_rule(s->app, s->a, LIMIT_TOTP_ACCOUNT, s->row.subscriber_id, &s->proof);
	try(totp_rule(s->app, s->a, LIMIT_TOTP_DEVICE, s->row.subscriber_id, &s->proof));
	return arena_str(s->a, str_c(device), &s->proof.take.subject);
}

static enum err open_session(struct tx *tx, void *arg)
{
	struct step *s = arg;
	int64_t n;
	const struct session_new session = {
		.token = s->done.token,
		.subscriber_id = s->row.subscriber_id,
		.password_hash = s->row.hash,
		.device = s->form->device,
		.proved = true,
	};
	const struct event_new event = {
		.kind = s->known ? EVENT_SIGNIN : EVENT_SIGNIN_NEW,
		.subscriber_id = s->row.subscriber_id,
		.msisdn = s->row.msisdn,
		.device = s->form->device,
	};
	try(q_signin_step_end(tx, key_str(&s->browser), &n));
	if (n != 1)
		return E_NOTFOUND; /* the same form, sent twice */
	try(totp_spend(s->app, tx, s->a, &s->proof));
	try(event_put(s->app, tx, s->a, &event));
	enum err e = session_open_full(s->app, tx, &session);
	return e == E_DENIED ? E_NOTFOUND : e; /* another password by now */
}

static enum err open(struct step *s)
{
	s->done.kind = SESSION_FULL;
	s->app->rnd->fill(s->app->rnd, s->done.token, SESSION_TOKEN_BYTES);
	try(device_make(s->app, s->a, s->row.number_id, s->row.epoch, &s->done.device_cookie));
	enum err e = store_write(s->app->store, open_session, s);
	return session_settle(s->app, s->a, e, s->done.token);
}

enum err signin_step_try(const struct app *app, struct arena *a, const struct signin_code *t,
			 struct problems *ret_problems, struct signin_done *ret)
{
	struct step s = { .app = app, .a = a, .form = t };
	try(find(&s, t->browser));
	try(count_by(&s));
	enum err e = totp_prove(app, a, t->code, &s.proof);
	if (e == OK)
		e = totp_not_tried(app, a, &s.proof, open(&s));
	if (e == E_DENIED || e == E_INPUT || e == E_LIMIT) {
		problems_add(ret_problems, "code", totp_fault(app, &s.proof, e));
		return E_INPUT;
	}
	try(e);
	outbox_wake(app);
	*ret = s.done;
	return OK;
}

/* --- cleaning ------------------------------------------------------------- */

struct expire {
	tstamp now;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	return q_signin_step_expire(tx, x->now, &x->n);
}

enum err signin_step_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .now = app_now(app) };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}

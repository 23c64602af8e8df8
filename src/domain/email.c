/* Links on their way to an address. What comes of them is in email_change.c. */
#include "domain/email.h"

#include <sodium.h>

#include "domain/email_row.h"
#include "domain/keys.h"
#include "domain/limit.h"
#include "domain/link.h"
#include "domain/outbox.h"

#define AGAIN_MS       MINUTE_MS
#define KEEP_MS        DAY_MS
#define SUBJECT_BYTES  16
#define ADDRESS_FOLD_N EMAIL_BYTES_MAX

bool email_carried(const struct config *conf)
{
	return !str_eq(conf->mail_gateway, STR("none")) &&
	       (conf->http_origin.n > 0 || str_starts(conf->http_listen, STR("127.")));
}

/* The domain may be written in any case, and by most relays the rest as well. */
enum err email_subject(const struct app *app, struct arena *a, struct str address, struct str *ret)
{
	char fold[ADDRESS_FOLD_N];
	unsigned char mac[KEYS_MAC_BYTES];
	char text[2 * SUBJECT_BYTES + 1];
	size_t n = address.n < sizeof(fold) ? address.n : sizeof(fold);
	for (size_t i = 0; i < n; i++) {
		char c = address.p[i];
		fold[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	keys_mac(app->keys, "email limit", (struct str){ .p = fold, .n = n }, mac);
	sodium_bin2hex(text, sizeof(text), mac, SUBJECT_BYTES);
	return arena_str(a, str_c(text), ret);
}

/* --- finding -------------------------------------------------------------- */

enum err email_row(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		   struct q_email_find_row *ret)
{
	const struct q_email_find_args args = { subscriber_id, app_now(app) };
	return q_email_find(tx, a, &args, ret);
}

struct finding {
	const struct app *app;
	struct arena *a;
	int64_t subscriber_id;
	struct q_email_find_row row;
};

static enum err find(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	return email_row(f->app, tx, f->a, f->subscriber_id, &f->row);
}

enum err email_find(const struct app *app, struct arena *a, const struct session *s,
		    struct email *ret)
{
	struct finding f = { .app = app, .a = a, .subscriber_id = s->subscriber_id };
	try(store_read(app->store, find, &f));
	*ret = (struct email){
		.address = f.row.email,
		.confirmed = !tstamp_is_none(f.row.confirmed),
		.asked = f.row.change_id.has && !f.row.held,
		.held = f.row.held,
		.next = f.row.address,
		.at = f.row.asked,
		.until = f.row.until,
	};
	return OK;
}

bool email_may_confirm(const struct email *e)
{
	if (e->asked)
		return true;
	return !e->confirmed && !e->held && email_valid(e->address);
}

/* --- sending a link ------------------------------------------------------- */

enum { BY_ADDRESS, BY_NUMBER, TAKES };

struct sending {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	enum lang lang;
	struct str to;
	struct limit_take takes[TAKES];
	bool refused;
	tstamp open; /* when refused: from when it is possible again */
	int64_t id;
	unsigned char token[MESSAGE_TOKEN_BYTES];
};

/* What one limit refuses, the other has not counted. */
static enum err refuse(struct sending *x, struct tx *tx)
{
	for (int i = 0; i < TAKES; i++) {
		tstamp open = { 0 };
		if (x->takes[i].taken)
			try(limit_give(x->app, tx, x->a, &x->takes[i]));
		else
			try(limit_when(x->app, tx, x->a, &x->takes[i], &open));
		if (open.ms > x->open.ms)
			x->open = open;
	}
	return OK;
}

static enum err count(struct tx *tx, void *arg)
{
	struct sending *x = arg;
	const struct config *conf = x->app->conf;
	x->takes[BY_ADDRESS] =
		(struct limit_take){ .rule = limit_rule(conf, LIMIT_LINK_ADDRESS), .waited = true };
	x->takes[BY_NUMBER] = (struct limit_take){ .rule = limit_rule(conf, LIMIT_LINK_NUMBER),
						   .subject = msisdn_str(&x->s->msisdn),
						   .waited = true };
	try(email_subject(x->app, x->a, x->to, &x->takes[BY_ADDRESS].subject));
	x->refused = false;
	x->open = (tstamp){ 0 };
	for (int i = 0; i < TAKES; i++) {
		try(limit_take(x->app, tx, x->a, &x->takes[i]));
		x->refused |= !x->takes[i].taken;
	}
	return x->refused ? refuse(x, tx) : OK;
}

static enum err put_letter(struct sending *x, struct tx *tx)
{
	struct buf key;
	int64_t id;
	struct outbox_message m = {
		.kind = OUTBOX_MAIL,
		.dest = x->to,
		.text = MESSAGE_EMAIL_CONFIRM,
		.args = { .number = x->s->msisdn, .has_token = true },
		.lang = x->lang,
		.subscriber_id = x->s->subscriber_id,
		.valid_ms = EMAIL_LINK_MS,
	};
	memcpy(m.args.token, x->token, sizeof(x->token));
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, STR("email-link:"));
	buf_i64(&key, x->id);
	m.key = buf_str(&key);
	enum err e = key.err ? key.err : outbox_put(x->app, tx, x->a, &m, &id);
	buf_done(&key);
	secret_wipe(m.args.token, sizeof(m.args.token));
	return e;
}

static enum err put_link(struct tx *tx, void *arg)
{
	struct sending *x = arg;
	int64_t n;
	struct link_hash hash = link_hash_of(x->app, EMAIL_LINK, x->token);
	tstamp now = app_now(x->app);
	const struct q_email_ask_args args = {
		.id = x->id,
		.subscriber_id = x->s->subscriber_id,
		.address = x->to,
		.link_hash = link_hash_str(&hash),
		.now = now,
		.until = { now.ms + EMAIL_LINK_MS },
	};
	try(q_email_drop_asked(tx, x->s->subscriber_id));
	try(q_email_ask(tx, &args, &n));
	return n == 1 ? put_letter(x, tx) : E_CONFLICT;
}

static enum err send(struct sending *x, tstamp *ret_open)
{
	try(store_write(x->app->store, count, x));
	if (x->refused) {
		*ret_open = x->open;
		return E_LIMIT;
	}
	x->id = id_next(x->app->ids);
	x->app->rnd->fill(x->app->rnd, x->token, sizeof(x->token));
	enum err e = store_write(x->app->store, put_link, x);
	secret_wipe(x->token, sizeof(x->token));
	try(e);
	outbox_wake(x->app);
	return OK;
}

/* Pressed twice. */
static bool under_way(const struct app *app, const struct email *e, struct str to)
{
	return e->asked && str_eq(e->next, to) && app_now(app).ms < e->at.ms + AGAIN_MS;
}

enum err email_send(const struct app *app, struct arena *a, const struct session *s, enum lang lang,
		    tstamp *ret_open)
{
	struct email email;
	try(email_find(app, a, s, &email));
	if (!email_carried(app->conf) || !email_may_confirm(&email))
		return E_CONFLICT;
	struct sending x = {
		.app = app,
		.a = a,
		.s = s,
		.lang = lang,
		.to = email.asked ? email.next : email.address,
	};
	return under_way(app, &email, x.to) ? OK : send(&x, ret_open);
}

/* The form itself, before a try is spent on the password. */
static enum err check(const struct email *email, struct str to, struct problems *problems)
{
	if (!email_valid(to))
		problems_add(problems, "email", (struct say){ .id = SAY_EMAIL_FORM });
	else if (email->confirmed && str_eq(email->address, to))
		problems_add(problems, "email", (struct say){ .id = SAY_EMAIL_KNOWN });
	return problems->n ? E_INPUT : OK;
}

enum err email_change_ask(const struct app *app, struct arena *a, const struct session *s,
			  enum lang lang, const struct email_change *change,
			  struct problems *ret_problems, tstamp *ret_open)
{
	struct email email;
	struct sending x = {
		.app = app,
		.a = a,
		.s = s,
		.lang = lang,
		.to = str_trim(change->to),
	};
	try(email_find(app, a, s, &email));
	if (!email_carried(app->conf) || email.held)
		return E_CONFLICT;
	try(check(&email, x.to, ret_problems));
	try(email_password(app, a, s, change->now, ret_problems));
	return under_way(app, &email, x.to) ? OK : send(&x, ret_open);
}

/* --- cleaning ------------------------------------------------------------- */

struct expire {
	tstamp before;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	return q_email_expire(tx, x->before, &x->n);
}

enum err email_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .before = { app_now(app).ms - KEEP_MS } };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}

/* Recovering. Asking and trying the code are domain/flow.h; here is whom a code goes to, and what
 * it opens. */
#include "domain/recover.h"

#include "domain/device.h"
#include "domain/email_change.h"
#include "domain/event.h"
#include "domain/hasher.h"
#include "domain/limit.h"
#include "domain/number.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/phone_change.h"
#include "domain/session.h"
#include "domain/signin_path.h"
#include "domain/totp.h"
#include "q_recover.h"
#include "q_session.h"
#include "q_subscriber.h"

/* --- asking --------------------------------------------------------------- */

struct asking {
	struct arena *a;
	struct msisdn login;
	struct q_signin_path_row path;
};

static enum err read_path(struct tx *tx, void *arg)
{
	struct asking *x = arg;
	x->path = (struct q_signin_path_row){ 0 };
	enum err e = q_signin_path(tx, x->a, x->login, &x->path);
	return e == E_NOTFOUND ? OK : e;
}

enum err recover_ask(const struct app *app, struct arena *a, const struct recover_ask *ask,
		     struct flow *ret)
{
	char device[DEVICE_NAME_BYTES];
	struct asking x = { .a = a, .login = ask->login };
	try(store_read(app->store, read_path, &x));
	struct flow_ask flow = {
		.purpose = FLOW_RECOVER,
		.browser = ask->browser,
		.login = ask->login,
		.number_id = x.path.number_id,
		.epoch = x.path.epoch,
		.by_mail = ask->by_mail,
		.lang = ask->lang,
		.peer = ask->peer,
		.waited_s = ask->waited_s,
	};
	flow.known_device =
		device_known(app, ask->device_cookie, flow.number_id, flow.epoch, device);
	if (x.path.registered) {
		flow.to = x.path.contact_phone;
		if (email_carried(app->conf))
			flow.email = x.path.email;
		flow.subscriber_id = x.path.subscriber_id.v;
	} else if (!ask->by_mail && signin_first_open(app, &x.path)) {
		flow.purpose = FLOW_FIRST_SIGNIN;
		flow.to = ask->login;
	}
	return flow_send(app, a, &flow, ret);
}

enum err recover_find(const struct app *app, struct arena *a, struct str browser, struct flow *ret)
{
	return flow_find(app, a, browser, FLOW_RECOVER, ret);
}

struct proving {
	const struct app *app;
	struct arena *a;
	struct flow *flow;
};

static enum err prove(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	try(flow_step(p->app, tx, p->flow->id, FLOW_SENT, FLOW_PROVED));
	return flow_give_network(p->app, tx, p->a, p->flow);
}

enum err recover_try(const struct app *app, struct arena *a, struct str browser,
		     struct secret typed, struct flow *ret)
{
	try(flow_try(app, a, browser, FLOW_RECOVER, typed, ret));
	enum err e = store_write(app->store, prove, &(struct proving){ app, a, ret });
	return e == E_CONFLICT ? E_NOTFOUND : e; /* used up or over at this very moment */
}

/* --- finishing ------------------------------------------------------------ */

struct finishing {
	const struct app *app;
	struct arena *a;
	const struct recover_new *new;
	struct flow flow;
	struct q_recover_owner_row owner;
	struct q_recover_card_row card;
	struct q_subscriber_iccids_row *cards;
	size_t n_cards;
	struct limit_take take;
	struct totp_proof proof;
	struct str last4; /* as typed, when it is four digits */
	struct secret want;
	struct str hash;
	struct signin_done done;
};

static bool first(const struct finishing *f)
{
	return f->flow.purpose == FLOW_FIRST_SIGNIN;
}

static enum err read_first(struct finishing *f, struct tx *tx)
{
	try(q_recover_card(tx, f->a, f->flow.number_id, &f->card));
	f->cards = ARENA_NEW(f->a, struct q_subscriber_iccids_row);
	if (!f->cards)
		return E_NOMEM;
	f->cards->iccid = f->card.iccid;
	f->n_cards = 1;
	return OK;
}

/* Where the code went. Has the owner changed that since, it proves nothing. */
static bool still_there(const struct finishing *f)
{
	if (f->flow.by_mail)
		return f->owner.email.n > 0 && str_eq(f->owner.email, f->flow.email);
	return str_eq(msisdn_str(&f->owner.contact_phone), msisdn_str(&f->flow.to));
}

static enum err read_owner(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	struct q_recover_owner_args args = { .number_id = f->flow.number_id,
					     .epoch = f->flow.epoch };
	if (first(f))
		return read_first(f, tx);
	try(q_recover_owner(tx, f->a, &args, &f->owner));
	if (!still_there(f))
		return E_NOTFOUND;
	return q_subscriber_iccids(tx, f->a, f->flow.number_id, &f->cards, &f->n_cards);
}

enum err recover_asks_code(const struct app *app, struct arena *a, const struct flow *flow,
			   bool *ret)
{
	struct finishing f = { .app = app, .a = a, .flow = *flow };
	try(store_read(app->store, read_owner, &f));
	*ret = f.owner.code;
	return OK;
}

static enum err check_want(struct finishing *f, struct problems *problems)
{
	struct iccid *iccids = arena_array(f->a, f->n_cards + 1, sizeof(*iccids));
	if (!iccids)
		return E_NOMEM;
	for (size_t i = 0; i < f->n_cards; i++)
		iccids[i] = f->cards[i].iccid;
	const struct password_owner owner = {
		.msisdn = f->flow.login,
		.n_iccids = f->n_cards,
		.iccids = iccids,
		.family = f->owner.family,
		.given = f->owner.given,
		.patronymic = f->owner.patronymic,
	};
	struct say say = { .id = SAY_REQUIRED };
	try(password_normal(f->a, f->new->want, &f->want));
	if (f->want.bytes.n > 0)
		try(password_problem(f->a, f->want, &owner, &say));
	if (say.id != SAY_NONE)
		problems_add(problems, "want", say);
	return OK;
}

/* The form itself, before a try is spent on it. */
static enum err check(struct finishing *f, struct problems *problems)
{
	struct str typed = str_trim(f->new->last4.bytes);
	f->last4 = signin_digits(typed);
	if (typed.n > 0 && f->last4.n == 0)
		problems_add(problems, "last4", (struct say){ .id = SAY_LAST4_FORM });
	else if (typed.n == 0 && f->flow.by_mail)
		problems_add(problems, "last4", (struct say){ .id = SAY_LAST4_NEEDED_MAIL });
	else if (typed.n == 0 && (first(f) || tstamp_is_none(f->owner.confirmed)))
		problems_add(problems, "last4", (struct say){ .id = SAY_LAST4_NEEDED });
	if (!first(f))
		try(check_want(f, problems));
	if (f->owner.code && str_trim(f->new->code.bytes).n == 0)
		problems_add(problems, "code", (struct say){ .id = SAY_TOTP_NEEDED });
	return problems->n ? E_INPUT : OK;
}

/* --- the second factor ---------------------------------------------------- */

static enum err check_code(struct finishing *f, struct problems *problems)
{
	if (!f->owner.code)
		return OK;
	f->proof.subscriber_id = f->owner.subscriber_id;
	try(totp_rule(f->app, f->a, LIMIT_TOTP_ACCOUNT, f->owner.subscriber_id, &f->proof));
	enum err e = totp_prove(f->app, f->a, f->new->code, &f->proof);
	if (e != E_DENIED && e != E_INPUT && e != E_LIMIT)
		return e;
	problems_add(problems, "code", totp_fault(f->app, &f->proof, e));
	return E_INPUT;
}

/* --- the card's digits ---------------------------------------------------- */

/* Three a code; and where there is a password to win, three for life. */
static enum err take_digits(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	try(flow_take_digits(f->app, tx, f->a, f->flow.id));
	if (first(f))
		return OK;
	try(limit_take(f->app, tx, f->a, &f->take));
	return f->take.taken ? OK : E_DENIED;
}

static enum err kill(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	return flow_step(f->app, tx, f->flow.id, FLOW_PROVED, FLOW_DEAD);
}

static bool digits_right(const struct finishing *f)
{
	bool same = false;
	for (size_t i = 0; i < f->n_cards; i++)
		same |= secret_eq(f->last4, iccid_last4(&f->cards[i].iccid));
	return same;
}

static enum err digits_wrong(struct finishing *f, bool over, struct problems *problems)
{
	f->take.taken = false; /* nothing of it is to be given back */
	problems_add(problems, "last4",
		     (struct say){ .id = over ? SAY_LAST4_OVER : SAY_LAST4_WRONG });
	enum err e = over ? store_write(f->app->store, kill, f) : OK;
	return e == OK || e == E_CONFLICT ? E_INPUT : e;
}

static enum err check_digits(struct finishing *f, struct problems *problems)
{
	if (f->last4.n == 0)
		return OK;
	f->take = (struct limit_take){
		.rule = limit_rule(f->app->conf, LIMIT_RECOVER_DIGITS),
		.waited = true,
	};
	try(number_limit_subject(f->a, f->flow.number_id, f->flow.epoch, &f->take.subject));
	enum err e = store_write(f->app->store, take_digits, f);
	f->take.taken &= e == OK; /* else it was rolled back */
	if (e == E_DENIED)
		return digits_wrong(f, true, problems);
	try(e);
	if (digits_right(f))
		return OK;
	bool last = f->flow.digits_left <= 1 || f->take.n >= f->take.rule.max;
	return digits_wrong(f, last, problems);
}

/* --- done ----------------------------------------------------------------- */

/* To the contact phone. After a code by letter: if that is confirmed, else to the address. */
static enum err put_notice(struct finishing *f, struct tx *tx)
{
	struct buf key;
	int64_t id;
	bool mail = f->flow.by_mail && tstamp_is_none(f->owner.confirmed);
	struct outbox_message m = {
		.kind = mail ? OUTBOX_MAIL : OUTBOX_SMS,
		.dest = mail ? f->flow.email : msisdn_str(&f->owner.contact_phone),
		.text = MESSAGE_PASSWORD_CHANGED,
		.args = { .number = f->flow.login, .at = app_now(f->app) },
		.subscriber_id = f->owner.subscriber_id,
	};
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, STR("recovered:"));
	buf_i64(&key, f->flow.id);
	m.key = buf_str(&key);
	enum err e = key.err ? key.err : outbox_put(f->app, tx, f->a, &m, &id);
	buf_done(&key);
	return e;
}

static enum err put_event(struct finishing *f, struct tx *tx, enum event_kind kind)
{
	const struct event_new e = {
		.kind = kind,
		.subscriber_id = f->owner.subscriber_id,
		.msisdn = f->flow.login,
		.device = f->new->device,
	};
	return event_put(f->app, tx, f->a, &e);
}

static enum err set_password(struct finishing *f, struct tx *tx)
{
	int64_t n;
	struct q_recover_set_password_args args = {
		.subscriber_id = f->owner.subscriber_id,
		.hash = f->hash,
		.phone = f->flow.to,
		.email = f->flow.email,
		.now = app_now(f->app),
	};
	struct session_new session = {
		.token = f->done.token,
		.subscriber_id = f->owner.subscriber_id,
		.password_hash = f->hash,
		.device = f->new->device,
		.proved = f->owner.code,
	};
	try(q_recover_set_password(tx, &args, &n));
	if (n != 1)
		return E_CONFLICT;
	try(limit_give(f->app, tx, f->a, &f->take));
	if (f->owner.code)
		try(totp_spend(f->app, tx, f->a, &f->proof));
	/* Whoever asked for another contact may be why the password had to be recovered. */
	try(phone_change_stop(f->app, tx, f->a, f->owner.subscriber_id, f->new->device));
	try(email_stop(f->app, tx, f->a, f->owner.subscriber_id, f->new->device));
	try(q_session_end_number(tx, f->flow.number_id));
	try(flow_end_recoveries(tx, f->flow.number_id));
	try(put_notice(f, tx));
	try(put_event(f, tx, EVENT_RECOVERED));
	try(put_event(f, tx, EVENT_SIGNIN_RECOVERED));
	return session_open_full(f->app, tx, &session);
}

static enum err finish(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	try(flow_step(f->app, tx, f->flow.id, FLOW_PROVED, FLOW_USED));
	if (!first(f))
		return set_password(f, tx);
	struct session_new session = {
		.token = f->done.token,
		.number_id = f->flow.number_id,
		.epoch = f->flow.epoch,
		.sim_id = f->card.sim_id,
		.device = f->new->device,
	};
	return session_open_first(f->app, tx, &session);
}

static enum err open(struct finishing *f)
{
	f->done.kind = first(f) ? SESSION_FIRST : SESSION_FULL;
	f->app->rnd->fill(f->app->rnd, f->done.token, SESSION_TOKEN_BYTES);
	if (!first(f)) {
		try(hasher_make(f->app->hasher, f->a, f->want.bytes, &f->hash));
		try(device_make(f->app, f->a, f->flow.number_id, f->flow.epoch,
				&f->done.device_cookie));
	}
	enum err e = store_write(f->app->store, finish, f);
	if (e == E_CONFLICT || e == E_DENIED) /* in another tab, or the owner has changed */
		return E_NOTFOUND;
	return session_settle(f->app, f->a, e, f->done.token);
}

static enum err give_back(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	try(limit_give(f->app, tx, f->a, &f->take));
	return limit_give(f->app, tx, f->a, &f->proof.take);
}

/* What was right and opened nothing was no try: that the rest was wrong, or the store full, must
 * not use up one of the three for life. When even this fails it stays counted. */
static enum err not_tried(struct finishing *f, enum err e)
{
	bool counted = f->take.taken || f->proof.take.taken;
	if (e == OK || e == E_UNKNOWN || !counted)
		return e;
	if (store_write(f->app->store, give_back, f) != OK)
		log_event(f->app->log, LOG_WARN, "recover_try_stays_counted");
	return e;
}

enum err recover_finish(const struct app *app, struct arena *a, const struct recover_new *new,
			struct problems *ret_problems, struct signin_done *ret)
{
	struct finishing f = { .app = app, .a = a, .new = new };
	try(recover_find(app, a, new->browser, &f.flow));
	if (f.flow.state != FLOW_PROVED)
		return E_NOTFOUND;
	try(store_read(app->store, read_owner, &f));
	try(check(&f, ret_problems));
	try(check_code(&f, ret_problems));
	enum err e = check_digits(&f, ret_problems);
	if (e == OK)
		e = open(&f);
	try(not_tried(&f, e));
	outbox_wake(app);
	*ret = f.done;
	return OK;
}

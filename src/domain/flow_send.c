/* Sending a code. Everybody takes the same road, whoever they ask for: claim the flow, count what
 * is to be sent, let it be sent; each a transaction of its own. The one that claims a flow counts
 * for it, so that pressing twice costs nothing and ends nothing.
 *
 * A browser's new flow ends its old one and no other browser's: a stranger who asks for somebody's
 * number must not be able to end what its owner is in the middle of. */
#include "domain/flow.h"

#include <assert.h>

#include "core/buf.h"
#include "domain/email.h"
#include "domain/flow_row.h"
#include "domain/limit.h"
#include "domain/outbox.h"
#include "q_flow.h"

/* Taken in this order by everyone. */
enum { BY_SYSTEM, BY_DEST, BY_NUMBER, TAKES };

struct sending {
	const struct app *app;
	struct arena *a;
	const struct flow_ask *ask;
	struct flow_key browser;
	struct flow flow;
	bool claimed;
	struct limit_take network; /* before anybody is signed in */
	char code[FLOW_CODE_DIGITS + 1];
	int64_t registered; /* how many subscribers there are: for who is signed in */
	struct limit_take takes[TAKES];
	int n_takes;
	bool refused; /* by one of them */
	bool allowed; /* not refused, and there is somewhere to send it to */
	tstamp open;  /* when refused: from when it is possible again */
};

static const enum message_id texts[FLOW_PURPOSE_N] = {
	[FLOW_RECOVER] = MESSAGE_RECOVERY_CODE,    [FLOW_FIRST_SIGNIN] = MESSAGE_FIRST_CODE,
	[FLOW_CONFIRM_PHONE] = MESSAGE_PHONE_CODE, [FLOW_CHANGE_PHONE] = MESSAGE_PHONE_CHANGE_CODE,
	[FLOW_REAUTH] = MESSAGE_REAUTH_CODE,
};

static bool signed_in(enum flow_purpose p)
{
	return p != FLOW_RECOVER && p != FLOW_FIRST_SIGNIN;
}

static bool addressed(const struct flow_ask *ask)
{
	return ask->by_mail ? ask->email.n > 0 : ask->to.d[0] != '\0';
}

/* --- claiming ------------------------------------------------------------- */

static bool same_phone(const struct msisdn *a, const struct msisdn *b)
{
	return str_eq(msisdn_str(a), msisdn_str(b));
}

/* Under way for the same by the same way, and too young to be replaced. Where a code is on its way
 * to another phone it is not the same; before anybody is signed in phones do not count, because
 * they would tell. */
static bool goes_on(const struct sending *s, const struct flow *old)
{
	if (!same_phone(&old->login, &s->ask->login) || old->state != FLOW_SENT ||
	    old->by_mail != s->ask->by_mail || app_now(s->app).ms >= old->again.ms)
		return false;
	if (!signed_in(s->ask->purpose))
		return true;
	bool to_same = !old->to.d[0] || same_phone(&old->to, &s->ask->to); /* none: just begun */
	return to_same && same_phone(&old->new_phone, &s->ask->new_phone);
}

/* Whoever begins a flow counts for the network they come from, so that one address can not use up
 * what there is for all; what comes of it does not matter here. Who has signed in on this device
 * before does not wait for others. */
static enum err count_network(struct sending *s, struct tx *tx)
{
	bool known = s->ask->known_device;
	if (signed_in(s->ask->purpose))
		return OK;
	s->network = (struct limit_take){
		.rule = limit_rule(s->app->conf, known ? LIMIT_NONE : LIMIT_CODE_NETWORK),
	};
	s->network.waited = s->ask->waited_s * 1000 >= s->network.rule.pause_ms;
	try(limit_network(s->a, s->ask->peer, &s->network.subject));
	try(limit_take(s->app, tx, s->a, &s->network));
	if (s->network.taken)
		return OK;
	try(limit_wait(s->app, tx, s->a, &s->network));
	return E_LIMIT; /* rolled back: nothing was begun */
}

static enum err add(struct sending *s, struct tx *tx)
{
	tstamp now = app_now(s->app);
	int64_t id = id_next(s->app->ids);
	struct flow_key hash = flow_hash(s->app, id, str_c(s->code));
	struct q_flow_add_args args = {
		.id = id,
		.purpose = flow_purpose_name(s->ask->purpose),
		.browser = flow_key_str(&s->browser),
		.login = s->ask->login,
		.number_id = { .has = s->ask->number_id != 0, .v = s->ask->number_id },
		.epoch = { .has = s->ask->number_id != 0, .v = s->ask->epoch },
		.new_phone = s->ask->new_phone,
		.by_mail = s->ask->by_mail,
		.code_hash = flow_key_str(&hash),
		.now = now,
		.expires = { now.ms + FLOW_CODE_MS },
		.network = s->ask->known_device ? STR("") : s->network.subject,
		.network_win = s->network.win,
	};
	int64_t added;
	try(q_flow_add(tx, &args, &added));
	s->claimed = added == 1;
	s->flow = (struct flow){
		.id = id,
		.purpose = s->ask->purpose,
		.login = s->ask->login,
		.number_id = s->ask->number_id,
		.epoch = s->ask->epoch,
		.by_mail = s->ask->by_mail,
		.to = s->ask->to,
		.email = s->ask->email,
		.new_phone = s->ask->new_phone,
		.sent = now,
		.expires = args.expires,
		.again = { now.ms + FLOW_AGAIN_MS },
		.tries_left = FLOW_TRIES,
		.digits_left = FLOW_TRIES,
	};
	return OK;
}

static enum err claim(struct tx *tx, void *arg)
{
	struct sending *s = arg;
	s->claimed = false;
	s->flow.id = 0;
	enum err e = flow_find_in(s->app, tx, s->a, &s->browser, s->ask->purpose, &s->flow);
	if (e == OK && goes_on(s, &s->flow))
		return OK;
	if (e != OK && e != E_NOTFOUND)
		return e;
	struct q_flow_kill_args kill = {
		.browser = flow_key_str(&s->browser),
		.purpose = flow_purpose_name(s->ask->purpose),
		.twin = flow_purpose_name(flow_twin(s->ask->purpose)),
		.id = s->flow.id,
		.now = app_now(s->app),
		.future = app_future(s->app),
	};
	try(q_flow_kill(tx, &kill));
	try(count_network(s, tx));
	try(add(s, tx));
	if (s->claimed) /* else the same browser has asked at the same moment */
		return OK;
	if (!signed_in(s->ask->purpose))
		try(limit_give(s->app, tx, s->a, &s->network));
	return flow_find_in(s->app, tx, s->a, &s->browser, s->ask->purpose, &s->flow);
}

static void make_code(struct sending *s)
{
	int64_t n = (int64_t)rnd_below(s->app->rnd, FLOW_CODES);
	for (int i = FLOW_CODE_DIGITS; i-- > 0; n /= 10)
		s->code[i] = (char)('0' + n % 10);
}

/* --- counting ------------------------------------------------------------- */

static void rule(struct sending *s, int by, enum limit_id id, struct str subject)
{
	s->takes[by] = (struct limit_take){
		.rule = limit_rule(s->app->conf, id),
		.subject = subject,
		.waited = true,
	};
}

static int64_t more(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What is left to strangers when a part is kept for known devices. */
static int64_t system_max(const struct sending *s)
{
	const struct config *conf = s->app->conf;
	if (signed_in(s->ask->purpose)) /* a small operator has no smaller budget than strangers */
		return more(conf->limit_code_in_each_day * s->registered,
			    conf->limit_code_system_day);
	if (s->ask->known_device)
		return conf->limit_code_system_day;
	return limit_code_strangers(conf);
}

/* Where nothing can be sent the same statements count into rows that never refuse, spread by the
 * last digits of what was typed. */
static enum err rules(struct sending *s)
{
	bool in = signed_in(s->ask->purpose);
	struct str tail = str_sub(msisdn_str(&s->ask->login), 8, 2);
	struct str mail;
	s->n_takes = in ? TAKES : BY_NUMBER;
	try(email_subject(s->app, s->a, s->ask->email, &mail));
	if (!addressed(s->ask)) {
		rule(s, BY_SYSTEM, LIMIT_NONE, tail);
		rule(s, BY_DEST, LIMIT_NONE, tail);
		return OK;
	}
	rule(s, BY_SYSTEM, in ? LIMIT_CODE_IN_SYSTEM : LIMIT_CODE_SYSTEM, STR(""));
	s->takes[BY_SYSTEM].rule.max = system_max(s);
	if (s->ask->by_mail)
		rule(s, BY_DEST, LIMIT_CODE_EMAIL, mail);
	else
		rule(s, BY_DEST, in ? LIMIT_CODE_IN_PHONE : LIMIT_CODE_PHONE,
		     msisdn_str(&s->ask->to));
	if (in)
		rule(s, BY_NUMBER, LIMIT_CODE_IN_NUMBER, msisdn_str(&s->ask->login));
	return OK;
}

/* One limit has refused: what the others have counted was not sent. So a phone that may get nothing
 * more today cannot be used to drain what there is for all, and the other way round. */
static enum err give_back(struct sending *s, struct tx *tx)
{
	static const struct limit_take none;
	int n = 0;
	for (int i = 0; s->refused && i < s->n_takes; i++) {
		if (!s->takes[i].taken)
			continue;
		try(limit_give(s->app, tx, s->a, &s->takes[i]));
		n++;
	}
	return n ? OK : limit_give(s->app, tx, s->a, &none);
}

/* For who is signed in: until the pause is over, or the day. */
static enum err say_when(struct sending *s, struct tx *tx)
{
	for (int i = 0; i < s->n_takes; i++) {
		tstamp open = { 0 };
		if (!s->takes[i].taken)
			try(limit_when(s->app, tx, s->a, &s->takes[i], &open));
		s->open.ms = more(s->open.ms, open.ms);
	}
	return OK;
}

static enum err count(struct tx *tx, void *arg)
{
	struct sending *s = arg;
	try(rules(s));
	s->refused = false;
	s->open = (tstamp){ 0 };
	for (int i = 0; i < s->n_takes; i++) {
		try(limit_take(s->app, tx, s->a, &s->takes[i]));
		s->refused |= !s->takes[i].taken;
	}
	s->allowed = addressed(s->ask) && !s->refused;
	if (s->refused && signed_in(s->ask->purpose))
		try(say_when(s, tx));
	return give_back(s, tx);
}

/* --- sending -------------------------------------------------------------- */

static enum err put_message(struct sending *s, struct tx *tx)
{
	struct buf key;
	int64_t id;
	struct outbox_message m = {
		.kind = s->ask->by_mail ? OUTBOX_MAIL : OUTBOX_SMS,
		.dest = s->ask->by_mail ? s->ask->email : msisdn_str(&s->ask->to),
		.text = texts[s->ask->purpose],
		.lang = s->ask->lang,
		.subscriber_id = s->ask->subscriber_id,
		.valid_ms = FLOW_CODE_MS,
	};
	memcpy(m.args.code, s->code, sizeof(s->code));
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, STR("flow:"));
	buf_i64(&key, s->flow.id);
	m.key = buf_str(&key);
	enum err e = key.err ? key.err : outbox_put(s->app, tx, s->a, &m, &id);
	buf_done(&key);
	secret_wipe(m.args.code, sizeof(m.args.code));
	return e;
}

static enum err send(struct tx *tx, void *arg)
{
	struct sending *s = arg;
	struct q_flow_address_args args = { .id = s->flow.id };
	if (s->allowed && s->ask->by_mail)
		args.email = s->ask->email;
	else if (s->allowed)
		args.phone = s->ask->to;
	else if (signed_in(s->ask->purpose))
		return flow_step(s->app, tx, s->flow.id, FLOW_SENT, FLOW_DEAD);
	try(q_flow_address(tx, &args));
	return s->allowed ? put_message(s, tx) : q_flow_nothing(tx, s->flow.id);
}

static enum err read_registered(struct tx *tx, void *arg)
{
	struct sending *s = arg;
	return q_flow_subscribers(tx, s->a, &s->registered);
}

static enum err run(struct sending *s)
{
	if (signed_in(s->ask->purpose))
		try(store_read(s->app->store, read_registered, s));
	try(store_write(s->app->store, claim, s));
	if (!s->claimed)
		return OK;
	try(store_write(s->app->store, count, s));
	try(store_write(s->app->store, send, s));
	outbox_wake(s->app);
	return OK;
}

enum err flow_send(const struct app *app, struct arena *a, const struct flow_ask *ask,
		   struct flow *ret)
{
	struct sending s = {
		.app = app,
		.a = a,
		.ask = ask,
		.browser = flow_browser(app, ask->browser),
	};
	assert(ask->browser.n > 0 && ask->login.d[0]);
	assert(!ask->by_mail || !signed_in(ask->purpose));
	make_code(&s);
	enum err e = run(&s);
	secret_wipe(s.code, sizeof(s.code));
	if (e == E_LIMIT)
		ret->again.ms = app_now(app).ms + limit_wait_s(app, &s.network) * 1000;
	try(e);
	*ret = s.flow;
	if (!s.claimed || s.allowed || !signed_in(ask->purpose))
		return OK;
	ret->again = s.open;
	return E_LIMIT;
}

/* Signing in. Every try takes the same road whatever becomes of it: read which way in the number
 * has (nothing secret), count the try in a transaction of its own, read the secret, compute one
 * Argon2id, compare. A right one then opens a session in a second transaction, which also takes its
 * counts back (see domain/limit.h).
 *
 * Who is slowed down must not tell which numbers are registered. So the limit by network goes by
 * what was typed (four digits or not), never by what the number is; the limits by number and, for
 * the digits, by system look at the number, and answer only with the refusal that everybody gets.
 */
#include "domain/signin.h"

#include "core/utf8.h"
#include "domain/device.h"
#include "domain/event.h"
#include "domain/hasher.h"
#include "domain/limit.h"
#include "domain/number.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/session.h"
#include "domain/signin_path.h"
#include "domain/signin_step.h"

#define PIN_DIGITS 4

/* What there is to guess at this number with what was typed. */
enum way { WAY_NONE, WAY_FIRST, WAY_PASSWORD };

/* Taken in this order by everyone, so that transactions never wait for each other in a circle. */
enum { BY_SYSTEM, BY_NETWORK, BY_SUBJECT, TAKES };

struct attempt {
	const struct app *app;
	struct arena *a;
	const struct signin_try *form;
	struct msisdn msisdn;   /* one that nobody has, when none was typed */
	struct secret password; /* as it is hashed */
	struct str pin;         /* empty when no four digits were typed */
	struct q_signin_path_row path;
	enum way way;
	struct limit_take takes[TAKES];
	bool known; /* the device */
	bool locked;
	struct q_signin_secret_row secret;
	struct signin_done done;
};

/* --- what was typed ------------------------------------------------------- */

struct str signin_digits(struct str typed)
{
	struct str pin = str_trim(typed);
	bool digits = pin.n == PIN_DIGITS;
	for (size_t i = 0; digits && i < PIN_DIGITS; i++)
		digits = pin.p[i] >= '0' && pin.p[i] <= '9';
	return digits ? pin : STR("");
}

static enum err read_typed(struct attempt *t)
{
	if (msisdn_parse(t->form->login, &t->msisdn) != OK)
		memcpy(t->msisdn.d, "0000000000", sizeof("0000000000"));
	t->pin = signin_digits(t->form->password.bytes);
	return password_normal(t->a, t->form->password, &t->password);
}

/* --- which way ------------------------------------------------------------ */

static enum err read_path(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	t->path = (struct q_signin_path_row){ 0 };
	enum err e = q_signin_path(tx, t->a, t->msisdn, &t->path);
	return e == E_NOTFOUND ? OK : e;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The first sign-in counts its days from the latest of issue, import and being opened again. */
bool signin_first_open(const struct app *app, const struct q_signin_path_row *p)
{
	const struct config *conf = app->conf;
	/* Who came by import with a contact phone starts by recovering the password. */
	if (!p->sim_id.has || p->registered || p->contact_phone.d[0] ||
	    str_eq(conf->signin_activation, STR("office")))
		return false;
	int64_t from = later(later(p->issued.ms, p->imported.ms), p->reopened.ms);
	return conf->signin_first_days == 0 ||
	       app_now(app).ms - from <= conf->signin_first_days * DAY_MS;
}

/* By the digits alone; with a code from an SMS besides, it is the business of recover.c. */
static bool digits_suffice(const struct attempt *t)
{
	return str_eq(t->app->conf->signin_activation, STR("iccid4")) &&
	       signin_first_open(t->app, &t->path);
}

static enum way way_of(const struct attempt *t)
{
	if (t->pin.n)
		return digits_suffice(t) ? WAY_FIRST : WAY_NONE;
	return t->path.registered ? WAY_PASSWORD : WAY_NONE;
}

/* --- limits --------------------------------------------------------------- */

static void rule(struct attempt *t, int by, enum limit_id id, struct str subject)
{
	t->takes[by] = (struct limit_take){
		.rule = limit_rule(t->app->conf, id),
		.subject = subject,
		.waited = true,
	};
}

/* Spread, so that tries at nothing do not queue for one row. */
static enum err nothing(struct attempt *t, const char *by, struct str *ret)
{
	struct buf b;
	buf_init(&b, 32);
	buf_put(&b, str_c(by));
	buf_put(&b, str_sub(msisdn_str(&t->msisdn), 8, 2));
	enum err e = b.err ? b.err : arena_str(t->a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static enum err rules_known_device(struct attempt *t, const char *name)
{
	struct str device;
	struct str system;
	struct str network;
	try(arena_str(t->a, str_c(name), &device));
	try(nothing(t, "system.", &system));
	try(nothing(t, "network.", &network));
	rule(t, BY_SYSTEM, LIMIT_NONE, system);
	rule(t, BY_NETWORK, LIMIT_NONE, network);
	rule(t, BY_SUBJECT, LIMIT_PASSWORD_DEVICE, device);
	return OK;
}

static enum err rules(struct attempt *t)
{
	static const enum limit_id subject_limit[] = {
		[WAY_NONE] = LIMIT_NONE,
		[WAY_FIRST] = LIMIT_FIRST_NUMBER,
		[WAY_PASSWORD] = LIMIT_PASSWORD_ACCOUNT,
	};
	char device[DEVICE_NAME_BYTES];
	t->known = t->way == WAY_PASSWORD && device_known(t->app, t->form->device_cookie,
							  t->path.number_id, t->path.epoch, device);
	if (t->known)
		return rules_known_device(t, device);
	struct str system;
	struct str network;
	struct str subject;
	try(nothing(t, "system.", &system));
	try(limit_network(t->a, t->form->peer, &network));
	if (t->way == WAY_NONE)
		try(nothing(t, "number.", &subject));
	else
		try(number_limit_subject(t->a, t->path.number_id, t->path.epoch, &subject));
	if (!t->pin.n)
		rule(t, BY_SYSTEM, LIMIT_PASSWORD_SYSTEM, STR(""));
	else if (t->way == WAY_FIRST)
		rule(t, BY_SYSTEM, LIMIT_FIRST_SYSTEM, STR(""));
	else
		rule(t, BY_SYSTEM, LIMIT_NONE, system);
	rule(t, BY_NETWORK, t->pin.n ? LIMIT_FIRST_NETWORK : LIMIT_PASSWORD_NETWORK, network);
	rule(t, BY_SUBJECT, subject_limit[t->way], subject);
	return OK;
}

/* Past the system's limit every network is slowed down from its first try on; no path is closed. */
static void slow_down(struct attempt *t)
{
	struct limit_take *network = &t->takes[BY_NETWORK];
	bool storm = !t->pin.n && t->takes[BY_SYSTEM].n > t->app->conf->limit_password_system_day;
	if (storm && network->rule.pause_ms > 0)
		network->rule.pause_from = 1;
	network->waited = t->form->waited_s * 1000 >= network->rule.pause_ms;
}

/* Four digits that one limit refused were not compared: the other limit has nothing to count.
 * Otherwise a number whose tries are used up could be used to close the path for everybody. */
static const struct limit_take *not_compared(const struct attempt *t)
{
	static const struct limit_take none;
	if (t->way != WAY_FIRST || !t->locked)
		return &none;
	return t->takes[BY_SYSTEM].taken ? &t->takes[BY_SYSTEM] : &t->takes[BY_SUBJECT];
}

static enum err count(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	try(rules(t));
	try(limit_take(t->app, tx, t->a, &t->takes[BY_SYSTEM]));
	slow_down(t);
	try(limit_take(t->app, tx, t->a, &t->takes[BY_NETWORK]));
	try(limit_take(t->app, tx, t->a, &t->takes[BY_SUBJECT]));
	if (!t->takes[BY_NETWORK].taken) {
		try(limit_wait(t->app, tx, t->a, &t->takes[BY_NETWORK]));
		return E_LIMIT; /* rolled back: this was no try */
	}
	t->locked = !t->takes[BY_SYSTEM].taken || !t->takes[BY_SUBJECT].taken;
	return limit_give(t->app, tx, t->a, not_compared(t));
}

static enum err give_back_in(struct attempt *t, struct tx *tx)
{
	for (int by = 0; by < TAKES; by++)
		try(limit_give(t->app, tx, t->a, &t->takes[by]));
	return OK;
}

static enum err give_back(struct tx *tx, void *arg)
{
	return give_back_in(arg, tx);
}

/* --- comparing ------------------------------------------------------------ */

static enum err read_secret(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	struct q_signin_secret_args args = {
		.subscriber_id = t->path.subscriber_id.has ? t->path.subscriber_id.v : 0,
		.sim_id = t->path.sim_id.has ? t->path.sim_id.v : 0,
	};
	return q_signin_secret(tx, t->a, &args, &t->secret);
}

static enum err compare(struct attempt *t)
{
	bool by_password = t->way == WAY_PASSWORD && !t->locked;
	bool by_pin = t->way == WAY_FIRST && !t->locked;
	bool same = false;
	struct str hash = by_password ? t->secret.hash : STR("");
	try(hasher_check(t->app->hasher, hash, t->password.bytes, &same));
	if (by_pin)
		same = secret_eq(t->pin, iccid_last4(&t->secret.iccid));
	return same ? OK : E_DENIED;
}

/* --- opening -------------------------------------------------------------- */

static enum err put_event(struct attempt *t, struct tx *tx)
{
	const struct event_new e = {
		.kind = t->known ? EVENT_SIGNIN : EVENT_SIGNIN_NEW,
		.subscriber_id = t->path.subscriber_id.v,
		.msisdn = t->msisdn,
		.device = t->form->device,
	};
	return event_put(t->app, tx, t->a, &e);
}

/* Each right try takes back the counts of that try and nothing else, in the window they were
 * counted in: the three tries for life stay whole, and signing in now and then does not clear what
 * a guesser has used up. */
static enum err open_session(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	struct session_new n = {
		.token = t->done.token,
		.number_id = t->path.number_id,
		.epoch = t->path.epoch,
		.device = t->form->device,
	};
	try(give_back_in(t, tx));
	if (t->done.kind == SESSION_FIRST) {
		n.sim_id = t->path.sim_id.v;
		return session_open_first(t->app, tx, &n);
	}
	if (t->done.code_needed)
		return signin_step_open(t->app, tx, t->done.token, t->path.subscriber_id.v,
					t->secret.hash);
	n.subscriber_id = t->path.subscriber_id.v;
	n.password_hash = t->secret.hash;
	try(put_event(t, tx));
	return session_open_full(t->app, tx, &n);
}

static enum err open(struct attempt *t)
{
	t->done.kind = t->way == WAY_FIRST ? SESSION_FIRST : SESSION_FULL;
	t->app->rnd->fill(t->app->rnd, t->done.token, SESSION_TOKEN_BYTES);
	t->done.code_needed = t->done.kind == SESSION_FULL && t->secret.code;
	if (t->done.kind == SESSION_FULL && !t->done.code_needed)
		try(device_make(t->app, t->a, t->path.number_id, t->path.epoch,
				&t->done.device_cookie));
	enum err e = store_write(t->app->store, open_session, t);
	return session_settle(t->app, t->a, e, t->done.token);
}

/* Too busy, no memory, a broken store: such a try was none, and must not use up one of the three
 * for life. When even this fails it stays counted. */
static enum err not_tried(struct attempt *t, enum err e)
{
	bool tried = e == OK || e == E_DENIED || e == E_UNKNOWN;
	if (!tried && store_write(t->app->store, give_back, t) != OK)
		log_event(t->app->log, LOG_WARN, "signin_try_stays_counted");
	return e;
}

enum err signin_try(const struct app *app, struct arena *a, const struct signin_try *form,
		    struct signin_done *ret, int64_t *ret_wait_s)
{
	struct attempt t = { .app = app, .a = a, .form = form };
	try(read_typed(&t));
	try(store_read(app->store, read_path, &t));
	t.way = way_of(&t);
	enum err e = store_write(app->store, count, &t);
	if (e == E_LIMIT)
		*ret_wait_s = limit_wait_s(app, &t.takes[BY_NETWORK]);
	try(e);
	e = store_read(app->store, read_secret, &t);
	if (e == OK)
		e = compare(&t);
	if (e == OK)
		e = open(&t);
	if (e == OK) {
		outbox_wake(app);
		*ret = t.done;
	}
	return not_tried(&t, e);
}

/* The password, then the code. */
#include "domain/staff_signin.h"

#include "domain/box.h"
#include "domain/hasher.h"
#include "domain/limit.h"
#include "domain/password.h"
#include "domain/staff_row.h"
#include "domain/staff_session.h"
#include "domain/totp_code.h"

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
	return key_of(app, "staff step", token);
}

static struct key password_key(const struct app *app, struct str hash)
{
	return key_of(app, "staff step password", hash);
}

static struct str token_str(const struct staff_signed *s)
{
	return (struct str){ .p = (const char *)s->token, .n = sizeof(s->token) };
}

/* --- the password --------------------------------------------------------- */

/* Taken in this order by everyone. */
enum { BY_NETWORK, BY_SUBJECT, TAKES };

struct attempt {
	const struct app *app;
	struct arena *a;
	const struct staff_try *form;
	int64_t id; /* 0: nobody of that login */
	struct limit_take takes[TAKES];
	struct q_staff_secret_row secret;
	struct staff_signed done;
};

static enum err read_id(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	t->id = 0;
	enum err e = q_staff_of_login(tx, t->a, t->form->login, &t->id);
	return e == E_NOTFOUND ? OK : e;
}

/* Tries at nobody are counted too, spread over a few rows. */
static enum err subject(struct attempt *t, struct str *ret)
{
	struct key nobody = key_of(t->app, "staff nobody", t->form->login);
	struct buf b;
	buf_init(&b, 32);
	if (t->id == 0)
		buf_put(&b, STR("nobody."));
	buf_i64(&b, t->id ? t->id : nobody.bytes[0]);
	enum err e = b.err ? b.err : arena_str(t->a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static enum err count(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	const struct config *conf = t->app->conf;
	t->takes[BY_NETWORK] = (struct limit_take){ .rule = limit_rule(conf, LIMIT_STAFF_NETWORK),
						    .waited = true };
	t->takes[BY_SUBJECT] = (struct limit_take){ .rule = limit_rule(conf, LIMIT_STAFF_PASSWORD),
						    .waited = true };
	try(limit_network(t->a, t->form->peer, &t->takes[BY_NETWORK].subject));
	try(subject(t, &t->takes[BY_SUBJECT].subject));
	try(limit_take(t->app, tx, t->a, &t->takes[BY_NETWORK]));
	if (!t->takes[BY_NETWORK].taken)
		return OK; /* it is not compared, so it counts for nobody */
	return limit_take(t->app, tx, t->a, &t->takes[BY_SUBJECT]);
}

static enum err give_back(struct tx *tx, void *arg)
{
	const struct attempt *t = arg;
	for (int by = 0; by < TAKES; by++)
		try(limit_give(t->app, tx, t->a, &t->takes[by]));
	return OK;
}

static enum err read_secret(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	t->secret = (struct q_staff_secret_row){ 0 };
	enum err e = q_staff_secret(tx, t->a, t->form->login, &t->secret);
	return e == E_NOTFOUND ? OK : e;
}

static enum err compare(struct attempt *t)
{
	struct secret password;
	bool same = false;
	bool open = t->takes[BY_NETWORK].taken && t->takes[BY_SUBJECT].taken;
	try(password_normal(t->a, t->form->password, &password));
	try(hasher_check(t->app->hasher, open ? t->secret.hash : STR(""), password.bytes, &same));
	return same ? OK : E_DENIED;
}

static enum err open_step(struct tx *tx, void *arg)
{
	struct attempt *t = arg;
	struct key browser = browser_key(t->app, token_str(&t->done));
	struct key password = password_key(t->app, t->secret.hash);
	const struct q_staff_step_add_args args = {
		.browser = key_str(&browser),
		.staff_id = t->secret.id,
		.password = key_str(&password),
		.expires = { app_now(t->app).ms + STAFF_STEP_MS },
	};
	try(give_back(tx, t));
	return q_staff_step_add(tx, &args);
}

/* What was never compared was no try. */
static enum err not_tried(struct attempt *t, enum err e)
{
	bool tried = e == OK || e == E_DENIED || e == E_UNKNOWN;
	if (!tried && store_write(t->app->store, give_back, t) != OK)
		log_event(t->app->log, LOG_WARN, "staff_try_stays_counted");
	return e;
}

enum err staff_signin_try(const struct app *app, struct arena *a, const struct staff_try *form,
			  struct staff_signed *ret)
{
	struct attempt t = { .app = app, .a = a, .form = form };
	try(store_read(app->store, read_id, &t));
	try(store_write(app->store, count, &t));
	enum err e = store_read(app->store, read_secret, &t);
	if (e == OK)
		e = compare(&t);
	if (e == OK) {
		app->rnd->fill(app->rnd, t.done.token, sizeof(t.done.token));
		e = store_write(app->store, open_step, &t);
	}
	if (e == OK)
		*ret = t.done;
	return not_tried(&t, e);
}

/* --- the code ------------------------------------------------------------- */

struct step {
	const struct app *app;
	struct arena *a;
	const struct staff_code *form;
	struct key browser;
	struct q_staff_step_find_row row;
	struct limit_take take;
	int64_t step;
	struct staff_signed done;
};

static enum err read_step(struct tx *tx, void *arg)
{
	struct step *s = arg;
	const struct q_staff_step_find_args args = {
		.browser = key_str(&s->browser),
		.now = app_now(s->app),
		.future = { app_future(s->app).ms + STAFF_STEP_MS },
	};
	return q_staff_step_find(tx, s->a, &args, &s->row);
}

static enum err find(struct step *s, struct str browser)
{
	s->browser = browser_key(s->app, browser);
	try(store_read(s->app->store, read_step, s));
	struct key password = password_key(s->app, s->row.hash);
	return secret_eq(key_str(&password), s->row.password) ? OK : E_NOTFOUND;
}

static struct staff staff_of_step(const struct step *s)
{
	return (struct staff){
		.id = s->row.id,
		.number = s->row.number,
		.login = s->row.login,
		.name = s->row.name,
	};
}

enum err staff_signin_step(const struct app *app, struct arena *a, struct str browser,
			   struct staff *ret)
{
	struct step s = { .app = app, .a = a };
	try(find(&s, browser));
	*ret = staff_of_step(&s);
	return OK;
}

static enum err count_code(struct step *s)
{
	struct buf b;
	buf_init(&b, 32);
	buf_i64(&b, s->row.id);
	s->take = (struct limit_take){
		.rule = limit_rule(s->app->conf, LIMIT_STAFF_CODE),
		.waited = true,
	};
	enum err e = b.err ? b.err : arena_str(s->a, buf_str(&b), &s->take.subject);
	buf_done(&b);
	try(e);
	try(limit_take_alone(s->app, s->a, &s->take));
	return s->take.taken ? OK : E_LIMIT;
}

static enum err match(struct step *s, const struct totp_code *code)
{
	struct secret key;
	enum err e = box_open(s->app, s->a, STAFF_TOTP, s->row.id, s->row.totp_sealed, &key);
	if (e == E_INPUT)
		return E_STORE; /* by another app.key: no code will do */
	try(e);
	return totp_match(key, app_now(s->app), str_c(code->d), &s->step);
}

static enum err open_session(struct tx *tx, void *arg)
{
	const struct step *s = arg;
	struct staff staff = staff_of_step(s);
	struct audit_entry entry = { .action = AUDIT_STAFF_SIGNIN, .subject = staff.login };
	int64_t n;
	const struct q_staff_use_code_args use = {
		.id = s->row.id,
		.totp_sealed = s->row.totp_sealed,
		.step = s->step,
	};
	try(staff_actor(s->a, &staff, &entry.by));
	try(audit_put(s->app, tx, s->a, &entry));
	try(q_staff_step_end(tx, key_str(&s->browser), &n));
	if (n != 1)
		return E_NOTFOUND; /* the same form, sent twice */
	try(q_staff_use_code(tx, &use, &n));
	if (n != 1)
		return E_DENIED; /* another was quicker with it */
	try(limit_give(s->app, tx, s->a, &s->take));
	return staff_session_open(s->app, tx, s->done.token, s->row.id, s->form->device);
}

static struct say fault(const struct step *s, enum err e)
{
	if (e == E_INPUT)
		return (struct say){ .id = SAY_TOTP_FORM };
	if (e == E_DENIED)
		return (struct say){ .id = SAY_TOTP_WRONG };
	return limit_again(s->app, &s->take);
}

static enum err try_code(struct step *s)
{
	struct totp_code code;
	if (!totp_read_code(s->form->code.bytes, &code))
		return E_INPUT;
	enum err e = count_code(s);
	if (e == OK)
		e = match(s, &code);
	secret_wipe(&code, sizeof(code));
	try(e);
	s->app->rnd->fill(s->app->rnd, s->done.token, sizeof(s->done.token));
	return store_write(s->app->store, open_session, s);
}

enum err staff_signin_code(const struct app *app, struct arena *a, const struct staff_code *form,
			   struct problems *ret_problems, struct staff_signed *ret)
{
	struct step s = { .app = app, .a = a, .form = form };
	try(find(&s, form->browser));
	enum err e = try_code(&s);
	if (e == E_INPUT || e == E_DENIED || e == E_LIMIT) {
		problems_add(ret_problems, "code", fault(&s, e));
		return E_INPUT;
	}
	try(e);
	*ret = s.done;
	return OK;
}

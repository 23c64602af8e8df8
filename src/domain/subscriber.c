/* Registration, one's own data, and the change of password. */
#include "domain/subscriber.h"

#include <assert.h>

#include "core/utf8.h"
#include "domain/consent.h"
#include "domain/device.h"
#include "domain/event.h"
#include "domain/find_word.h"
#include "domain/flow.h"
#include "domain/hasher.h"
#include "domain/limit.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/seal.h"
#include "domain/sim.h"
#include "domain/subscriber_check.h"
#include "domain/subscriber_proof.h"
#include "q_session.h"
#include "q_subscriber.h"

static enum err print_date(struct arena *a, struct date d, struct str *ret)
{
	struct buf b;
	buf_init(&b, 16);
	date_iso(&b, d);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static enum err iccids(struct tx *tx, struct arena *a, int64_t number_id,
		       struct password_owner *owner)
{
	struct q_subscriber_iccids_row *rows;
	size_t n;
	try(q_subscriber_iccids(tx, a, number_id, &rows, &n));
	struct iccid *cards = arena_array(a, n + 1, sizeof(*cards));
	if (!cards)
		return E_NOMEM;
	for (size_t i = 0; i < n; i++)
		cards[i] = rows[i].iccid;
	owner->iccids = cards;
	owner->n_iccids = n;
	return OK;
}

/* A new token, and the cookie by which this browser will be known. */
static enum err make_done(const struct app *app, struct arena *a, const struct session *s,
			  struct signin_done *ret)
{
	*ret = (struct signin_done){ .kind = SESSION_FULL };
	app->rnd->fill(app->rnd, ret->token, SESSION_TOKEN_BYTES);
	return device_make(app, a, s->number_id, s->epoch, &ret->device_cookie);
}

/* --- registration --------------------------------------------------------- */

struct registering {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	const struct registration *reg;
	struct q_subscriber_before_row before;
	struct password_owner owner;
	struct subscriber_clean clean;
	struct secret password; /* as it is hashed */
	struct q_subscriber_register_args row;
	struct signin_done done;
};

static enum err read_before(struct tx *tx, void *arg)
{
	struct registering *r = arg;
	struct q_subscriber_before_args args = { .number_id = r->s->number_id,
						 .epoch = r->s->epoch };
	try(q_subscriber_before(tx, r->a, &args, &r->before));
	return iccids(tx, r->a, r->s->number_id, &r->owner);
}

static enum err check(struct registering *r, struct problems *problems)
{
	const struct registration *reg = r->reg;
	struct subscriber_facts facts = {
		.today = app_today(r->app),
		.msisdn = r->s->msisdn,
		.works = r->before.works,
	};
	subscriber_check(reg, &facts, problems, &r->clean);
	r->owner.msisdn = r->s->msisdn;
	bool names = utf8_clean(reg->family, false) && utf8_clean(reg->given, false) &&
		     utf8_clean(reg->patronymic, false);
	if (names) {
		r->owner.family = reg->family;
		r->owner.given = reg->given;
		r->owner.patronymic = reg->patronymic;
	}
	struct say say = { .id = SAY_REQUIRED };
	try(password_normal(r->a, reg->password, &r->password));
	if (r->password.bytes.n > 0)
		try(password_problem(r->a, r->password, &r->owner, &say));
	if (say.id != SAY_NONE)
		problems_add(problems, "password", say);
	return problems->n ? E_INPUT : OK;
}

static enum err seal(struct registering *r)
{
	const struct registration *reg = r->reg;
	const struct keys *keys = r->app->keys;
	struct seal_content passport = {
		.field = SEAL_PASSPORT,
		.subscriber_id = r->row.id,
		.n = 4,
		.parts = { str_c(r->clean.passport),
			   { 0 },
			   reg->passport_by,
			   str_c(r->clean.code) },
	};
	struct seal_content birth = { .field = SEAL_BIRTH, .subscriber_id = r->row.id, .n = 1 };
	struct seal_content address = {
		.field = SEAL_ADDRESS,
		.subscriber_id = r->row.id,
		.n = 5,
		.parts = { reg->city, reg->street, reg->house, reg->building, reg->flat },
	};
	try(print_date(r->a, reg->passport_issued, &passport.parts[1]));
	try(print_date(r->a, reg->birth, &birth.parts[0]));
	try(seal_make(keys, r->a, &passport, &r->row.passport_sealed));
	try(seal_make(keys, r->a, &birth, &r->row.birth_sealed));
	return seal_make(keys, r->a, &address, &r->row.address_sealed);
}

static enum err fold_name(struct registering *r)
{
	const struct str names[] = { r->reg->family, r->reg->given, r->reg->patronymic };
	struct buf b;
	buf_init(&b, 4096);
	for (size_t i = 0; i < 3; i++) {
		buf_put(&b, names[i]);
		buf_c(&b, ' ');
	}
	enum err e = b.err ? b.err : utf8_fold(r->a, buf_str(&b), &r->row.name_fold);
	buf_done(&b);
	return e;
}

/* Everything of the row: what is in clear, the mask, the sealed fields, the hash. */
static enum err make_row(struct registering *r)
{
	const struct registration *reg = r->reg;
	r->row = (struct q_subscriber_register_args){
		.id = r->before.subscriber_id.has ? r->before.subscriber_id.v
						  : id_next(r->app->ids),
		.number_id = r->s->number_id,
		.epoch = r->s->epoch,
		.family = str_trim(reg->family),
		.given = str_trim(reg->given),
		.patronymic = str_trim(reg->patronymic),
		.contact_phone = reg->contact_phone,
		.email = str_trim(reg->email),
		.passport_mask = { .p = r->clean.passport + 8, .n = 2 },
		.city = str_trim(reg->city),
		.now = app_now(r->app),
	};
	try(fold_name(r));
	try(seal(r));
	return hasher_make(r->app->hasher, r->a, r->password.bytes, &r->row.password_hash);
}

static enum err write_registration(struct tx *tx, void *arg)
{
	struct registering *r = arg;
	struct session_new n = {
		.token = r->done.token,
		.subscriber_id = r->row.id,
		.password_hash = r->row.password_hash,
	};
	const struct find_names names = { r->row.id, r->row.name_fold, r->row.email };
	int64_t registered;
	enum err e = q_session_device(tx, r->a, r->s->id, &n.device);
	if (e == E_NOTFOUND) /* another tab has registered and ended this session */
		return E_CONFLICT;
	try(e);
	if (r->before.subscriber_id.has)
		try(find_word_drop(tx, r->a, r->row.id));
	try(q_subscriber_register(tx, &r->row, &registered));
	if (registered != 1)
		return E_CONFLICT;
	try(find_word_put(tx, r->a, &names));
	try(sim_move(r->app, tx, r->before.sim_id.v, SIM_ISSUED, SIM_REGISTERED));
	try(consent_give(r->app, tx, r->row.id, r->reg->consent_version));
	try(q_session_end_number(tx, r->s->number_id));
	const struct event_new event = {
		.kind = EVENT_REGISTERED,
		.subscriber_id = r->row.id,
		.device = n.device,
	};
	try(event_put(r->app, tx, r->a, &event));
	return session_open_full(r->app, tx, &n);
}

enum err subscriber_register(const struct app *app, struct arena *a, const struct session *s,
			     const struct registration *reg, struct problems *ret_problems,
			     struct signin_done *ret)
{
	assert(s->kind == SESSION_FIRST);
	struct registering *r =
		ARENA_NEW(a, struct registering); /* wiped with it: a passport is in it */
	if (!r)
		return E_NOMEM;
	*r = (struct registering){ .app = app, .a = a, .s = s, .reg = reg };
	enum err e = store_read(app->store, read_before, r);
	if (e == E_NOTFOUND || (e == OK && (r->before.registered || !r->before.sim_id.has)))
		return E_CONFLICT;
	try(e);
	try(check(r, ret_problems));
	try(make_row(r));
	try(make_done(app, a, s, &r->done));
	try(session_settle(app, a, store_write(app->store, write_registration, r), r->done.token));
	*ret = r->done;
	return OK;
}

/* --- profile -------------------------------------------------------------- */

struct reading {
	struct arena *a;
	int64_t subscriber_id;
	struct q_subscriber_profile_row row;
};

static enum err read_profile(struct tx *tx, void *arg)
{
	struct reading *r = arg;
	return q_subscriber_profile(tx, r->a, r->subscriber_id, &r->row);
}

enum err subscriber_profile(const struct app *app, struct arena *a, const struct session *s,
			    struct profile *ret)
{
	struct reading r = { .a = a, .subscriber_id = s->subscriber_id };
	try(store_read(app->store, read_profile, &r));
	*ret = (struct profile){
		.family = r.row.family,
		.given = r.row.given,
		.patronymic = r.row.patronymic,
		.contact_phone = r.row.contact_phone,
		.phone_confirmed = !tstamp_is_none(r.row.phone_confirmed),
		.email = r.row.email,
		.passport_mask = r.row.passport_mask,
		.city = r.row.city,
		.registered = r.row.registered,
		.password_changed = r.row.password_changed,
		.contract_code = r.row.contract_code,
	};
	return OK;
}

/* --- change of password --------------------------------------------------- */

struct changing {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	const struct password_change *c;
	struct q_subscriber_credentials_row old;
	struct password_owner owner;
	struct limit_take take;
	struct secret now, want; /* as they are hashed */
	struct str hash;         /* the new one */
	struct signin_done done;
};

static enum err read_credentials(struct tx *tx, void *arg)
{
	struct changing *c = arg;
	try(q_subscriber_credentials(tx, c->a, c->s->subscriber_id, &c->old));
	return iccids(tx, c->a, c->s->number_id, &c->owner);
}

static enum err give_back(struct tx *tx, void *arg)
{
	struct changing *c = arg;
	return limit_give(c->app, tx, c->a, &c->take);
}

static enum err fault(struct problems *problems, const char *field, struct say say)
{
	problems_add(problems, field, say);
	return E_INPUT;
}

/* The form itself, before a try is spent on it. */
static enum err check_want(struct changing *c, struct problems *problems)
{
	c->owner.msisdn = c->s->msisdn;
	c->owner.family = c->old.family;
	c->owner.given = c->old.given;
	c->owner.patronymic = c->old.patronymic;
	try(password_normal(c->a, c->c->now, &c->now));
	try(password_normal(c->a, c->c->want, &c->want));
	if (c->now.bytes.n == 0)
		problems_add(problems, "now", (struct say){ .id = SAY_REQUIRED });
	struct say say = { .id = SAY_REQUIRED };
	if (c->want.bytes.n > 0)
		try(password_problem(c->a, c->want, &c->owner, &say));
	if (say.id != SAY_NONE)
		problems_add(problems, "want", say);
	return problems->n ? E_INPUT : OK;
}

static enum err write_password(struct tx *tx, void *arg)
{
	struct changing *c = arg;
	struct q_subscriber_set_password_args args = {
		.id = c->s->subscriber_id,
		.old_hash = c->old.password_hash,
		.new_hash = c->hash,
		.now = app_now(c->app),
	};
	struct session_new n = {
		.token = c->done.token,
		.subscriber_id = c->s->subscriber_id,
		.password_hash = c->hash,
		.device = c->c->device,
	};
	const struct event_new event = {
		.kind = EVENT_PASSWORD,
		.subscriber_id = c->s->subscriber_id,
		.msisdn = c->s->msisdn,
		.device = c->c->device,
	};
	int64_t changed;
	try(limit_give(c->app, tx, c->a, &c->take));
	try(q_subscriber_set_password(tx, &args, &changed));
	if (changed != 1)
		return E_CONFLICT;
	try(q_session_end_number(tx, c->s->number_id));
	try(flow_end_recoveries(tx, c->s->number_id));
	try(event_put(c->app, tx, c->a, &event));
	return session_open_full(c->app, tx, &n);
}

enum err subscriber_change_password(const struct app *app, struct arena *a, const struct session *s,
				    const struct password_change *change,
				    struct problems *ret_problems, struct signin_done *ret)
{
	assert(s->kind == SESSION_FULL);
	struct changing c = { .app = app, .a = a, .s = s, .c = change };
	try(store_read(app->store, read_credentials, &c));
	try(check_want(&c, ret_problems));
	try(subscriber_proof(app, a, s, c.now, c.old.password_hash, ret_problems, &c.take));
	if (secret_eq(c.now.bytes, c.want.bytes)) {
		try(store_write(app->store, give_back, &c));
		return fault(ret_problems, "want", (struct say){ .id = SAY_PASSWORD_SAME });
	}
	enum err e = hasher_make(app->hasher, a, c.want.bytes, &c.hash);
	if (e != OK) /* the try was right */
		try(store_write(app->store, give_back, &c));
	try(e);
	try(make_done(app, a, s, &c.done));
	e = store_write(app->store, write_password, &c);
	if (e == E_CONFLICT) /* another device has changed it since it was compared */
		return fault(ret_problems, "now", (struct say){ .id = SAY_PASSWORD_WRONG });
	try(session_settle(app, a, e, c.done.token));
	outbox_wake(app);
	*ret = c.done;
	return OK;
}

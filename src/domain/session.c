/* Sessions. session_find() runs on every page view: one statement, no write. */
#include "domain/session.h"

#include <sodium.h>
#include <stdlib.h>

#include "core/scan.h"
#include "domain/event.h"
#include "domain/keys.h"
#include "q_session.h"

#define REAUTH_MS     (5 * MINUTE_MS)
#define NOTE_AFTER_MS (5 * MINUTE_MS)

/* "<id>-<MAC of it and of whose it is>": what the owner's page sends back. A row that has ended is
 * gone; the MAC still tells that it was one's own, so that a second press ends well, while what is
 * somebody else's and what never was are alike. */
#define REF_MAC_BYTES 16

_Static_assert(crypto_hash_sha256_BYTES == 32, "token_hash is SHA-256");

struct cutoffs {
	tstamp used, created, future;
};

static struct cutoffs cutoffs(const struct app *app)
{
	int64_t now = app_now(app).ms;
	return (struct cutoffs){
		.used = { now - app->conf->session_idle_min * MINUTE_MS },
		.created = { now - app->conf->session_life_hours * HOUR_MS },
		.future = app_future(app),
	};
}

static struct str hash_token(struct str token, unsigned char hash[crypto_hash_sha256_BYTES])
{
	crypto_hash_sha256(hash, (const unsigned char *)token.p, token.n);
	return (struct str){ .p = (const char *)hash, .n = crypto_hash_sha256_BYTES };
}

/* --- finding -------------------------------------------------------------- */

struct find {
	struct arena *a;
	struct q_session_find_args args;
	struct q_session_find_row row;
};

static enum err find(struct tx *tx, void *arg)
{
	struct find *f = arg;
	return q_session_find(tx, f->a, &f->args, &f->row);
}

struct note {
	unsigned char hash[crypto_hash_sha256_BYTES];
	tstamp now;
};

static enum err write_note(struct tx *tx, void *arg)
{
	const struct note *note = arg;
	struct q_session_used_args args = {
		.token_hash = { .p = (const char *)note->hash, .n = sizeof(note->hash) },
		.now = note->now,
	};
	return q_session_used(tx, &args);
}

/* Losing a note shortens a session by five minutes at most, so nobody waits for it and a failure is
 * no fault. */
static void note_use(const struct app *app, const unsigned char *hash)
{
	struct note *note = malloc(sizeof(*note));
	if (!note)
		return;
	memcpy(note->hash, hash, sizeof(note->hash));
	note->now = app_now(app);
	if (store_write_later(app->store, write_note, note, free) != OK)
		free(note);
}

/* A proof of the future is of a clock that was wrong; by a little, of another machine's. */
static bool is_fresh(const struct app *app, tstamp reauth)
{
	int64_t age_ms = app_now(app).ms - reauth.ms;
	return !tstamp_is_none(reauth) && age_ms >= -REAUTH_MS && age_ms <= REAUTH_MS;
}

enum err session_find(const struct app *app, struct arena *a, struct str token, struct session *ret)
{
	if (token.n != SESSION_TOKEN_BYTES)
		return E_NOTFOUND;
	unsigned char hash[crypto_hash_sha256_BYTES];
	struct cutoffs after = cutoffs(app);
	struct find f = {
		.a = a,
		.args = { .token_hash = hash_token(token, hash),
			  .used_after = after.used,
			  .created_after = after.created,
			  .future = after.future },
	};
	try(store_read(app->store, find, &f));
	if (app_now(app).ms - f.row.used.ms > NOTE_AFTER_MS)
		note_use(app, hash);
	*ret = (struct session){
		.id = f.row.id,
		.kind = f.row.first ? SESSION_FIRST : SESSION_FULL,
		.number_id = f.row.number_id,
		.epoch = f.row.epoch,
		.subscriber_id = f.row.subscriber_id.has ? f.row.subscriber_id.v : 0,
		.account_id = f.row.account_id,
		.msisdn = f.row.msisdn,
		.given = f.row.given,
		.family = f.row.family,
		.phone_confirmed = !tstamp_is_none(f.row.confirmed),
		.factor = f.row.factor,
		.fresh = is_fresh(app, f.row.reauth),
	};
	return OK;
}

/* --- opening -------------------------------------------------------------- */

enum err session_open_first(const struct app *app, struct tx *tx, const struct session_new *n)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	int64_t opened;
	struct q_session_open_first_args args = {
		.token_hash = hash_token(
			(struct str){ .p = (const char *)n->token, .n = SESSION_TOKEN_BYTES },
			hash),
		.id = id_next(app->ids),
		.number_id = n->number_id,
		.epoch = n->epoch,
		.sim_id = n->sim_id,
		.now = app_now(app),
		.device = n->device,
	};
	try(q_session_open_first(tx, &args, &opened));
	return opened == 1 ? OK : E_DENIED;
}

enum err session_open_full(const struct app *app, struct tx *tx, const struct session_new *n)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	int64_t opened;
	struct q_session_open_full_args args = {
		.token_hash = hash_token(
			(struct str){ .p = (const char *)n->token, .n = SESSION_TOKEN_BYTES },
			hash),
		.id = id_next(app->ids),
		.subscriber_id = n->subscriber_id,
		.password_hash = n->password_hash,
		.now = app_now(app),
		.device = n->device,
		.reauth = n->proved ? app_now(app) : TSTAMP_NONE,
	};
	try(q_session_open_full(tx, &args, &opened));
	return opened == 1 ? OK : E_DENIED;
}

enum err session_settle(const struct app *app, struct arena *a, enum err e,
			const unsigned char *token)
{
	struct session found;
	struct str text = { .p = (const char *)token, .n = SESSION_TOKEN_BYTES };
	if (e == E_UNKNOWN && session_find(app, a, text, &found) == OK)
		return OK;
	return e;
}

enum err session_reauth(const struct app *app, struct tx *tx, const struct session *s)
{
	int64_t n;
	struct q_session_reauth_args args = { .id = s->id, .now = app_now(app) };
	try(q_session_reauth(tx, &args, &n));
	return n == 1 ? OK : E_NOTFOUND;
}

/* --- what its owner calls it ------------------------------------------------ */

static enum err ref_mac(const struct app *app, int64_t subscriber_id, int64_t id,
			unsigned char mac[KEYS_MAC_BYTES])
{
	struct buf b;
	buf_init(&b, 64);
	buf_i64(&b, subscriber_id);
	buf_c(&b, '-');
	buf_i64(&b, id);
	keys_mac(app->keys, "session", buf_str(&b), mac);
	enum err e = b.err;
	buf_done(&b);
	return e;
}

static enum err ref_make(const struct app *app, struct arena *a, int64_t subscriber_id, int64_t id,
			 struct str *ret)
{
	unsigned char mac[KEYS_MAC_BYTES];
	struct buf b;
	try(ref_mac(app, subscriber_id, id, mac));
	buf_init(&b, 128);
	buf_i64(&b, id);
	buf_c(&b, '-');
	buf_hex(&b, (struct str){ .p = (const char *)mac, .n = REF_MAC_BYTES });
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

/* Expected: E_NOTFOUND (not made for this subscriber), E_NOMEM. */
static enum err ref_read(const struct app *app, int64_t subscriber_id, struct str ref,
			 int64_t *ret_id)
{
	unsigned char sent[REF_MAC_BYTES];
	unsigned char want[KEYS_MAC_BYTES];
	int64_t id;
	if (!scan_i64(&ref, &id) || !scan_lit(&ref, STR("-")) || !scan_hex(ref, sent, sizeof(sent)))
		return E_NOTFOUND;
	try(ref_mac(app, subscriber_id, id, want));
	if (sodium_memcmp(sent, want, sizeof(sent)) != 0)
		return E_NOTFOUND;
	*ret_id = id;
	return OK;
}

/* --- listing -------------------------------------------------------------- */

struct list {
	struct arena *a;
	struct q_session_list_args args;
	struct q_session_list_row *rows;
	size_t n;
};

static enum err list(struct tx *tx, void *arg)
{
	struct list *l = arg;
	return q_session_list(tx, l->a, &l->args, &l->rows, &l->n);
}

enum err session_list(const struct app *app, struct arena *a, const struct session *s,
		      struct session_list *ret)
{
	struct cutoffs after = cutoffs(app);
	struct list l = {
		.a = a,
		.args = { .subscriber_id = s->subscriber_id,
			  .used_after = after.used,
			  .created_after = after.created,
			  .future = after.future },
	};
	try(store_read(app->store, list, &l));
	struct session_row *v = arena_array(a, l.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < l.n; i++) {
		v[i] = (struct session_row){
			.id = l.rows[i].id,
			.created = l.rows[i].created,
			.used = l.rows[i].used,
			.device = l.rows[i].device,
		};
		try(ref_make(app, a, s->subscriber_id, v[i].id, &v[i].ref));
	}
	*ret = (struct session_list){ .n = l.n, .v = v };
	return OK;
}

/* --- ending --------------------------------------------------------------- */

struct end {
	const struct app *app;
	struct arena *a;
	const struct session *s; /* whose holder does it */
	int64_t id;
};

static enum err end(struct tx *tx, void *arg)
{
	const struct end *e = arg;
	return q_session_end(tx, e->id);
}

/* Pressed twice is one event. */
static enum err ended(const struct end *e, struct tx *tx, int64_t n, enum event_kind kind)
{
	return n > 0 ? event_by(e->app, tx, e->a, e->s, kind) : OK;
}

static enum err end_one(struct tx *tx, void *arg)
{
	int64_t n;
	const struct end *e = arg;
	struct q_session_end_one_args args = { e->id, e->s->subscriber_id };
	try(q_session_end_one(tx, &args, &n));
	return ended(e, tx, n, EVENT_SESSION_ENDED);
}

static enum err end_others(struct tx *tx, void *arg)
{
	int64_t n;
	const struct end *e = arg;
	struct q_session_end_others_args args = { e->id, e->s->subscriber_id };
	try(q_session_end_others(tx, &args, &n));
	return ended(e, tx, n, EVENT_SESSIONS_ENDED);
}

enum err session_end(const struct app *app, const struct session *s)
{
	return store_write(app->store, end, &(struct end){ .id = s->id });
}

enum err session_end_one(const struct app *app, struct arena *a, const struct session *s,
			 struct str ref)
{
	int64_t id;
	try(ref_read(app, s->subscriber_id, ref, &id));
	return store_write(app->store, end_one, &(struct end){ app, a, s, id });
}

enum err session_end_others(const struct app *app, struct arena *a, const struct session *s)
{
	return store_write(app->store, end_others, &(struct end){ app, a, s, s->id });
}

struct expire {
	struct cutoffs before;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	struct q_session_expire_args args = { .used_before = x->before.used,
					      .created_before = x->before.created,
					      .future = x->before.future };
	return q_session_expire(tx, &args, &x->n);
}

enum err session_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .before = cutoffs(app) };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}

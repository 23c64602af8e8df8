/* Sessions of the staff. */
#include "domain/staff_session.h"

#include <sodium.h>
#include <stdlib.h>

#include "domain/staff_row.h"

#define NOTE_AFTER_MS MINUTE_MS

struct hash {
	unsigned char bytes[crypto_hash_sha256_BYTES];
};

static struct hash hash_of(struct str token)
{
	struct hash h;
	crypto_hash_sha256(h.bytes, (const unsigned char *)token.p, token.n);
	return h;
}

static struct str hash_str(const struct hash *h)
{
	return (struct str){ .p = (const char *)h->bytes, .n = sizeof(h->bytes) };
}

static tstamp idle_before(const struct app *app)
{
	return (tstamp){ app_now(app).ms - app->conf->office_idle_min * MINUTE_MS };
}

static tstamp old_before(const struct app *app)
{
	return (tstamp){ app_now(app).ms - app->conf->office_life_hours * HOUR_MS };
}

/* --- finding -------------------------------------------------------------- */

struct find {
	const struct app *app;
	struct arena *a;
	struct hash hash;
	struct q_staff_session_find_row row;
};

static enum err find(struct tx *tx, void *arg)
{
	struct find *f = arg;
	const struct q_staff_session_find_args args = {
		.token_hash = hash_str(&f->hash),
		.used_after = idle_before(f->app),
		.created_after = old_before(f->app),
		.future = app_future(f->app),
	};
	return q_staff_session_find(tx, f->a, &args, &f->row);
}

struct note {
	struct hash hash;
	tstamp now;
};

static enum err write_note(struct tx *tx, void *arg)
{
	const struct note *note = arg;
	const struct q_staff_session_used_args args = {
		.token_hash = hash_str(&note->hash),
		.now = note->now,
	};
	return q_staff_session_used(tx, &args);
}

/* Nobody waits for it: losing one shortens a session by a minute. */
static void note_use(const struct find *f)
{
	struct note *note = malloc(sizeof(*note));
	if (!note)
		return;
	*note = (struct note){ .hash = f->hash, .now = app_now(f->app) };
	if (store_write_later(f->app->store, write_note, note, free) != OK)
		free(note);
}

enum err staff_session_find(const struct app *app, struct arena *a, struct str token,
			    struct staff_session *ret)
{
	if (token.n != SESSION_TOKEN_BYTES)
		return E_NOTFOUND;
	struct find f = { .app = app, .a = a, .hash = hash_of(token) };
	struct staff_session s;
	try(store_read(app->store, find, &f));
	s.id = f.row.session_id;
	try(staff_of(f.row.id, f.row.number, f.row.login, f.row.name, f.row.role, &s.staff));
	try(staff_actor(a, &s.staff, &s.by));
	if (app_now(app).ms - f.row.used.ms > NOTE_AFTER_MS)
		note_use(&f);
	*ret = s;
	return OK;
}

/* --- opening and ending --------------------------------------------------- */

enum err staff_session_open(const struct app *app, struct tx *tx, const unsigned char *token,
			    int64_t staff_id, struct str device)
{
	struct hash hash =
		hash_of((struct str){ .p = (const char *)token, .n = SESSION_TOKEN_BYTES });
	const struct q_staff_session_open_args args = {
		.token_hash = hash_str(&hash),
		.id = id_next(app->ids),
		.staff_id = staff_id,
		.now = app_now(app),
		.device = device,
	};
	return q_staff_session_open(tx, &args);
}

static enum err end(struct tx *tx, void *arg)
{
	const struct staff_session *s = arg;
	return q_staff_session_end(tx, s->id);
}

enum err staff_session_end(const struct app *app, const struct staff_session *s)
{
	return store_write(app->store, end, (void *)(uintptr_t)s);
}

struct expire {
	const struct app *app;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	const struct q_staff_session_expire_args args = {
		.used_before = idle_before(x->app),
		.created_before = old_before(x->app),
		.future = app_future(x->app),
	};
	try(q_staff_step_expire(tx, app_now(x->app)));
	try(q_staff_enrolment_expire(tx, app_now(x->app)));
	return q_staff_session_expire(tx, &args, &x->n);
}

enum err staff_session_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .app = app };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}

/* Trying a code: counted, compared, and used up by one statement in the transaction that it opens,
 * so that of two who come with the same code one is refused. */
#include "domain/totp.h"

#include <assert.h>

#include "core/buf.h"
#include "domain/box.h"
#include "domain/totp_code.h"
#include "domain/totp_row.h"

struct totp_key totp_spare_hash(const struct app *app, int64_t subscriber_id,
				const char code[TOTP_SPARE_CHARS + 1])
{
	struct totp_key k;
	char plain[8 + TOTP_SPARE_CHARS];
	for (int i = 0; i < 8; i++)
		plain[i] = (char)((uint64_t)subscriber_id >> (56 - 8 * i) & 0xff);
	memcpy(plain + 8, code, TOTP_SPARE_CHARS);
	keys_mac(app->keys, "totp spare", (struct str){ .p = plain, .n = sizeof(plain) }, k.bytes);
	secret_wipe(plain, sizeof(plain));
	return k;
}

enum err totp_rule(const struct app *app, struct arena *a, enum limit_id id, int64_t subject_id,
		   struct totp_proof *p)
{
	struct buf b;
	buf_init(&b, 32);
	buf_i64(&b, subject_id);
	p->take = (struct limit_take){ .rule = limit_rule(app->conf, id), .waited = true };
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), &p->take.subject);
	buf_done(&b);
	return e;
}

struct say totp_fault(const struct app *app, const struct totp_proof *p, enum err e)
{
	if (e == E_INPUT)
		return (struct say){ .id = SAY_TOTP_FORM };
	if (e != E_LIMIT)
		return (struct say){ .id = SAY_TOTP_WRONG };
	return limit_again(app, &p->take);
}

/* --- proving -------------------------------------------------------------- */

struct proving {
	struct arena *a;
	struct q_totp_spare_there_args args;
	int64_t n;
};

static enum err find_spare(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	return q_totp_spare_there(tx, p->a, &p->args, &p->n);
}

static enum err prove_spare(const struct app *app, struct arena *a,
			    const char typed[TOTP_SPARE_CHARS + 1], struct totp_proof *p)
{
	struct totp_key hash = totp_spare_hash(app, p->subscriber_id, typed);
	struct proving x = { .a = a, .args = { .subscriber_id = p->subscriber_id } };
	try(arena_str(a, totp_key_str(&hash), &p->spare_hash));
	x.args.code_hash = p->spare_hash;
	try(store_read(app->store, find_spare, &x));
	return x.n == 1 ? OK : E_DENIED;
}

static enum err prove_code(const struct app *app, struct totp_reading *r, struct str typed,
			   struct totp_proof *p)
{
	struct secret key;
	enum err e = box_open(app, r->a, TOTP_PURPOSE, p->subscriber_id, r->row.sealed, &key);
	if (e == E_INPUT) /* by another app.key: no code is right */
		return E_DENIED;
	try(e);
	try(totp_match(key, app_now(app), typed, &p->step));
	p->sealed = r->row.sealed;
	return p->step > r->row.last_step ? OK : E_DENIED;
}

/* What is typed is one or the other by its length. */
static bool read_typed(struct secret typed, struct totp_code *code,
		       char spare[TOTP_SPARE_CHARS + 1], enum totp_kind *ret)
{
	if (totp_read_code(typed.bytes, code)) {
		*ret = TOTP_CODE;
		return true;
	}
	*ret = TOTP_SPARE;
	return totp_read_spare(typed.bytes, spare);
}

static enum err compare(const struct app *app, struct arena *a, const struct totp_code *code,
			const char *spare, struct totp_proof *p)
{
	struct totp_reading r = { .a = a, .subscriber_id = p->subscriber_id };
	enum err e = totp_read(app, &r);
	if (e == OK && tstamp_is_none(r.row.on))
		return E_NOTFOUND;
	try(e);
	if (p->kind == TOTP_SPARE)
		return prove_spare(app, a, spare, p);
	return prove_code(app, &r, (struct str){ .p = code->d, .n = TOTP_DIGITS }, p);
}

/* --- giving back ------------------------------------------------------------ */

struct giving {
	const struct app *app;
	struct arena *a;
	const struct limit_take *take;
};

static enum err give_back(struct tx *tx, void *arg)
{
	const struct giving *g = arg;
	return limit_give(g->app, tx, g->a, g->take);
}

/* That the store was full must not use up a try. When even this fails it stays counted. */
enum err totp_not_tried(const struct app *app, struct arena *a, struct totp_proof *p, enum err e)
{
	struct giving g = { app, a, &p->take };
	if (e == OK || e == E_DENIED || e == E_UNKNOWN || !p->take.taken)
		return e;
	if (store_write(app->store, give_back, &g) != OK)
		log_event(app->log, LOG_WARN, "totp_try_stays_counted");
	p->take.taken = false;
	return e;
}

/* --- counting --------------------------------------------------------------- */

enum err totp_prove(const struct app *app, struct arena *a, struct secret typed,
		    struct totp_proof *p)
{
	struct totp_code code;
	char spare[TOTP_SPARE_CHARS + 1];
	enum err e = read_typed(typed, &code, spare, &p->kind) ? OK : E_INPUT;
	if (e == OK)
		e = limit_take_alone(app, a, &p->take);
	if (e == OK && !p->take.taken)
		e = E_LIMIT;
	if (e == OK)
		e = totp_not_tried(app, a, p, compare(app, a, &code, spare, p));
	secret_wipe(&code, sizeof(code));
	secret_wipe(spare, sizeof(spare));
	return e;
}

/* --- spending ------------------------------------------------------------- */

enum err totp_spend(const struct app *app, struct tx *tx, struct arena *a,
		    const struct totp_proof *p)
{
	int64_t n;
	struct q_totp_use_step_args step = {
		.subscriber_id = p->subscriber_id,
		.sealed = p->sealed,
		.step = p->step,
	};
	struct q_totp_use_spare_args spare = {
		.subscriber_id = p->subscriber_id,
		.code_hash = p->spare_hash,
		.now = app_now(app),
	};
	if (p->kind == TOTP_CODE)
		try(q_totp_use_step(tx, &step, &n));
	else
		try(q_totp_use_spare(tx, &spare, &n));
	if (n != 1)
		return E_DENIED;
	return limit_give(app, tx, a, &p->take);
}

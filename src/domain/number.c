/* Numbers: whether one works, and opening its first sign-in again. */
#include "domain/number.h"

#include <assert.h>

#include "domain/limit.h"
#include "q_number.h"

struct works {
	struct arena *a;
	int64_t number_id;
	bool works;
};

static enum err read_works(struct tx *tx, void *arg)
{
	struct works *w = arg;
	struct str status;
	enum err e = q_number_status(tx, w->a, w->number_id, &status);
	if (e != OK && e != E_NOTFOUND)
		return e;
	w->works = e == OK && str_eq(status, STR("active"));
	return OK;
}

enum err number_works(const struct app *app, struct arena *a, int64_t number_id, bool *ret)
{
	struct works w = { .a = a, .number_id = number_id };
	try(store_read(app->store, read_works, &w));
	*ret = w.works;
	return OK;
}

enum err number_limit_subject(struct arena *a, int64_t number_id, int64_t epoch, struct str *ret)
{
	struct buf b;
	buf_init(&b, 64);
	buf_i64(&b, number_id);
	buf_c(&b, '.');
	buf_i64(&b, epoch);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

struct reopen {
	const struct app *app;
	struct arena *a;
	const struct number_reopen *what;
};

/* Who is registered has the digits of the card for recovering only, and may have used them up. */
static enum err reopen_recovery(const struct reopen *r, struct tx *tx, struct str subject)
{
	struct limit_take used = {
		.rule = limit_rule(r->app->conf, LIMIT_RECOVER_DIGITS),
		.subject = subject,
	};
	try(limit_wait(r->app, tx, r->a, &used));
	if (used.n == 0)
		return E_CONFLICT;
	return limit_reset(r->app, tx, r->a, LIMIT_RECOVER_DIGITS, subject);
}

static enum err put_audit(const struct reopen *r, struct tx *tx,
			  const struct q_number_for_reopen_row *number)
{
	return audit_put(
		r->app, tx, r->a,
		&(struct audit_entry){
			.action = AUDIT_NUMBER_REOPEN,
			.by = r->what->by,
			.subscriber_id = number->subscriber_id.has ? number->subscriber_id.v : 0,
			.subject = msisdn_str(&r->what->msisdn),
			.reason = r->what->reason,
		});
}

static enum err reopen(struct tx *tx, void *arg)
{
	const struct reopen *r = arg;
	struct q_number_for_reopen_row number;
	try(q_number_for_reopen(tx, r->a, r->what->msisdn, &number));
	try(put_audit(r, tx, &number));
	struct str subject;
	try(number_limit_subject(r->a, number.id, number.epoch, &subject));
	if (number.registered)
		try(reopen_recovery(r, tx, subject));
	else if (!number.issued)
		return E_CONFLICT;
	try(limit_reset(r->app, tx, r->a, LIMIT_FIRST_NUMBER, subject));
	return q_number_reopen(
		tx, &(struct q_number_reopen_args){ .id = number.id, .now = app_now(r->app) });
}

enum err number_reopen(const struct app *app, struct arena *a, const struct number_reopen *what)
{
	assert(audit_reason_ok(what->reason));
	return store_write(app->store, reopen, &(struct reopen){ app, a, what });
}

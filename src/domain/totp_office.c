/* Switching a second factor off without its code. */
#include "domain/totp_office.h"

#include <assert.h>

#include "domain/event.h"
#include "domain/number.h"
#include "domain/outbox.h"
#include "q_audit.h"
#include "q_totp.h"

struct revoke {
	const struct app *app;
	struct arena *a;
	const struct totp_revoke *what;
};

static enum err put_audit(const struct revoke *r, struct tx *tx, struct str subject)
{
	return q_audit_add(tx, &(struct q_audit_add_args){
				       .id = id_next(r->app->ids),
				       .at = app_now(r->app),
				       .who = r->what->who,
				       .action = STR("totp.off"),
				       .subject = subject,
				       .reason = r->what->reason,
			       });
}

static enum err revoke(struct tx *tx, void *arg)
{
	const struct revoke *r = arg;
	struct q_totp_of_number_row row;
	struct str subject;
	int64_t n;
	try(q_totp_of_number(tx, r->a, r->what->msisdn, &row));
	try(number_limit_subject(r->a, row.number_id, row.epoch, &subject));
	try(put_audit(r, tx, subject));
	try(q_totp_spare_drop(tx, row.subscriber_id));
	try(q_totp_turn_off(tx, row.subscriber_id, &n));
	if (n != 1)
		return E_NOTFOUND;
	const struct event_new e = {
		.kind = EVENT_TOTP_OFFICE,
		.subscriber_id = row.subscriber_id,
		.msisdn = r->what->msisdn,
	};
	return event_put(r->app, tx, r->a, &e);
}

enum err totp_revoke(const struct app *app, struct arena *a, const struct totp_revoke *what)
{
	assert(what->reason.n > 0 && what->who.n > 0);
	try(store_write(app->store, revoke, &(struct revoke){ app, a, what }));
	outbox_wake(app);
	return OK;
}

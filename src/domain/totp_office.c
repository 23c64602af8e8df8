/* Switching a second factor off without its code. */
#include "domain/totp_office.h"

#include <assert.h>

#include "domain/event.h"
#include "domain/outbox.h"
#include "q_totp.h"

struct revoke {
	const struct app *app;
	struct arena *a;
	const struct totp_revoke *what;
};

static enum err put_audit(const struct revoke *r, struct tx *tx, int64_t subscriber_id)
{
	return audit_put(r->app, tx, r->a,
			 &(struct audit_entry){
				 .action = AUDIT_TOTP_OFF,
				 .by = r->what->by,
				 .subscriber_id = subscriber_id,
				 .subject = msisdn_str(&r->what->msisdn),
				 .reason = r->what->reason,
			 });
}

static enum err revoke(struct tx *tx, void *arg)
{
	const struct revoke *r = arg;
	struct q_totp_of_number_row row;
	int64_t n;
	try(q_totp_of_number(tx, r->a, r->what->msisdn, &row));
	try(put_audit(r, tx, row.subscriber_id));
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
	assert(audit_reason_ok(what->reason));
	try(store_write(app->store, revoke, &(struct revoke){ app, a, what }));
	outbox_wake(app);
	return OK;
}

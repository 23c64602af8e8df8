/* Notices on what happened to the credentials of somebody (docs/threat-model.md, rule 15): to the
 * contact phone as it was before, in the transaction of the event. */
#ifndef DOMAIN_NOTICE_H
#define DOMAIN_NOTICE_H

#include "domain/app.h"
#include "domain/message.h"

/** notice_put(app, tx, a, subscriber_id, msisdn, text): write ${text}, which tells number and time,
 * to the contact phone. Where none is confirmed nothing is: it may be somebody else's. The caller
 * calls outbox_wake() after the commit. Expected: E_STORE, E_NOMEM. */
enum err notice_put(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct msisdn msisdn, enum message_id text) must_check;

#endif

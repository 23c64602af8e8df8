/* Notices on what happened to the credentials of somebody (docs/threat-model.md, rule 15): to the
 * contact phone as it was before, in the transaction of the event (domain/event.h), and where that
 * is not confirmed and the address is, to the address; and those that went out lately, for the page
 * that shows them to who they were about. */
#ifndef DOMAIN_NOTICE_H
#define DOMAIN_NOTICE_H

#include "domain/message.h"
#include "domain/outbox.h"
#include "domain/say.h"
#include "domain/session.h"

/** notice_put(app, tx, a, subscriber_id, msisdn, text): write ${text}, which tells number and time,
 * to the contact phone, or to the address. What is not confirmed gets nothing: it may be somebody
 * else's; nor does who has had limit.notice_day of that text in a day. The caller calls
 * outbox_wake() after the commit. Expected: E_STORE, E_NOMEM. */
enum err notice_put(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct msisdn msisdn, enum message_id text) must_check;

struct notice {
	struct say what; /* what it tells of */
	struct str to;   /* the phone or the address, masked */
	enum outbox_state state;
	tstamp at; /* written */
};

struct notice_list {
	size_t n;
	struct notice *v; /* the latest first */
	bool more;        /* than were asked for */
};

/** notice_list(app, a, session, size, &ret): up to ${size} of those about the subscriber, to
 * whomever they went, that the outbox still has. Never a code, nor a link, nor the text. */
enum err notice_list(const struct app *app, struct arena *a, const struct session *s, int64_t size,
		     struct notice_list *ret) must_check;

#endif

/* The contact phone: confirming it by a code (S9). */
#ifndef DOMAIN_PHONE_H
#define DOMAIN_PHONE_H

#include "domain/flow.h"
#include "domain/session.h"

struct phone {
	struct msisdn contact; /* d[0] == '\0': none known */
	bool confirmed;
	bool held; /* another is to take its place: */
	struct msisdn next;
	tstamp due;
	bool at_once; /* it has already, and only recovery waits */
};

/** phone_find(app, a, session, &ret): one's own contact phone. */
enum err phone_find(const struct app *app, struct arena *a, const struct session *s,
		    struct phone *ret) must_check;

/** Who asks, and from where. */
struct phone_ask {
	const struct session *session;
	struct str browser; /* what its cookie holds */
	enum lang lang;
};

/** phone_flow_ask(ask, purpose, to): a code to ${to}, asked for by who is signed in.
 * phone_flow_own(ask, flow): what they are in the middle of is about their own number. */
struct flow_ask phone_flow_ask(const struct phone_ask *ask, enum flow_purpose purpose,
			       struct msisdn to);
bool phone_flow_own(const struct phone_ask *ask, const struct flow *flow);

/** phone_send(app, a, ask, &ret): send a code to the contact phone that is to be confirmed.
 * Expected: E_CONFLICT (there is none, or it is confirmed), E_LIMIT (${ret}->again says from when
 * it is possible). */
enum err phone_send(const struct app *app, struct arena *a, const struct phone_ask *ask,
		    struct flow *ret) must_check;

/** phone_confirm(app, a, ask, typed, &ret): as flow_try(); with the right code the phone that it
 * was sent to is confirmed, once. */
enum err phone_confirm(const struct app *app, struct arena *a, const struct phone_ask *ask,
		       struct secret typed, struct flow *ret) must_check;

#endif

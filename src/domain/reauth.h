/* Re-authentication (docs/threat-model.md, section 4): who is signed in proves anew that it is
 * they, before something that a passer-by at an open session must not do; it counts for five
 * minutes. Where a second factor is on, by its code: an SMS does not take its place, or the weaker
 * of the two would be what protects. Elsewhere by a code to the confirmed contact phone; but not
 * where that took the place of one that was never confirmed less than a day ago: whoever knows the
 * password can do that (domain/phone_change.h), and would prove nothing else. */
#ifndef DOMAIN_REAUTH_H
#define DOMAIN_REAUTH_H

#include "domain/phone.h"
#include "domain/say.h"

enum reauth_way {
	REAUTH_NONE, /* neither is there: the contact phone has to be confirmed first */
	REAUTH_TOTP,
	REAUTH_SMS,
	REAUTH_HELD, /* not by SMS before the day of hold of the new contact phone is over */
};

/** reauth_way(app, a, session, &ret): what proves it. */
enum err reauth_way(const struct app *app, struct arena *a, const struct session *s,
		    enum reauth_way *ret) must_check;

/** reauth_find(app, a, ask, &ret): the code that is on its way to the contact phone. Expected:
 * E_NOTFOUND. */
enum err reauth_find(const struct app *app, struct arena *a, const struct phone_ask *ask,
		     struct flow *ret) must_check;

/** reauth_send(app, a, ask, &ret): send a code. Expected: E_CONFLICT (not by SMS), E_LIMIT
 * (${ret}->again says from when it is possible). */
enum err reauth_send(const struct app *app, struct arena *a, const struct phone_ask *ask,
		     struct flow *ret) must_check;

/** reauth_try(app, a, ask, typed, &problems): the session is fresh afterwards. Expected: E_INPUT
 * (field "code"), E_NOTFOUND (no code to be tried, or not any more). */
enum err reauth_try(const struct app *app, struct arena *a, const struct phone_ask *ask,
		    struct secret typed, struct problems *ret_problems) must_check;

#endif

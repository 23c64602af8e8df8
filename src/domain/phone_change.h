/* Another contact phone (docs/threat-model.md, section 4). It takes the password and a code to the
 * phone so far; then it is held for a day, both phones are told, and either can have it cancelled.
 * Until then the phone so far stays the contact phone.
 *
 * Where the phone so far was never confirmed (a slip at the registration) nobody may have it in the
 * hand, so the code goes to the new one, which then is the contact phone at once, and confirmed;
 * but for the same day it does not recover a password: who does is asked at the old one, and for
 * the card's digits. So a thief with the password gains nothing lasting that the owner could not
 * take back. */
#ifndef DOMAIN_PHONE_CHANGE_H
#define DOMAIN_PHONE_CHANGE_H

#include "domain/phone.h"
#include "domain/say.h"

#define PHONE_HOLD_MS DAY_MS

struct phone_change {
	struct msisdn to;
	struct secret now; /* the password, as typed */
};

/**
 * phone_change_ask(app, a, ask, change, &problems, &ret):
 * Check the password and send a code. Slow lane. Expected: E_INPUT (fields "phone", "now"),
 * E_CONFLICT (another change is held), E_LIMIT (no code can be sent before ${ret}->again).
 */
enum err phone_change_ask(const struct app *app, struct arena *a, const struct phone_ask *ask,
			  const struct phone_change *change, struct problems *ret_problems,
			  struct flow *ret) must_check;

/** phone_change_again(app, a, ask, &ret): send another code for the change under way in this
 * browser. Expected: E_NOTFOUND (there is none), E_LIMIT. */
enum err phone_change_again(const struct app *app, struct arena *a, const struct phone_ask *ask,
			    struct flow *ret) must_check;

/** phone_change_try(app, a, ask, typed, &ret): as flow_try(); with the right code the change is
 * held and both phones are told. Expected besides: E_CONFLICT (another is held). */
enum err phone_change_try(const struct app *app, struct arena *a, const struct phone_ask *ask,
			  struct secret typed, struct flow *ret) must_check;

/** phone_change_cancel(app, a, session): one's own; OK also when it is off by now. Expected:
 * E_CONFLICT (it has come into force). */
enum err phone_change_cancel(const struct app *app, struct arena *a,
			     const struct session *s) must_check;

struct phone_change_held {
	struct msisdn next;
	tstamp due;
	bool at_once;
};

/** phone_change_find(app, a, token, &ret), phone_change_refuse(app, a, token): by the link in the
 * notice, whose end is ${token} as text. Who refuses at a confirmed phone says that somebody else
 * is in: a change of the e-mail address is stopped too, and all sessions of the subscriber end.
 * Expected: E_NOTFOUND (no such link, or not any more). */
enum err phone_change_find(const struct app *app, struct arena *a, struct str token,
			   struct phone_change_held *ret) must_check;
enum err phone_change_refuse(const struct app *app, struct arena *a, struct str token) must_check;

/** phone_change_stop(app, tx, a, subscriber_id, device): cancel what is held, if anything is, and
 * tell both phones. ${device} is where that was done, in words. */
enum err phone_change_stop(const struct app *app, struct tx *tx, struct arena *a,
			   int64_t subscriber_id, struct str device) must_check;

/** phone_change_settle(app, &ret_n): up to 100 changes whose day is over come into force, but for
 * those of who has the number no more, or another phone by now; call again while ${ret_n} is 100.
 */
enum err phone_change_settle(const struct app *app, int64_t *ret_n) must_check;

#endif

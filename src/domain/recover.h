/* «Восстановить пароль» (S6, S7): a code by SMS opens the page that sets a new password, or, before
 * the registration, the registration. Until a code has been right nobody learns whether the number
 * is known, registered, has a contact phone, or has used up its codes: the answers and the work are
 * the same.
 *
 * The code goes to the contact phone, or, for whom SMS does not reach, to the confirmed address;
 * before registration to the SIM card itself, which is how the
 * first sign-in goes on when its three tries are used up, the system's budget is, or the policy is
 * `iccid4+sms`. */
#ifndef DOMAIN_RECOVER_H
#define DOMAIN_RECOVER_H

#include "domain/flow.h"
#include "domain/say.h"
#include "domain/signin.h"

struct recover_ask {
	struct msisdn login;
	struct str browser;       /* what its cookie holds */
	struct str device_cookie; /* as sent, may be empty */
	struct str peer;
	int64_t waited_s; /* the form was held back so long: see limits by network */
	bool by_mail;     /* to the confirmed address */
	enum lang lang;
};

/** recover_ask(app, a, ask, &ret): let a code be sent if there is somebody to send it to; ${ret}
 * does not tell. Expected: E_LIMIT (the network is slowed down, until ${ret}->again). */
enum err recover_ask(const struct app *app, struct arena *a, const struct recover_ask *ask,
		     struct flow *ret) must_check;

/** recover_find(app, a, browser, &ret): what this browser is in the middle of. Expected:
 * E_NOTFOUND. */
enum err recover_find(const struct app *app, struct arena *a, struct str browser,
		      struct flow *ret) must_check;

/** recover_try(app, a, browser, typed, &ret): as flow_try(); a right code leaves the flow proved.
 */
enum err recover_try(const struct app *app, struct arena *a, struct str browser,
		     struct secret typed, struct flow *ret) must_check;

/** recover_asks_code(app, a, flow, &ret): recover_finish() of this proved flow wants the code of a
 * second factor. Expected: E_NOTFOUND (the owner is another by now). */
enum err recover_asks_code(const struct app *app, struct arena *a, const struct flow *flow,
			   bool *ret) must_check;

struct recover_new {
	struct str browser;
	struct secret
		last4; /* of the card's number; may be empty after a code to a confirmed phone */
	struct secret want; /* FLOW_RECOVER: the new password */
	struct secret code; /* of the second factor (domain/totp.h), where recover_asks_code() */
	struct str device;
};

/**
 * recover_finish(app, a, new, &problems, &ret):
 * With a flow that is proved. FLOW_RECOVER: set the password, end all sessions and all other
 * recoveries of the number, write a notice to the contact phone, open a session. FLOW_FIRST_SIGNIN:
 * open the session that registers. The card's digits, where typed, must be right whoever types
 * them; where the contact phone was never confirmed, and after a code by letter, they must be
 * typed. Where a second factor is on, its code, or one on paper, must be right too: an SMS does not
 * get around it, and who has lost both goes to the office. Slow lane. Expected: E_INPUT (fields
 * "last4", "want", "code"), E_NOTFOUND (no such flow, or not any more), E_BUSY.
 */
enum err recover_finish(const struct app *app, struct arena *a, const struct recover_new *new,
			struct problems *ret_problems, struct signin_done *ret) must_check;

#endif

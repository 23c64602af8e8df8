/* What comes of a link in a letter (docs/decisions/0021-a-confirmed-address.md).
 *
 *     asked -> done                 the address given at the registration is confirmed
 *     asked -> held -> done         another takes its place, after a day
 *       `-------`----> cancelled    by a newer link, in the profile, by the link in the notice, by
 * a recovery
 *
 * Until a change is done the address so far stays what it was. The contact phone, if confirmed, and
 * the address so far, if confirmed, are told when the day begins, and either can stop it. */
#ifndef DOMAIN_EMAIL_CHANGE_H
#define DOMAIN_EMAIL_CHANGE_H

#include "domain/email.h"

#define EMAIL_HOLD_MS DAY_MS

/* What a link leads to. */
struct email_link {
	struct str address;
	bool held;    /* it is not in force before: */
	tstamp until; /* held */
};

/** email_link_find(app, a, token, &ret), email_link_confirm(app, a, token, &ret): by the link in
 * the letter, whose end is ${token} as text; finding changes nothing, as scanners of mail follow
 * links. Expected: E_NOTFOUND (no such link, or not any more). */
enum err email_link_find(const struct app *app, struct arena *a, struct str token,
			 struct email_link *ret) must_check;
enum err email_link_confirm(const struct app *app, struct arena *a, struct str token,
			    struct email_link *ret) must_check;

/** email_stop_find(app, a, token, &ret), email_stop_by(app, a, token): by the link in the notice.
 * Who stops a change that way says that somebody else is in, with the password: a change of the
 * contact phone that is held is stopped too, and all sessions of the subscriber end. Expected:
 * E_NOTFOUND. */
enum err email_stop_find(const struct app *app, struct arena *a, struct str token,
			 struct email_link *ret) must_check;
enum err email_stop_by(const struct app *app, struct arena *a, struct str token) must_check;

/** email_cancel(app, a, session): one's own link or change. E_NOTFOUND: there is none. */
enum err email_cancel(const struct app *app, struct arena *a, const struct session *s) must_check;

/** email_stop(app, tx, a, subscriber_id, device): cancel what is under way, if anything is; who was
 * told of a change is told. ${device} is where that was done, in words. The caller rings
 * outbox_wake() after the commit. */
enum err email_stop(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct str device) must_check;

/** email_remove(app, a, session, now, &problems): forget the address and what is under way. Slow
 * lane. Expected: E_INPUT (field "now"), E_NOTFOUND (there is none). */
enum err email_remove(const struct app *app, struct arena *a, const struct session *s,
		      struct secret now, struct problems *ret_problems) must_check;

/** email_settle(app, &ret_n): up to 100 changes whose day is over come into force; call again while
 * ${ret_n} is 100. */
enum err email_settle(const struct app *app, int64_t *ret_n) must_check;

#endif

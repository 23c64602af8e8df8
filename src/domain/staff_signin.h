/* Signing in to the office: the password, then a code of the second factor, which everybody has.
 * The right password opens no session but a step, which lives for five minutes in one browser.
 * Tries are counted first and compared afterwards (domain/limit.h). */
#ifndef DOMAIN_STAFF_SIGNIN_H
#define DOMAIN_STAFF_SIGNIN_H

#include "core/secret.h"
#include "domain/session.h"
#include "domain/staff.h"

#define STAFF_STEP_MS (5 * MINUTE_MS)

struct staff_try {
	struct str login;
	struct secret password;
	struct str peer; /* the address that asks */
};

/* The cookie's token after a step forward. */
struct staff_signed {
	unsigned char token[SESSION_TOKEN_BYTES];
};

/** staff_signin_try(app, a, try, &ret): open a step. Slow lane. The same work whoever is named.
 * Expected: E_DENIED (no such login, wrong password, shut out, not enrolled, too many tries),
 * E_BUSY. */
enum err staff_signin_try(const struct app *app, struct arena *a, const struct staff_try *t,
			  struct staff_signed *ret) must_check;

/** staff_signin_step(app, a, browser, &ret): who has given the right password in the browser with
 * this cookie. Expected: E_NOTFOUND. */
enum err staff_signin_step(const struct app *app, struct arena *a, struct str browser,
			   struct staff *ret) must_check;

struct staff_code {
	struct str browser; /* what its cookie holds */
	struct secret code; /* as typed */
	struct str device;  /* as in struct session_new */
};

/** staff_signin_code(app, a, try, &problems, &ret): open the session, and tell the audit. Expected:
 * E_INPUT (field "code"), E_NOTFOUND (no step, or not any more: the password has to be given
 * again). */
enum err staff_signin_code(const struct app *app, struct arena *a, const struct staff_code *t,
			   struct problems *ret_problems, struct staff_signed *ret) must_check;

#endif

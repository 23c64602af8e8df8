/* Signing in with a second factor. The right password opens no session but a step, which lives for
 * five minutes in one browser; the code (domain/totp.h), or one on paper, opens the session. The
 * password is not asked again, nor hashed: the step holds only while it is still the same. */
#ifndef DOMAIN_SIGNIN_STEP_H
#define DOMAIN_SIGNIN_STEP_H

#include "domain/say.h"
#include "domain/signin.h"

#define SIGNIN_STEP_MS (5 * MINUTE_MS)

/** signin_step_open(app, tx, token, subscriber_id, password_hash): for who holds the
 * SESSION_TOKEN_BYTES of ${token}, in the transaction of the right password. */
enum err signin_step_open(const struct app *app, struct tx *tx, const unsigned char *token,
			  int64_t subscriber_id, struct str password_hash) must_check;

/** signin_step_find(app, a, browser, &ret): the number that the browser with this cookie has given
 * the right password of. Expected: E_NOTFOUND. */
enum err signin_step_find(const struct app *app, struct arena *a, struct str browser,
			  struct msisdn *ret) must_check;

struct signin_code {
	struct str browser; /* what its cookie holds */
	struct secret code; /* as typed */
	struct str device;  /* as in struct signin_try, as the next */
	struct str device_cookie;
};

/**
 * signin_step_try(app, a, try, &problems, &ret):
 * Open the session. A known device has a counter of its own, as for the password. Expected:
 * E_INPUT (field "code"), E_NOTFOUND (no step, or not any more: the password has to be given
 * again).
 */
enum err signin_step_try(const struct app *app, struct arena *a, const struct signin_code *t,
			 struct problems *ret_problems, struct signin_done *ret) must_check;

/** signin_step_expire(app, &ret_n): delete up to 1,000 steps that are over; call again while
 * ${ret_n} is 1,000. */
enum err signin_step_expire(const struct app *app, int64_t *ret_n) must_check;

#endif

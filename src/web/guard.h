/* Who asks, and did they mean it: session, origin, CSRF token; and what happens to a form whose
 * session ended. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/router.h"

/* __Host- binds a cookie to this host, to TLS and to the whole path (RFC 6265bis, 4.1.3.2). */
#define COOKIE_TOKEN  "__Host-kabinet"
#define COOKIE_DEVICE "__Host-kabinet-device"
#define COOKIE_LANG   "__Host-kabinet-lang"

/**
 * guard_session(r):
 * Read the cookie and find its session; ${r}->token, ->session and ->page are filled. A visitor
 * without a cookie gets one, so that the forms of visitors can be protected too.
 */
enum err guard_session(struct req *r) must_check;

/** guard_token(r): of that only what needs no store: ${r}->token and the CSRF token of the page. */
enum err guard_token(struct req *r) must_check;

/** guard_session_again(r): the same for ${r}->token, which has just been made. */
enum err guard_session_again(struct req *r) must_check;

/** guard_origin(r): Expected: E_DENIED, unless Origin is ours, or absent or null with
 * Sec-Fetch-Site: same-origin. */
enum err guard_origin(struct req *r) must_check;

/** guard_csrf(r): Expected: E_DENIED, unless the form's `csrf` belongs to the cookie's token. */
enum err guard_csrf(struct req *r) must_check;

enum guard_entry {
	GUARD_OPEN,
	GUARD_HOME,
	GUARD_SIGNIN,
	GUARD_REGISTER,
	GUARD_CONFIRM,
	GUARD_REAUTH
};

/** guard_entry(access, session): what becomes of who asks for a row of that access; ${session}:
 * NULL when nobody is signed in. */
enum guard_entry guard_entry(enum access access, const struct session *session);

/** guard_ask_confirmation(r): to the page that confirms the contact phone, says why, and leads back
 * to this one. */
enum err guard_ask_confirmation(struct req *r) must_check;

/** guard_ask_reauth(r): the same for the page that asks for a code again; a POST shows it (403)
 * with the form kept. */
enum err guard_ask_reauth(struct req *r) must_check;

/** guard_ask_signin(r): a GET is led to the sign-in page and back afterwards; a POST shows it (403)
 * with the form kept. */
enum err guard_ask_signin(struct req *r) must_check;

#endif

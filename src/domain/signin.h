/* Signing in, once for life by the SIM card's digits and afterwards by a password (S1-S5,
 * threat-model.md section 4). Limits are consumed in transactions of their own before any secret is
 * compared; every refusal costs the same work and says the same. */
#ifndef DOMAIN_SIGNIN_H
#define DOMAIN_SIGNIN_H

#include "core/iccid.h"
#include "core/msisdn.h"
#include "core/secret.h"
#include "domain/app.h"

#define SESSION_TOKEN_BYTES 32

enum session_kind { SESSION_FIRST, SESSION_FULL };

struct signin_try {
	struct str login; /* as typed; what is not a number is refused like a wrong password */
	struct secret password; /* as typed */
	struct str peer;        /* client address, for limits by network */
	struct str device;      /* short description, for the list of sessions: "Android, Chrome" */
	struct str device_cookie; /* the known-device cookie as sent, may be empty */
	/* How long this form was held back (signed by the web layer): past a limit by network a try
	 * needs at least the limit's first pause of it, and the pause between tries to be over. */
	int64_t waited_s;
};

struct signin_done {
	enum session_kind kind;
	bool code_needed; /* SESSION_FULL: the token is that of a step (domain/signin_step.h), and
			   * opens nothing yet */
	unsigned char token[SESSION_TOKEN_BYTES]; /* for the cookie; only its hash is stored */
	struct str device_cookie;                 /* to be set, with SESSION_FULL */
};

/**
 * signin_try(app, a, try, &ret, &ret_wait_s):
 * Open a session, or the step before it where a second factor is on. Runs Argon2id once whatever
 * the outcome: call it in the slow lane. Expected: E_DENIED (refused, the one neutral text);
 * E_LIMIT (a limit by network or system asks to wait
 * ${ret_wait_s} seconds first; the path is not closed); E_BUSY (too many hashes in flight).
 */
enum err signin_try(const struct app *app, struct arena *a, const struct signin_try *t,
		    struct signin_done *ret, int64_t *ret_wait_s) must_check;

#endif

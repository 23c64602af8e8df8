/* The password typed once more by who is signed in, before something that a passer-by at an open
 * session must not do. */
#ifndef DOMAIN_SUBSCRIBER_PROOF_H
#define DOMAIN_SUBSCRIBER_PROOF_H

#include "core/secret.h"
#include "domain/limit.h"
#include "domain/say.h"
#include "domain/session.h"

/**
 * subscriber_proof(app, a, session, now, hash, problems, &take):
 * Count a try, then compare ${now} (as it is hashed) with ${hash}. When it was right, the caller's
 * transaction gives ${take} back by limit_give(). A counter of its own: nobody without a session of
 * this subscriber can use it up. Slow lane. Expected: E_INPUT (field "now"), E_BUSY.
 */
enum err subscriber_proof(const struct app *app, struct arena *a, const struct session *s,
			  struct secret now, struct str hash, struct problems *problems,
			  struct limit_take *take) must_check;

#endif

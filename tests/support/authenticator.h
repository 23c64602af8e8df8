/* What a subscriber's own device does with the key that it was given: computes codes. */
#ifndef SUPPORT_AUTHENTICATOR_H
#define SUPPORT_AUTHENTICATOR_H

#include "domain/totp_code.h"
#include "support/kit.h"

/** authenticator_code(k, subscriber_id, steps): the code ${steps} of 30 seconds from now, by the
 * key in the store. */
struct totp_code authenticator_code(struct kit *k, int64_t subscriber_id, int64_t steps);

/** authenticator_on(k, session, &ret): switch the second factor on. Its first code is used up:
 * authenticator_next() waits for another. */
void authenticator_on(struct kit *k, const struct session *s, struct totp_spares *ret);

/** authenticator_next(k, subscriber_id): the code half a minute later. */
struct totp_code authenticator_next(struct kit *k, int64_t subscriber_id);

#endif

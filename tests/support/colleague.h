/* People of the staff to act with: added from the console, enrolled with a device that computes
 * codes. */
#ifndef SUPPORT_COLLEAGUE_H
#define SUPPORT_COLLEAGUE_H

#include "domain/staff_enrol.h"
#include "domain/totp_code.h"
#include "support/visitor.h"

#define COLLEAGUE_PASSWORD "семь бед один ответ"

/** colleague_add(k, login, role): the link that they are given. */
struct staff_link colleague_add(struct kit *k, const char *login, const char *role);

/** colleague_code(k, link, steps): what the device that was given the key of this link shows
 * ${steps} of 30 seconds from now. */
struct totp_code colleague_code(struct kit *k, const struct staff_link *link, int64_t steps);

/** colleague_enrol(k, link): their first session. */
struct staff_signed colleague_enrol(struct kit *k, const struct staff_link *link);

/** colleague_at_work(k, login, role): added and enrolled, in a browser that is signed in to the
 * office and has its first page open. */
struct visitor *colleague_at_work(struct kit *k, const char *login, const char *role);

#endif

/* What the files of staff share: how a person of the staff stands in the database. */
#ifndef DOMAIN_STAFF_ROW_H
#define DOMAIN_STAFF_ROW_H

#include "core/secret.h"
#include "domain/keys.h"
#include "domain/staff.h"
#include "q_staff.h"

#define STAFF_TOTP "staff totp" /* of box_seal(); the row is the person */

/** staff_of(…, &ret): Expected: E_STORE (a role that this program does not know). */
enum err staff_of(int64_t id, int64_t number, struct str login, struct str name, struct str role,
		  struct staff *ret) must_check;

/** staff_link_hash(app, token, mac): how the database knows a link; ${mac} holds it. */
struct str staff_link_hash(const struct app *app, struct str token,
			   unsigned char mac[KEYS_MAC_BYTES]);

#endif

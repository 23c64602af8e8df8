/* The second factor as the office sees it: all it can do is switch it off, for who has lost both
 * the device and the codes on paper and has shown a passport. */
#ifndef DOMAIN_TOTP_OFFICE_H
#define DOMAIN_TOTP_OFFICE_H

#include "core/msisdn.h"
#include "domain/audit.h"

struct totp_revoke {
	struct msisdn msisdn;
	struct actor by;
	struct str reason; /* audit_reason_ok() */
};

/** totp_revoke(app, a, what): switch it off, with a row in the audit and a notice to the contact
 * phone, in one transaction. Expected: E_NOTFOUND (nobody has one on at this number). */
enum err totp_revoke(const struct app *app, struct arena *a,
		     const struct totp_revoke *what) must_check;

#endif

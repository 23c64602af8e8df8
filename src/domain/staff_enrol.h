/* How somebody of the staff gets a password and a second factor: by a link that an administrator
 * gives them, which is good once. The key of the second factor is made from the link's token and
 * the application key, so that looking at the page keeps nothing. */
#ifndef DOMAIN_STAFF_ENROL_H
#define DOMAIN_STAFF_ENROL_H

#include "domain/staff_signin.h"
#include "domain/totp.h"

struct staff_invitation {
	struct staff staff;
	struct totp_setup setup; /* for their device; wiped with the arena */
};

/** staff_invitation(app, a, token, &ret): whose link this is. Expected: E_NOTFOUND (nobody's: used,
 * replaced, or too old). */
enum err staff_invitation(const struct app *app, struct arena *a, struct str token,
			  struct staff_invitation *ret) must_check;

struct staff_enrolment {
	struct str token;
	struct secret password, code;
	struct str device; /* as in struct session_new */
};

/** staff_enrol(app, a, e, &problems, &ret): keep both, end what they had, and sign them in. Slow
 * lane. Expected: E_INPUT (fields "password", "code"), E_NOTFOUND (as staff_invitation()), E_BUSY.
 */
enum err staff_enrol(const struct app *app, struct arena *a, const struct staff_enrolment *e,
		     struct problems *ret_problems, struct staff_signed *ret) must_check;

#endif

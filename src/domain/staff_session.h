/* Sessions of the staff: short (docs/threat-model.md: 15 minutes idle, 8 hours in all), and over as
 * soon as the person is shut out. As domain/session.h otherwise. */
#ifndef DOMAIN_STAFF_SESSION_H
#define DOMAIN_STAFF_SESSION_H

#include "domain/session.h"
#include "domain/staff.h"

struct staff_session {
	int64_t id; /* 0: nobody is signed in */
	struct staff staff;
	struct actor by; /* that person, for the audit */
};

/** staff_session_find(app, a, token, &ret): who holds the SESSION_TOKEN_BYTES of ${token}.
 * Expected: E_NOTFOUND. Reads only; schedules the note of the last use. */
enum err staff_session_find(const struct app *app, struct arena *a, struct str token,
			    struct staff_session *ret) must_check;

/** staff_session_open(app, tx, token, staff_id, device): in the transaction that gives the right to
 * it. */
enum err staff_session_open(const struct app *app, struct tx *tx, const unsigned char *token,
			    int64_t staff_id, struct str device) must_check;

/** staff_session_end(app, s): sign out. */
enum err staff_session_end(const struct app *app, const struct staff_session *s) must_check;

/** staff_session_expire(app, &ret_n): delete up to 1,000 sessions, and all steps and links, that
 * are over; call again while ${ret_n} is 1,000. */
enum err staff_session_expire(const struct app *app, int64_t *ret_n) must_check;

#endif

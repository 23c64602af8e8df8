/* Sign-ins to try the demonstration operator with. They open accounts of invented people, so they
 * are given only on a store that was marked when its data came in (import.h, demo). */
#ifndef DOMAIN_IMPORT_DEMO_H
#define DOMAIN_IMPORT_DEMO_H

#include "core/msisdn.h"
#include "domain/app.h"

enum import_demo_who {
	IMPORT_DEMO_NEW,      /* a SIM card that nobody has registered: the last four digits */
	IMPORT_DEMO_DEBT,     /* registered, in debt and blocked for it */
	IMPORT_DEMO_OVERPAID, /* registered, with an overpayment */
	IMPORT_DEMO_N,
};

struct import_demo_signin {
	struct msisdn msisdn; /* d[0] == '\0': there is nobody of this kind (any more) */
	struct str password;
};

/**
 * import_demo_signins(app, a, ret):
 * One of each, as the store is now. Whoever is registered gets a new random password, and the first
 * sign-in of the new one is opened again. Wants ${app}->hasher. Expected: E_DENIED (not a
 * demonstration), E_BUSY.
 */
enum err import_demo_signins(const struct app *app, struct arena *a,
			     struct import_demo_signin ret[IMPORT_DEMO_N]) must_check;

#endif

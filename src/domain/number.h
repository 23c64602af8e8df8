/* A mobile number as the operator manages it. Who is registered on it is the room of subscriber. */
#ifndef DOMAIN_NUMBER_H
#define DOMAIN_NUMBER_H

#include "core/msisdn.h"
#include "domain/audit.h"

/** number_works(app, a, number_id, &ret): its status now is active: it can receive SMS. */
enum err number_works(const struct app *app, struct arena *a, int64_t number_id,
		      bool *ret) must_check;

struct number_reopen {
	struct msisdn msisdn;
	struct actor by;
	struct str reason; /* audit_reason_ok() */
};

/**
 * number_reopen(app, a, what):
 * Give the first sign-in its tries and its days again, with a row in the audit, in one transaction.
 * Who is registered gets the tries at the card's digits back that recovering asks for. Expected:
 * E_NOTFOUND (no such number), E_CONFLICT (somebody is registered and has used up none, or no SIM
 * card is issued).
 */
enum err number_reopen(const struct app *app, struct arena *a,
		       const struct number_reopen *what) must_check;

/** number_limit_subject(a, number_id, epoch, &ret): under what the tries on a number are counted.
 * Expected: E_NOMEM. */
enum err number_limit_subject(struct arena *a, int64_t number_id, int64_t epoch,
			      struct str *ret) must_check;

#endif

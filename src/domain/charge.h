/* Charges: what an operator's file says a number used, and monthly fees (B3). They lower the
 * balance. */
#ifndef DOMAIN_CHARGE_H
#define DOMAIN_CHARGE_H

#include "domain/ledger.h"

struct charge {
	struct str source,
		ref; /* whose numbering, and the number there: together they make it happen once */
	int64_t account_id;
	bool is_fee; /* a monthly fee, else a use */
	tstamp at;
	money amount; /* above zero */
	struct str title, detail, note, file;
};

/**
 * charge_post(app, tx, a, charge, &ret_id, &ret_fresh):
 * Post it once under the key `charge:<source>:<ref>`; see ledger_post().
 * Expected: E_CONFLICT (that reference was something else), E_LIMIT.
 */
enum err charge_post(const struct app *app, struct tx *tx, struct arena *a, const struct charge *c,
		     int64_t *ret_id, bool *ret_fresh) must_check;

#endif

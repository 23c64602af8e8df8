/* Payments that came from outside, and what was given back. They are applied exactly once. */
#ifndef DOMAIN_PAYMENT_H
#define DOMAIN_PAYMENT_H

#include "domain/ledger.h"

struct payment {
	struct str provider, ref; /* who took the money, and its number there: together they make it
				     happen once */
	int64_t account_id;
	bool is_refund; /* given back: lowers the balance */
	tstamp at;
	money amount; /* above zero */
	struct str title, detail, note, file;
};

/**
 * payment_post(app, tx, a, payment, &ret_id, &ret_fresh):
 * Post it once under the key `payment:<provider>:<ref>` (`refund:…`); see ledger_post().
 * Expected: E_CONFLICT (that reference was something else), E_LIMIT.
 */
enum err payment_post(const struct app *app, struct tx *tx, struct arena *a,
		      const struct payment *p, int64_t *ret_id, bool *ret_fresh) must_check;

#endif

/* From a charge to its movement: account to revenue. */
#include "domain/charge.h"

#include <assert.h>

#include "domain/ledger_key.h"

enum err charge_post(const struct app *app, struct tx *tx, struct arena *a, const struct charge *c,
		     int64_t *ret_id, bool *ret_fresh)
{
	assert(c->amount.kop > 0);
	struct entry e = {
		.kind = c->is_fee ? ENTRY_FEE : ENTRY_CHARGE,
		.at = c->at,
		.title = c->title,
		.detail = c->detail,
		.note = c->note,
		.legs = { { .account_id = LEDGER_REVENUE, .amount = c->amount },
			  { .account_id = c->account_id } },
		.n_legs = 2,
	};
	try(money_neg(c->amount, &e.legs[1].amount));
	try(ledger_source(a, c->source, c->file, &e.source));
	try(ledger_key(a, (const struct str[]){ STR("charge"), c->source, c->ref }, 3, &e.key));
	return ledger_post(app, tx, a, &e, ret_id, ret_fresh);
}

/* From a payment to its movement: clearing to account, and back with a refund. */
#include "domain/payment.h"

#include <assert.h>

#include "domain/ledger_key.h"

enum err payment_post(const struct app *app, struct tx *tx, struct arena *a,
		      const struct payment *p, int64_t *ret_id, bool *ret_fresh)
{
	assert(p->amount.kop > 0);
	money back;
	try(money_neg(p->amount, &back));
	struct entry e = {
		.kind = p->is_refund ? ENTRY_REFUND : ENTRY_PAYMENT,
		.at = p->at,
		.title = p->title,
		.detail = p->detail,
		.note = p->note,
		.legs = { { .account_id = LEDGER_CLEARING,
			    .amount = p->is_refund ? p->amount : back },
			  { .account_id = p->account_id,
			    .amount = p->is_refund ? back : p->amount } },
		.n_legs = 2,
	};
	try(ledger_source(a, p->provider, p->file, &e.source));
	struct str what = p->is_refund ? STR("refund") : STR("payment");
	try(ledger_key(a, (const struct str[]){ what, p->provider, p->ref }, 3, &e.key));
	return ledger_post(app, tx, a, &e, ret_id, ret_fresh);
}

/* What vouches for the books: each day is closed once, after which no entry is recorded before its
 * end, and a root over the accounts' chains as they stood then is signed. The roots are a chain
 * too. See DESIGN-ledger.md, "Roots". */
#ifndef DOMAIN_LEDGER_ROOT_H
#define DOMAIN_LEDGER_ROOT_H

#include "domain/keys.h"
#include "domain/ledger.h"

struct ledger_root {
	struct date day;  /* the operator's */
	int64_t accounts; /* whose chains had begun by its end */
	unsigned char hash[KEYS_BYTES];
	unsigned char previous[KEYS_BYTES]; /* zeros: this is the first */
};

/**
 * ledger_root_make(app, &ret_made, &ret):
 * Do what is due: close yesterday, a while after its end; sign the root of a day that was closed a
 * while before. Whoever calls it at the same time, each is done once; ${ret_made}: this call signed
 * the root in ${ret}. Transactions of its own. ${app}->root signs.
 */
enum err ledger_root_make(const struct app *app, bool *ret_made,
			  struct ledger_root *ret) must_check;

/** ledger_root_last(app, &ret): the last root, as it is stored. Expected: E_NOTFOUND. */
enum err ledger_root_last(const struct app *app, struct ledger_root *ret) must_check;

#endif

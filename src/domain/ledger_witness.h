/* What the signed roots say about the books, found out while the postings stream by: each root is
 * computed again from them. Only the check includes this. See DESIGN-ledger.md, "Roots". */
#ifndef DOMAIN_LEDGER_WITNESS_H
#define DOMAIN_LEDGER_WITNESS_H

#include "domain/ledger_row.h"

struct witness;

/** witness_new(app, a, &ret): read all roots into ${a}; it lives as long. Expected: E_NOMEM. */
enum err witness_new(const struct app *app, struct arena *a, struct witness **ret) must_check;

/* A posting of a chained account. */
struct witness_posting {
	int64_t account_id, seq;
	tstamp recorded; /* its entry */
	unsigned char hash[CHAIN_HASH_BYTES];
};

/** witness_see(w, posting): the next one, by (account, seq). */
void witness_see(struct witness *w, const struct witness_posting *posting);

/**
 * witness_end(w, root, report, arg):
 * All were seen: report what the roots say otherwise (I5, with the day). ${root} checks signatures.
 * Expected: E_NOTFOUND (there are roots, and ${root} is NULL: the signatures were not checked).
 */
enum err witness_end(struct witness *w, const struct keys_root *root,
		     void (*report)(void *arg, const struct check_fault *f), void *arg) must_check;

#endif

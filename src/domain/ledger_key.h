/* The keys that make movements happen once. */
#ifndef DOMAIN_LEDGER_KEY_H
#define DOMAIN_LEDGER_KEY_H

#include "core/arena.h"

/** ledger_key(a, parts, n, &ret): the parts with a colon between them; only the last may hold
 * colons. Expected: E_NOMEM. */
enum err ledger_key(struct arena *a, const struct str *parts, size_t n, struct str *ret) must_check;

/**
 * ledger_source(a, code, file, &ret), ledger_origin(source):
 * What an entry that came in a file says of that: whose it was and its name; and whose it was,
 * empty when that is not said. Expected: E_NOMEM.
 */
enum err ledger_source(struct arena *a, struct str code, struct str file,
		       struct str *ret) must_check;
struct str ledger_origin(struct str source);

#endif

/* The keys that make movements happen once. */
#ifndef DOMAIN_LEDGER_KEY_H
#define DOMAIN_LEDGER_KEY_H

#include "core/arena.h"

/** ledger_key(a, parts, n, &ret): the parts with a colon between them; only the last may hold
 * colons. Expected: E_NOMEM. */
enum err ledger_key(struct arena *a, const struct str *parts, size_t n, struct str *ret) must_check;

#endif

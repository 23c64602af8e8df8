/* What must never be printed: passwords, codes, tokens, passports, keys. The wrapper has no printer
 * (put() and the log do not take it), is compared in constant time and wiped with the arena that
 * holds it. */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/arena.h"

struct secret {
	struct str bytes; /* to be named only where it is hashed, sealed or checked */
};

/** secret_copy(a, s, &ret): a copy in the arena, wiped when the arena goes. Expected: E_NOMEM. */
enum err secret_copy(struct arena *a, struct str s, struct secret *ret) must_check;

/** secret_eq(a, b): equal, in time that depends only on the lengths. */
bool secret_eq(struct str a, struct str b);

/** secret_wipe(p, n): overwrite, not optimised away. */
void secret_wipe(void *p, size_t n);

#endif

/* Argon2id (libsodium), a few at a time: each one takes 19 MiB and some 20-40 ms of a core, so what
 * comes in at once waits in a bounded queue and then is turned away. The cost is given when it is
 * made, so that tests can make a cheap one. Thread-safe. */
#ifndef DOMAIN_HASHER_H
#define DOMAIN_HASHER_H

#include "core/arena.h"

struct hasher;

struct hasher_opts {
	int64_t in_flight; /* computed at once */
	int64_t queue_max; /* waiting for their turn */
	uint64_t passes;   /* HASHER_PASSES, unless in a test */
	size_t memory;     /* HASHER_MEMORY, unless in a test */
};

#define HASHER_PASSES 2
#define HASHER_MEMORY ((size_t)19 * 1024 * 1024)

/** hasher_new(opts, &ret): computes one hash at once: the stand-in for where there is none.
 * Expected: E_NOMEM. */
enum err hasher_new(const struct hasher_opts *o, struct hasher **ret) must_check;
void hasher_free(struct hasher *h);

/** hasher_make(h, a, password, &ret): the hash of ${password} with its salt and cost, as text in
 * ${a}. Expected: E_BUSY, E_NOMEM. */
enum err hasher_make(struct hasher *h, struct arena *a, struct str password,
		     struct str *ret) must_check;

/**
 * hasher_check(h, hash, password, &ret_same):
 * Whether ${hash} is that of ${password}. An empty ${hash} costs the same work and is nobody's.
 * Expected: E_BUSY, E_NOMEM.
 */
enum err hasher_check(struct hasher *h, struct str hash, struct str password,
		      bool *ret_same) must_check;

/** hasher_count(h): hashes computed since it was made, the first one left out; for metrics and
 * tests. */
int64_t hasher_count(const struct hasher *h);

#endif

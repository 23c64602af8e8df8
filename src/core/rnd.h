/* One of the four edges: where randomness comes from. Everything unguessable is made with
 * rnd_system(); a seeded source lets a test replay a run. */
#ifndef CORE_RND_H
#define CORE_RND_H

#include "core/str.h"

struct rnd {
	void (*fill)(struct rnd *r, void *p, size_t n);
};

/** rnd_system(): the kernel's generator, through libsodium. Thread-safe. */
struct rnd *rnd_system(void);

struct rnd_seeded {
	struct rnd base;
	uint8_t key[32];
	uint64_t count;
};

/** rnd_seeded_init(r, seed): the same bytes for the same seed. Not thread-safe. */
void rnd_seeded_init(struct rnd_seeded *r, uint64_t seed);

/** rnd_below(r, n): a number 0..n-1, each as likely; n > 0. */
uint64_t rnd_below(struct rnd *r, uint64_t n);

#endif

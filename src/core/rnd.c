/* Randomness: the kernel's through libsodium, or a ChaCha20 stream from a seed for tests. */
#include "core/rnd.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

static void system_fill(struct rnd *r, void *p, size_t n)
{
	(void)r;
	randombytes_buf(p, n);
}

struct rnd *rnd_system(void)
{
	static const struct rnd system = { .fill = system_fill };
	/* Safe to repeat and from any thread. A machine without randomness must not go on. */
	if (sodium_init() < 0)
		abort();
	return (struct rnd *)&system; /* has no state: nobody writes to it */
}

/* Each call is a stream of its own, numbered by the nonce. */
static void seeded_fill(struct rnd *r, void *p, size_t n)
{
	struct rnd_seeded *seeded = (struct rnd_seeded *)r;
	unsigned char nonce[crypto_stream_chacha20_NONCEBYTES] = { 0 };
	static_assert(sizeof(nonce) == sizeof(seeded->count), "the count is the nonce");
	memcpy(nonce, &seeded->count, sizeof(nonce));
	seeded->count++;
	crypto_stream_chacha20(p, n, nonce, seeded->key);
}

void rnd_seeded_init(struct rnd_seeded *r, uint64_t seed)
{
	*r = (struct rnd_seeded){ .base = { .fill = seeded_fill } };
	memcpy(r->key, &seed, sizeof(seed));
}

uint64_t rnd_below(struct rnd *r, uint64_t n)
{
	assert(n > 0);
	/* 2^64 mod n values too many would favour the small results: they are drawn again. */
	uint64_t surplus = (0 - n) % n;
	uint64_t v;
	do
		r->fill(r, &v, sizeof(v));
	while (v < surplus);
	return v % n;
}

/* Memory of one request or one job run: everything is allocated here and dropped at once.
 * An arena has a ceiling; it can own closers for things that are not memory, and for secrets to be
 * wiped. Not thread-safe: one thread at a time. Under ASan the unused rest is poisoned. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "core/err.h"
#include "core/str.h"

struct arena;

/**
 * arena_new(max_bytes):
 * An empty arena that will hand out at most ${max_bytes}; NULL without memory.
 */
struct arena *arena_new(size_t max_bytes);

/**
 * arena_free(a):
 * Run the closers (last in, first out), wipe and give everything back. NULL does nothing.
 */
void arena_free(struct arena *a);

/** arena_reset(a): like arena_free() and arena_new() in one, but keeps the first block. */
void arena_reset(struct arena *a);

/**
 * arena_alloc(a, n):
 * ${n} zeroed bytes, aligned for any type; NULL past the ceiling or without memory.
 */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, alloc_size(2)));

/**
 * arena_array(a, n, size):
 * ${n} zeroed elements of ${size}; NULL also when the product overflows.
 */
void *arena_array(struct arena *a, size_t n, size_t size);

/** ARENA_NEW(a, type): one zeroed object. */
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

/** arena_str(a, s, &ret): a copy of ${s} with a NUL behind it. Expected: E_NOMEM. */
enum err arena_str(struct arena *a, struct str s, struct str *ret) must_check;

/**
 * arena_on_close(a, fn, arg):
 * Call ${fn}(${arg}) when the arena is reset or freed. Expected: E_NOMEM.
 */
enum err arena_on_close(struct arena *a, void (*fn)(void *arg), void *arg) must_check;

/** arena_used(a): bytes handed out, for tests and metrics. */
size_t arena_used(const struct arena *a);

#endif

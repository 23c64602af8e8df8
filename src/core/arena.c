/* An arena is a chain of blocks; the newest is filled from the front. The first block lives and
 * dies with the arena, so that a thread that resets one arena for each request does not call malloc
 * at all for the small ones. Under ASan everything not handed out is poisoned and a red zone stands
 * between neighbours. */
#include "core/arena.h"

#include <sanitizer/asan_interface.h>
#include <stdlib.h>

#define ALIGN       _Alignof(max_align_t)
#define BLOCK_FIRST ((size_t)16 << 10)
#define BLOCK_NEXT  ((size_t)64 << 10)

#ifdef __has_feature
#define CLANG_ASAN __has_feature(address_sanitizer)
#else
#define CLANG_ASAN 0
#endif
#if defined(__SANITIZE_ADDRESS__) || CLANG_ASAN
#define RED_ZONE ALIGN
#else
#define RED_ZONE 0
#endif

struct block {
	struct block *older;
	size_t used;
	size_t size;
	max_align_t mem[];
};

struct closer {
	struct closer *older;
	void (*fn)(void *arg);
	void *arg;
};

struct arena {
	struct block *newest;
	struct closer *closers;
	size_t used;
	size_t max;
};

static size_t round_up(size_t n)
{
	return (n + ALIGN - 1) & ~(ALIGN - 1);
}

/* What is not handed out is zero: a block begins so, and is made so again when it is given back. */
static struct block *block_new(size_t size, struct block *older)
{
	struct block *b = calloc(1, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->older = older;
	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->mem, size);
	return b;
}

/* What people typed passes through here: none of it is left behind for a core dump, or for the next
 * request. The same pass makes it zero for whom it is handed out to next. */
static void block_wipe(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->mem, b->size);
	explicit_bzero(b->mem, b->used);
	b->used = 0;
}

static void block_free(struct block *b)
{
	block_wipe(b);
	free(b);
}

struct arena *arena_new(size_t max_bytes)
{
	if (max_bytes > SIZE_MAX / 2)
		max_bytes = SIZE_MAX / 2;
	struct arena *a = malloc(sizeof(*a));
	if (!a)
		return NULL;
	*a = (struct arena){ .newest = block_new(BLOCK_FIRST, NULL), .max = round_up(max_bytes) };
	if (a->newest)
		return a;
	free(a);
	return NULL;
}

/* A closer may still allocate, or register another closer: it is off the list before it runs. */
static void run_closers(struct arena *a)
{
	for (struct closer *c; (c = a->closers);) {
		a->closers = c->older;
		c->fn(c->arg);
	}
}

void arena_reset(struct arena *a)
{
	run_closers(a);
	struct block *b = a->newest;
	while (b->older) {
		struct block *older = b->older;
		block_free(b);
		b = older;
	}
	block_wipe(b);
	ASAN_POISON_MEMORY_REGION(b->mem, b->size);
	a->newest = b;
	a->used = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	block_free(a->newest);
	free(a);
}

static bool block_add(struct arena *a, size_t need)
{
	struct block *b = block_new(need > BLOCK_NEXT ? need : BLOCK_NEXT, a->newest);
	if (b)
		a->newest = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > a->max - a->used)
		return NULL;
	/* Even nothing gets an address of its own. The ceiling is a multiple of ALIGN, so rounding
	 * fits. */
	size_t rounded = n ? round_up(n) : ALIGN;
	if (rounded > a->max - a->used)
		return NULL;
	size_t need = rounded + RED_ZONE;
	if (need > a->newest->size - a->newest->used && !block_add(a, need))
		return NULL;
	char *p = (char *)a->newest->mem + a->newest->used;
	a->newest->used += need;
	a->used += rounded;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	return __builtin_mul_overflow(n, size, &bytes) ? NULL : arena_alloc(a, bytes);
}

enum err arena_str(struct arena *a, struct str s, struct str *ret)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;
	if (!p)
		return E_NOMEM;
	if (s.n)
		memcpy(p, s.p, s.n);
	*ret = (struct str){ .p = p, .n = s.n };
	return OK;
}

enum err arena_on_close(struct arena *a, void (*fn)(void *arg), void *arg)
{
	struct closer *c = ARENA_NEW(a, struct closer);
	if (!c)
		return E_NOMEM;
	*c = (struct closer){ .older = a->closers, .fn = fn, .arg = arg };
	a->closers = c;
	return OK;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

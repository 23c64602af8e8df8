/* Ids from one atomic word: milliseconds and the counter side by side, so that "one more" carries
 * into the next millisecond when the counter is full, and "the later of now and one more" never
 * goes back. */
#include "core/id.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#define EPOCH_MS     INT64_C(1735689600000) /* 2025-01-01T00:00:00Z */
#define COUNTER_BITS 12
#define NODE_BITS    10
#define MS_BITS      41
#define COUNTER_MASK ((UINT64_C(1) << COUNTER_BITS) - 1)

static_assert(ID_NODE_MAX == (1 << NODE_BITS) - 1, "the node fills its bits");
static_assert(MS_BITS + NODE_BITS + COUNTER_BITS == 63, "an id is positive");

struct ids {
	const struct clock *clock;
	uint64_t node;
	_Atomic uint64_t last; /* ms << COUNTER_BITS | counter */
};

struct ids *ids_new(const struct clock *clock, int node)
{
	assert(node >= 0 && node <= ID_NODE_MAX);
	struct ids *ids = malloc(sizeof(*ids));
	if (ids)
		*ids = (struct ids){ .clock = clock, .node = (uint64_t)node };
	return ids;
}

void ids_free(struct ids *ids)
{
	free(ids);
}

/* A clock before the epoch is a wrong clock: ids then simply count from the beginning. */
static uint64_t now_ms(const struct ids *ids)
{
	int64_t ms = ids->clock->now(ids->clock).ms - EPOCH_MS;
	return ms > 0 ? (uint64_t)ms : 0;
}

int64_t id_next(struct ids *ids)
{
	uint64_t now = now_ms(ids) << COUNTER_BITS;
	uint64_t last = ids->last;
	uint64_t next;
	do
		next = now > last ? now : last + 1;
	while (!atomic_compare_exchange_weak(&ids->last, &last, next));
	uint64_t ms = next >> COUNTER_BITS;
	assert(ms < UINT64_C(1) << MS_BITS);
	uint64_t high = ms << (NODE_BITS + COUNTER_BITS);
	return (int64_t)(high | ids->node << COUNTER_BITS | (next & COUNTER_MASK));
}

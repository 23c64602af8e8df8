/* 64-bit ids without a sequence to share: 41 bits of milliseconds since 2025-01-01, 10 bits of a
 * node that is leased in a table, 12 bits of a counter. They never go back, even when the clock
 * does. */
#ifndef CORE_ID_H
#define CORE_ID_H

#include "core/clock.h"

struct ids;

#define ID_NODE_MAX 1023

/**
 * ids_new(clock, node):
 * A source of ids for ${node} (0..ID_NODE_MAX); NULL without memory. Thread-safe.
 */
struct ids *ids_new(const struct clock *clock, int node);
void ids_free(struct ids *ids);

/** id_next(ids): a new id > 0, greater than every earlier one of this source. */
int64_t id_next(struct ids *ids);

#endif

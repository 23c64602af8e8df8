/* Writes nobody waits for: a short queue with one thread. */
#ifndef STORE_PG_LATER_H
#define STORE_PG_LATER_H

#include "store/store.h"

struct pg_later;

/** pg_later_new(s, queue_max): starts the thread; NULL without memory. */
struct pg_later *pg_later_new(struct store *s, int queue_max);

/** pg_later_free(l): runs what is queued, then ends. NULL does nothing. */
void pg_later_free(struct pg_later *l);

/** pg_later_add(): see store_write_later(). */
enum err pg_later_add(struct pg_later *l, store_fn *fn, void *arg,
		      void (*free_fn)(void *arg)) must_check;

#endif

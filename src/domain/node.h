/* The number of this process in its ids (core/id.h): leased in a table, so that no two processes of
 * one store make the same id. A lease outlives its process until it runs out; even a released one
 * is not given again before the clock has passed the last id that was made with it, so a clock that
 * goes back does no harm. */
#ifndef DOMAIN_NODE_H
#define DOMAIN_NODE_H

#include "core/clock.h"
#include "core/rnd.h"
#include "store/store.h"

#define NODE_LEASE_MS (10 * MINUTE_MS)
#define NODE_RENEW_MS (NODE_LEASE_MS / 3) /* call node_renew() at least so often */

struct node {
	int id;
	int64_t token; /* tells this lease from a later one of the same number */
};

/** node_take(store, a, clock, rnd, &ret): lease the lowest free number. Expected: E_BUSY (all are
 * taken). */
enum err node_take(struct store *store, struct arena *a, const struct clock *clock, struct rnd *rnd,
		   struct node *ret) must_check;

/** node_renew(store, clock, node): lease it on. Expected: E_CONFLICT (somebody else has it now:
 * make no more ids). */
enum err node_renew(struct store *store, const struct clock *clock,
		    const struct node *node) must_check;

/** node_release(store, clock, node): give it back; somebody else's is left alone. Make no more ids.
 */
enum err node_release(struct store *store, const struct clock *clock,
		      const struct node *node) must_check;

#endif

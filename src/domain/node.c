/* Leasing a node number. */
#include "domain/node.h"

#include "core/id.h"
#include "q_node.h"

/* Ids may be ahead of the clock by a few milliseconds of a burst. */
enum { RELEASE_MARGIN_MS = 1000 };

/* Between seeing a free number and taking it others may take it: so often it is tried. */
enum { TAKE_TRIES = 16 };

struct take_run {
	struct arena *a;
	tstamp now;
	struct node node;
};

static int lowest_free(const struct q_node_taken_row *taken, size_t n)
{
	int free = 0;
	for (size_t i = 0; i < n && taken[i].id <= free; i++)
		if (taken[i].id == free)
			free++;
	return free;
}

static enum err take(struct tx *tx, void *arg)
{
	struct take_run *run = arg;
	for (int i = 0; i < TAKE_TRIES; i++) {
		struct q_node_taken_row *taken;
		size_t n;
		try(q_node_taken(tx, run->a, run->now, &taken, &n));
		int id = lowest_free(taken, n);
		if (id > ID_NODE_MAX)
			return E_BUSY;
		int64_t done;
		try(q_node_take(tx,
				&(struct q_node_take_args){
					.id = id,
					.token = run->node.token,
					.until = { .ms = run->now.ms + NODE_LEASE_MS },
					.now = run->now,
				},
				&done));
		run->node.id = id;
		if (done == 1)
			return OK;
	}
	return E_BUSY;
}

enum err node_take(struct store *store, struct arena *a, const struct clock *clock, struct rnd *rnd,
		   struct node *ret)
{
	struct take_run run = { .a = a, .now = clock->now(clock) };
	rnd->fill(rnd, &run.node.token, sizeof(run.node.token));
	try(store_write(store, take, &run));
	*ret = run.node;
	return OK;
}

struct extend_run {
	const struct node *node;
	tstamp until;
	int64_t done;
};

static enum err extend(struct tx *tx, void *arg)
{
	struct extend_run *run = arg;
	return q_node_extend(tx,
			     &(struct q_node_extend_args){ .id = run->node->id,
							   .token = run->node->token,
							   .until = run->until },
			     &run->done);
}

enum err node_renew(struct store *store, const struct clock *clock, const struct node *node)
{
	struct extend_run run = { .node = node,
				  .until = { .ms = clock->now(clock).ms + NODE_LEASE_MS } };
	try(store_write(store, extend, &run));
	return run.done == 1 ? OK : E_CONFLICT;
}

enum err node_release(struct store *store, const struct clock *clock, const struct node *node)
{
	struct extend_run run = { .node = node,
				  .until = { .ms = clock->now(clock).ms + RELEASE_MARGIN_MS } };
	return store_write(store, extend, &run);
}

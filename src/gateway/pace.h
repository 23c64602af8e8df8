/* How fast a gateway goes: so many calls on their way at most, and a peer that failed is left alone
 * for a while, longer each time, then tried with one call before it gets more. A name or password
 * that was refused waits longest: trying it again and again would lock the account. Thread-safe. */
#ifndef GATEWAY_PACE_H
#define GATEWAY_PACE_H

#include "core/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pace_state { PACE_FINE, PACE_DOWN, PACE_DENIED };

struct pace {
	pthread_mutex_t lock;
	size_t max;
	size_t taken;
	enum pace_state state;
	bool paused;
	int64_t pause_ms; /* of the last pause */
};

/* What follows from a call that ended. */
struct pace_next {
	bool changed;     /* the state is another one: say so in the log */
	bool room;        /* there is room after there was none */
	int64_t pause_ms; /* > 0: call pace_resume() in so long */
};

/** pace_init(p, max): ${max} > 0 calls at once. */
void pace_init(struct pace *p, size_t max);
void pace_done(struct pace *p);

/** pace_room(p): how many calls may begin now. pace_state(p): how the last one ended. */
size_t pace_room(struct pace *p);
enum pace_state pace_state(struct pace *p);

/** pace_take(p): begin a call. Expected: E_BUSY. */
enum err pace_take(struct pace *p) must_check;

/** pace_drop(p): the call that pace_take() allowed did not begin after all. */
void pace_drop(struct pace *p);

/** pace_give(p, state): a call has ended, and says so much about the peer. */
struct pace_next pace_give(struct pace *p, enum pace_state state);

/** pace_resume(p): the pause is over. */
void pace_resume(struct pace *p);

#endif

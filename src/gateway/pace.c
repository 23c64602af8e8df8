/* A counter and a pause. */
#include "gateway/pace.h"

#include <assert.h>

static const struct {
	int64_t first_ms, most_ms;
} pauses[] = {
	[PACE_DOWN] = { .first_ms = 1000, .most_ms = 60000 },
	[PACE_DENIED] = { .first_ms = 60000, .most_ms = 1800000 },
};

void pace_init(struct pace *p, size_t max)
{
	*p = (struct pace){ .max = max };
	pthread_mutex_init(&p->lock, NULL);
}

void pace_done(struct pace *p)
{
	pthread_mutex_destroy(&p->lock);
}

static size_t room(const struct pace *p)
{
	size_t max = p->state == PACE_FINE ? p->max : 1;
	return p->paused || p->taken >= max ? 0 : max - p->taken;
}

size_t pace_room(struct pace *p)
{
	pthread_mutex_lock(&p->lock);
	size_t n = room(p);
	pthread_mutex_unlock(&p->lock);
	return n;
}

enum pace_state pace_state(struct pace *p)
{
	pthread_mutex_lock(&p->lock);
	enum pace_state state = p->state;
	pthread_mutex_unlock(&p->lock);
	return state;
}

enum err pace_take(struct pace *p)
{
	pthread_mutex_lock(&p->lock);
	bool good = room(p) > 0;
	p->taken += good;
	pthread_mutex_unlock(&p->lock);
	return good ? OK : E_BUSY;
}

void pace_drop(struct pace *p)
{
	pthread_mutex_lock(&p->lock);
	assert(p->taken > 0);
	p->taken--;
	pthread_mutex_unlock(&p->lock);
}

/* Twice the last pause of the same kind, within the bounds. */
static int64_t next_pause(const struct pace *p, enum pace_state state)
{
	int64_t first = pauses[state].first_ms;
	int64_t twice = p->state == state ? p->pause_ms * 2 : first;
	if (twice < first)
		return first;
	return twice < pauses[state].most_ms ? twice : pauses[state].most_ms;
}

/* Several calls that were on their way together make one pause. */
struct pace_next pace_give(struct pace *p, enum pace_state state)
{
	struct pace_next next = { 0 };
	pthread_mutex_lock(&p->lock);
	assert(p->taken > 0);
	bool none = room(p) == 0;
	p->taken--;
	next.changed = p->state != state;
	if (state == PACE_FINE) {
		p->pause_ms = 0;
	} else if (!p->paused) {
		p->pause_ms = next.pause_ms = next_pause(p, state);
		p->paused = true;
	}
	p->state = state;
	next.room = none && room(p) > 0;
	pthread_mutex_unlock(&p->lock);
	return next;
}

void pace_resume(struct pace *p)
{
	pthread_mutex_lock(&p->lock);
	p->paused = false;
	pthread_mutex_unlock(&p->lock);
}

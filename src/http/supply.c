/* A list of exchanges without a user. An arena keeps its first block, which most requests never
 * leave. */
#include "http/supply.h"

#include <stdlib.h>

#define SPARES_MAX 256
#define KEEP_MAX   ((size_t)16384) /* of each buffer: most forms and pages are smaller */

static struct exchange *spare_take(struct http_server *s)
{
	pthread_mutex_lock(&s->spare_lock);
	struct exchange *x = s->spare;
	if (x) {
		s->spare = x->next;
		s->n_spare--;
	}
	pthread_mutex_unlock(&s->spare_lock);
	return x;
}

static bool spare_put(struct http_server *s, struct exchange *x)
{
	pthread_mutex_lock(&s->spare_lock);
	bool room = s->n_spare < SPARES_MAX;
	if (room) {
		x->next = s->spare;
		s->spare = x;
		s->n_spare++;
	}
	pthread_mutex_unlock(&s->spare_lock);
	return room;
}

static struct exchange *exchange_new(struct http_server *s)
{
	struct exchange *x = calloc(1, sizeof(*x));
	struct arena *a = arena_new(s->opts.arena_max);
	if (!x || !a) {
		free(x);
		arena_free(a);
		return NULL;
	}
	x->server = s;
	x->req.arena = a;
	buf_init(&x->body, s->opts.body_max);
	buf_init(&x->resp.body, s->opts.arena_max);
	return x;
}

static void exchange_free(struct exchange *x)
{
	buf_done(&x->body);
	buf_done(&x->resp.body);
	arena_free(x->req.arena);
	free(x);
}

/* Forms hold passwords and pages hold names: both are wiped whatever became of the request. */
static struct buf clean_buf(struct buf b, size_t max)
{
	if (b.room > KEEP_MAX)
		buf_done(&b);
	buf_clear(&b);
	b.max = max;
	return b;
}

static void clean(struct exchange *x)
{
	struct arena *a = x->req.arena;
	arena_reset(a);
	*x = (struct exchange){
		.server = x->server,
		.req.arena = a,
		.body = clean_buf(x->body, x->server->opts.body_max),
		.resp.body = clean_buf(x->resp.body, x->server->opts.arena_max),
	};
}

struct exchange *http_supply_get(struct http_server *s)
{
	struct exchange *x = spare_take(s);
	return x ? x : exchange_new(s);
}

void http_supply_put(struct exchange *x)
{
	clean(x);
	if (!spare_put(x->server, x))
		exchange_free(x);
}

void http_supply_done(struct http_server *s)
{
	for (struct exchange *x; (x = spare_take(s));)
		exchange_free(x);
}

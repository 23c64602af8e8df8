/* A list of exchanges without a user. An arena keeps its first block, which most requests never
 * leave. */
#include "http/supply.h"

#include "core/secret.h"

#include <stdlib.h>

#define SPARES_MAX    256
#define BODY_KEEP_MAX ((size_t)16384)

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
	return x;
}

static void exchange_free(struct exchange *x)
{
	buf_done(&x->body);
	arena_free(x->req.arena);
	free(x);
}

/* Forms hold passwords: the body is wiped whatever became of the request. */
static void clean(struct exchange *x)
{
	struct arena *a = x->req.arena;
	struct buf body = x->body;
	if (body.p)
		secret_wipe(body.p, body.n);
	if (body.cap > BODY_KEEP_MAX)
		buf_done(&body);
	body.n = 0;
	body.err = OK;
	buf_done(&x->resp.body);
	arena_reset(a);
	*x = (struct exchange){ .server = x->server, .req.arena = a, .body = body };
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

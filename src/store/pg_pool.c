/* A stack of idle connections: the one that was used last is the most likely to be alive. */
#include "store/pg_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct pg_pool {
	struct store *store;
	char *url;
	int max, timeout_ms;
	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t freed;
	struct pg_conn *idle;
	int open; /* idle or out */
};

struct pg_pool *pg_pool_new(struct store *s, const char *url, int max, int timeout_ms)
{
	struct pg_pool *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct pg_pool){
		.store = s, .url = strdup(url), .max = max, .timeout_ms = timeout_ms
	};
	if (!p->url) {
		free(p);
		return NULL;
	}
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->freed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&p->mutex, NULL);
	return p;
}

static void close_all(struct pg_conn *c)
{
	while (c) {
		struct pg_conn *next = c->next;
		pg_conn_close(c);
		c = next;
	}
}

void pg_pool_free(struct pg_pool *p)
{
	if (!p)
		return;
	close_all(p->idle);
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->mutex);
	free(p->url);
	free(p);
}

const char *pg_pool_url(const struct pg_pool *p)
{
	return p->url;
}

static struct timespec deadline_of(const struct pg_pool *p)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += p->timeout_ms / 1000;
	t.tv_nsec += p->timeout_ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return t;
}

/* Under the mutex: an idle connection, or the right to open one (*ret == NULL). */
static enum err wait_for_one(struct pg_pool *p, struct pg_conn **ret)
{
	struct timespec deadline = deadline_of(p);
	while (!p->idle && p->open == p->max)
		if (pthread_cond_timedwait(&p->freed, &p->mutex, &deadline) != 0)
			return E_BUSY;
	struct pg_conn *c = p->idle;
	if (c)
		p->idle = c->next;
	else
		p->open++;
	*ret = c;
	return OK;
}

static void forget(struct pg_pool *p, int n)
{
	pthread_mutex_lock(&p->mutex);
	p->open -= n;
	pthread_cond_broadcast(&p->freed);
	pthread_mutex_unlock(&p->mutex);
}

enum err pg_pool_take(struct pg_pool *p, struct pg_conn **ret)
{
	struct pg_conn *c = NULL;
	pthread_mutex_lock(&p->mutex);
	enum err e = wait_for_one(p, &c);
	pthread_mutex_unlock(&p->mutex);
	if (e == OK && !c) {
		e = pg_conn_open(p->url, p->store, p->timeout_ms, &c);
		if (e != OK)
			forget(p, 1);
	}
	if (e == OK)
		*ret = c;
	return e;
}

static void drop_with_idle(struct pg_pool *p, struct pg_conn *lost)
{
	pthread_mutex_lock(&p->mutex);
	struct pg_conn *idle = p->idle;
	p->idle = NULL;
	pthread_mutex_unlock(&p->mutex);
	int n = 1;
	for (const struct pg_conn *c = idle; c; c = c->next)
		n++;
	pg_conn_close(lost);
	close_all(idle);
	forget(p, n);
}

void pg_pool_give(struct pg_pool *p, struct pg_conn *c)
{
	if (c->lost) {
		drop_with_idle(p, c);
		return;
	}
	pthread_mutex_lock(&p->mutex);
	c->next = p->idle;
	p->idle = c;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->mutex);
}

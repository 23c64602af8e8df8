#include "cli/lease.h"

#include <pthread.h>

#include "domain/node.h"

#define LEASE_ARENA_BYTES 65536

/* While the store does not answer the lease may run out, and when it answers again somebody else
 * may have taken the node: that is to be found out soon. */
#define RETRY_MS 5000

struct lease {
	struct app *app;
	struct node node;
	int64_t every_ms;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
};

/* Without its lease the process could make ids that another one makes too: it must not go on.
 * Returns when to come again. */
static int64_t renew(struct lease *l)
{
	enum err e = node_renew(l->app->store, l->app->clock, &l->node);
	if (e == OK)
		return l->every_ms;
	log_event(l->app->log, LOG_ERROR, "node_lease_not_renewed",
		  log_const("error", err_name(e)));
	if (e == E_CONFLICT)
		abort();
	return l->every_ms < RETRY_MS ? l->every_ms : RETRY_MS;
}

static struct timespec after(int64_t ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t ns = t.tv_nsec + ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	return t;
}

static void *keep(void *arg)
{
	struct lease *l = arg;
	struct timespec until = after(l->every_ms);
	pthread_mutex_lock(&l->lock);
	while (!l->stopping) {
		if (pthread_cond_timedwait(&l->wake, &l->lock, &until) == 0 || l->stopping)
			continue;
		pthread_mutex_unlock(&l->lock);
		until = after(renew(l));
		pthread_mutex_lock(&l->lock);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

static enum err start_thread(struct lease *l)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->wake, &attr);
	pthread_condattr_destroy(&attr);
	return pthread_create(&l->thread, NULL, keep, l) == 0 ? OK : E_NOMEM;
}

static void give_back(struct lease *l)
{
	ids_free(l->app->ids);
	l->app->ids = NULL;
	enum err e = node_release(l->app->store, l->app->clock, &l->node);
	if (e != OK)
		log_event(l->app->log, LOG_WARN, "node_not_released",
			  log_const("error", err_name(e)));
}

static enum err take(struct lease *l)
{
	struct arena *a = arena_new(LEASE_ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err e = node_take(l->app->store, a, l->app->clock, l->app->rnd, &l->node);
	arena_free(a);
	return e;
}

enum err lease_start(struct app *app, int64_t every_ms, struct lease **ret)
{
	struct lease *l = calloc(1, sizeof(*l));
	if (!l)
		return E_NOMEM;
	l->app = app;
	l->every_ms = every_ms;
	enum err e = take(l);
	if (e != OK) {
		log_event(app->log, LOG_ERROR, "node_not_taken", log_const("error", err_name(e)));
		goto fail;
	}
	app->ids = ids_new(app->clock, l->node.id);
	e = app->ids ? start_thread(l) : E_NOMEM;
	if (e != OK)
		goto fail_node;
	*ret = l;
	return OK;
fail_node:
	give_back(l);
fail:
	free(l);
	return e;
}

void lease_stop(struct lease *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	give_back(l);
	free(l);
}

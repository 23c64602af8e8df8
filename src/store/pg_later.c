/* The thread takes one after the other; a failure was logged where it happened and is then
 * forgotten. */
#include "store/pg_later.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct job {
	struct job *next;
	store_fn *fn;
	void *arg;
	void (*free_fn)(void *arg);
};

struct pg_later {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t wake;
	struct job *first, **end;
	int queued, queue_max;
	bool closing;
};

static struct job *pop(struct pg_later *l)
{
	pthread_mutex_lock(&l->mutex);
	while (!l->first && !l->closing)
		pthread_cond_wait(&l->wake, &l->mutex);
	struct job *job = l->first;
	if (job) {
		l->first = job->next;
		l->queued--;
		if (!l->first)
			l->end = &l->first;
	}
	pthread_mutex_unlock(&l->mutex);
	return job;
}

static void *work(void *arg)
{
	struct pg_later *l = arg;
	struct job *job;
	while ((job = pop(l))) {
		enum err forgotten = store_write(l->store, job->fn, job->arg);
		(void)forgotten;
		if (job->free_fn)
			job->free_fn(job->arg);
		free(job);
	}
	return NULL;
}

struct pg_later *pg_later_new(struct store *s, int queue_max)
{
	struct pg_later *l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	l->store = s;
	l->end = &l->first;
	l->queue_max = queue_max;
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->wake, NULL);
	if (pthread_create(&l->thread, NULL, work, l) == 0)
		return l;
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->mutex);
	free(l);
	return NULL;
}

void pg_later_free(struct pg_later *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->mutex);
	l->closing = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->mutex);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

enum err pg_later_add(struct pg_later *l, store_fn *fn, void *arg, void (*free_fn)(void *arg))
{
	struct job *job = calloc(1, sizeof(*job));
	if (!job)
		return E_NOMEM;
	*job = (struct job){ .fn = fn, .arg = arg, .free_fn = free_fn };
	enum err e = E_BUSY;
	pthread_mutex_lock(&l->mutex);
	assert(!l->closing);
	if (l->queued < l->queue_max) {
		*l->end = job;
		l->end = &job->next;
		l->queued++;
		pthread_cond_signal(&l->wake);
		e = OK;
	}
	pthread_mutex_unlock(&l->mutex);
	if (e != OK)
		free(job);
	return e;
}

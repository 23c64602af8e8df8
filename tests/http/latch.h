/* Where handlers of a test stand still until the test lets them go on. */
#ifndef TESTS_HTTP_LATCH_H
#define TESTS_HTTP_LATCH_H

#include <pthread.h>
#include <stdbool.h>

struct latch {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool open;
	int waiting;
};

static inline void latch_wait(struct latch *l)
{
	pthread_mutex_lock(&l->lock);
	l->waiting++;
	pthread_cond_broadcast(&l->wake);
	while (!l->open)
		pthread_cond_wait(&l->wake, &l->lock);
	pthread_mutex_unlock(&l->lock);
}

static inline void latch_open(struct latch *l)
{
	pthread_mutex_lock(&l->lock);
	l->open = true;
	pthread_cond_broadcast(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

/* Until ${n} handlers stand at the latch. */
static inline void latch_filled(struct latch *l, int n)
{
	pthread_mutex_lock(&l->lock);
	while (l->waiting < n)
		pthread_cond_wait(&l->wake, &l->lock);
	pthread_mutex_unlock(&l->lock);
}

#endif

/* Threads that take jobs from one queue in the order of their coming. */
#include "http/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TURN_NS 100000000 /* the longest the kernel gives */

struct http_pool {
	struct http_pool_opts opts;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct http_job *head;
	struct http_job **tail;
	size_t queued;
	bool ending;
	size_t n_threads;
	pthread_t threads[];
};

static struct http_job *take(struct http_pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (!p->head && !p->ending)
		pthread_cond_wait(&p->wake, &p->lock);
	struct http_job *job = p->head;
	if (job) {
		p->head = job->next;
		if (!p->head)
			p->tail = &p->head;
		p->queued--;
	}
	pthread_mutex_unlock(&p->lock);
	return job;
}

/* sched_setattr(2), for which Debian 12 has no prototype. Less of the processor, in long turns:
 * since Linux 6.12 whoever asks for a shorter one (anybody does) cuts in when it wakes up, so that
 * a page need not wait for the end of a hash's turn. It is a wish: where kernel or sandbox refuse
 * it, the work is done all the same. */
static void step_back(int nice)
{
	const struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} attr = { .size = sizeof(attr), .policy = SCHED_BATCH, .nice = nice, .runtime = TURN_NS };
	if (syscall(SYS_sched_setattr, 0, &attr, 0) != 0)
		(void)setpriority(PRIO_PROCESS, (id_t)gettid(), nice);
}

static void *work(void *arg)
{
	struct http_pool *p = arg;
	pthread_setname_np(pthread_self(), p->opts.name);
	if (p->opts.nice > 0)
		step_back(p->opts.nice);
	for (struct http_job *job; (job = take(p));)
		job->run(job);
	return NULL;
}

static bool start_threads(struct http_pool *p)
{
	while (p->n_threads < (size_t)p->opts.threads) {
		if (pthread_create(&p->threads[p->n_threads], NULL, work, p) != 0)
			return false;
		p->n_threads++;
	}
	return true;
}

enum err http_pool_new(const struct http_pool_opts *opts, struct http_pool **ret)
{
	struct http_pool *p = calloc(1, sizeof(*p) + (size_t)opts->threads * sizeof(*p->threads));
	if (!p)
		return E_NOMEM;
	p->opts = *opts;
	p->tail = &p->head;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	if (!start_threads(p)) {
		http_pool_free(p);
		return E_NOMEM;
	}
	*ret = p;
	return OK;
}

bool http_pool_push(struct http_pool *p, struct http_job *job)
{
	pthread_mutex_lock(&p->lock);
	bool room = p->queued < p->opts.queue_max;
	if (room) {
		job->next = NULL;
		*p->tail = job;
		p->tail = &job->next;
		p->queued++;
		pthread_cond_signal(&p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return room;
}

size_t http_pool_queued(struct http_pool *p)
{
	pthread_mutex_lock(&p->lock);
	size_t queued = p->queued;
	pthread_mutex_unlock(&p->lock);
	return queued;
}

void http_pool_free(struct http_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n_threads; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* A queue and the threads that empty it. */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

struct http_pool;

/* Stands in what is queued; it has to live until run() has returned. */
struct http_job {
	struct http_job *next;
	void (*run)(struct http_job *job);
};

struct http_pool_opts {
	const char *name; /* of its threads, at most 15 bytes */
	int threads;
	size_t queue_max;
	int nice; /* added to the priority of its threads: 0..19 */
};

/** http_pool_new(opts, &ret): start the threads. Expected: E_NOMEM (or no more threads). */
enum err http_pool_new(const struct http_pool_opts *opts, struct http_pool **ret) must_check;

/** http_pool_push(p, job): have it run by one of the threads; false when the queue is full. */
bool http_pool_push(struct http_pool *p, struct http_job *job) must_check;

/** http_pool_queued(p): how many wait for a thread. */
size_t http_pool_queued(struct http_pool *p);

/** http_pool_free(p): run what is queued, end the threads, free. NULL does nothing. */
void http_pool_free(struct http_pool *p);

#endif

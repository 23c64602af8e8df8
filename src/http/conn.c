/* Connections and their deadlines. A step is one 64-bit number (time and phase together), so that
 * the I/O threads write it without a lock and the gate never reads half of it. */
#include "http/conn.h"

#include <stdatomic.h>
#include <stdlib.h>

#define PHASE_BITS 3
#define PHASE_MASK ((uint64_t)7)
#define SECOND_US  INT64_C(1000000)

void http_conns_init(struct http_conns *t, const struct http_conn_limits *limits)
{
	*t = (struct http_conns){ .lock = PTHREAD_MUTEX_INITIALIZER, .limits = *limits };
}

void http_conns_done(struct http_conns *t)
{
	pthread_mutex_destroy(&t->lock);
}

struct http_conn *http_conn_open(struct http_conns *t, int fd, int64_t now_us)
{
	struct http_conn *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->fd = fd;
	http_conn_enter(c, HTTP_PHASE_NEW, now_us);
	pthread_mutex_lock(&t->lock);
	c->next = t->head;
	if (t->head)
		t->head->prev = c;
	t->head = c;
	t->n++;
	pthread_mutex_unlock(&t->lock);
	return c;
}

void http_conn_close(struct http_conns *t, struct http_conn *c)
{
	pthread_mutex_lock(&t->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		t->head = c->next;
	if (c->next)
		c->next->prev = c->prev;
	t->n--;
	pthread_mutex_unlock(&t->lock);
	free(c);
}

void http_conn_enter(struct http_conn *c, enum http_phase phase, int64_t now_us)
{
	atomic_store_explicit(&c->step, (uint64_t)now_us << PHASE_BITS | phase,
			      memory_order_release);
}

enum http_phase http_conn_phase(const struct http_conn *c, int64_t *ret_since_us)
{
	uint64_t step = atomic_load_explicit(&c->step, memory_order_acquire);
	*ret_since_us = (int64_t)(step >> PHASE_BITS);
	return (enum http_phase)(step & PHASE_MASK);
}

static bool body_too_slow(const struct http_conn *c, int64_t spent_us,
			  const struct http_conn_limits *l)
{
	int64_t got = (int64_t)atomic_load_explicit(&c->body_got, memory_order_relaxed);
	return spent_us > l->header_us && got < spent_us / SECOND_US * l->body_bytes_per_s;
}

static bool overdue(const struct http_conn *c, int64_t now_us, const struct http_conn_limits *l,
		    bool crowded)
{
	int64_t since_us;
	enum http_phase phase = http_conn_phase(c, &since_us);
	int64_t spent_us = now_us - since_us;
	switch (phase) {
	case HTTP_PHASE_NEW:
	case HTTP_PHASE_HEAD:
		return spent_us > l->header_us;
	case HTTP_PHASE_BODY:
		return body_too_slow(c, spent_us, l);
	case HTTP_PHASE_IDLE:
		return spent_us > (crowded ? l->crowded_us : l->idle_us + l->header_us);
	case HTTP_PHASE_WORK:
	case HTTP_PHASE_SEND:
		break;
	}
	return false;
}

size_t http_conns_cut(struct http_conns *t, int64_t now_us)
{
	size_t cut = 0;
	pthread_mutex_lock(&t->lock);
	bool crowded = t->n > t->limits.conns_max / 4 * 3;
	for (struct http_conn *c = t->head; c; c = c->next) {
		if (c->cut || !overdue(c, now_us, &t->limits, crowded))
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->cut = true;
		cut++;
	}
	pthread_mutex_unlock(&t->lock);
	return cut;
}

void http_conns_cut_quiet(struct http_conns *t)
{
	pthread_mutex_lock(&t->lock);
	for (struct http_conn *c = t->head; c; c = c->next) {
		int64_t since_us;
		enum http_phase phase = http_conn_phase(c, &since_us);
		if (phase == HTTP_PHASE_NEW || phase == HTTP_PHASE_IDLE)
			shutdown(c->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&t->lock);
}

void http_conns_cut_all(struct http_conns *t)
{
	pthread_mutex_lock(&t->lock);
	for (struct http_conn *c = t->head; c; c = c->next)
		shutdown(c->fd, SHUT_RDWR);
	pthread_mutex_unlock(&t->lock);
}

size_t http_conns_count(struct http_conns *t)
{
	pthread_mutex_lock(&t->lock);
	size_t n = t->n;
	pthread_mutex_unlock(&t->lock);
	return n;
}

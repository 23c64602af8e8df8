/* A server's life: puts together the listening socket, the pools of the lanes, libmicrohttpd with
 * its I/O threads, and the gate; and takes them apart in an order in which nobody is cut off. */
#include "http/exchange.h"
#include "http/gate.h"
#include "http/supply.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* A header of HTTP_HEAD_BYTES_MAX, the library's notes on its fields, its copy of the cookies
 * (which is why a full header may hold 4 KiB of them) and the header of the answer. */
#define CONN_MEMORY      ((size_t)24576)
#define STALL_MS_DEFAULT 30000
#define CROWDED_MS       1000
#define SLOW_NICE        10
#define IO_THREADS_MAX   64

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = cls;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			http_conn_close(&s->conns, *context);
		*context = NULL;
		return;
	}
	int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	struct http_conn *c = http_conn_open(&s->conns, fd, s->opts.clock->mono_us(s->opts.clock));
	*context = c;
	if (!c)
		return;
	struct in6_addr addr;
	if (!http_address(
		    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
		    &addr)) {
		c->trusted = s->listener.local;
		return;
	}
	c->trusted = http_proxies_have(&s->proxies, &addr);
	http_address_print(&addr, c->peer);
}

/* Escapes are ours to judge: the library would turn %00 into the end of a string. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static unsigned io_threads(const struct http_opts *o)
{
	long n = o->io_threads > 0 ? o->io_threads : sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n > IO_THREADS_MAX ? IO_THREADS_MAX : (unsigned)n;
}

static enum err daemon_start(struct http_server *s)
{
	unsigned stall_s = ((unsigned)s->opts.stall_ms + 999) / 1000;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONN_MEMORY, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, s->opts.connections_max + HTTP_ACCEPT_BURST, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)stall_s, NULL },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)http_exchange_end, s },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)http_exchange_begin, s },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL },
		{ MHD_OPTION_THREAD_POOL_SIZE, io_threads(&s->opts), NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
					     MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME,
				     0, NULL, NULL, http_exchange_step, s, MHD_OPTION_ARRAY,
				     options, MHD_OPTION_END);
	return s->daemon ? OK : E_NOMEM;
}

static enum err pools_start(struct http_server *s)
{
	struct http_pool_opts work = {
		.name = "http-work",
		.threads = s->opts.work_threads,
		.queue_max = (size_t)s->opts.connections_max,
	};
	struct http_pool_opts slow = {
		.name = "http-slow",
		.threads = s->opts.slow_threads,
		.queue_max = (size_t)s->opts.slow_queue_max,
		.nice = SLOW_NICE,
	};
	try(http_pool_new(&work, &s->work));
	return http_pool_new(&slow, &s->slow);
}

/* The threads started here leave all signals to the thread that waits for them. */
static enum err threads_start(struct http_server *s)
{
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	enum err e = pools_start(s);
	if (e == OK)
		e = daemon_start(s);
	if (e == OK)
		e = http_gate_start(s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return e;
}

static void server_free(struct http_server *s)
{
	http_pool_free(s->work);
	http_pool_free(s->slow);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	http_supply_done(s);
	http_conns_done(&s->conns);
	pthread_mutex_destroy(&s->spare_lock);
	free(s);
}

static struct http_server *server_new(const struct http_opts *opts)
{
	assert(opts->clock && opts->classify && opts->handle);
	assert(opts->work_threads > 0 && opts->slow_threads > 0 && opts->slow_queue_max >= 0);
	assert(opts->connections_max > 0 && opts->header_ms > 0 && opts->body_max > 0);
	struct http_server *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->opts = *opts;
	if (s->opts.stall_ms == 0)
		s->opts.stall_ms = STALL_MS_DEFAULT;
	pthread_mutex_init(&s->spare_lock, NULL);
	struct http_conn_limits limits = {
		.header_us = opts->header_ms * INT64_C(1000),
		.idle_us = s->opts.stall_ms * INT64_C(1000),
		.crowded_us = CROWDED_MS * INT64_C(1000),
		.body_bytes_per_s = opts->body_bytes_per_s,
		.conns_max = (size_t)opts->connections_max,
	};
	http_conns_init(&s->conns, &limits);
	return s;
}

static enum err server_listen(struct http_server *s)
{
	if (http_proxies_parse(str_c(s->opts.proxies), &s->proxies) != OK) {
		log_event(s->opts.log, LOG_ERROR, "http_proxies",
			  log_const("step", "not addresses"));
		return E_UPSTREAM;
	}
	return http_listen(s->opts.listen, s->opts.log, &s->listener) == OK ? OK : E_UPSTREAM;
}

enum err http_start(const struct http_opts *opts, struct http_server **ret)
{
	struct http_server *s = server_new(opts);
	if (!s)
		return E_NOMEM;
	enum err e = server_listen(s);
	if (e != OK)
		goto no_listener;
	e = threads_start(s);
	if (e != OK)
		goto no_threads;
	*ret = s;
	return OK;

no_threads:
	http_listen_end(&s->listener);
no_listener:
	server_free(s);
	return e;
}

int http_port(const struct http_server *s)
{
	return s->listener.port;
}

/* The pools end before the daemon: a handler still at work finishes, whatever time it takes, and
 * its connection is resumed, without which the daemon would abort. What a handler uses is its
 * caller's to bound. */
void http_stop(struct http_server *s)
{
	http_gate_end(s);
	server_free(s);
}

void http_stats(const struct http_server *s, struct http_stats *ret)
{
	/* The locks inside are the only thing that changes. */
	struct http_server *mutable = (struct http_server *)(uintptr_t)s;
	const struct http_counters *c = &s->counters;
	*ret = (struct http_stats){
		.requests = atomic_load(&c->requests),
		.refused = atomic_load(&c->refused),
		.timed_out = atomic_load(&c->timed_out),
		.busy = atomic_load(&c->busy),
		.connections = (int64_t)http_conns_count(&mutable->conns),
		.work_queue = (int64_t)http_pool_queued(s->work),
		.slow_queue = (int64_t)http_pool_queued(s->slow),
	};
	for (size_t i = 0; i < sizeof(ret->status) / sizeof(*ret->status); i++)
		ret->status[i] = atomic_load(&c->status[i]);
}

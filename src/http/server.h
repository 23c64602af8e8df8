/* What the files of http/ share about one server. Nobody outside this folder includes it. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/conn.h"
#include "http/http.h"
#include "http/listen.h"
#include "http/pool.h"

struct exchange;
struct MHD_Daemon;

struct http_counters {
	_Atomic int64_t requests, refused, timed_out, busy;
	_Atomic int64_t status[6];
};

struct http_server {
	struct http_opts opts;
	struct http_listener listener;
	struct http_proxies proxies;
	struct http_conns conns;
	struct http_pool *work;
	struct http_pool *slow;
	struct MHD_Daemon *daemon;
	struct http_counters counters;
	_Atomic bool stopping;

	pthread_t gate; /* accepts connections and cuts off the slow ones */
	int gate_wake;  /* an eventfd: look at ${stopping} */

	pthread_mutex_t spare_lock;
	struct exchange *spare; /* to be used again, with their arenas */
	size_t n_spare;
};

#endif

/* The glue to libmicrohttpd: takes hostile bytes from the network, gives whole, bounded, plausible
 * requests to one handler, and sends its answers. It knows no business word.
 *
 * What it adds (docs/http.md lists all of it): refuses what smuggles (two Content-Length,
 * Content-Length with Transfer-Encoding, two Host, CR in a value, NUL in a path, Content-Encoding),
 * bounds (header 16 KiB, body 64 KiB, 100 fields), deadlines (a header in 10 s, a body at 1 KiB/s),
 * and lanes. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

/* Which threads run a handler (design.md, "lanes"). */
enum http_lane {
	LANE_READ, /* on the I/O thread: nothing that waits */
	LANE_WORK, /* the pool */
	LANE_SLOW, /* two threads of low priority and a bounded queue; full: 503 */
};

struct http_pair {
	struct str name; /* decoded */
	struct str value;
};

struct http_req {
	enum http_method method;
	struct str path;   /* decoded, strict UTF-8, begins with '/', no NUL */
	struct str target; /* path and query as sent */
	struct http_pair *query;
	size_t n_query;
	struct http_pair *form; /* what a POST carried; each name once */
	size_t n_form;
	struct str host;
	struct str origin;         /* empty when absent */
	struct str sec_fetch_site; /* empty when absent */
	struct str accept_language;
	struct str accept_encoding;
	struct str if_none_match;
	struct str user_agent;
	struct str cookies; /* the Cookie header as sent; http_cookie() reads it */
	/* The client's address as text, ::ffff: removed; from X-Forwarded-For only behind one of
	 * our proxies or a unix socket; empty when a unix socket's front names nobody. */
	struct str peer;
	bool tls; /* the front said so (X-Forwarded-Proto), under the same condition */
	int64_t started_us;
	struct arena *arena; /* of this request, with a ceiling */
	void *route;         /* what the router's classify() put here */
};

struct http_header {
	const char *name; /* a constant */
	struct str value; /* no CR, LF: asserted */
};

#define HTTP_HEADERS_MAX 24

struct http_resp {
	int status;
	const char *content_type; /* a constant, or NULL without a body */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
	struct buf body; /* the server's: comes empty, perhaps with memory (no buf_init()), and
			    arena_max as its maximum, which a handler may change */
	struct str static_body; /* instead of body when it has a p; lives as long as the program */
};

/** http_resp_header(r, name, value): add one; ${value} must live as long as the request. */
void http_resp_header(struct http_resp *r, const char *name, struct str value);

/** http_cookie(req, name, &ret): the value of a cookie; false when absent or sent twice. */
bool http_cookie(const struct http_req *req, struct str name, struct str *ret);

/** http_query(req, name), http_form(req, name): a field's value, or a slice with p == NULL. */
struct str http_query(const struct http_req *req, struct str name);
struct str http_form(const struct http_req *req, struct str name);

struct http_opts {
	/* "127.0.0.1:8080", "[::1]:8080", "unix:/path", or "fd:N" (socket activation) */
	const char *listen;
	int io_threads;       /* 0: one per core */
	int work_threads;     /* 16..64 */
	int slow_threads;     /* 2 */
	int slow_queue_max;   /* 50 */
	int connections_max;  /* 4096 */
	int header_ms;        /* 10000 */
	int body_bytes_per_s; /* 1024 */
	int stall_ms;     /* an answer without progress, a connection without requests; 0: 30000 */
	size_t body_max;  /* 65536 */
	size_t arena_max; /* per request, 4 MiB */
	/* Addresses separated by spaces whose X-Forwarded-* count; a unix socket's always do. */
	const char *proxies;
	const struct clock *clock;
	struct log *log;
	void *app;
	/* Says which lane runs it, before its body is read; may set req->route. Must not wait. */
	enum http_lane (*classify)(void *app, struct http_req *req);
	/* Answers. For what was refused here, ${refused} is the status: the handler only draws the
	 * page and must not wait; of the request only what was understood is there. */
	void (*handle)(void *app, struct http_req *req, struct http_resp *resp, int refused);
};

struct http_server;

/**
 * http_start(opts, &ret): listen and serve from threads of its own.
 * Expected: E_UPSTREAM (cannot listen; the reason is logged).
 */
enum err http_start(const struct http_opts *opts, struct http_server **ret) must_check;

/** http_port(s): the TCP port it listens on (useful with port 0). */
int http_port(const struct http_server *s);

/**
 * http_stop(s):
 * Stop accepting, finish what is on the way, free. Clients have 30 s at most; a handler that runs
 * is waited for, since what it uses cannot be taken from it.
 */
void http_stop(struct http_server *s);

struct http_stats {
	int64_t requests, refused, connections, timed_out, busy;
	int64_t work_queue, slow_queue;
	int64_t status[6]; /* by hundreds */
};
void http_stats(const struct http_server *s, struct http_stats *ret);

#endif

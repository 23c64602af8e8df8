/* The table of open connections: what each is doing since when, so that one that dawdles can be cut
 * off.
 *
 * The I/O threads only store a number per step of a request; the gate thread looks through the
 * table a few times a second. It shuts a descriptor down (shutdown(2), not close(2)) under the
 * table's lock, and a connection leaves the table under that lock before its descriptor is closed:
 * what is shut down is never somebody else's descriptor with the same number. */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include "http/proxy.h"

#include <pthread.h>

enum http_phase {
	HTTP_PHASE_NEW,  /* accepted, no request line yet */
	HTTP_PHASE_HEAD, /* a request line, header not whole */
	HTTP_PHASE_BODY,
	HTTP_PHASE_WORK, /* the handler is running or waits for its turn: not the client's fault */
	HTTP_PHASE_SEND, /* libmicrohttpd's own timer watches it */
	HTTP_PHASE_IDLE, /* kept alive */
};

struct http_conn {
	struct http_conn *prev, *next;
	int fd;
	bool cut;              /* shut down already; the gate's, under the lock */
	_Atomic uint64_t step; /* microseconds since when, and the phase */
	_Atomic size_t body_got;
	bool trusted;             /* one of our proxies: its X-Forwarded-* count */
	char peer[HTTP_PEER_MAX]; /* as text; empty for a unix socket */
};

struct http_conn_limits {
	int64_t header_us;  /* for a whole header */
	int64_t idle_us;    /* between requests; the header of the next one must be whole header_us
			       after it */
	int64_t crowded_us; /* for idle ones when the table is nearly full */
	int64_t body_bytes_per_s; /* of a body, after header_us of grace */
	size_t conns_max;
};

struct http_conns {
	pthread_mutex_t lock;
	struct http_conn *head;
	size_t n;
	struct http_conn_limits limits;
};

void http_conns_init(struct http_conns *t, const struct http_conn_limits *limits);
void http_conns_done(struct http_conns *t);

/** http_conn_open(t, fd, now_us): a row in the table, HTTP_PHASE_NEW; NULL without memory. */
struct http_conn *http_conn_open(struct http_conns *t, int fd, int64_t now_us);

/** http_conn_close(t, c): out of the table, before the descriptor is closed. */
void http_conn_close(struct http_conns *t, struct http_conn *c);

/** http_conn_enter(c, phase, now_us): by the thread that serves the connection, without a lock. */
void http_conn_enter(struct http_conn *c, enum http_phase phase, int64_t now_us);

/** http_conn_phase(c, &ret_since_us): the phase and when it began. */
enum http_phase http_conn_phase(const struct http_conn *c, int64_t *ret_since_us);

/** http_conns_cut(t, now_us): shut down the connections that are past a limit; how many. */
size_t http_conns_cut(struct http_conns *t, int64_t now_us);

/** http_conns_cut_quiet(t), http_conns_cut_all(t): shut down those without a request on the way;
 * all. */
void http_conns_cut_quiet(struct http_conns *t);
void http_conns_cut_all(struct http_conns *t);

/** http_conns_count(t): how many are open. */
size_t http_conns_count(struct http_conns *t);

#endif

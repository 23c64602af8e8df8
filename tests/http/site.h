/* A small site on the real server, and a client that writes raw bytes to it. */
#ifndef TESTS_HTTP_SITE_H
#define TESTS_HTTP_SITE_H

#include "http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define REPLY_MS      10000 /* nothing here waits this long: it turns a hang into a failure */
#define STATIC_BODY_N ((size_t)16 << 20)

/* A gate that handlers of /hold and /slow wait at. */
struct latch {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool open;
	int waiting;
};

struct site {
	struct http_opts opts;
	struct http_server *server;
	struct latch latch;
	char *large; /* STATIC_BODY_N bytes */
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

static inline enum http_lane site_classify(void *app, struct http_req *req)
{
	(void)app;
	if (str_starts(req->path, STR("/hold")) || str_starts(req->path, STR("/work")))
		return LANE_WORK;
	return str_starts(req->path, STR("/slow")) ? LANE_SLOW : LANE_READ;
}

static inline void put_pairs(struct buf *b, const char *kind, const struct http_pair *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_put(b, str_c(kind));
		buf_put(b, p[i].name);
		buf_c(b, '=');
		buf_put(b, p[i].value);
		buf_c(b, ';');
	}
}

/* What the server understood, as text: `path=/;query:a=1;form:b=2;peer=127.0.0.1;tls=0;`. */
static inline void put_request(struct buf *b, const struct http_req *req)
{
	buf_put(b, STR("path="));
	buf_put(b, req->path);
	buf_put(b, STR(";"));
	put_pairs(b, "query:", req->query, req->n_query);
	put_pairs(b, "form:", req->form, req->n_form);
	buf_put(b, STR("host="));
	buf_put(b, req->host);
	buf_put(b, STR(";peer="));
	buf_put(b, req->peer);
	buf_put(b, STR(";tls="));
	buf_i64(b, req->tls);
	buf_c(b, ';');
}

static inline void site_handle(void *app, struct http_req *req, struct http_resp *resp, int refused)
{
	struct site *site = app;
	resp->status = refused ? refused : 200;
	resp->content_type = "text/plain";
	if (!refused && (str_eq(req->path, STR("/hold")) || str_eq(req->path, STR("/slow"))))
		latch_wait(&site->latch);
	if (!refused && str_eq(req->path, STR("/large"))) {
		resp->static_body = (struct str){ .p = site->large, .n = STATIC_BODY_N };
		return;
	}
	if (!refused && str_eq(req->path, STR("/overflow")))
		while (resp->body.err == OK)
			buf_put(&resp->body, STR("a page that never ends. "));
	if (!refused && str_eq(req->path, STR("/unchanged"))) {
		resp->status = 304;
		http_resp_header(resp, "ETag", STR("\"1\""));
		return;
	}
	put_request(&resp->body, req);
}

/* The usual options, to be changed before site_start(). */
static inline void site_init(struct site *site)
{
	*site = (struct site){
		.opts = { .listen = "127.0.0.1:0",
			  .io_threads = 2,
			  .work_threads = 4,
			  .slow_threads = 2,
			  .slow_queue_max = 2,
			  .connections_max = 256,
			  .header_ms = 10000,
			  .body_bytes_per_s = 1024,
			  .body_max = 65536,
			  .arena_max = 1 << 20,
			  .proxies = "",
			  .clock = clock_system(),
			  .app = site,
			  .classify = site_classify,
			  .handle = site_handle },
		.latch = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER },
		.large = calloc(1, STATIC_BODY_N),
	};
}

static inline void site_start(struct site *site)
{
	assert_non_null(site->large);
	assert_int_equal(http_start(&site->opts, &site->server), OK);
}

static inline void site_stop(struct site *site)
{
	latch_open(&site->latch);
	http_stop(site->server);
	free(site->large);
}

static inline int dial(const struct site *site)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)http_port(site->server)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static inline int dial_unix(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	memcpy(to.sun_path, path, strlen(path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* The server may have closed already: what it does not take is not an error here. */
static inline bool say(int fd, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

struct reply {
	int status; /* 0: the connection ended without an answer */
	char head[4096];
	char body[131072];
	size_t body_n;
};

/* One byte, -1 at the end of the connection. Fails the test when nothing comes at all. */
static inline int hear_byte(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, REPLY_MS), 1);
	unsigned char c;
	return recv(fd, &c, 1, 0) == 1 ? c : -1;
}

static inline bool hear_head(int fd, char *head, size_t room)
{
	size_t n = 0;
	memset(head, 0, room);
	while (n + 1 < room) {
		int c = hear_byte(fd);
		if (c < 0)
			return false;
		head[n++] = (char)c;
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static inline size_t length_in(const char *head)
{
	const char *field = strstr(head, "Content-Length: ");
	return field ? strtoul(field + strlen("Content-Length: "), NULL, 10) : 0;
}

/* The next answer on ${fd}; ${with_body} is false after HEAD. */
static inline void hear(int fd, bool with_body, struct reply *r)
{
	r->status = 0;
	r->body_n = 0;
	if (!hear_head(fd, r->head, sizeof(r->head)))
		return;
	assert_memory_equal(r->head, "HTTP/1.1 ", 9);
	r->status = (int)strtol(r->head + 9, NULL, 10);
	size_t want = with_body && r->status != 304 ? length_in(r->head) : 0;
	assert_true(want < sizeof(r->body));
	while (r->body_n < want) {
		ssize_t n = recv(fd, r->body + r->body_n, want - r->body_n, 0);
		if (n <= 0)
			break;
		r->body_n += (size_t)n;
	}
	r->body[r->body_n] = '\0';
}

/* True when the server ends the connection; what it still sends is read away. */
static inline bool ends(int fd)
{
	char space[4096];
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, REPLY_MS) != 1)
			return false;
		if (recv(fd, space, sizeof(space), 0) <= 0)
			return true;
	}
}

/* True when ${fd} is still open and silent. */
static inline bool silent(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 0) == 0;
}

static inline void get(int fd, const char *path, struct reply *r)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\nHost: site\r\n\r\n", path);
	assert_true(say(fd, (struct str){ .p = line, .n = (size_t)n }));
	hear(fd, true, r);
}

/* The site answers somebody else, whatever the test is doing to it. */
static inline void assert_serves(const struct site *site)
{
	struct reply r;
	int fd = dial(site);
	get(fd, "/", &r);
	assert_int_equal(r.status, 200);
	close(fd);
}

/* Waits until a number that the server counts has reached ${want}; the test fails when it never
 * does. */
#define assert_comes(site, member, want)                                                           \
	do {                                                                                       \
		struct http_stats stats_;                                                          \
		int rounds_ = 0;                                                                   \
		do {                                                                               \
			if (rounds_)                                                               \
				(void)poll(NULL, 0, 5);                                            \
			http_stats((site)->server, &stats_);                                       \
		} while (stats_.member != (want) && ++rounds_ < REPLY_MS / 5);                     \
		assert_int_equal(stats_.member, (want));                                           \
	} while (0)

#endif

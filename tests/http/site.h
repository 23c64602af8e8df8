/* A small site on the real server: what the tests talk to. */
#ifndef TESTS_HTTP_SITE_H
#define TESTS_HTTP_SITE_H

#include "http/client.h"
#include "http/http.h"
#include "http/latch.h"

#define STATIC_BODY_N ((size_t)16 << 20)

struct site {
	struct http_opts opts;
	struct http_server *server;
	struct latch latch;
	char *large; /* STATIC_BODY_N bytes */
};

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
	return dial_port(http_port(site->server));
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

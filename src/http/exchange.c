/* The course of one request through libmicrohttpd, which calls http_exchange_step() once with the
 * header, for each piece of the body, once at its end, and once more when a suspended connection
 * goes on.
 *
 * What is refused is answered when its body has been swallowed, so that the client sees the page
 * and not a reset connection; where the end of the body is in doubt, or far away, it is answered at
 * once. */
#include "http/exchange.h"

#include "core/secret.h"
#include "http/answer.h"
#include "http/form.h"
#include "http/request.h"
#include "http/supply.h"

#include <stdatomic.h>

#define SWALLOW_MAX ((int64_t)1 << 20)

static struct http_conn *conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static int64_t now_us(const struct http_server *s)
{
	return s->opts.clock->mono_us(s->opts.clock);
}

/* libmicrohttpd is about to parse the query too, in place and into memory that a thousand fields
 * would use up, after which 0.9.75 neither answers nor goes on. The buffer is its own and not
 * constant: the query is cut off. */
static void hide_query(const char *target)
{
	char *mark = (char *)(uintptr_t)strchr(target, '?');
	if (mark && mark[1])
		mark[1] = '\0';
}

/* The target is copied: what libmicrohttpd keeps of it is not what was sent. */
static struct exchange *exchange_get(struct http_server *s, const char *target)
{
	struct exchange *x = http_supply_get(s);
	if (!x || arena_str(x->req.arena, str_c(target), &x->req.target) == OK)
		return x;
	http_supply_put(x);
	return NULL;
}

/* The request line is there. Without a context the connection is closed at the next step. */
void *http_exchange_begin(void *cls, const char *target, struct MHD_Connection *mhd)
{
	struct http_server *s = cls;
	struct http_conn *conn = conn_of(mhd);
	struct exchange *x = conn ? exchange_get(s, target) : NULL;
	if (!x)
		return NULL;
	x->conn = conn;
	x->mhd = mhd;
	x->line_target = target;
	hide_query(target);
	x->req.started_us = now_us(s);
	int64_t since_us;
	if (http_conn_phase(conn, &since_us) == HTTP_PHASE_IDLE)
		since_us = x->req.started_us;
	http_conn_enter(conn, HTTP_PHASE_HEAD, since_us);
	return x;
}

static int read_header(struct exchange *x, const char *version, const struct http_head *h)
{
	struct http_req *req = &x->req;
	enum err target = http_request_target(req, req->target);
	enum err fields = http_request_fields(req, h, x->conn, &x->server->proxies);
	int refused = http_request_refusal(h, req->method, version, x->server->opts.body_max);
	if (refused)
		return refused;
	if (target == E_INPUT)
		return 400;
	return target != OK || fields != OK ? 500 : 0;
}

/* Whether what is left of a refused request may be swallowed: its end is known, near, and on its
 * way. */
static bool can_swallow(const struct exchange *x, const struct http_head *h)
{
	bool framed = x->refused != 400 && x->refused != 411 && x->refused != 431;
	return framed && !h->transfer_encoding.p && !h->expect.p &&
	       http_request_length(h) <= SWALLOW_MAX;
}

/* The whole body gets its memory at once: growing would leave copies of passwords behind. Memory
 * nobody has written to yet costs nothing. */
static enum MHD_Result expect_body(struct exchange *x, size_t length)
{
	if (!x->refused)
		(void)buf_grow(&x->body, length);
	atomic_store_explicit(&x->conn->body_got, 0, memory_order_relaxed);
	http_conn_enter(x->conn, HTTP_PHASE_BODY, now_us(x->server));
	return MHD_YES;
}

static enum MHD_Result on_header(struct exchange *x, const char *method, const char *version)
{
	struct http_server *s = x->server;
	atomic_fetch_add_explicit(&s->counters.requests, 1, memory_order_relaxed);
	struct http_line line = {
		.method = method,
		.target = x->line_target,
		.target_n = x->req.target.n,
		.version = version,
	};
	struct http_head h;
	http_head_read(x->mhd, &line, &h);
	x->req.method = http_method_of(method);
	x->refused = read_header(x, version, &h);
	x->step = HTTP_STEP_BODY;
	if (x->refused && !can_swallow(x, &h))
		return http_answer_refuse(x, x->refused);
	if (!x->refused)
		x->lane = s->opts.classify(s->opts.app, &x->req);
	int64_t length = http_request_length(&h);
	return length > 0 ? expect_body(x, (size_t)length) : MHD_YES;
}

/* The library's copy is wiped too: it is done with these bytes, and does not wipe them when a
 * connection ends. */
static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *n)
{
	if (!x->refused)
		buf_put(&x->body, (struct str){ .p = data, .n = *n });
	secret_wipe((void *)(uintptr_t)data, *n);
	atomic_fetch_add_explicit(&x->conn->body_got, *n, memory_order_relaxed);
	*n = 0;
	return MHD_YES;
}

static int read_form(struct exchange *x)
{
	struct http_req *req = &x->req;
	if (x->body.err != OK)
		return x->body.err == E_LIMIT ? 413 : 500;
	enum err e =
		http_form_parse(req->arena, x->body.p, x->body.n, true, &req->form, &req->n_form);
	if (e == OK)
		return 0;
	return e == E_INPUT ? 400 : 500;
}

static enum MHD_Result on_end(struct exchange *x)
{
	if (!x->refused && x->req.method == HTTP_POST)
		x->refused = read_form(x);
	return x->refused ? http_answer_refuse(x, x->refused) : http_answer_dispatch(x);
}

enum MHD_Result http_exchange_step(void *cls, struct MHD_Connection *mhd, const char *url,
				   const char *method, const char *version, const char *data,
				   size_t *n, void **context)
{
	(void)cls;
	(void)mhd;
	(void)url;
	struct exchange *x = *context;
	if (!x)
		return MHD_NO;
	if (x->step == HTTP_STEP_HEADER)
		return on_header(x, method, version);
	if (x->step == HTTP_STEP_RESUMED)
		return http_answer_send(x);
	return *n ? on_body(x, data, n) : on_end(x);
}

void http_exchange_end(void *cls, struct MHD_Connection *mhd, void **context,
		       enum MHD_RequestTerminationCode why)
{
	(void)mhd;
	(void)why;
	struct http_server *s = cls;
	struct exchange *x = *context;
	*context = NULL;
	if (!x)
		return;
	http_conn_enter(x->conn, HTTP_PHASE_IDLE, now_us(s));
	MHD_destroy_response(x->answer);
	http_supply_put(x);
}

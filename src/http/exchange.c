/* The course of one request through libmicrohttpd, which calls http_exchange_step() once with the
 * header, for each piece of the body, once at its end, and once more when a suspended connection
 * goes on.
 *
 * What is refused is answered when its body has been swallowed, so that the client sees the page
 * and not a reset connection; where the end of the body is in doubt, or far away, it is answered
 * and closed at once. */
#include "http/exchange.h"

#include "core/secret.h"
#include "http/form.h"
#include "http/request.h"
#include "http/resp.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SPARES_MAX      256
#define BODY_KEEP_MAX   ((size_t)16384)
#define SWALLOW_MAX     ((int64_t)1 << 20)
#define RETRY_AFTER_S   STR("5")
#define ALLOWED_METHODS STR("GET, HEAD, POST")

enum step { STEP_HEADER, STEP_BODY, STEP_RESUMED };

struct exchange {
	struct http_job job;
	struct exchange *next; /* spare */
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct http_conn *conn;
	const char *line_target;
	struct http_req req;
	struct http_resp resp;
	struct buf body;
	enum step step;
	enum http_lane lane;
	int refused;
	bool close; /* the connection cannot be used again */
	struct MHD_Response *answer;
};

/* --- a supply of exchanges
 * ------------------------------------------------------------------------------- */

static struct exchange *spare_take(struct http_server *s)
{
	pthread_mutex_lock(&s->spare_lock);
	struct exchange *x = s->spare;
	if (x) {
		s->spare = x->next;
		s->n_spare--;
	}
	pthread_mutex_unlock(&s->spare_lock);
	return x;
}

static bool spare_put(struct http_server *s, struct exchange *x)
{
	pthread_mutex_lock(&s->spare_lock);
	bool room = s->n_spare < SPARES_MAX;
	if (room) {
		x->next = s->spare;
		s->spare = x;
		s->n_spare++;
	}
	pthread_mutex_unlock(&s->spare_lock);
	return room;
}

static struct exchange *exchange_new(struct http_server *s)
{
	struct exchange *x = calloc(1, sizeof(*x));
	struct arena *a = arena_new(s->opts.arena_max);
	if (!x || !a) {
		free(x);
		arena_free(a);
		return NULL;
	}
	x->server = s;
	x->req.arena = a;
	buf_init(&x->body, s->opts.body_max);
	return x;
}

static void exchange_free(struct exchange *x)
{
	buf_done(&x->body);
	arena_free(x->req.arena);
	free(x);
}

/* Forms hold passwords: the body is wiped whatever became of the request. */
static void exchange_clean(struct exchange *x)
{
	struct arena *a = x->req.arena;
	struct buf body = x->body;
	if (body.p)
		secret_wipe(body.p, body.n);
	if (body.cap > BODY_KEEP_MAX)
		buf_done(&body);
	body.n = 0;
	body.err = OK;
	buf_done(&x->resp.body);
	arena_reset(a);
	*x = (struct exchange){ .server = x->server, .req.arena = a, .body = body };
}

void http_exchange_free_spares(struct http_server *s)
{
	for (struct exchange *x; (x = spare_take(s));)
		exchange_free(x);
}

/* --- answering
 * ------------------------------------------------------------------------------------------- */

static void resp_init(struct exchange *x)
{
	buf_done(&x->resp.body);
	x->resp = (struct http_resp){ .status = 0 };
	buf_init(&x->resp.body, x->server->opts.arena_max);
}

/* Has the page of a refused request drawn. The status is ours, whatever the page says. */
static void draw_refusal(struct exchange *x, int status)
{
	resp_init(x);
	x->server->opts.handle(x->server->opts.app, &x->req, &x->resp, status);
	x->resp.status = status;
	if (status == 405)
		http_resp_header(&x->resp, "Allow", ALLOWED_METHODS);
	if (status == 503)
		http_resp_header(&x->resp, "Retry-After", RETRY_AFTER_S);
	if (x->resp.body.err != OK)
		resp_init(x);
	x->resp.status = status;
}

static void build_answer(struct exchange *x)
{
	bool close = x->close || atomic_load_explicit(&x->server->stopping, memory_order_relaxed);
	x->answer = http_resp_build(&x->resp, x->req.arena, close);
}

static void answer_refusal(struct exchange *x, int status)
{
	atomic_fetch_add_explicit(&x->server->counters.refused, 1, memory_order_relaxed);
	draw_refusal(x, status);
	build_answer(x);
}

/* Runs the handler, on whichever thread the lane names. A page that did not fit its buffer is an
 * error of ours. */
static void answer(struct exchange *x)
{
	resp_init(x);
	x->server->opts.handle(x->server->opts.app, &x->req, &x->resp, 0);
	assert(x->resp.status >= 200 && x->resp.status <= 599);
	if (x->resp.body.err != OK)
		draw_refusal(x, 500);
	build_answer(x);
}

static enum MHD_Result send_answer(struct exchange *x)
{
	struct MHD_Response *m = x->answer;
	x->answer = NULL;
	if (!m)
		return MHD_NO;
	http_conn_enter(x->conn, HTTP_PHASE_SEND, x->req.started_us);
	atomic_fetch_add_explicit(&x->server->counters.status[x->resp.status / 100], 1,
				  memory_order_relaxed);
	enum MHD_Result r = MHD_queue_response(x->mhd, (unsigned)x->resp.status, m);
	MHD_destroy_response(m);
	return r;
}

/* Whoever sent something odd once does not get to send more on the same connection. */
static enum MHD_Result refuse_now(struct exchange *x, int status)
{
	x->close = true;
	answer_refusal(x, status);
	return send_answer(x);
}

/* --- lanes
 * -----------------------------------------------------------------------------------------------
 */

/* On a thread of a pool: nothing but these lines may touch the exchange meanwhile. */
static void run_job(struct http_job *job)
{
	struct exchange *x =
		(struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
	answer(x);
	MHD_resume_connection(x->mhd);
}

/* The connection is suspended before the job can be seen: a resume must find it so. */
static enum MHD_Result hand_over(struct exchange *x)
{
	struct http_server *s = x->server;
	x->step = STEP_RESUMED;
	x->job.run = run_job;
	http_conn_enter(x->conn, HTTP_PHASE_WORK, x->req.started_us);
	MHD_suspend_connection(x->mhd);
	if (http_pool_push(x->lane == LANE_SLOW ? s->slow : s->work, &x->job))
		return MHD_YES;
	atomic_fetch_add_explicit(&s->counters.busy, 1, memory_order_relaxed);
	answer_refusal(x, 503);
	MHD_resume_connection(x->mhd);
	return MHD_YES;
}

static enum MHD_Result dispatch(struct exchange *x)
{
	if (x->lane != LANE_READ)
		return hand_over(x);
	answer(x);
	return send_answer(x);
}

/* --- the steps of a request
 * ------------------------------------------------------------------------------ */

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

/* The target is copied: libmicrohttpd is about to cut it up. */
static struct exchange *exchange_get(struct http_server *s, const char *target)
{
	struct exchange *x = spare_take(s);
	if (!x)
		x = exchange_new(s);
	if (!x || arena_str(x->req.arena, str_c(target), &x->req.target) == OK)
		return x;
	exchange_free(x);
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
	x->step = STEP_BODY;
	if (x->refused && !can_swallow(x, &h))
		return refuse_now(x, x->refused);
	if (!x->refused)
		x->lane = s->opts.classify(s->opts.app, &x->req);
	if (http_request_length(&h) > 0) {
		atomic_store_explicit(&x->conn->body_got, 0, memory_order_relaxed);
		http_conn_enter(x->conn, HTTP_PHASE_BODY, now_us(s));
	}
	return MHD_YES;
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
	return x->refused ? refuse_now(x, x->refused) : dispatch(x);
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
	if (x->step == STEP_HEADER)
		return on_header(x, method, version);
	if (x->step == STEP_RESUMED)
		return send_answer(x);
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
	exchange_clean(x);
	if (!spare_put(s, x))
		exchange_free(x);
}

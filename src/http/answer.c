/* Runs handlers and builds what they answered. The lanes are told apart here and nowhere else. */
#include "http/answer.h"

#include "http/resp.h"

#include <assert.h>
#include <stdatomic.h>

#define RETRY_AFTER_S   STR("5")
#define ALLOWED_METHODS STR("GET, HEAD, POST")

static void resp_init(struct exchange *x)
{
	buf_clear(&x->resp.body);
	x->resp = (struct http_resp){ .body = x->resp.body };
}

/* Has the page of a refused request drawn. The status is ours, whatever the page says, and a page
 * that fails is left out. */
static void draw_refusal(struct exchange *x, int status)
{
	resp_init(x);
	x->server->opts.handle(x->server->opts.app, &x->req, &x->resp, status);
	if (x->resp.body.err != OK)
		resp_init(x);
	x->resp.status = status;
	if (status == 405)
		http_resp_header(&x->resp, "Allow", ALLOWED_METHODS);
	if (status == 503)
		http_resp_header(&x->resp, "Retry-After", RETRY_AFTER_S);
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

enum MHD_Result http_answer_send(struct exchange *x)
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
enum MHD_Result http_answer_refuse(struct exchange *x, int status)
{
	x->close = true;
	answer_refusal(x, status);
	return http_answer_send(x);
}

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
	x->step = HTTP_STEP_RESUMED;
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

enum MHD_Result http_answer_dispatch(struct exchange *x)
{
	if (x->lane != LANE_READ)
		return hand_over(x);
	answer(x);
	return http_answer_send(x);
}

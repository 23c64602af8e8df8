/* The one table from codes to statuses and words. */
#include "web/error.h"

#include "views.h"
#include "web/again.h"
#include "web/next.h"
#include "web/site.h"

struct outcome {
	int status;
	enum say_id say;
	bool fault; /* ours: logged as an error */
	bool maybe; /* what was asked may have been done */
};

static const struct outcome outcomes[] = {
	[E_NOTFOUND] = { .status = 404, .say = SAY_ERROR_NOT_FOUND },
	[E_CONFLICT] = { .status = 409, .say = SAY_ERROR_CONFLICT },
	[E_INPUT] = { .status = 400, .say = SAY_ERROR_REQUEST },
	[E_DENIED] = { .status = 403, .say = SAY_ERROR_DENIED },
	[E_LIMIT] = { .status = 413, .say = SAY_ERROR_LIMIT },
	[E_BUSY] = { .status = 503, .say = SAY_ERROR_BUSY },
	[E_UPSTREAM] = { .status = 503, .say = SAY_ERROR_STORE, .fault = true },
	[E_UNKNOWN] = { .status = 503, .say = SAY_ERROR_UNKNOWN, .fault = true, .maybe = true },
	[E_STORE] = { .status = 503, .say = SAY_ERROR_STORE, .fault = true },
	[E_NOMEM] = { .status = 503, .say = SAY_ERROR_STORE, .fault = true },
	[E_RETRY] = { .status = 503, .say = SAY_ERROR_STORE, .fault = true },
};

static enum say_id say_of_status(int status)
{
	switch (status) {
	case 404:
	case 405:
		return SAY_ERROR_NOT_FOUND;
	case 413:
	case 431:
		return SAY_ERROR_TOO_BIG;
	case 500:
		return SAY_ERROR_OURS;
	case 503:
		return SAY_ERROR_BUSY;
	default:
		return SAY_ERROR_REQUEST;
	}
}

/* Short enough to be read out on the phone: the last eight digits of an id. */
static int64_t error_number(struct req *r)
{
	return id_next(r->app->ids) % 100000000;
}

/* What a handler had begun goes; the cookies that were set stay. */
static void drop_answer(struct http_resp *resp)
{
	size_t n = 0;
	for (size_t i = 0; i < resp->n_headers; i++) {
		if (strcmp(resp->headers[i].name, "Set-Cookie") == 0)
			resp->headers[n++] = resp->headers[i];
	}
	resp->n_headers = n;
	buf_done(&resp->body);
}

/* What is sent once more is sent as it is only if it surely was not done. What was wrong with the
 * form itself would be wrong again. */
static void offer_again(struct req *r, int status, bool maybe, struct web_again *ret)
{
	if (status == 409 || status >= 500)
		again_offer(r, status == 503 && !maybe, ret);
}

/* A page that might open in a while is a link away; what surely will not is none. */
static void offer_reload(struct req *r, int status, struct url *ret)
{
	bool page = r->route && r->http->method != HTTP_POST;
	if (page && status >= 500 && next_of(r, &ret->s) != OK)
		*ret = (struct url){ 0 };
}

static void show(struct req *r, const struct outcome *o, int64_t number)
{
	struct buf digits;
	buf_init(&digits, 32);
	buf_pad(&digits, number, 8);
	r->status = o->status;
	r->page.fault = true;
	struct web_error error = {
		.status = o->status,
		.what = { .id = o->say },
		.number = buf_str(&digits),
		.back = { .s = r->page.signed_in ? r->site->home : STR("/") },
	};
	offer_again(r, o->status, o->maybe, &error.again);
	offer_reload(r, o->status, &error.reload);
	struct out out = web_out(r);
	v_error_show(&out, .page = &r->page, .error = &error);
	buf_done(&digits);
}

void error_answer(struct req *r, enum err e)
{
	const struct outcome *o = &outcomes[e];
	int64_t number = error_number(r);
	log_event(r->app->log, o->fault ? LOG_ERROR : LOG_INFO, "error_page",
		  log_const("route", r->route ? r->route->name : "none"),
		  log_const("error", err_name(e)), log_int("status", o->status),
		  log_int("number", number));
	drop_answer(r->resp);
	if (o->status == 503)
		http_resp_header(r->resp, "Retry-After", STR("60"));
	show(r, o, number);
}

void error_status(struct req *r, int status)
{
	int64_t number = error_number(r);
	log_event(r->app->log, LOG_INFO, "error_page", log_const("route", "none"),
		  log_int("status", status), log_int("number", number));
	show(r, &(struct outcome){ .status = status, .say = say_of_status(status) }, number);
}

/* One way through: find the row, know who asks, check access, origin, CSRF token and form, call the
 * handler, turn an error into a page. Nothing else decides about access. */
#include "web/router.h"

#include <stdlib.h>

#include "http/form.h"
#include "web/answer.h"
#include "web/asset.h"
#include "web/error.h"
#include "web/guard.h"
#include "web/lang.h"
#include "web/site.h"
#include "web/web.h"

struct web {
	const struct app *app;
	const struct site *site;
};

const struct route *web_route_find(const struct site *site, enum http_method method,
				   struct str path)
{
	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (size_t i = 0; i < site->routes_n; i++) {
		const struct route *route = &site->routes[i];
		if (route->method == method && str_eq(route->path, path))
			return route;
	}
	return NULL;
}

struct web *web_new(const struct app *app, const struct site *site)
{
	struct web *w = calloc(1, sizeof(*w));
	if (w)
		*w = (struct web){ .app = app, .site = site };
	return w;
}

void web_free(struct web *w)
{
	free(w);
}

enum http_lane web_classify(void *web, struct http_req *http)
{
	const struct web *w = web;
	const struct route *route = web_route_find(w->site, http->method, http->path);
	http->route = (void *)(uintptr_t)route;
	if (!route)
		return LANE_READ;
	switch (route->lane) {
	case ROUTE_NONE:
		return LANE_READ;
	case ROUTE_READ:
		return app_reads_fast(w->app) ? LANE_READ : LANE_WORK;
	case ROUTE_WORK:
		return LANE_WORK;
	case ROUTE_SLOW:
		return LANE_SLOW;
	}
	return LANE_WORK;
}

/* Who may not enter is led to where they can. */
static enum err enter(struct req *r, bool *ret_done)
{
	*ret_done = !r->site->opens(r);
	return *ret_done ? r->site->lead(r) : OK;
}

static enum err read_form(struct req *r, const struct form *form, const struct http_pair *pairs,
			  size_t n)
{
	void *typed_form = arena_alloc(r->arena, form->size);
	r->typed = arena_array(r->arena, form->n, sizeof(struct field));
	if (!typed_form || !r->typed)
		return E_NOMEM;
	r->form = typed_form;
	return form_read(form, r->arena, pairs, n, typed_form, r->typed, &r->problems);
}

/* The page of the form again, with each fault beside its field. */
static enum err show_faults(struct req *r)
{
	form_mark(r->route->form, r->typed, &r->problems);
	r->status = 422;
	r->page.fault = true;
	return r->route->back(r);
}

static enum err run_post(struct req *r)
{
	if (r->problems.n > 0 && !r->route->whole)
		return show_faults(r);
	enum err e = r->route->handler(r);
	return e == E_INPUT && r->problems.n > 0 ? show_faults(r) : e;
}

/* The token does not fit the cookie: another tab has signed in or out, or cookies are off. Nothing
 * is done, and nothing typed is lost. */
static enum err show_stale(struct req *r)
{
	r->status = 403;
	web_not_done(r, SAY_FORM_STALE);
	return r->route->back(r);
}

enum err web_instead(struct req *r, struct str url, enum err (*show)(struct req *r))
{
	return r->status == 403 ? show(r) : web_redirect(r, url);
}

static enum err run(struct req *r)
{
	bool done;
	if (r->route->method == HTTP_POST) {
		try(read_form(r, r->route->form, r->http->form, r->http->n_form));
		try(guard_origin(r));
	}
	try(enter(r, &done));
	if (done)
		return OK;
	if (r->route->method != HTTP_POST)
		return r->route->handler(r);
	if (guard_csrf(r) != OK)
		return show_stale(r);
	return run_post(r);
}

enum err web_reshow(struct req *r, const struct route *route, const struct http_pair *pairs,
		    size_t n)
{
	bool done;
	r->route = route;
	r->typed = NULL; /* that of the row before */
	try(answer_lang(r));
	try(form_typed(route->form, r->arena, pairs, n, &r->typed));
	r->problems.n = 0; /* what is missing has not been sent yet: no fault */
	try(enter(r, &done));
	return done ? OK : route->back(r);
}

enum err web_reshow_kept(struct req *r, const struct route *route, struct str keep)
{
	struct http_pair *pairs;
	size_t n;
	struct str bytes; /* decoded in place, so of our own */
	try(arena_str(r->arena, keep, &bytes));
	try(http_form_parse(r->arena, (char *)(uintptr_t)bytes.p, bytes.n, true, &pairs, &n));
	return web_reshow(r, route, pairs, n);
}

const struct field *web_typed(struct req *r, const struct form *form)
{
	if (r->typed && r->route->form == form)
		return r->typed;
	struct field *empty = arena_array(r->arena, form->n, sizeof(*empty));
	for (size_t i = 0; empty && i < form->n; i++)
		empty[i].name = form->fields[i].name;
	return empty;
}

/* No row. The address of a form asked for as a page (reloaded, kept as a bookmark) means the form's
 * page. */
static enum err run_unknown(struct req *r)
{
	bool post = r->http->method == HTTP_POST;
	const struct route *other =
		web_route_find(r->site, post ? HTTP_GET : HTTP_POST, r->http->path);
	if (other && !post)
		return web_redirect(r, other->page);
	if (other)
		http_resp_header(r->resp, "Allow", STR("GET, HEAD"));
	error_status(r, other ? 405 : 404);
	return OK;
}

static enum err run_known(struct req *r)
{
	if (r->route->lane != ROUTE_NONE)
		try(guard_session(r));
	try(run(r));
	return r->resp->body.err; /* what does not fit is an error, not half a page */
}

/* A page that only reads is of one moment: who asks and what they see. */
static enum err run_held(struct req *r)
{
	if (r->route->lane != ROUTE_READ)
		return run_known(r);
	app_hold(r->app);
	enum err e = run_known(r);
	app_release(r->app);
	return e;
}

void web_handle(void *web, struct http_req *http, struct http_resp *resp, int refused)
{
	const struct web *w = web;
	if (!refused && asset_answer(http, resp))
		return;
	struct req r = {
		.app = w->app,
		.site = w->site,
		.http = http,
		.resp = resp,
		.arena = http->arena,
		.route = http->route,
		.status = 200,
	};
	lang_choose(&r);
	enum err e = answer_page_init(&r);
	if (refused) {
		error_status(&r, refused);
		return;
	}
	if (e == OK)
		e = r.route ? run_held(&r) : run_unknown(&r);
	if (e != OK)
		error_answer(&r, e);
}

/* What a handler gets and may do. The router has checked method, access, origin, CSRF token and
 * form before it is called; it answers with a view on web_out() or by web_redirect(), or returns an
 * error. */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "domain/app.h"
#include "domain/say.h"
#include "domain/session.h"
#include "domain/staff_session.h"
#include "http/http.h"
#include "web/form.h"
#include "web/put.h"
#include "web/view_types.h"

enum access {
	ACCESS_ANYONE,
	ACCESS_FIRST,
	ACCESS_SUBSCRIBER,
	ACCESS_CONFIRMED,
	ACCESS_FRESH,
	ACCESS_FACTOR,
	ACCESS_ENROL,
	ACCESS_STAFF
};
enum route_lane { ROUTE_NONE, ROUTE_READ, ROUTE_WORK, ROUTE_SLOW };

struct req;
struct site;

struct route {
	enum http_method method;
	struct str path;
	enum err (*handler)(struct req *r);
	enum access access;
	enum right right; /* with ACCESS_STAFF */
	enum route_lane lane;
	const struct form *form;         /* POST only, as the next two */
	enum err (*back)(struct req *r); /* shows the page of the form */
	struct str page;                 /* the path of that page */
	bool whole;                      /* POST_WHOLE: the handler sees faults, too */
	const char *name;                /* for the log */
};

struct req {
	const struct app *app;
	const struct site *site;
	const struct http_req *http;
	struct http_resp *resp;
	struct arena *arena;
	const struct route *route;
	enum lang lang;
	bool signed_in; /* session is filled */
	struct session session;
	struct staff_session staff; /* in the office, in its place */
	struct str token;           /* of the cookie, decoded; empty when there was none */
	struct page page;
	int status;          /* of the page that is shown: 200 unless a fault is being shown */
	const void *form;    /* struct form_<name> of a POST */
	struct field *typed; /* struct typed_<name>: of a POST or a form kept; else NULL */
	struct problems problems;
};

/** URL_<handler>: the path of each row, for links and redirects. */
#define PAGE(url, handler, access, lane)                                                           \
	static const char URL_##handler[] __attribute__((unused)) = url;
#define POST(url, handler, access, lane, form, back)                                               \
	static const char URL_##handler[] __attribute__((unused)) = url;
#define POST_WHOLE POST
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE

#define PAGE(url, handler, access, lane) enum err web_##handler(struct req *r) must_check;
#define POST(url, handler, access, lane, form_name, back)                                          \
	enum err web_##handler(struct req *r, const struct form_##form_name *f) must_check;
#define POST_WHOLE POST
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE

/** TYPED(r, form): what was typed into it, for the view; all empty when the page is opened anew.
 * NULL without memory. */
#define TYPED(r, form) ((const struct typed_##form *)web_typed((r), &form_table_##form))
const struct field *web_typed(struct req *r, const struct form *form);

/**
 * web_out(r):
 * Where the view of this answer is written: makes the answer an HTML page of ${r}->status. The
 * caller then calls one view on it and returns OK.
 */
struct out web_out(struct req *r);

/** web_not_done(r, id): the page that is shown tells what was not done, and what to do. */
static inline void web_not_done(struct req *r, enum say_id id)
{
	r->page.notice.id = id;
	r->page.not_done = true;
}

/** web_redirect(r, url): 303 to one of our own paths (a constant or made in the arena). */
enum err web_redirect(struct req *r, struct str url) must_check;

/**
 * web_instead(r, url, show):
 * The page of a form has nothing to show: lead to ${url}. A stale form says so with status 403 in
 * any case, so then ${show} is called here.
 */
enum err web_instead(struct req *r, struct str url, enum err (*show)(struct req *r)) must_check;

/**
 * web_set_token(r, token), web_set_device(r, cookie):
 * Set the session's cookie (NULL removes it), and the known-device one (empty: leaves it alone).
 */
enum err web_set_token(struct req *r, const unsigned char *token) must_check;
enum err web_set_device(struct req *r, struct str cookie) must_check;

/** web_route_find(site, method, path): the row, or NULL. */
const struct route *web_route_find(const struct site *site, enum http_method method,
				   struct str path);

/**
 * web_reshow(r, route, pairs, n), web_reshow_kept(r, route, keep):
 * Show the page of ${route}'s form to whom the row lets in, filled in with what was typed: from
 * name-value pairs, or from application/x-www-form-urlencoded. Nothing is a fault yet.
 */
enum err web_reshow(struct req *r, const struct route *route, const struct http_pair *pairs,
		    size_t n) must_check;
enum err web_reshow_kept(struct req *r, const struct route *route, struct str keep) must_check;

#endif

/* A site is what one listener serves: a table of pages, and who may enter them. The subscribers'
 * site and the office differ in this and in nothing else of the way through. */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "web/router.h"

struct site {
	const struct route *routes;
	size_t routes_n;
	const char *cookie; /* which holds the token */
	struct str home;    /* where who is signed in belongs */
	bool office;        /* the frame around its pages is the office's */

	/** origin(conf): what Origin must be; empty: made from Host. */
	struct str (*origin)(const struct config *conf);

	/** find(r): who holds ${r}->token, into ${r} and its page; OK also when nobody does. */
	enum err (*find)(struct req *r);

	/** opens(r): who asks may enter ${r}->route. */
	bool (*opens)(const struct req *r);

	/** lead(r): they may not: to where they can. */
	enum err (*lead)(struct req *r);
};

/* The columns of a routes.def that every site has; ROUTE_WHO gives the one of its own. */
#define ROUTE_ROW(verb, url, handler_name, who, where)                                             \
	.method = verb, .path = { .p = url, .n = sizeof(url) - 1 }, ROUTE_WHO(who),                \
	.lane = ROUTE_##where, .name = #handler_name
#define ROUTE_PAGE(url, handler_name, who, where)                                                  \
	{ ROUTE_ROW(HTTP_GET, url, handler_name, who, where), .handler = web_##handler_name },
#define ROUTE_POST(is_whole, url, handler_name, who, where, form_name, back_name)                  \
	{ ROUTE_ROW(HTTP_POST, url, handler_name, who, where),                                     \
	  .handler = call_##handler_name,                                                          \
	  .form = &form_table_##form_name,                                                         \
	  .back = web_##back_name,                                                                 \
	  .page = { .p = URL_##back_name, .n = sizeof(URL_##back_name) - 1 },                      \
	  .whole = (is_whole) },

/* Each POST handler takes its own form: this gives them the one shape that the table holds. */
#define ROUTE_CALL(handler_name)                                                                   \
	static enum err call_##handler_name(struct req *r)                                         \
	{                                                                                          \
		return web_##handler_name(r, r->form);                                             \
	}

#endif

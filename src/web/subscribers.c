/* The subscribers' site: the rows of web/routes.def, and who may enter them. */
#include "web/answer.h"
#include "web/guard.h"
#include "web/site.h"
#include "web/web.h"

#define PAGE(url, name, access, lane)
#define POST(url, name, access, lane, form_name, back) ROUTE_CALL(name)
#define POST_WHOLE                                     POST
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE

#define ROUTE_WHO(who)  .access = ACCESS_##who
#define PAGE            ROUTE_PAGE
#define POST(...)       ROUTE_POST(false, __VA_ARGS__)
#define POST_WHOLE(...) ROUTE_POST(true, __VA_ARGS__)
static const struct route routes[] = {
#include "web/routes.def"
};
#undef PAGE
#undef POST
#undef POST_WHOLE

static struct str origin(const struct config *conf)
{
	return conf->http_origin;
}

static enum err find(struct req *r)
{
	enum err e = session_find(r->app, r->arena, r->token, &r->session);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	r->signed_in = true;
	return answer_page_session(r);
}

static enum guard_entry entry(const struct req *r)
{
	return guard_entry(r->route->access, r->signed_in ? &r->session : NULL);
}

static bool opens(const struct req *r)
{
	return entry(r) == GUARD_OPEN;
}

/* To signing in, to registering, to confirming their phone, to a code, or home. */
static enum err lead(struct req *r)
{
	switch (entry(r)) {
	case GUARD_HOME:
		return web_redirect(r, str_c(URL_home_show));
	case GUARD_SIGNIN:
		return guard_ask_signin(r);
	case GUARD_REGISTER:
		return web_redirect(r, str_c(URL_register_show));
	case GUARD_CONFIRM:
		return guard_ask_confirmation(r);
	case GUARD_REAUTH:
		return guard_ask_reauth(r);
	case GUARD_OPEN:
		break;
	}
	return OK;
}

const struct site *web_subscribers(void)
{
	static const struct site site = {
		.routes = routes,
		.routes_n = sizeof(routes) / sizeof(routes[0]),
		.cookie = COOKIE_TOKEN,
		.home = { .p = URL_home_show, .n = sizeof(URL_home_show) - 1 },
		.origin = origin,
		.find = find,
		.opens = opens,
		.lead = lead,
	};
	return &site;
}

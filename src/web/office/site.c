/* The office's site: the rows of web/office/routes.def, and who may enter them. */
#include "web/site.h"
#include "web/guard.h"
#include "web/next.h"
#include "web/office/office.h"
#include "web/web.h"

#define PAGE(url, name, right, lane)
#define POST(url, name, right, lane, form_name, back) ROUTE_CALL(name)
#define POST_WHOLE                                    POST
#include "web/office/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE

#define ROUTE_WHO(who)                                                                             \
	.access = RIGHT_##who == RIGHT_NOBODY ? ACCESS_ANYONE : ACCESS_STAFF, .right = RIGHT_##who
#define PAGE            ROUTE_PAGE
#define POST(...)       ROUTE_POST(false, __VA_ARGS__)
#define POST_WHOLE(...) ROUTE_POST(true, __VA_ARGS__)
static const struct route routes[] = {
#include "web/office/routes.def"
};
#undef PAGE
#undef POST
#undef POST_WHOLE

static struct str origin(const struct config *conf)
{
	return conf->office_origin;
}

static void fill_page(struct req *r)
{
	const struct staff *staff = &r->staff.staff;
	r->page.signed_in = true;
	r->page.short_name = staff->name;
#define RIGHT(id, clerk, accountant, administrator, auditor, what)                                 \
	r->page.may.id = right_of(staff->role, RIGHT_##id);
#include "domain/right.def"
#undef RIGHT
}

static enum err find(struct req *r)
{
	enum err e = staff_session_find(r->app, r->arena, r->token, &r->staff);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	r->signed_in = true;
	fill_page(r);
	return OK;
}

static bool opens(const struct req *r)
{
	if (r->route->right == RIGHT_NOBODY)
		return true;
	return r->signed_in && right_of(r->staff.staff.role, r->route->right);
}

static enum err lead(struct req *r)
{
	struct str next;
	if (r->signed_in) {
		r->status = 403;
		web_not_done(r, SAY_RIGHT_MISSING);
		return web_office_home_show(r);
	}
	if (r->http->method == HTTP_POST)
		return office_keep(r);
	try(next_of(r, &next));
	return next_lead(r, URL_office_signin_show, next);
}

const struct site *web_office(void)
{
	static const struct site site = {
		.routes = routes,
		.routes_n = sizeof(routes) / sizeof(routes[0]),
		.cookie = "__Host-kabinet-office",
		.home = { .p = URL_office_home_show, .n = sizeof(URL_office_home_show) - 1 },
		.office = true,
		.origin = origin,
		.find = find,
		.opens = opens,
		.lead = lead,
	};
	return &site;
}

/* A form that could not be sent: kept in its error page, and led back to. */
#include "web/again.h"

#include "web/guard.h"

static bool is_way_back(const struct route *route)
{
	return str_eq(route->path, str_c(URL_again_send));
}

/* The form that a way back leads to, or NULL. */
static const struct route *way_to(const struct req *r)
{
	const struct route *to = web_route_find(r->site, HTTP_POST, http_query(r->http, STR("to")));
	return to && !is_way_back(to) ? to : NULL;
}

/* The form that was being sent, also when it was on its way back. */
static const struct route *form_meant(const struct req *r)
{
	if (!r->route || r->route->method != HTTP_POST)
		return NULL;
	return is_way_back(r->route) ? way_to(r) : r->route;
}

static enum err fields_of(struct req *r, const struct route *route, struct web_again *again)
{
	const struct field *typed = r->typed;
	if (!typed || route != r->route) {
		struct field *read;
		try(form_typed(route->form, r->arena, r->http->form, r->http->n_form, &read));
		typed = read;
	}
	struct field *given = arena_array(r->arena, route->form->n + 1, sizeof(*given));
	if (!given)
		return E_NOMEM;
	for (size_t i = 0; i < route->form->n; i++) {
		if (typed[i].value.n)
			given[again->fields.n++] = typed[i];
	}
	again->fields.v = given;
	return OK;
}

static enum err action_of(struct req *r, const struct route *route, struct web_again *again)
{
	if (again->as_it_is) {
		again->action.s = route->path;
		return OK;
	}
	struct buf b;
	buf_init(&b, 256);
	buf_put(&b, str_c(URL_again_send));
	buf_put(&b, STR("?to="));
	buf_put(&b, route->path);
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &again->action.s);
	buf_done(&b);
	return e;
}

static enum err offer(struct req *r, bool nothing_done, struct web_again *ret)
{
	const struct route *route = form_meant(r);
	if (!route || guard_origin(r) != OK)
		return E_NOTFOUND;
	try(guard_token(r));
	struct web_again again = { .secret = form_has_secrets(route->form) };
	again.as_it_is = nothing_done && route == r->route && !again.secret && guard_csrf(r) == OK;
	try(fields_of(r, route, &again));
	try(action_of(r, route, &again));
	*ret = again;
	return OK;
}

void again_offer(struct req *r, bool nothing_done, struct web_again *ret)
{
	*ret = (struct web_again){ 0 };
	if (offer(r, nothing_done, ret) != OK)
		*ret = (struct web_again){ 0 }; /* the page is there without it */
}

/* Asked for as a page it is the page of that form. Posted by nobody but an error page, it shows it
 * filled in, also with a token that has become stale meanwhile. */
enum err web_again_show(struct req *r)
{
	const struct route *route = way_to(r);
	if (r->http->method != HTTP_POST)
		return web_redirect(r, route ? route->page : str_c(URL_signin_show));
	if (!route)
		return E_DENIED;
	if (r->page.notice.id == SAY_NONE)
		web_not_done(r, form_has_secrets(route->form) ? SAY_FORM_AGAIN_SECRET
							      : SAY_FORM_AGAIN);
	return web_reshow(r, route, r->http->form, r->http->n_form);
}

enum err web_again_send(struct req *r, const struct form_nothing *f)
{
	(void)f;
	return web_again_show(r);
}

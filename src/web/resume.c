#include "web/resume.h"

#include "web/guard.h"
#include "web/next.h"
#include "web/site.h"

enum err resume_form(struct req *r, const unsigned char *token, struct str next, struct str keep,
		     bool *ret_shown)
{
	*ret_shown = false;
	try(web_set_token(r, token));
	const struct route *route = web_route_find(r->site, HTTP_POST, next);
	if (!route || route->access == ACCESS_ANYONE || keep.n == 0)
		return OK;
	/* A copy: an error page asks for it when ${token} is gone. */
	try(arena_str(r->arena, (struct str){ .p = (const char *)token, .n = SESSION_TOKEN_BYTES },
		      &r->token));
	try(guard_session_again(r));
	r->route = route;
	if (!r->site->opens(r))
		return OK;
	*ret_shown = true;
	web_not_done(r, SAY_FORM_KEPT);
	return web_reshow_kept(r, route, keep);
}

enum err resume_page(struct req *r, struct str next)
{
	struct str page;
	try(next_page(r, next, &page));
	return web_redirect(r, page);
}

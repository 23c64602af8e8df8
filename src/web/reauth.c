/* The page between a row that needs a proof of who asks and who has not proved it of late. */
#include "domain/reauth.h"

#include "views.h"
#include "web/next.h"
#include "web/phone_ask.h"
#include "web/reauth.h"

static enum err find_flow(struct req *r, struct web_reauth *reauth)
{
	struct flow flow;
	struct phone phone;
	struct phone_ask ask = phone_ask_of(r);
	try(phone_find(r->app, r->arena, &r->session, &phone));
	reauth->contact = phone.contact;
	enum err e = reauth_find(r->app, r->arena, &ask, &flow);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	reauth->asked = true;
	reauth->expires = flow.expires;
	reauth->again = flow.again;
	reauth->again_open = app_now(r->app).ms >= flow.again.ms;
	return OK;
}

static enum err find_hold(struct req *r, struct web_reauth *reauth)
{
	struct phone phone;
	try(phone_find(r->app, r->arena, &r->session, &phone));
	reauth->held_until = phone.due;
	return OK;
}

static enum err show(struct req *r, struct web_reauth *reauth)
{
	enum reauth_way way;
	try(reauth_way(r->app, r->arena, &r->session, &way));
	if (way == REAUTH_NONE)
		return web_instead(r, str_c(URL_phone_show), web_phone_show);
	reauth->sms = way == REAUTH_SMS;
	if (reauth->sms)
		try(find_flow(r, reauth));
	if (way == REAUTH_HELD)
		try(find_hold(r, reauth));
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_reauth_show(&o, .page = &r->page, .reauth = reauth);
	return OK;
}

static struct web_reauth reauth_of(struct str next, struct str keep)
{
	return (struct web_reauth){
		.held_until = TSTAMP_NONE,
		.refused_until = TSTAMP_NONE,
		.f = { .code = { .name = STR("code") },
		       .next = { .name = STR("next"), .value = next },
		       .keep = { .name = STR("keep"), .value = keep } },
	};
}

enum err reauth_keep(struct req *r)
{
	struct str keep;
	try(form_keep(r->route->form, r->arena, r->typed, &keep));
	struct web_reauth reauth = reauth_of(r->route->path, keep);
	r->status = 403;
	return show(r, &reauth);
}

static enum err show_by_address(struct req *r)
{
	struct str page;
	struct web_reauth reauth = reauth_of(http_query(r->http, STR("next")), STR(""));
	if (!r->session.fresh)
		return show(r, &reauth);
	try(next_page(r, reauth.f.next.value, &page));
	return web_redirect(r, page);
}

/* Of its own form, or of that which sends a code: sent, or kept while its owner signed in. */
enum err web_reauth_show(struct req *r)
{
	const struct typed_reauth *typed = TYPED(r, reauth);
	const struct typed_reauth_send *sent = TYPED(r, reauth_send);
	if (!typed || !sent)
		return E_NOMEM;
	if (r->http->method != HTTP_POST)
		return show_by_address(r);
	struct web_reauth reauth = reauth_of(STR(""), STR(""));
	reauth.f = *typed;
	reauth.spare = typed->spare.value.n > 0;
	if (reauth.f.next.value.n == 0) {
		reauth.f.next = sent->next;
		reauth.f.keep = sent->keep;
	}
	return show(r, &reauth);
}

/* --- sending a code ------------------------------------------------------- */

static enum err lead_back(struct req *r, struct str next)
{
	struct str page = STR("");
	if (next.n)
		try(next_page(r, next, &page));
	return next_lead(r, URL_reauth_show, page);
}

enum err web_reauth_send(struct req *r, const struct form_reauth_send *f)
{
	struct flow flow;
	struct phone_ask ask = phone_ask_of(r);
	struct web_reauth reauth = reauth_of(f->next, f->keep);
	enum err e = reauth_send(r->app, r->arena, &ask, &flow);
	if (e == E_LIMIT) {
		r->status = 429;
		reauth.refused_until = flow.again;
		return show(r, &reauth);
	}
	if (e != OK && e != E_CONFLICT)
		return e;
	/* A form that is kept is too long for an address: it waits in the page. */
	return f->keep.n ? show(r, &reauth) : lead_back(r, f->next);
}

/* --- the code ------------------------------------------------------------- */

static bool asks_anew(const struct route *route)
{
	return route && (route->access == ACCESS_FRESH || route->access == ACCESS_FACTOR ||
			 route->access == ACCESS_ENROL);
}

static enum err go_on(struct req *r, const struct form_reauth *f)
{
	const struct route *route = web_route_find(r->site, HTTP_POST, f->next);
	struct str page;
	r->session.fresh = true;
	if (asks_anew(route) && f->keep.n) {
		web_not_done(r, SAY_REAUTH_KEPT);
		return web_reshow_kept(r, route, f->keep);
	}
	try(next_page(r, f->next, &page));
	return web_redirect(r, page);
}

static enum err begin_again(struct req *r, const struct form_reauth *f)
{
	struct web_reauth reauth = reauth_of(f->next, f->keep);
	web_not_done(r, SAY_CODE_OVER);
	return show(r, &reauth);
}

enum err web_reauth_try(struct req *r, const struct form_reauth *f)
{
	struct phone_ask ask = phone_ask_of(r);
	if (f->swap.n) {
		struct web_reauth reauth = reauth_of(f->next, f->keep);
		reauth.spare = f->spare.n == 0;
		return show(r, &reauth);
	}
	enum err e = reauth_try(r->app, r->arena, &ask, f->code, &r->problems);
	if (e == E_NOTFOUND)
		return begin_again(r, f);
	try(e);
	return go_on(r, f);
}

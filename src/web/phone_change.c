/* Another contact phone: asked for, proved by a code, cancelled here or by the link in the notice.
 */
#include "domain/phone_change.h"

#include "views.h"
#include "web/phone_ask.h"

static enum err show(struct req *r, tstamp refused_until)
{
	struct phone phone;
	const struct typed_phone_change *typed = TYPED(r, phone_change);
	if (!typed)
		return E_NOMEM;
	try(phone_find(r->app, r->arena, &r->session, &phone));
	if (phone.held)
		return web_instead(r, str_c(URL_profile_show), web_profile_show);
	struct web_phone_change change = {
		.contact = phone.contact,
		.confirmed = phone.confirmed,
		.login = msisdn_str(&r->session.msisdn),
		.refused_until = refused_until,
		.phone = typed->phone,
		.now = typed->now,
	};
	if (r->http->method != HTTP_POST && http_query(r->http, STR("over")).n)
		web_not_done(r, SAY_CODE_OVER);
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_phone_change(&o, .page = &r->page, .change = &change);
	return OK;
}

enum err web_phone_change(struct req *r)
{
	return show(r, TSTAMP_NONE);
}

/* What asking came to: the page of the code, or from when there can be one. */
static enum err asked(struct req *r, enum err e, const struct flow *flow)
{
	if (e == E_LIMIT) {
		r->status = 429;
		return show(r, flow->again);
	}
	if (e == E_CONFLICT) /* in another tab */
		return web_redirect(r, str_c(URL_profile_show));
	if (e == E_NOTFOUND)
		return web_redirect(r, STR("/phone/change?over=1"));
	try(e);
	return web_redirect(r, str_c(URL_phone_change_code));
}

enum err web_phone_change_ask(struct req *r, const struct form_phone_change *f)
{
	struct flow flow;
	struct phone_ask ask = phone_ask_of(r);
	const struct phone_change change = { .to = f->phone, .now = f->now };
	enum err e = phone_change_ask(r->app, r->arena, &ask, &change, &r->problems, &flow);
	return asked(r, e, &flow);
}

enum err web_phone_change_again(struct req *r, const struct form_nothing *f)
{
	struct flow flow;
	struct phone_ask ask = phone_ask_of(r);
	(void)f;
	enum err e = phone_change_again(r->app, r->arena, &ask, &flow);
	return asked(r, e, &flow);
}

static enum err start_again(struct req *r)
{
	web_not_done(r, SAY_CODE_OVER); /* of a stale form; the address tells the others */
	return web_instead(r, STR("/phone/change?over=1"), web_phone_change);
}

enum err web_phone_change_code(struct req *r)
{
	struct flow flow;
	const struct typed_code *typed = TYPED(r, code);
	if (!typed)
		return E_NOMEM;
	enum err e = flow_find(r->app, r->arena, r->token, FLOW_CHANGE_PHONE, &flow);
	if (e == E_NOTFOUND || (e == OK && flow.number_id != r->session.number_id))
		return start_again(r);
	try(e);
	struct web_code code = {
		.number = flow.to,
		.expires = flow.expires,
		.again = flow.again,
		.again_open = app_now(r->app).ms >= flow.again.ms,
		.code = typed->code,
	};
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_phone_code(&o, .page = &r->page, .code = &code);
	return OK;
}

enum err web_phone_change_try(struct req *r, const struct form_code *f)
{
	struct flow flow;
	struct phone_ask ask = phone_ask_of(r);
	struct say wrong = { .id = SAY_CODE_FORM };
	enum err e = phone_change_try(r->app, r->arena, &ask, f->code, &flow);
	bool at_once = e == OK && str_eq(msisdn_str(&flow.to), msisdn_str(&flow.new_phone));
	if (e == OK)
		return web_redirect(r, at_once ? STR("/profile?done=phone-at-once")
					       : STR("/profile?done=phone-held"));
	if (e == E_CONFLICT)
		return web_redirect(r, str_c(URL_profile_show));
	if (e == E_NOTFOUND || (e == E_DENIED && flow.tries_left == 0))
		return web_redirect(r, STR("/phone/change?over=1"));
	if (e == E_DENIED)
		wrong = (struct say){ .id = SAY_CODE_WRONG, .a = flow.tries_left };
	else if (e != E_INPUT)
		return e;
	problems_add(&r->problems, "code", wrong);
	return E_INPUT;
}

enum err web_phone_change_cancel(struct req *r, const struct form_nothing *f)
{
	(void)f;
	enum err e = phone_change_cancel(r->app, r->arena, &r->session);
	if (e == E_CONFLICT)
		return web_redirect(r, STR("/profile?done=phone-late"));
	try(e);
	return web_redirect(r, STR("/profile?done=phone-off"));
}

/* --- the link in the notice ----------------------------------------------- */

static enum err show_refusal(struct req *r, struct web_phone_refusal *refusal)
{
	struct out o = web_out(r);
	v_phone_refusal(&o, .page = &r->page, .refusal = refusal);
	return OK;
}

enum err web_phone_refusal(struct req *r)
{
	struct phone_change_held held;
	struct web_phone_refusal refusal = {
		.token = r->http->method == HTTP_POST ? http_form(r->http, STR("t"))
						      : http_query(r->http, STR("t")),
		.done = http_query(r->http, STR("done")).n > 0,
	};
	enum err e = phone_change_find(r->app, r->arena, refusal.token, &held);
	if (e != OK && e != E_NOTFOUND)
		return e;
	refusal.found = e == OK;
	if (refusal.found) {
		refusal.next = held.next;
		refusal.due = held.due;
		refusal.at_once = held.at_once;
	}
	return show_refusal(r, &refusal);
}

enum err web_phone_refuse(struct req *r, const struct form_phone_refuse *f)
{
	enum err e = phone_change_refuse(r->app, r->arena, f->t);
	if (e == E_NOTFOUND)
		return web_redirect(r, str_c(URL_phone_refusal));
	try(e);
	return web_redirect(r, STR("/c?done=1"));
}

/* S9: confirming the contact phone. */
#include "domain/phone.h"

#include "views.h"
#include "web/next.h"
#include "web/phone_ask.h"

static void show_flow(struct req *r, const struct flow *flow, struct web_phone *phone)
{
	phone->asked = true;
	phone->contact = flow->to;
	phone->sent = flow->sent;
	phone->expires = flow->expires;
	phone->again = flow->again;
	phone->again_open = app_now(r->app).ms >= flow->again.ms;
}

static enum err find_flow(struct req *r, struct web_phone *phone)
{
	struct flow flow;
	enum err e = flow_find(r->app, r->arena, r->token, FLOW_CONFIRM_PHONE, &flow);
	if (e == OK && flow.number_id == r->session.number_id && flow.to.d[0])
		show_flow(r, &flow, phone);
	return e == E_NOTFOUND ? OK : e;
}

/* The page has two forms, and either may have been sent, or kept while its owner signed in. */
static struct field next_field(struct req *r, const struct typed_phone_code *typed,
			       const struct typed_phone_send *sent)
{
	struct field next = typed->next.value.n ? typed->next : sent->next;
	if (r->http->method != HTTP_POST)
		next.value = http_query(r->http, STR("next"));
	return next;
}

static enum err show(struct req *r, tstamp refused_until)
{
	struct phone contact;
	const struct typed_phone_code *typed = TYPED(r, phone_code);
	const struct typed_phone_send *sent = TYPED(r, phone_send);
	if (!typed || !sent)
		return E_NOMEM;
	try(phone_find(r->app, r->arena, &r->session, &contact));
	if (contact.confirmed)
		return web_instead(r, str_c(URL_profile_show), web_profile_show);
	struct web_phone phone = {
		.contact = contact.contact,
		.refused_until = refused_until,
		.code = typed->code,
		.next = next_field(r, typed, sent),
	};
	phone.locked = phone.next.value.n > 0;
	try(find_flow(r, &phone));
	if (r->http->method != HTTP_POST && http_query(r->http, STR("over")).n)
		web_not_done(r, SAY_CODE_OVER);
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_phone_show(&o, .page = &r->page, .phone = &phone);
	return OK;
}

enum err web_phone_show(struct req *r)
{
	return show(r, TSTAMP_NONE);
}

static enum err lead_back(struct req *r, const char *path, struct str next)
{
	struct buf b;
	struct str url = { 0 };
	buf_init(&b, 2048);
	buf_put(&b, str_c(path));
	if (next.n) {
		buf_put(&b, strchr(path, '?') ? STR("&next=") : STR("?next="));
		put_query_str(&(struct out){ .b = &b }, next);
	}
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &url);
	buf_done(&b);
	try(e);
	return web_redirect(r, url);
}

enum err web_phone_send(struct req *r, const struct form_phone_send *f)
{
	struct flow flow;
	struct phone_ask ask = phone_ask_of(r);
	enum err e = phone_send(r->app, r->arena, &ask, &flow);
	if (e == E_LIMIT) {
		r->status = 429;
		return show(r, flow.again);
	}
	if (e != OK && e != E_CONFLICT)
		return e;
	return lead_back(r, URL_phone_show, f->next);
}

enum err web_phone_confirm(struct req *r, const struct form_phone_code *f)
{
	struct flow flow;
	struct str next = STR("/home?done=phone");
	struct say wrong = { .id = SAY_CODE_FORM };
	struct phone_ask ask = phone_ask_of(r);
	enum err e = phone_confirm(r->app, r->arena, &ask, f->code, &flow);
	if (e == OK && f->next.n)
		try(next_page(r, f->next, &next));
	if (e == OK)
		return web_redirect(r, next);
	if (e == E_NOTFOUND || (e == E_DENIED && flow.tries_left == 0))
		return lead_back(r, "/phone?over=1", f->next);
	if (e == E_DENIED)
		wrong = (struct say){ .id = SAY_CODE_WRONG, .a = flow.tries_left };
	else if (e != E_INPUT)
		return e;
	problems_add(&r->problems, "code", wrong);
	return E_INPUT;
}

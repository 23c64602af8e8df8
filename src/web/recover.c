/* S6, S7: «Восстановить пароль» in three pages, each of which shows the same to everyone until a
 * code from an SMS or a letter has been right. */
#include "domain/recover.h"

#include "domain/email.h"

#include "views.h"
#include "web/browser.h"
#include "web/guard.h"
#include "web/router.h"
#include "web/ticket.h"

/* What a redirect back here has to say. */
static enum say_id notice_of(struct req *r)
{
	if (http_query(r->http, STR("digits")).n)
		return SAY_LAST4_OVER;
	return http_query(r->http, STR("over")).n ? SAY_CODE_OVER : SAY_NONE;
}

enum err web_recover_show(struct req *r)
{
	const struct typed_recover *typed = TYPED(r, recover);
	if (!typed)
		return E_NOMEM;
	struct web_recover recover = {
		.mail = email_carried(r->app->conf),
		.login = typed->login,
		.ticket = typed->ticket,
	};
	if (r->http->method != HTTP_POST) {
		recover.ticket.value = http_query(r->http, STR("ticket"));
		if (notice_of(r) != SAY_NONE)
			web_not_done(r, notice_of(r));
	}
	struct out o = web_out(r);
	v_recover_show(&o, .page = &r->page, .recover = &recover);
	return OK;
}

/* The page of the code has the button for a letter. */
static enum err hold(struct req *r, bool by_mail, tstamp until)
{
	struct ticket_hold hold = {
		.path = by_mail ? URL_recover_code : URL_recover_show,
		.code = true,
	};
	hold.wait_s = (until.ms - app_now(r->app).ms + 999) / 1000;
	try(ticket_make(r, hold.wait_s, &hold.ticket));
	return ticket_hold(r, &hold);
}

static enum err ask_for(struct req *r, const struct form_recover *f, bool by_mail)
{
	struct flow flow;
	struct recover_ask ask = {
		.login = f->login,
		.browser = r->token,
		.by_mail = by_mail,
		.lang = r->lang,
		.peer = r->http->peer,
		.waited_s = ticket_waited(r, f->ticket),
	};
	if (!http_cookie(r->http, STR(COOKIE_DEVICE), &ask.device_cookie))
		ask.device_cookie = STR("");
	enum err e = recover_ask(r->app, r->arena, &ask, &flow);
	if (e == E_LIMIT)
		return hold(r, by_mail, flow.again);
	try(e);
	return web_redirect(r, str_c(URL_recover_code));
}

enum err web_recover_ask(struct req *r, const struct form_recover *f)
{
	return ask_for(r, f, false);
}

enum err web_recover_mail(struct req *r, const struct form_recover *f)
{
	return ask_for(r, f, true);
}

static enum err start_again(struct req *r)
{
	web_not_done(r, SAY_CODE_OVER); /* of a stale form; the address tells the others */
	return web_instead(r, STR("/recover?over=1"), web_recover_show);
}

enum err web_recover_code(struct req *r)
{
	struct flow flow;
	const struct typed_recover_code *typed = TYPED(r, recover_code);
	if (!typed)
		return E_NOMEM;
	enum err e = recover_find(r->app, r->arena, r->token, &flow);
	if (e == E_NOTFOUND)
		return start_again(r);
	try(e);
	if (flow.state == FLOW_PROVED)
		return web_instead(r, str_c(URL_recover_new), web_recover_new);
	struct web_code code = {
		.number = flow.login,
		.expires = flow.expires,
		.again = flow.again,
		.again_open = app_now(r->app).ms >= flow.again.ms,
		.login = msisdn_str(&flow.login),
		.codes_a_day = r->app->conf->limit_code_phone_day,
		.mail = email_carried(r->app->conf),
		.ticket = http_query(r->http, STR("ticket")),
		.code = typed->code,
	};
	struct out o = web_out(r);
	if (flow.by_mail)
		v_recover_mail(&o, .page = &r->page, .code = &code);
	else
		v_recover_code(&o, .page = &r->page, .code = &code);
	return OK;
}

/* What was typed is meant for the number that its page shows. In another tab this browser may be in
 * the middle of another one by now. Expected: E_NOTFOUND. */
static enum err same_number(struct req *r, struct str login)
{
	struct flow flow;
	try(recover_find(r->app, r->arena, r->token, &flow));
	return login.n == 0 || str_eq(msisdn_str(&flow.login), login) ? OK : E_NOTFOUND;
}

enum err web_recover_try(struct req *r, const struct form_recover_code *f)
{
	struct flow flow;
	struct say wrong = { .id = SAY_CODE_FORM };
	enum err e = same_number(r, f->login);
	if (e == E_NOTFOUND)
		return start_again(r);
	try(e);
	e = recover_try(r->app, r->arena, r->token, f->code, &flow);
	if (e == OK)
		return web_redirect(r, str_c(URL_recover_new));
	if (e == E_NOTFOUND || (e == E_DENIED && flow.tries_left == 0))
		return start_again(r);
	if (e == E_DENIED)
		wrong = (struct say){ .id = SAY_CODE_WRONG, .a = flow.tries_left };
	else if (e != E_INPUT)
		return e;
	problems_add(&r->problems, "code", wrong);
	return E_INPUT;
}

enum err web_recover_new(struct req *r)
{
	struct flow flow;
	const struct typed_recover_new *typed = TYPED(r, recover_new);
	if (!typed)
		return E_NOMEM;
	enum err e = recover_find(r->app, r->arena, r->token, &flow);
	if (e == E_NOTFOUND)
		return start_again(r);
	try(e);
	if (flow.state != FLOW_PROVED)
		return web_instead(r, str_c(URL_recover_code), web_recover_code);
	bool asks_code = false;
	if (flow.purpose == FLOW_RECOVER)
		e = recover_asks_code(r->app, r->arena, &flow, &asks_code);
	if (e == E_NOTFOUND)
		return start_again(r);
	try(e);
	struct web_recover_new new = {
		.first = flow.purpose == FLOW_FIRST_SIGNIN,
		.mail = flow.by_mail,
		.number = flow.login,
		.login = msisdn_str(&flow.login),
		.last4 = typed->last4,
		.want = typed->want,
		.asks_code = asks_code,
		.code = typed->code,
	};
	struct out o = web_out(r);
	v_recover_new(&o, .page = &r->page, .new = &new);
	return OK;
}

/* With the last try at the digits the flow is over, and the page beside whose field that could be
 * said. */
static bool digits_over(const struct req *r)
{
	for (size_t i = 0; i < r->problems.n; i++) {
		if (r->problems.v[i].say.id == SAY_LAST4_OVER)
			return true;
	}
	return false;
}

enum err web_recover_save(struct req *r, const struct form_recover_new *f)
{
	struct recover_new new = {
		.browser = r->token,
		.last4 = f->last4,
		.want = f->want,
		.code = f->code,
		.device = browser_name(r->http->user_agent),
	};
	struct signin_done done;
	enum err e = same_number(r, f->login);
	if (e == OK)
		e = recover_finish(r->app, r->arena, &new, &r->problems, &done);
	if (e == E_NOTFOUND)
		return start_again(r);
	if (e == E_INPUT && digits_over(r))
		return web_redirect(r, STR("/recover?digits=1"));
	try(e);
	try(web_set_token(r, done.token));
	if (done.kind == SESSION_FIRST)
		return web_redirect(r, str_c(URL_register_show));
	try(web_set_device(r, done.device_cookie));
	return web_redirect(r, STR("/profile?done=password"));
}

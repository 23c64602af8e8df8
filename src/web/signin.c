/* S1, S2, S5: the sign-in page, signing in and out, and going on with what was interrupted. */
#include "domain/signin.h"

#include "views.h"
#include "web/browser.h"
#include "web/guard.h"
#include "web/next.h"
#include "web/resume.h"
#include "web/router.h"
#include "web/signin.h"
#include "web/ticket.h"

static enum err show(struct req *r, const struct web_signin *signin)
{
	struct out o = web_out(r);
	v_signin_show(&o, .page = &r->page, .signin = signin);
	return OK;
}

static enum err lead_on(struct req *r, enum session_kind kind, struct str next)
{
	return kind == SESSION_FIRST ? web_redirect(r, str_c(URL_register_show))
				     : resume_page(r, next);
}

/* The page had been open since before the last sign-in, so its token was old. What is shown must
 * not look like the outside: people walk away from it. */
static enum err still_inside(struct req *r)
{
	web_not_done(r, SAY_STILL_INSIDE);
	return r->session.kind == SESSION_FIRST ? web_register_show(r) : web_home_show(r);
}

enum err web_signin_show(struct req *r)
{
	if (r->signed_in && r->http->method != HTTP_POST)
		return lead_on(r, r->session.kind, STR(""));
	if (r->signed_in && str_eq(r->route->path, str_c(URL_signin_out)))
		return still_inside(r);
	const struct typed_signin *typed = TYPED(r, signin);
	if (!typed)
		return E_NOMEM;
	struct web_signin signin = { .f = *typed };
	if (r->http->method != HTTP_POST) {
		signin.f.next.value = http_query(r->http, STR("next"));
		signin.f.ticket.value = http_query(r->http, STR("ticket"));
		if (http_query(r->http, STR("out")).n)
			r->page.notice.id = SAY_SIGNED_OUT;
		if (http_query(r->http, STR("over")).n)
			web_not_done(r, SAY_SIGNIN_STEP_OVER);
		if (http_query(r->http, STR("late")).n)
			web_not_done(r, SAY_REGISTER_LATE);
	}
	return show(r, &signin);
}

static enum err show_again(struct req *r, struct str next, struct str keep, enum say_id why)
{
	struct web_signin signin = {
		.f = { .login = { .name = STR("login") },
		       .password = { .name = STR("password") },
		       .next = { .name = STR("next"), .value = next },
		       .keep = { .name = STR("keep"), .value = keep } },
	};
	r->status = 403;
	web_not_done(r, why);
	return show(r, &signin);
}

enum err signin_keep(struct req *r)
{
	struct str keep;
	try(form_keep(r->route->form, r->arena, r->typed, &keep));
	return show_again(r, r->route->path, keep,
			  keep.n ? SAY_SESSION_ENDED_KEPT : SAY_SESSION_ENDED);
}

enum err signin_again(struct req *r, struct str next, struct str keep)
{
	return show_again(r, next, keep, SAY_SIGNIN_STEP_OVER);
}

/* The form of an interrupted page cannot wait on a page that goes on by itself: it stays here. */
static enum err hold_form(struct req *r, int64_t wait_s, struct str ticket)
{
	const struct typed_signin *typed = TYPED(r, signin);
	if (!typed)
		return E_NOMEM;
	struct web_signin signin = { .fault = { .id = SAY_SIGNIN_HELD, .a = wait_s }, .f = *typed };
	signin.f.ticket.value = ticket;
	r->status = 429;
	r->page.fault = true;
	return show(r, &signin);
}

static enum err hold(struct req *r, const struct form_signin *f, int64_t wait_s)
{
	struct ticket_hold hold = { .wait_s = wait_s, .path = URL_signin_show };
	try(ticket_make(r, wait_s, &hold.ticket));
	if (f->keep.n)
		return hold_form(r, wait_s, hold.ticket);
	if (f->next.n)
		try(next_page(r, f->next, &hold.next));
	return ticket_hold(r, &hold);
}

static enum err refuse(struct req *r)
{
	const struct typed_signin *typed = TYPED(r, signin);
	if (!typed)
		return E_NOMEM;
	r->status = 403;
	r->page.fault = true;
	struct web_signin signin = { .fault = { .id = SAY_SIGNIN_REFUSED }, .f = *typed };
	return show(r, &signin);
}

/* The page was open when its session ended: show it again with everything that was typed. */
enum err signin_go_on(struct req *r, const struct signin_done *done, struct str next,
		      struct str keep)
{
	bool shown;
	try(web_set_device(r, done->device_cookie));
	try(resume_form(r, done->token, next, keep, &shown));
	return shown ? OK : lead_on(r, done->kind, next);
}

enum err web_signin_do(struct req *r, const struct form_signin *f)
{
	struct signin_try t = {
		.login = f->login,
		.password = f->password,
		.peer = r->http->peer,
		.device = browser_name(r->http->user_agent),
		.waited_s = ticket_waited(r, f->ticket),
	};
	if (!http_cookie(r->http, STR(COOKIE_DEVICE), &t.device_cookie))
		t.device_cookie = STR("");
	struct signin_done done;
	int64_t wait_s = 0;
	enum err e = signin_try(r->app, r->arena, &t, &done, &wait_s);
	if (e == E_DENIED)
		return refuse(r);
	if (e == E_LIMIT)
		return hold(r, f, wait_s);
	try(e);
	return done.code_needed ? signin_ask_code(r, &done, f->next, f->keep)
				: signin_go_on(r, &done, f->next, f->keep);
}

enum err web_signin_out(struct req *r, const struct form_nothing *f)
{
	(void)f;
	if (r->signed_in)
		try(session_end(r->app, &r->session));
	try(web_set_token(r, NULL));
	return web_redirect(r, STR("/?out=1"));
}

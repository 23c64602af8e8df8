/* Signing in to the office: the password, the code, and going on with what was interrupted. */
#include "domain/staff_signin.h"

#include "views.h"
#include "web/browser.h"
#include "web/guard.h"
#include "web/next.h"
#include "web/office/office.h"
#include "web/resume.h"
#include "web/site.h"

static enum err show(struct req *r, const struct typed_office_signin *f)
{
	struct out o = web_out(r);
	v_office_signin_show(&o, .page = &r->page, .f = f);
	return OK;
}

enum err web_office_signin_show(struct req *r)
{
	if (r->signed_in && r->http->method != HTTP_POST)
		return web_redirect(r, r->site->home);
	const struct typed_office_signin *typed = TYPED(r, office_signin);
	if (!typed)
		return E_NOMEM;
	struct typed_office_signin f = *typed;
	if (r->http->method != HTTP_POST) {
		f.next.value = http_query(r->http, STR("next"));
		if (http_query(r->http, STR("out")).n)
			r->page.notice.id = SAY_SIGNED_OUT;
		if (http_query(r->http, STR("over")).n)
			web_not_done(r, SAY_STAFF_STEP_OVER);
	}
	return show(r, &f);
}

static enum err show_again(struct req *r, struct str next, struct str keep, enum say_id why)
{
	const struct typed_office_signin f = {
		.login = { .name = STR("login") },
		.password = { .name = STR("password") },
		.next = { .name = STR("next"), .value = next },
		.keep = { .name = STR("keep"), .value = keep },
	};
	r->status = 403;
	web_not_done(r, why);
	return show(r, &f);
}

enum err office_keep(struct req *r)
{
	struct str keep;
	try(form_keep(r->route->form, r->arena, r->typed, &keep));
	return show_again(r, r->route->path, keep,
			  keep.n ? SAY_SESSION_ENDED_KEPT : SAY_SESSION_ENDED);
}

static enum err refuse(struct req *r)
{
	r->status = 403;
	r->page.fault = true;
	web_not_done(r, SAY_STAFF_SIGNIN_REFUSED);
	const struct typed_office_signin *typed = TYPED(r, office_signin);
	return typed ? show(r, typed) : E_NOMEM;
}

/* --- the code ------------------------------------------------------------- */

static enum err show_code(struct req *r, const struct typed_office_signin_code *f)
{
	struct staff staff;
	try(staff_signin_step(r->app, r->arena, r->token, &staff));
	struct out o = web_out(r);
	v_office_signin_code(&o, .page = &r->page, .login = staff.login, .f = f);
	return OK;
}

/* A form that is kept is too long for an address: it waits in the page, which is shown at once. */
static enum err ask_code(struct req *r, const struct staff_signed *done, struct str next,
			 struct str keep)
{
	const struct typed_office_signin_code f = {
		.code = { .name = STR("code") },
		.next = { .name = STR("next"), .value = next },
		.keep = { .name = STR("keep"), .value = keep },
	};
	struct str page = STR("");
	try(web_set_token(r, done->token));
	if (keep.n == 0) {
		if (next.n)
			try(next_page(r, next, &page));
		return next_lead(r, URL_office_signin_code, page);
	}
	r->token = (struct str){ .p = (const char *)done->token, .n = SESSION_TOKEN_BYTES };
	try(guard_token(r));
	return show_code(r, &f);
}

enum err web_office_signin_do(struct req *r, const struct form_office_signin *f)
{
	const struct staff_try t = {
		.login = f->login,
		.password = f->password,
		.peer = r->http->peer,
	};
	struct staff_signed *done = ARENA_NEW(r->arena, struct staff_signed);
	if (!done)
		return E_NOMEM;
	enum err e = staff_signin_try(r->app, r->arena, &t, done);
	if (e == E_DENIED)
		return refuse(r);
	try(e);
	return ask_code(r, done, f->next, f->keep);
}

static enum err begin_again(struct req *r, struct str next, struct str keep)
{
	return show_again(r, next, keep, SAY_STAFF_STEP_OVER);
}

enum err web_office_signin_code(struct req *r)
{
	const struct typed_office_signin_code *typed = TYPED(r, office_signin_code);
	if (!typed)
		return E_NOMEM;
	struct typed_office_signin_code f = *typed;
	bool post = r->http->method == HTTP_POST;
	if (!post)
		f.next.value = http_query(r->http, STR("next"));
	enum err e = show_code(r, &f);
	if (e != E_NOTFOUND)
		return e;
	if (post)
		return begin_again(r, f.next.value, f.keep.value);
	return web_redirect(r, r->signed_in ? r->site->home : STR("/?over=1"));
}

enum err web_office_signin_code_try(struct req *r, const struct form_office_signin_code *f)
{
	struct staff_signed *done = ARENA_NEW(r->arena, struct staff_signed);
	const struct staff_code t = {
		.browser = r->token,
		.code = f->code,
		.device = browser_name(r->http->user_agent),
	};
	if (!done)
		return E_NOMEM;
	enum err e = staff_signin_code(r->app, r->arena, &t, &r->problems, done);
	if (e == E_NOTFOUND)
		return begin_again(r, f->next, f->keep);
	try(e);
	bool shown;
	try(resume_form(r, done->token, f->next, f->keep, &shown));
	return shown ? OK : resume_page(r, f->next);
}

enum err web_office_signin_out(struct req *r, const struct form_nothing *f)
{
	(void)f;
	if (r->signed_in)
		try(staff_session_end(r->app, &r->staff));
	try(web_set_token(r, NULL));
	return web_redirect(r, STR("/?out=1"));
}

/* An enrolment link: who opens it chooses a password and connects their device. */
#include "domain/staff_enrol.h"

#include "views.h"
#include "web/browser.h"
#include "web/office/office.h"
#include "web/qr.h"
#include "web/resume.h"

static struct str token_of(struct req *r)
{
	bool post = r->http->method == HTTP_POST;
	return post ? http_form(r->http, STR("t")) : http_query(r->http, STR("t"));
}

static enum err show_none(struct req *r)
{
	r->status = r->http->method == HTTP_POST ? 403 : 404;
	struct out o = web_out(r);
	v_office_enrol_none(&o, .page = &r->page);
	return OK;
}

static enum err qr_url(struct req *r, struct str token, struct str *ret)
{
	struct buf b;
	buf_init(&b, 256);
	buf_put(&b, STR("/enrol/qr.svg?t="));
	put_query_str(&(struct out){ .b = &b }, token);
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

enum err web_office_enrol_show(struct req *r)
{
	struct staff_invitation invited;
	const struct typed_office_enrol *typed = TYPED(r, office_enrol);
	struct str token = token_of(r);
	if (!typed)
		return E_NOMEM;
	enum err e = staff_invitation(r->app, r->arena, token, &invited);
	if (e == E_NOTFOUND)
		return show_none(r);
	try(e);
	struct web_enrol enrol = {
		.staff = invited.staff,
		.text = invited.setup.text.bytes,
		.link = { invited.setup.uri.bytes },
		.f = *typed,
	};
	enrol.f.t.value = token;
	try(qr_url(r, token, &enrol.qr.s));
	struct out o = web_out(r);
	v_office_enrol_show(&o, .page = &r->page, .enrol = &enrol);
	return OK;
}

enum err web_office_enrol_qr(struct req *r)
{
	struct staff_invitation invited;
	struct web_qr qr;
	try(staff_invitation(r->app, r->arena, token_of(r), &invited));
	try(qr_make(r->arena, invited.setup.uri, &qr));
	struct out o = web_out(r);
	r->resp->content_type = "image/svg+xml";
	v_totp_qr(&o, .qr = &qr);
	return OK;
}

enum err web_office_enrol_do(struct req *r, const struct form_office_enrol *f)
{
	struct staff_signed done;
	const struct staff_enrolment e = {
		.token = f->t,
		.password = f->password,
		.code = f->code,
		.device = browser_name(r->http->user_agent),
	};
	enum err err = staff_enrol(r->app, r->arena, &e, &r->problems, &done);
	if (err == E_NOTFOUND)
		return show_none(r);
	try(err);
	try(web_set_token(r, done.token));
	return resume_page(r, STR(""));
}

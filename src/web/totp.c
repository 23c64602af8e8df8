/* Switching the second factor on and off, and its codes on paper. */
#include "domain/totp.h"

#include "views.h"
#include "web/router.h"

static enum err back(struct req *r)
{
	return web_redirect(r, str_c(URL_security_show));
}

/* Nothing is to be confirmed: it is too late, or it has been, by the same form sent again. */
static enum err too_late(struct req *r)
{
	struct totp totp;
	try(totp_find(r->app, r->arena, r->session.subscriber_id, &totp));
	return web_redirect(r, totp.on ? STR("/security?on=1") : STR("/security?late=1"));
}

/* --- setting up ----------------------------------------------------------- */

enum err web_totp_begin(struct req *r, const struct form_totp_begin *f)
{
	enum err e = totp_begin(r->app, r->arena, &r->session, f->now, &r->problems);
	if (e == E_CONFLICT) /* in another tab */
		return back(r);
	try(e);
	return web_redirect(r, str_c(URL_totp_show));
}

enum err web_totp_show(struct req *r)
{
	struct totp_setup setup;
	const struct typed_totp_code *typed = TYPED(r, totp_code);
	if (!typed)
		return E_NOMEM;
	enum err e = totp_setup(r->app, r->arena, &r->session, &setup);
	if (e == E_NOTFOUND)
		return web_instead(r, str_c(URL_security_show), web_security_show);
	try(e);
	struct web_totp totp = {
		.text = setup.text.bytes,
		.link = { setup.uri.bytes },
		.code = typed->code,
	};
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_totp_show(&o, .page = &r->page, .totp = &totp);
	return OK;
}

enum err web_totp_qr(struct req *r)
{
	struct totp_setup setup;
	struct web_qr qr;
	try(totp_setup(r->app, r->arena, &r->session, &setup));
	try(qr_make(r->arena, setup.uri, &qr));
	struct out o = web_out(r);
	r->resp->content_type = "image/svg+xml";
	v_totp_qr(&o, .qr = &qr);
	return OK;
}

/* Shown in the answer to the form itself: nothing keeps them in clear for another page. */
static enum err show_spares(struct req *r, const struct totp_spares *spares, bool renewed)
{
	struct web_totp_spare rows[TOTP_SPARE_N];
	for (size_t i = 0; i < TOTP_SPARE_N; i++)
		rows[i].code = str_c(spares->v[i]);
	const struct web_totp_spares view = {
		.number = r->session.msisdn,
		.renewed = renewed,
		.n = TOTP_SPARE_N,
		.v = rows,
	};
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_totp_spares(&o, .page = &r->page, .spares = &view);
	return OK;
}

enum err web_totp_on(struct req *r, const struct form_totp_code *f)
{
	struct totp_spares spares;
	enum err e = totp_confirm(r->app, r->arena, &r->session, f->code, &r->problems, &spares);
	if (e == OK)
		e = show_spares(r, &spares, false);
	secret_wipe(&spares, sizeof(spares));
	return e == E_NOTFOUND ? too_late(r) : e;
}

/* --- changing it ---------------------------------------------------------- */

enum err web_totp_change(struct req *r)
{
	const struct typed_totp_off *typed = TYPED(r, totp_off);
	if (!typed)
		return E_NOMEM;
	struct web_totp_change change = { .login = msisdn_str(&r->session.msisdn),
					  .now = typed->now };
	try(totp_find(r->app, r->arena, r->session.subscriber_id, &change.totp));
	if (!change.totp.on)
		return web_instead(r, str_c(URL_security_show), web_security_show);
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_totp_change(&o, .page = &r->page, .change = &change);
	return OK;
}

enum err web_totp_spares(struct req *r, const struct form_nothing *f)
{
	struct totp_spares spares;
	(void)f;
	enum err e = totp_renew_spares(r->app, r->arena, &r->session, &spares);
	if (e == OK)
		e = show_spares(r, &spares, true);
	secret_wipe(&spares, sizeof(spares));
	return e == E_NOTFOUND ? back(r) : e;
}

enum err web_totp_off(struct req *r, const struct form_totp_off *f)
{
	enum err e = totp_end(r->app, r->arena, &r->session, f->now, &r->problems);
	if (e == E_NOTFOUND)
		return back(r);
	try(e);
	return web_redirect(r, STR("/security?off=1"));
}

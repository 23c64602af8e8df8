/* The e-mail address: confirmed by a link, changed, removed; and the links, which need no session.
 * Following a link changes nothing: it shows a button. */
#include "domain/email_change.h"

#include "views.h"
#include "web/profile.h"

/* --- one's own -------------------------------------------------------------- */

static enum err show(struct req *r, tstamp refused_until)
{
	struct email email;
	const struct typed_email_change *typed = TYPED(r, email_change);
	if (!typed)
		return E_NOMEM;
	try(email_find(r->app, r->arena, &r->session, &email));
	if (email.held || !email_carried(r->app->conf))
		return web_instead(r, str_c(URL_profile_show), web_profile_show);
	struct web_email_change change = {
		.address = email.address,
		.confirmed = email.confirmed,
		.login = msisdn_str(&r->session.msisdn),
		.refused_until = refused_until,
		.email = typed->email,
		.now = typed->now,
	};
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_email_change(&o, .page = &r->page, .change = &change);
	return OK;
}

enum err web_email_show(struct req *r)
{
	return show(r, TSTAMP_NONE);
}

static enum err give_up(struct req *r, struct secret now)
{
	enum err e = email_remove(r->app, r->arena, &r->session, now, &r->problems);
	if (e != OK && e != E_NOTFOUND) /* pressed twice: there is none, which is what was asked */
		return e;
	return web_redirect(r, STR("/profile?done=email-removed"));
}

enum err web_email_change(struct req *r, const struct form_email_change *f)
{
	tstamp open;
	const struct email_change change = { .to = f->email, .now = f->now };
	if (f->remove.n)
		return give_up(r, f->now);
	enum err e = email_change_ask(r->app, r->arena, &r->session, r->lang, &change, &r->problems,
				      &open);
	if (e == E_LIMIT) {
		r->status = 429;
		return show(r, open);
	}
	if (e == E_CONFLICT) /* in another tab */
		return web_redirect(r, str_c(URL_profile_show));
	try(e);
	return web_redirect(r, STR("/profile?done=email-sent"));
}

enum err web_email_send(struct req *r, const struct form_nothing *f)
{
	tstamp open;
	(void)f;
	enum err e = email_send(r->app, r->arena, &r->session, r->lang, &open);
	if (e == E_LIMIT) {
		r->status = 429;
		return profile_refused(r, open);
	}
	if (e == E_CONFLICT) /* confirmed by now */
		return web_redirect(r, str_c(URL_profile_show));
	try(e);
	return web_redirect(r, STR("/profile?done=email-sent"));
}

enum err web_email_cancel(struct req *r, const struct form_nothing *f)
{
	(void)f;
	enum err e = email_cancel(r->app, r->arena, &r->session);
	if (e != OK && e != E_NOTFOUND) /* pressed twice */
		return e;
	return web_redirect(r, STR("/profile?done=email-off"));
}

/* --- links ------------------------------------------------------------------ */

static enum err find(struct req *r,
		     enum err (*by)(const struct app *app, struct arena *a, struct str token,
				    struct email_link *ret),
		     struct web_email_link *ret)
{
	struct email_link link = { 0 };
	struct str done = http_query(r->http, STR("done"));
	struct str token = r->http->method == HTTP_POST ? http_form(r->http, STR("t"))
							: http_query(r->http, STR("t"));
	enum err e = by(r->app, r->arena, token, &link);
	if (e != OK && e != E_NOTFOUND)
		return e;
	*ret = (struct web_email_link){
		.found = e == OK,
		.done = done.n > 0,
		.address = link.address,
		.held = e == OK ? link.held : str_eq(done, STR("held")),
		.until = link.until,
		.token = token,
	};
	return OK;
}

enum err web_email_link(struct req *r)
{
	struct web_email_link link;
	try(find(r, email_link_find, &link));
	struct out o = web_out(r);
	v_email_link(&o, .page = &r->page, .link = &link);
	return OK;
}

enum err web_email_confirm(struct req *r, const struct form_link *f)
{
	struct email_link link;
	enum err e = email_link_confirm(r->app, r->arena, f->t, &link);
	if (e == E_NOTFOUND)
		return web_redirect(r, str_c(URL_email_link));
	try(e);
	return web_redirect(r, link.held ? STR("/e?done=held") : STR("/e?done=1"));
}

enum err web_email_refusal(struct req *r)
{
	struct web_email_link link;
	try(find(r, email_stop_find, &link));
	struct out o = web_out(r);
	v_email_refusal(&o, .page = &r->page, .link = &link);
	return OK;
}

enum err web_email_refuse(struct req *r, const struct form_link *f)
{
	enum err e = email_stop_by(r->app, r->arena, f->t);
	if (e == E_NOTFOUND)
		return web_redirect(r, str_c(URL_email_refusal));
	try(e);
	return web_redirect(r, STR("/m?done=1"));
}

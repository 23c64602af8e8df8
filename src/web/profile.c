/* S8 and what goes with it: own data and the password. */
#include "web/profile.h"

#include "views.h"
#include "web/browser.h"

/* What a redirect back here has just done. */
static const struct {
	struct str done;
	enum say_id say;
} notices[] = {
	{ STR("password"), SAY_PASSWORD_SAVED },
	{ STR("phone-held"), SAY_PHONE_CHANGE_HELD },
	{ STR("phone-at-once"), SAY_PHONE_CHANGE_AT_ONCE },
	{ STR("phone-off"), SAY_PHONE_CHANGE_OFF },
	{ STR("phone-late"), SAY_PHONE_CHANGE_LATE },
	{ STR("email-sent"), SAY_EMAIL_SENT },
	{ STR("email-off"), SAY_EMAIL_OFF },
	{ STR("email-removed"), SAY_EMAIL_REMOVED },
};

static void notice(struct req *r)
{
	struct str done = http_query(r->http, STR("done"));
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (str_eq(notices[i].done, done))
			r->page.notice.id = notices[i].say;
	}
	r->page.not_done = r->page.notice.id == SAY_PHONE_CHANGE_LATE;
}

static enum err email(struct req *r, struct web_email *ret)
{
	try(email_find(r->app, r->arena, &r->session, &ret->e));
	ret->carried = email_carried(r->app->conf);
	ret->may_confirm = email_may_confirm(&ret->e);
	return OK;
}

static enum err show(struct req *r, tstamp no_letter_before)
{
	const struct typed_password *typed = TYPED(r, password);
	if (!typed)
		return E_NOMEM;
	struct web_profile profile = {
		.number = r->session.msisdn,
		.login = msisdn_str(&r->session.msisdn),
		.now = typed->now,
		.want = typed->want,
		.email = { .refused_until = no_letter_before },
	};
	try(subscriber_profile(r->app, r->arena, &r->session, &profile.p));
	try(phone_find(r->app, r->arena, &r->session, &profile.phone));
	try(email(r, &profile.email));
	r->page.section = SECTION_PROFILE;
	if (r->page.notice.id == SAY_NONE && r->http->method != HTTP_POST)
		notice(r);
	struct out o = web_out(r);
	v_profile_show(&o, .page = &r->page, .profile = &profile);
	return OK;
}

enum err web_profile_show(struct req *r)
{
	return show(r, TSTAMP_NONE);
}

enum err profile_refused(struct req *r, tstamp until)
{
	return show(r, until);
}

enum err web_profile_password(struct req *r, const struct form_password *f)
{
	struct password_change change = {
		.now = f->now,
		.want = f->want,
		.device = browser_name(r->http->user_agent),
	};
	struct signin_done done;
	try(subscriber_change_password(r->app, r->arena, &r->session, &change, &r->problems,
				       &done));
	try(web_set_token(r, done.token));
	try(web_set_device(r, done.device_cookie));
	return web_redirect(r, STR("/profile?done=password"));
}

/* S8 and what goes with it: own data, the password, the open sessions. */
#include "views.h"
#include "web/browser.h"
#include "web/router.h"

/* What a redirect back here has just done. */
static const struct {
	struct str done;
	enum say_id say;
} notices[] = {
	{ STR("password"), SAY_PASSWORD_SAVED },
	{ STR("session"), SAY_SESSION_CLOSED },
	{ STR("others"), SAY_SESSIONS_CLOSED },
	{ STR("phone-held"), SAY_PHONE_CHANGE_HELD },
	{ STR("phone-at-once"), SAY_PHONE_CHANGE_AT_ONCE },
	{ STR("phone-off"), SAY_PHONE_CHANGE_OFF },
	{ STR("phone-late"), SAY_PHONE_CHANGE_LATE },
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

static enum err sessions(struct req *r, struct web_profile *profile)
{
	struct session_list list;
	try(session_list(r->app, r->arena, &r->session, &list));
	struct web_session *rows = arena_array(r->arena, list.n + 1, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	size_t n = 0;
	for (int pass = 0; pass < 2; pass++) { /* the current one first */
		for (size_t i = 0; i < list.n; i++) {
			bool current = list.v[i].id == r->session.id;
			if (current != (pass == 0))
				continue;
			rows[n++] = (struct web_session){
				.id = list.v[i].ref,
				.device = list.v[i].device,
				.created = list.v[i].created,
				.used = list.v[i].used,
				.current = current,
			};
		}
	}
	profile->sessions.v = rows;
	profile->sessions.n = n;
	return OK;
}

enum err web_profile_show(struct req *r)
{
	const struct typed_password *typed = TYPED(r, password);
	if (!typed)
		return E_NOMEM;
	struct web_profile profile = {
		.number = r->session.msisdn,
		.login = msisdn_str(&r->session.msisdn),
		.now = typed->now,
		.want = typed->want,
	};
	try(subscriber_profile(r->app, r->arena, &r->session, &profile.p));
	try(phone_find(r->app, r->arena, &r->session, &profile.phone));
	try(sessions(r, &profile));
	r->page.section = SECTION_PROFILE;
	if (r->page.notice.id == SAY_NONE && r->http->method != HTTP_POST)
		notice(r);
	struct out o = web_out(r);
	v_profile_show(&o, .page = &r->page, .profile = &profile);
	return OK;
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

enum err web_profile_end_session(struct req *r, const struct form_session_end *f)
{
	try(session_end_one(r->app, r->arena, &r->session, f->id));
	return web_redirect(r, STR("/profile?done=session"));
}

enum err web_profile_end_others(struct req *r, const struct form_nothing *f)
{
	(void)f;
	try(session_end_others(r->app, r->arena, &r->session));
	return web_redirect(r, STR("/profile?done=others"));
}

/* «Безопасность»: what protects the sign-in, who is in, and what has happened lately. */
#include "views.h"
#include "web/router.h"

enum { LATELY = 3, ALL = 100 }; /* rows of a list */

/* What a redirect back here has just done, or has not. */
static const struct {
	struct str query;
	enum say_id say;
	bool not_done;
} notices[] = {
	{ STR("off"), SAY_TOTP_OFF_DONE, false },
	{ STR("on"), SAY_TOTP_ON_ALREADY, true },
	{ STR("late"), SAY_TOTP_LATE, true },
	{ STR("session"), SAY_SESSION_CLOSED, false },
	{ STR("others"), SAY_SESSIONS_CLOSED, false },
};

static void notice(struct req *r)
{
	if (r->http->method == HTTP_POST)
		return;
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (!http_query(r->http, notices[i].query).n)
			continue;
		r->page.notice.id = notices[i].say;
		r->page.not_done = notices[i].not_done;
	}
}

static enum err sessions(struct req *r, struct web_security *security)
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
	security->sessions.v = rows;
	security->sessions.n = n;
	return OK;
}

enum err web_security_show(struct req *r)
{
	const struct typed_totp_begin *typed = TYPED(r, totp_begin);
	if (!typed)
		return E_NOMEM;
	struct web_security security = {
		.login = msisdn_str(&r->session.msisdn),
		.prove = r->session.phone_confirmed && !r->session.fresh,
		.now = typed->now,
		.confirmed = r->session.phone_confirmed,
		.all = http_query(r->http, STR("all")).n > 0,
	};
	int64_t size = security.all ? ALL : LATELY;
	try(totp_find(r->app, r->arena, r->session.subscriber_id, &security.totp));
	try(sessions(r, &security));
	try(event_list(r->app, r->arena, &r->session, size, &security.events));
	try(notice_list(r->app, r->arena, &r->session, size, &security.notices));
	notice(r);
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_security_show(&o, .page = &r->page, .security = &security);
	return OK;
}

enum err web_security_end_session(struct req *r, const struct form_session_end *f)
{
	try(session_end_one(r->app, r->arena, &r->session, f->id));
	return web_redirect(r, STR("/security?session=1"));
}

enum err web_security_end_others(struct req *r, const struct form_nothing *f)
{
	(void)f;
	try(session_end_others(r->app, r->arena, &r->session));
	return web_redirect(r, STR("/security?others=1"));
}

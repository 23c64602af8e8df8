/* «Безопасность»: what protects the sign-in. */
#include "views.h"
#include "web/router.h"

static void notice(struct req *r)
{
	if (r->http->method == HTTP_POST)
		return;
	if (http_query(r->http, STR("off")).n)
		r->page.notice.id = SAY_TOTP_OFF_DONE;
	if (http_query(r->http, STR("on")).n)
		web_not_done(r, SAY_TOTP_ON_ALREADY);
	if (http_query(r->http, STR("late")).n)
		web_not_done(r, SAY_TOTP_LATE);
}

enum err web_security_show(struct req *r)
{
	const struct typed_totp_begin *typed = TYPED(r, totp_begin);
	if (!typed)
		return E_NOMEM;
	struct web_security security = { .login = msisdn_str(&r->session.msisdn),
					 .now = typed->now };
	try(totp_find(r->app, r->arena, r->session.subscriber_id, &security.totp));
	notice(r);
	r->page.section = SECTION_PROFILE;
	struct out o = web_out(r);
	v_security_show(&o, .page = &r->page, .security = &security);
	return OK;
}

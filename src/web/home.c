/* S10-S12: how much, until when, on which tariff, in which state. */
#include "domain/account.h"
#include "domain/phone.h"

#include "views.h"
#include "web/router.h"

/* Until the contact phone is confirmed the page says so, and where it leads. */
static enum err ask_to_confirm(struct req *r, struct web_home *home)
{
	struct phone phone;
	if (subscriber_phone_confirmed(&r->session))
		return OK;
	home->unconfirmed = true;
	try(phone_find(r->app, r->arena, &r->session, &phone));
	home->contact = phone.contact;
	return OK;
}

enum err web_home_show(struct req *r)
{
	struct web_home home = { 0 };
	try(account_summary(r->app, r->arena, &r->session, &home.sum));
	home.shown = money_abs(home.sum.money.balance);
	home.last = (struct web_movements){ .v = home.sum.last, .n = home.sum.n_last };
	try(ask_to_confirm(r, &home));
	if (http_query(r->http, STR("done")).n)
		r->page.notice.id = SAY_PHONE_CONFIRMED;
	r->page.section = SECTION_HOME;
	struct out o = web_out(r);
	v_home_show(&o, .page = &r->page, .home = &home);
	return OK;
}

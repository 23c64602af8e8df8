/* S10-S12: how much, until when, on which tariff, in which state. */
#include "domain/account.h"

#include "views.h"
#include "web/router.h"

enum err web_home_show(struct req *r)
{
	struct web_home home = { 0 };
	try(account_summary(r->app, r->arena, &r->session, &home.sum));
	home.shown = money_abs(home.sum.money.balance);
	home.last = (struct web_movements){ .v = home.sum.last, .n = home.sum.n_last };
	r->page.section = SECTION_HOME;
	struct out o = web_out(r);
	v_home_show(&o, .page = &r->page, .home = &home);
	return OK;
}

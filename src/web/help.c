/* The support phone and answers to what people ask first. */
#include "domain/email.h"

#include "views.h"
#include "web/router.h"

enum err web_help_show(struct req *r)
{
	r->page.section = SECTION_HELP;
	struct out o = web_out(r);
	v_help_show(&o, .page = &r->page, .mail = email_carried(r->app->conf));
	return OK;
}

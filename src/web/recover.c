/* S6, S7 as far as they go without SMS: the same words for everyone, whoever they are. */
#include "views.h"
#include "web/router.h"

enum err web_recover_show(struct req *r)
{
	struct out o = web_out(r);
	v_recover_show(&o, .page = &r->page);
	return OK;
}

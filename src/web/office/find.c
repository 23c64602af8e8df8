/* Finding a subscriber. */
#include "domain/find.h"

#include "views.h"
#include "web/office/office.h"

enum err web_office_find_show(struct req *r)
{
	struct find_list list;
	r->page.looked_for = str_sub(http_query(r->http, STR("q")), 0, FIND_BYTES_MAX);
	r->page.at = OFFICE_FIND;
	try(find_numbers(r->app, r->arena, r->page.looked_for, &list));
	struct out o = web_out(r);
	v_office_find_show(&o, .page = &r->page, .list = &list);
	return OK;
}

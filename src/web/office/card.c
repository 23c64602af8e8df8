/* The card of a number. */
#include "domain/card.h"

#include "core/scan.h"
#include "views.h"
#include "web/office/office.h"

enum err web_office_card_show(struct req *r)
{
	struct card card;
	int64_t id;
	if (!scan_i64_all(http_query(r->http, STR("id")), 1, INT64_MAX, &id))
		return E_NOTFOUND;
	try(card_look(r->app, r->arena, &r->staff.by, id, &card));
	r->page.at = OFFICE_FIND;
	struct out o = web_out(r);
	v_office_card_show(&o, .page = &r->page, .card = &card);
	return OK;
}

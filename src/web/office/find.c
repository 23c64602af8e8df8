/* Finding a subscriber. */
#include "domain/find.h"

#include "views.h"
#include "web/office/office.h"

/* The only one that fits is what was looked for. */
static enum err lead(struct req *r, int64_t number_id)
{
	struct buf b;
	struct str url;
	buf_init(&b, 64);
	buf_put(&b, str_c(URL_office_card_show));
	buf_put(&b, STR("?id="));
	buf_i64(&b, number_id);
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &url);
	buf_done(&b);
	return e ? e : web_redirect(r, url);
}

enum err web_office_find_show(struct req *r)
{
	struct find_list list;
	r->page.looked_for = str_sub(http_query(r->http, STR("q")), 0, FIND_BYTES_MAX);
	r->page.at = OFFICE_FIND;
	try(find_numbers(r->app, r->arena, r->page.looked_for, &list));
	if (list.n == 1 && !list.more)
		return lead(r, list.v[0].number_id);
	struct out o = web_out(r);
	v_office_find_show(&o, .page = &r->page, .list = &list);
	return OK;
}

/* Reading the audit. */
#include "domain/audit.h"

#include "core/scan.h"
#include "views.h"
#include "web/office/office.h"

static enum err older_url(struct req *r, int64_t seq, struct str *ret)
{
	struct buf b;
	buf_init(&b, 64);
	buf_put(&b, str_c(URL_office_audit_show));
	buf_put(&b, STR("?before="));
	buf_i64(&b, seq);
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

enum err web_office_audit_show(struct req *r)
{
	struct audit_list list;
	struct web_audit audit = { 0 };
	int64_t before = INT64_MAX;
	if (!scan_i64_all(http_query(r->http, STR("before")), 1, INT64_MAX, &before))
		before = INT64_MAX;
	try(audit_list(r->app, r->arena, before, &list));
	struct web_audit_row *v = arena_array(r->arena, list.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < list.n; i++) {
		v[i] = (struct web_audit_row){
			.seq = list.v[i].seq,
			.at = list.v[i].at,
			.who = list.v[i].who,
			.action = audit_action_text(list.v[i].action, r->lang),
			.subject = list.v[i].subject,
			.reason = list.v[i].reason,
		};
	}
	audit.rows.v = v;
	audit.rows.n = list.n;
	if (list.more)
		try(older_url(r, list.v[list.n - 1].seq, &audit.older.s));
	r->page.at = OFFICE_AUDIT;
	struct out o = web_out(r);
	v_office_audit_show(&o, .page = &r->page, .audit = &audit);
	return OK;
}

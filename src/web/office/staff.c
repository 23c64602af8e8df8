/* People of the staff, for administrators. */
#include "domain/staff.h"

#include "views.h"
#include "web/office/office.h"

static bool is_active(const struct staff_row *row)
{
	return !tstamp_is_none(row->enrolled) && tstamp_is_none(row->disabled);
}

/* Whose form it was that has a fault, as it was typed. */
static int64_t open_id(struct req *r)
{
	const struct form_office_staff_change *f = r->form;
	bool change = r->route->form == &form_table_office_staff_change;
	return change && f ? f->id : 0;
}

static enum err read_rows(struct req *r, struct web_staff *ret)
{
	struct staff_list all;
	int64_t open = open_id(r);
	try(staff_list(r->app, r->arena, &all));
	struct web_staff_row *v = arena_array(r->arena, all.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < all.n; i++) {
		v[i] = (struct web_staff_row){
			.row = all.v[i],
			.active = is_active(&all.v[i]),
			.disabled = !tstamp_is_none(all.v[i].disabled),
			.waited = !tstamp_is_none(all.v[i].invited),
			.own = all.v[i].staff.id == r->staff.staff.id,
			.open = all.v[i].staff.id == open,
		};
	}
	ret->rows.v = v;
	ret->rows.n = all.n;
	return OK;
}

static void mark_role(struct web_staff *staff, struct str chosen)
{
	enum staff_role role;
	bool some = right_role_find(chosen, &role);
	staff->role_clerk = some && role == STAFF_CLERK;
	staff->role_accountant = some && role == STAFF_ACCOUNTANT;
	staff->role_administrator = some && role == STAFF_ADMINISTRATOR;
	staff->role_auditor = some && role == STAFF_AUDITOR;
}

static enum err show(struct req *r, struct web_staff *staff)
{
	const struct typed_office_staff_add *add = TYPED(r, office_staff_add);
	const struct typed_office_staff_change *change = TYPED(r, office_staff_change);
	if (!add || !change)
		return E_NOMEM;
	staff->add = *add;
	staff->reason = change->reason;
	mark_role(staff, add->role.value);
	try(read_rows(r, staff));
	r->page.at = OFFICE_STAFF;
	struct out o = web_out(r);
	v_office_staff_show(&o, .page = &r->page, .staff = staff);
	return OK;
}

enum err web_office_staff_show(struct req *r)
{
	struct str done = http_query(r->http, STR("done"));
	if (r->http->method != HTTP_POST && str_eq(done, STR("off")))
		r->page.notice.id = SAY_STAFF_DISABLED;
	if (r->http->method != HTTP_POST && str_eq(done, STR("on")))
		r->page.notice.id = SAY_STAFF_ENABLED;
	return show(r, &(struct web_staff){ 0 });
}

/* --- links ---------------------------------------------------------------- */

static enum err link_text(struct req *r, const struct staff_link *link, struct str *ret)
{
	struct buf b;
	struct str origin = r->app->conf->office_origin;
	buf_init(&b, 1024);
	if (origin.n == 0) {
		buf_put(&b, r->http->tls ? STR("https://") : STR("http://"));
		origin = r->http->host;
	}
	buf_put(&b, origin);
	buf_put(&b, str_c(URL_office_enrol_show));
	buf_put(&b, STR("?t="));
	buf_put(&b, str_c(link->token));
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

/* Shown in the answer itself, this once: it can be kept nowhere. */
static enum err show_link(struct req *r, const struct staff_link *link, struct str login)
{
	struct web_staff staff = { .link_of = login, .link_expires = link->expires };
	try(link_text(r, link, &staff.link));
	r->typed = NULL;
	return show(r, &staff);
}

enum err web_office_staff_add(struct req *r, const struct form_office_staff_add *f)
{
	struct staff_link link;
	const struct staff_new new = { .login = f->login, .name = f->name, .role = f->role };
	try(staff_add(r->app, r->arena, &r->staff.by, &new, &r->problems, &link));
	return show_link(r, &link, f->login);
}

enum err web_office_staff_invite(struct req *r, const struct form_office_staff_invite *f)
{
	struct staff_link link;
	struct staff staff;
	try(staff_get(r->app, r->arena, f->id, &staff));
	try(staff_invite(r->app, r->arena, &r->staff.by, f->id, &link));
	return show_link(r, &link, staff.login);
}

/* --- in and out ----------------------------------------------------------- */

static enum err check_reason(struct req *r, struct str reason)
{
	if (audit_reason_ok(reason))
		return OK;
	problems_add(&r->problems, "reason", (struct say){ .id = SAY_BAD_TEXT });
	return E_INPUT;
}

enum err web_office_staff_disable(struct req *r, const struct form_office_staff_change *f)
{
	try(check_reason(r, f->reason));
	enum err e = staff_disable(r->app, r->arena, &r->staff.by, f->id, f->reason);
	if (e == E_CONFLICT) {
		r->status = 409;
		web_not_done(r, SAY_STAFF_LAST);
		return show(r, &(struct web_staff){ 0 });
	}
	try(e);
	return web_redirect(r, STR("/staff?done=off"));
}

enum err web_office_staff_enable(struct req *r, const struct form_office_staff_change *f)
{
	try(check_reason(r, f->reason));
	try(staff_enable(r->app, r->arena, &r->staff.by, f->id, f->reason));
	return web_redirect(r, STR("/staff?done=on"));
}

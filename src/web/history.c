/* S13: «Платежи и начисления» by days, with a chart of the months, and the same as CSV. */
#include "domain/ledger.h"

#include "views.h"
#include "web/chart.h"
#include "web/csv.h"
#include "web/period.h"
#include "web/router.h"

static int offset_min(const struct req *r)
{
	return (int)r->app->conf->operator_utc_offset_min;
}

/* Movements come newest first: each run of one date is a day. */
static enum err by_days(struct req *r, const struct history *h, struct web_history *page)
{
	struct web_day *days = arena_array(r->arena, h->n + 1, sizeof(*days));
	if (!days)
		return E_NOMEM;
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++) {
		struct date date = tstamp_local(h->v[i].at, offset_min(r)).date;
		if (n == 0 || date_cmp(days[n - 1].date, date) != 0)
			days[n++] = (struct web_day){ .date = date, .moves.v = &h->v[i] };
		days[n - 1].moves.n++;
	}
	page->days.v = days;
	page->days.n = n;
	return OK;
}

static enum err urls(struct req *r, const struct history_query *q, struct web_history *page)
{
	struct str path = r->route->path;
	struct arena *a = r->arena;
	try(period_url(a, path, q, HISTORY_ALL, &page->all_url));
	try(period_url(a, path, q, HISTORY_PAYMENTS, &page->payments_url));
	try(period_url(a, path, q, HISTORY_CHARGES, &page->charges_url));
	try(period_url(a, str_c(URL_history_csv), q, q->kind, &page->csv_url));
	struct history_query before;
	if (!period_before(q, &before))
		return OK;
	return period_url(a, path, &before, q->kind, &page->older_url);
}

/* The day that is shown; what was typed instead, when the period has a fault. */
static enum err date_field(struct req *r, struct str name, bool fault, struct date d,
			   struct field *ret)
{
	*ret = (struct field){ .name = name, .value = http_query(r->http, name) };
	if (fault && ret->value.n > 0)
		return OK;
	struct buf b;
	buf_init(&b, 32);
	date_iso(&b, d);
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &ret->value);
	buf_done(&b);
	return e;
}

enum err web_history_show(struct req *r)
{
	struct history_query q;
	struct web_history page = { 0 };
	period_read(r, &q, &page.fault);
	r->page.fault = page.fault.id != SAY_NONE;
	struct history h;
	try(ledger_history(r->app, r->arena, &r->session, &q, &h));
	page.from = q.from;
	page.to = q.to;
	page.kind = q.kind;
	page.opening = h.opening;
	page.payments = h.payments;
	page.charges = h.charges;
	page.closing = h.closing;
	page.closing_shown = money_abs(h.closing);
	try(by_days(r, &h, &page));
	try(urls(r, &q, &page));
	try(date_field(r, STR("from"), r->page.fault, q.from, &page.from_field));
	try(date_field(r, STR("to"), r->page.fault, q.to, &page.to_field));
	try(web_chart(r->arena, h.months, h.n_months, app_today(r->app), &page.months));
	r->page.section = SECTION_HISTORY;
	struct out o = web_out(r);
	v_history_show(&o, .page = &r->page, .history = &page);
	return OK;
}

/* A file cannot say what is wrong with its period: the page can. */
static enum err back_to_page(struct req *r)
{
	struct str query = r->http->target;
	query = str_sub(query, str_find(query, '?'), query.n);
	struct buf b;
	buf_init(&b, 16384);
	buf_put(&b, str_c(URL_history_show));
	buf_put(&b, query);
	struct str url = { 0 };
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &url);
	buf_done(&b);
	try(e);
	return web_redirect(r, url);
}

enum err web_history_csv(struct req *r)
{
	struct history_query q;
	struct say fault;
	period_read(r, &q, &fault);
	if (fault.id != SAY_NONE)
		return back_to_page(r);
	struct history h;
	try(ledger_history(r->app, r->arena, &r->session, &q, &h));
	return csv_answer(r, &q, &h);
}

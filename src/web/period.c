#include "web/period.h"

#define PERIOD_YEARS_MAX 3

static const struct str kinds[] = {
	[HISTORY_ALL] = STR("all"),
	[HISTORY_PAYMENTS] = STR("payments"),
	[HISTORY_CHARGES] = STR("charges"),
};

static struct date month_start(struct date d)
{
	d.day = 1;
	return d;
}

static struct say faults(const struct history_query *q)
{
	if (date_cmp(q->from, q->to) > 0)
		return (struct say){ .id = SAY_PERIOD_FORM };
	if (date_cmp(date_add_months(q->from, 12 * PERIOD_YEARS_MAX), q->to) < 0)
		return (struct say){ .id = SAY_HISTORY_LONG, .a = PERIOD_YEARS_MAX };
	return (struct say){ 0 };
}

void period_read(struct req *r, struct history_query *ret, struct say *ret_fault)
{
	struct date today = app_today(r->app);
	*ret = (struct history_query){
		.from = date_add_months(month_start(today), -1),
		.to = today,
	};
	*ret_fault = (struct say){ 0 };
	struct str kind = http_query(r->http, STR("kind"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_eq(kinds[i], kind))
			ret->kind = (enum history_kind)i;
	}
	struct str from = http_query(r->http, STR("from"));
	struct str to = http_query(r->http, STR("to"));
	struct history_query asked = *ret;
	if ((from.n && date_parse(from, &asked.from) != OK) ||
	    (to.n && date_parse(to, &asked.to) != OK)) {
		ret_fault->id = SAY_DATE_FORM;
		return;
	}
	*ret_fault = faults(&asked);
	if (ret_fault->id == SAY_NONE)
		*ret = asked;
}

struct history_query period_before(const struct history_query *q)
{
	int months = (q->to.year - q->from.year) * 12 + q->to.month - q->from.month + 1;
	return (struct history_query){
		.from = date_add_months(month_start(q->from), -months),
		.to = date_of_days(date_days(q->from) - 1),
		.kind = q->kind,
	};
}

enum err period_url(struct arena *a, struct str path, const struct history_query *q,
		    enum history_kind kind, struct url *ret)
{
	struct buf b;
	buf_init(&b, 256);
	buf_put(&b, path);
	buf_put(&b, STR("?from="));
	date_iso(&b, q->from);
	buf_put(&b, STR("&to="));
	date_iso(&b, q->to);
	buf_put(&b, STR("&kind="));
	buf_put(&b, kinds[kind]);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), &ret->s);
	buf_done(&b);
	return e;
}

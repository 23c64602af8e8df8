/* Reading a period, and moving it. */
#include "web/period.h"

/* The last month of a period may be a piece of one. */
enum { PERIOD_YEARS_MAX = 3, MONTHS_MAX = 12 * PERIOD_YEARS_MAX - 1 };

/* No movement lies outside, and what is computed from these stays within what a date can be. */
enum { YEAR_FIRST = 2000, YEAR_LAST = 2099 };

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

static bool year_known(struct date d)
{
	return d.year >= YEAR_FIRST && d.year <= YEAR_LAST;
}

static struct say faults(const struct history_query *q)
{
	if (!year_known(q->from) || !year_known(q->to))
		return (struct say){ .id = SAY_DATE_FORM };
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

bool period_before(const struct history_query *q, struct history_query *ret)
{
	int months = (q->to.year - q->from.year) * 12 + q->to.month - q->from.month + 1;
	if (months > MONTHS_MAX)
		months = MONTHS_MAX;
	struct history_query before = {
		.from = date_add_months(month_start(q->from), -months),
		.to = date_of_days(date_days(q->from) - 1),
		.kind = q->kind,
	};
	if (faults(&before).id != SAY_NONE)
		return false;
	*ret = before;
	return true;
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

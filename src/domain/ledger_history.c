/* The movements of one account over a period, as their owner sees them (S13). Balances are in the
 * order of time, which need not be the order of recording: operators' files come late. */
#include "domain/ledger.h"

#include <assert.h>

#include "domain/ledger_key.h"
#include "domain/ledger_row.h"
#include "q_posting.h"

enum { HISTORY_YEARS_MAX = 3, HISTORY_MONTHS = 6 };

struct history_run {
	struct arena *a;
	int64_t account_id;
	enum history_kind kind;
	tstamp from, before; /* the period asked for */
	tstamp months_at[HISTORY_MONTHS +
			 1]; /* where each month of the chart begins; the last one ends */
	struct q_posting_history_row *rows; /* all from the earlier of both on */
	size_t n_rows;
	struct history h;
};

static tstamp earlier(tstamp a, tstamp b)
{
	return a.ms < b.ms ? a : b;
}

static tstamp later(tstamp a, tstamp b)
{
	return a.ms > b.ms ? a : b;
}

static enum err read_history(struct tx *tx, void *arg)
{
	struct history_run *run = arg;
	tstamp first = earlier(run->from, run->months_at[0]);
	try(q_posting_sum_before(
		tx, run->a,
		&(struct q_posting_sum_before_args){ .account = run->account_id, .before = first },
		&run->h.opening));
	return q_posting_history(
		tx, run->a,
		&(struct q_posting_history_args){
			.account = run->account_id,
			.first = first,
			.before = later(run->before, run->months_at[HISTORY_MONTHS]),
		},
		&run->rows, &run->n_rows);
}

/* Add an amount to what came in or to what went out. */
static enum err tally(money amount, money *payments, money *charges)
{
	return amount.kop > 0 ? money_add(*payments, amount, payments)
			      : money_sub(*charges, amount, charges);
}

static enum err tally_month(struct history_run *run, const struct q_posting_history_row *row)
{
	for (size_t i = 0; i < HISTORY_MONTHS; i++)
		if (row->at.ms >= run->months_at[i].ms && row->at.ms < run->months_at[i + 1].ms)
			return tally(row->amount, &run->h.months[i].payments,
				     &run->h.months[i].charges);
	return OK;
}

static bool is_wanted(enum history_kind kind, money amount)
{
	switch (kind) {
	case HISTORY_PAYMENTS:
		return amount.kop > 0;
	case HISTORY_CHARGES:
		return amount.kop < 0;
	default:
		return true;
	}
}

static enum err list_movement(struct history_run *run, const struct q_posting_history_row *row,
			      money before)
{
	struct movement m = {
		.entry_id = row->entry,
		.at = row->at,
		.title = row->title,
		.detail = row->detail,
		.note = row->note,
		.origin = ledger_origin(row->source),
		.amount = row->amount,
		.before = before,
	};
	try(money_add(before, row->amount, &m.after));
	try(entry_kind_parse(row->kind, &m.kind));
	try(tally(row->amount, &run->h.payments, &run->h.charges));
	if (is_wanted(run->kind, row->amount))
		run->h.v[run->h.n++] = m;
	return OK;
}

static void newest_first(struct history *h)
{
	for (size_t i = 0; i < h->n / 2; i++) {
		struct movement m = h->v[i];
		h->v[i] = h->v[h->n - 1 - i];
		h->v[h->n - 1 - i] = m;
	}
}

/* From the rows in the order of time to sums and movements. */
static enum err tell_history(struct history_run *run)
{
	struct history *h = &run->h;
	money balance = h->opening;
	h->closing = h->opening;
	h->v = arena_array(run->a, run->n_rows + 1, sizeof(*h->v));
	if (!h->v)
		return E_NOMEM;
	for (size_t i = 0; i < run->n_rows; i++) {
		const struct q_posting_history_row *row = &run->rows[i];
		try(tally_month(run, row));
		if (row->at.ms >= run->from.ms && row->at.ms < run->before.ms)
			try(list_movement(run, row, balance));
		try(money_add(balance, row->amount, &balance));
		if (row->at.ms < run->from.ms)
			h->opening = balance;
		if (row->at.ms < run->before.ms)
			h->closing = balance;
	}
	newest_first(h);
	return OK;
}

static enum err plan_months(struct history_run *run, struct date to, int offset_min)
{
	struct date first = { .year = to.year, .month = to.month, .day = 1 };
	struct month_sum *months = arena_array(run->a, HISTORY_MONTHS, sizeof(*months));
	if (!months)
		return E_NOMEM;
	for (int i = 0; i <= HISTORY_MONTHS; i++) {
		struct date month = date_add_months(first, i + 1 - HISTORY_MONTHS);
		run->months_at[i] = tstamp_of_date(month, offset_min);
		if (i < HISTORY_MONTHS)
			months[i].month = month;
	}
	run->h.months = months;
	run->h.n_months = HISTORY_MONTHS;
	return OK;
}

static bool period_is_good(const struct history_query *q)
{
	return date_valid(q->from) && date_valid(q->to) && date_cmp(q->from, q->to) <= 0 &&
	       date_cmp(q->to, date_add_months(q->from, 12 * HISTORY_YEARS_MAX)) <= 0;
}

enum err ledger_history(const struct app *app, struct arena *a, const struct session *s,
			const struct history_query *q, struct history *ret)
{
	if (!period_is_good(q))
		return E_INPUT;
	int offset_min = (int)app->conf->operator_utc_offset_min;
	struct history_run run = {
		.a = a,
		.account_id = s->account_id,
		.kind = q->kind,
		.from = tstamp_of_date(q->from, offset_min),
		.before = { .ms = tstamp_of_date(q->to, offset_min).ms + DAY_MS },
	};
	try(plan_months(&run, q->to, offset_min));
	try(store_read(app->store, read_history, &run));
	try(tell_history(&run));
	*ret = run.h;
	return OK;
}

/* The account of a number: its opening, and its summary for the home page, the most asked-for thing
 * there is. */
#include "domain/account.h"

#include "domain/ledger_key.h"
#include "domain/ledger_row.h"
#include "q_account.h"
#include "q_posting.h"

struct summary_run {
	struct arena *a;
	int64_t number_id, account_id;
	tstamp now;
	struct date today;
	struct q_account_summary_row row;
	struct q_posting_latest_row *last;
	size_t n_last;
};

static enum err read_summary(struct tx *tx, void *arg)
{
	struct summary_run *run = arg;
	try(q_account_summary(tx, run->a,
			      &(struct q_account_summary_args){ .number_id = run->number_id,
								.now = run->now,
								.today = run->today },
			      &run->row));
	return q_posting_latest(tx, run->a, run->account_id, &run->last, &run->n_last);
}

static enum block_reason reason_of(struct str s)
{
	static const struct {
		struct str name;
		enum block_reason reason;
	} reasons[] = {
		{ STR("debt"), BLOCK_DEBT },         { STR("request"), BLOCK_REQUEST },
		{ STR("lost"), BLOCK_LOST },         { STR("fraud"), BLOCK_FRAUD },
		{ STR("contract"), BLOCK_CONTRACT },
	};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (str_eq(s, reasons[i].name))
			return reasons[i].reason;
	return BLOCK_NONE;
}

static void tell_status(const struct q_account_summary_row *row, struct account_summary *ret)
{
	ret->state_since = row->status_at;
	if (tstamp_is_none(row->status_at))
		ret->state = NUMBER_NEW;
	else
		ret->state = str_eq(row->status, STR("blocked")) ? NUMBER_BLOCKED : NUMBER_ACTIVE;
	if (ret->state == NUMBER_BLOCKED)
		ret->reason = reason_of(row->reason);
}

static void tell_tariff(const struct q_account_summary_row *row, struct account_summary *ret)
{
	ret->has_tariff = row->fee.has;
	if (!ret->has_tariff)
		return;
	ret->tariff_name = row->tariff_name;
	ret->tariff_since = row->tariff_from;
	ret->fee = (money){ .kop = row->fee.v };
	ret->minutes = row->minutes.v;
	ret->data_mb = row->data_mb.v;
	ret->sms = row->sms.v;
}

/* A debt is to be paid until the due day of this month, or of the next when that has passed. */
static enum err tell_due(struct date today, int8_t due_day, struct account_summary *ret)
{
	struct date month = { .year = today.year, .month = today.month, .day = 1 };
	ret->next_fee = date_add_months(month, 1);
	struct date due = today.day <= due_day ? month : ret->next_fee;
	due.day = due_day;
	ret->due_until = due;
	return ret->money.balance.kop < 0 ? money_neg(ret->money.balance, &ret->due) : OK;
}

/* The newest movement ends at the present balance; each older one where the next begins. */
static enum err tell_last(const struct summary_run *run, struct account_summary *ret)
{
	money after = ret->money.balance;
	ret->last = arena_array(run->a, run->n_last + 1, sizeof(*ret->last));
	if (!ret->last)
		return E_NOMEM;
	for (size_t i = 0; i < run->n_last; i++) {
		const struct q_posting_latest_row *row = &run->last[i];
		struct movement *m = &ret->last[i];
		*m = (struct movement){
			.entry_id = row->entry,
			.at = row->at,
			.title = row->title,
			.detail = row->detail,
			.amount = row->amount,
			.after = after,
		};
		try(entry_kind_parse(row->kind, &m->kind));
		try(money_sub(after, row->amount, &m->before));
		after = m->before;
	}
	ret->n_last = run->n_last;
	return OK;
}

enum err account_summary(const struct app *app, struct arena *a, const struct session *s,
			 struct account_summary *ret)
{
	struct summary_run run = {
		.a = a,
		.number_id = s->number_id,
		.account_id = s->account_id,
		.now = app_now(app),
		.today = app_today(app),
	};
	try(store_read(app->store, read_summary, &run));
	struct account_summary sum = {
		.msisdn = s->msisdn,
		.money.balance = run.row.balance,
		.operator_name = run.row.operator_name,
	};
	tell_status(&run.row, &sum);
	tell_tariff(&run.row, &sum);
	try(tell_due(run.today, (int8_t)app->conf->operator_due_day, &sum));
	try(tell_last(&run, &sum));
	*ret = sum;
	return OK;
}

enum err account_open(const struct app *app, struct tx *tx, money credit_limit, int64_t *ret_id)
{
	int64_t id = id_next(app->ids);
	try(q_account_add(tx, &(struct q_account_add_args){
				      .id = id,
				      .credit_limit = credit_limit,
				      .balance = MONEY_ZERO,
				      .seq = 0,
				      .head = STR(""),
				      .recorded = { 0 },
			      }));
	*ret_id = id;
	return OK;
}

enum err account_bring(const struct app *app, struct tx *tx, struct arena *a,
		       const struct opening *o, bool *ret_fresh)
{
	if (o->balance.kop == 0) {
		*ret_fresh = false;
		return OK;
	}
	struct entry e = {
		.kind = ENTRY_OPENING,
		.at = o->at,
		.title = STR("Входящий остаток"),
		.source = o->source,
		.legs = { { .account_id = LEDGER_OPENING },
			  { .account_id = o->account_id, .amount = o->balance } },
		.n_legs = 2,
	};
	int64_t id;
	try(money_neg(o->balance, &e.legs[0].amount));
	try(ledger_key(a, (const struct str[]){ STR("opening"), msisdn_str(&o->msisdn) }, 2,
		       &e.key));
	return ledger_post(app, tx, a, &e, &id, ret_fresh);
}

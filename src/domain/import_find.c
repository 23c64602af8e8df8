/* The store's part in checking rows: look-ups by what people write, and claims within the file. */
#include "domain/import_find.h"

#include "core/iccid.h"
#include "domain/account.h"
#include "domain/ledger_key.h"
#include "domain/tariff.h"
#include "q_entry.h"
#include "q_import.h"
#include "q_posting.h"

enum err import_claim_key(struct import_ctx *x, const struct import_row *row, struct str key,
			  int64_t *ret_line)
{
	return q_import_key_claim(x->tx, x->a,
				  &(struct q_import_key_claim_args){
					  .run = x->run_id, .key = key, .line = row->line },
				  ret_line);
}

static enum err join(struct arena *a, struct str prefix, struct str s, struct str *ret)
{
	char *p = arena_alloc(a, prefix.n + s.n);
	if (!p)
		return E_NOMEM;
	*ret = (struct str){ .p = p, .n = prefix.n + s.n };
	p = mempcpy(p, prefix.p, prefix.n);
	if (s.n)
		memcpy(p, s.p, s.n);
	return OK;
}

enum err import_claim(struct import_ctx *x, const struct import_row *row, size_t column,
		      const char *prefix)
{
	if (!row->cells[column].given)
		return OK;
	struct str key;
	int64_t line;
	try(join(x->a, str_c(prefix), row->cells[column].s, &key));
	try(import_claim_key(x, row, key, &line));
	if (line == row->line)
		return OK;
	return import_complain_cell(x, row, column, IMPORT_DUPLICATE, line);
}

enum err import_find_account(struct import_ctx *x, struct import_row *row, size_t number,
			     size_t account)
{
	struct q_import_number_row found;
	enum err e = q_import_number(x->tx, x->a, row->cells[number].s, &found);
	if (e != OK && e != E_NOTFOUND)
		return e;
	row->cells[account] =
		(struct import_cell){ .given = e == OK, .i = e == OK ? found.account : 0 };
	return OK;
}

enum err import_find_tariff(struct import_ctx *x, struct import_row *row, size_t operator,
			    size_t tariff, size_t id)
{
	struct str name;
	int64_t tariff_id;
	enum err e = q_import_operator(x->tx, x->a, row->cells[operator].s, &name);
	if (e == E_NOTFOUND)
		return import_complain_cell(x, row, operator, IMPORT_OPERATOR_UNKNOWN, 0);
	try(e);
	e = tariff_find(x->tx, x->a, row->cells[operator].s, row->cells[tariff].s, &tariff_id);
	if (e == E_NOTFOUND)
		return import_complain_cell(x, row, tariff, IMPORT_TARIFF_UNKNOWN, 0);
	try(e);
	row->cells[id] = (struct import_cell){ .given = true, .i = tariff_id };
	return OK;
}

static enum err check_number(struct import_ctx *x, const struct import_row *row,
			     const struct import_sim_columns *c)
{
	struct q_import_number_row found;
	enum err e = q_import_number(x->tx, x->a, row->cells[c->number].s, &found);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	if (str_eq(found.operator, row->cells[c->operator].s))
		return OK;
	return import_complain_cell(x, row, c->number, IMPORT_OPERATOR_OTHER, 0);
}

static enum err check_card(struct import_ctx *x, const struct import_row *row,
			   const struct import_sim_columns *c)
{
	struct q_import_sim_row found;
	enum err e = q_import_sim(x->tx, x->a, row->cells[c->iccid].s, &found);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	if (!str_eq(found.operator, row->cells[c->operator].s))
		return import_complain_cell(x, row, c->iccid, IMPORT_OPERATOR_OTHER, 0);
	if (!str_eq(found.msisdn, row->cells[c->number].s))
		return import_complain_cell(x, row, c->iccid, IMPORT_SIM_OTHER, 0);
	return OK;
}

enum err import_check_sim(struct import_ctx *x, const struct import_row *row)
{
	const struct import_sim_columns *c = x->kind->sim;
	struct iccid iccid;
	try(iccid_parse(row->cells[c->iccid].s, &iccid));
	if (!iccid_luhn(&iccid))
		try(import_complain_cell(x, row, c->iccid, IMPORT_LUHN, 0));
	try(import_claim(x, row, c->number, "n:"));
	try(import_claim(x, row, c->iccid, "i:"));
	try(import_claim(x, row, c->imsi, "s:"));
	try(check_number(x, row, c));
	return check_card(x, row, c);
}

/* The leg of the account; NULL when there is none of this amount. */
static const struct q_posting_of_entry_row *find_leg(const struct q_posting_of_entry_row *legs,
						     size_t n, const struct leg *want)
{
	for (size_t i = 0; i < n; i++)
		if (legs[i].account == want->account_id && legs[i].amount.kop == want->amount.kop)
			return &legs[i];
	return NULL;
}

static bool same_texts(const struct entry *e, const struct q_posting_of_entry_row *leg)
{
	return str_eq(leg->title, e->title) && str_eq(leg->detail, e->detail) &&
	       str_eq(leg->note, e->note);
}

enum err import_check_money(struct import_ctx *x, const struct import_row *row,
			    const struct import_entry_columns *c)
{
	if (row->cells[c->amount].i <= 0)
		try(import_complain_cell(x, row, c->amount, IMPORT_NOT_POSITIVE, 0));
	return import_warn_future(x, row, c->at);
}

enum err import_check_entry(struct import_ctx *x, const struct import_row *row, size_t ref,
			    const struct entry *e, bool *ret_suspended)
{
	struct q_entry_by_key_row found;
	*ret_suspended = false;
	enum err err = q_entry_by_key(x->tx, x->a, e->key, &found);
	if (err == E_NOTFOUND)
		return OK;
	try(err);
	struct q_posting_of_entry_row *legs;
	size_t n;
	try(q_posting_of_entry(x->tx, x->a, found.id, &legs, &n));
	struct leg to_nobody = { .account_id = LEDGER_SUSPENSE, .amount = e->legs[0].amount };
	const struct q_posting_of_entry_row *suspended = find_leg(legs, n, &to_nobody);
	const struct q_posting_of_entry_row *posted = find_leg(legs, n, &e->legs[0]);
	bool same_time = found.at.ms == e->at.ms;
	*ret_suspended = same_time && suspended && str_eq(suspended->title, e->title);
	if (*ret_suspended || (same_time && posted && same_texts(e, posted)))
		return OK;
	return import_complain_cell(x, row, ref, IMPORT_KEY_OTHER, 0);
}

enum err import_claim_entry(struct import_ctx *x, const struct import_row *row,
			    const struct import_entry_columns *c, struct entry *e,
			    enum import_entry *ret)
{
	const struct str parts[] = { str_c(c->what), row->cells[c->source].s,
				     row->cells[c->ref].s };
	int64_t line;
	try(ledger_key(x->a, parts, sizeof(parts) / sizeof(parts[0]), &e->key));
	try(import_claim_key(x, row, e->key, &line));
	if (line != row->line) {
		*ret = IMPORT_ENTRY_REPEATED;
		return import_complain_cell(x, row, c->ref, IMPORT_DUPLICATE, line);
	}
	bool suspended;
	try(import_check_entry(x, row, c->ref, e, &suspended));
	*ret = suspended ? IMPORT_ENTRY_SUSPENDED : IMPORT_ENTRY_FINE;
	return OK;
}

static enum err add_number(struct import_ctx *x, struct str msisdn, struct str operator_code)
{
	struct q_import_number_add_args number = {
		.id = id_next(x->app->ids),
		.msisdn = msisdn,
		.operator= operator_code,
	};
	int64_t added;
	try(account_open(x->app, x->tx, MONEY_ZERO, &number.account));
	try(q_import_number_add(x->tx, &number, &added));
	return added ? OK : q_import_account_drop(x->tx, number.account);
}

enum err import_make_number(struct import_ctx *x, struct str msisdn, struct str operator_code,
			    struct import_number *ret)
{
	struct q_import_number_row row;
	enum err e = q_import_number(x->tx, x->a, msisdn, &row);
	bool fresh = e == E_NOTFOUND;
	if (fresh) {
		try(add_number(x, msisdn, operator_code));
		e = q_import_number(x->tx, x->a, msisdn, &row);
	}
	try(e);
	if (!str_eq(row.operator, operator_code))
		return E_CONFLICT;
	*ret = (struct import_number){
		.id = row.id, .account_id = row.account, .epoch = row.epoch, .fresh = fresh
	};
	return OK;
}

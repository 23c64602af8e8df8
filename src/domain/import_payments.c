/* Payments that others took for us (B3). One for a number that is not ours is money all the same:
 * it goes to the suspense account until somebody finds out whose it is. */
#include "domain/import_find.h"
#include "domain/payment.h"

enum { NUMBER, AT, AMOUNT, PROVIDER, REF, TITLE, DETAIL, ACCOUNT, COLUMNS };

static const struct import_column columns[COLUMNS] = {
	[NUMBER] = { .ru = "Номер", .en = "number", .type = IMPORT_NUMBER, .required = true },
	[AT] = { .ru = "Время", .en = "time", .type = IMPORT_MOMENT, .required = true },
	[AMOUNT] = { .ru = "Сумма", .en = "amount", .type = IMPORT_SUM, .required = true },
	[PROVIDER] = { .ru = "Провайдер",
		       .en = "provider",
		       .type = IMPORT_CODE,
		       .max = 40,
		       .required = true },
	[REF] = { .ru = "Код платежа",
		  .en = "id",
		  .type = IMPORT_CODE,
		  .max = 100,
		  .required = true },
	[TITLE] = { .ru = "Наименование",
		    .en = "title",
		    .type = IMPORT_TEXT,
		    .max = 100,
		    .required = true },
	[DETAIL] = { .ru = "Подробности", .en = "detail", .type = IMPORT_TEXT, .max = 200 },
	[ACCOUNT] = { .type = IMPORT_HIDDEN_INT },
};

static const struct import_entry_columns entry = {
	.what = "payment",
	.source = PROVIDER,
	.ref = REF,
	.at = AT,
	.amount = AMOUNT,
};

static enum err check(struct import_ctx *x, struct import_row *row)
{
	return import_check_money(x, row, &entry);
}

/* Whose number it was goes with the money, or nobody could ever find out. */
static void suspend(struct import_cell *c)
{
	c[DETAIL] = c[NUMBER];
	c[ACCOUNT] = (struct import_cell){ .given = true, .i = LEDGER_SUSPENSE };
}

static enum err resolve(struct import_ctx *x, struct import_row *row)
{
	struct import_cell *c = row->cells;
	try(import_find_account(x, row, NUMBER, ACCOUNT));
	bool unknown = !c[ACCOUNT].given;
	struct entry e = {
		.at = { .ms = c[AT].i },
		.title = c[TITLE].s,
		.detail = c[DETAIL].s,
		.legs = { { .account_id = c[ACCOUNT].i, .amount = { .kop = c[AMOUNT].i } } },
	};
	enum import_entry found;
	try(import_claim_entry(x, row, &entry, &e, &found));
	if (found == IMPORT_ENTRY_REPEATED)
		return OK;
	bool suspended = found == IMPORT_ENTRY_SUSPENDED;
	if (unknown || suspended)
		suspend(c);
	return unknown && !suspended ? import_complain_cell(x, row, NUMBER, IMPORT_SUSPENSE, 0)
				     : OK;
}

static enum err apply(struct import_ctx *x, const struct import_row *row, bool *ret_fresh)
{
	const struct import_cell *c = row->cells;
	int64_t entry_id;
	return payment_post(x->app, x->tx, x->a,
			    &(struct payment){
				    .provider = c[PROVIDER].s,
				    .ref = c[REF].s,
				    .account_id = c[ACCOUNT].i,
				    .at = { .ms = c[AT].i },
				    .amount = { .kop = c[AMOUNT].i },
				    .title = c[TITLE].s,
				    .detail = c[DETAIL].s,
				    .file = x->file,
			    },
			    &entry_id, ret_fresh);
}

const struct import_kind *import_payments(void)
{
	static const struct import_kind kind = {
		.name = "payments",
		.columns = columns,
		.n_columns = COLUMNS,
		.check = check,
		.resolve = resolve,
		.apply = apply,
	};
	return &kind;
}

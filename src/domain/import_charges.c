/* Charges from an operator's file: monthly fees and what was used (B3). */
#include "domain/charge.h"
#include "domain/import_find.h"

enum { NUMBER, AT, KIND, TITLE, DETAIL, NOTE, AMOUNT, SOURCE, REF, ACCOUNT, COLUMNS };

enum { KIND_FEE, KIND_CHARGE };
static const struct import_choice kinds[] = {
	[KIND_FEE] = { "абонентская плата", "fee" },
	[KIND_CHARGE] = { "начисление", "charge" },
	{ 0 },
};

static const struct import_column columns[COLUMNS] = {
	[NUMBER] = { .ru = "Номер", .en = "number", .type = IMPORT_NUMBER, .required = true },
	[AT] = { .ru = "Дата", .en = "date", .type = IMPORT_MOMENT, .required = true },
	[KIND] = { .ru = "Вид",
		   .en = "kind",
		   .type = IMPORT_ONE_OF,
		   .required = true,
		   .choices = kinds },
	[TITLE] = { .ru = "Наименование",
		    .en = "title",
		    .type = IMPORT_TEXT,
		    .max = 100,
		    .required = true },
	[DETAIL] = { .ru = "Подробности", .en = "detail", .type = IMPORT_TEXT, .max = 200 },
	[NOTE] = { .ru = "Пояснение", .en = "note", .type = IMPORT_TEXT, .max = 1000 },
	[AMOUNT] = { .ru = "Сумма", .en = "amount", .type = IMPORT_SUM, .required = true },
	[SOURCE] = { .ru = "Источник",
		     .en = "source",
		     .type = IMPORT_CODE,
		     .max = 40,
		     .required = true },
	[REF] = { .ru = "Код", .en = "id", .type = IMPORT_CODE, .max = 100, .required = true },
	[ACCOUNT] = { .type = IMPORT_HIDDEN_INT },
};

static const struct import_entry_columns entry = {
	.what = "charge",
	.source = SOURCE,
	.ref = REF,
	.at = AT,
	.amount = AMOUNT,
};

static enum err check(struct import_ctx *x, struct import_row *row)
{
	return import_check_money(x, row, &entry);
}

static enum err resolve(struct import_ctx *x, struct import_row *row)
{
	const struct import_cell *c = row->cells;
	struct entry e = {
		.at = { .ms = c[AT].i },
		.title = c[TITLE].s,
		.detail = c[DETAIL].s,
		.note = c[NOTE].s,
	};
	try(import_find_account(x, row, NUMBER, ACCOUNT));
	if (!c[ACCOUNT].given)
		return import_complain_cell(x, row, NUMBER, IMPORT_NUMBER_UNKNOWN, 0);
	e.legs[0] = (struct leg){ .account_id = c[ACCOUNT].i, .amount = { .kop = -c[AMOUNT].i } };
	enum import_entry found;
	return import_claim_entry(x, row, &entry, &e, &found);
}

static enum err apply(struct import_ctx *x, const struct import_row *row, bool *ret_fresh)
{
	const struct import_cell *c = row->cells;
	int64_t entry_id;
	return charge_post(x->app, x->tx, x->a,
			   &(struct charge){
				   .source = c[SOURCE].s,
				   .ref = c[REF].s,
				   .account_id = c[ACCOUNT].i,
				   .is_fee = c[KIND].i == KIND_FEE,
				   .at = { .ms = c[AT].i },
				   .amount = { .kop = c[AMOUNT].i },
				   .title = c[TITLE].s,
				   .detail = c[DETAIL].s,
				   .note = c[NOTE].s,
				   .file = x->file,
			   },
			   &entry_id, ret_fresh);
}

const struct import_kind *import_charges(void)
{
	static const struct import_kind kind = {
		.name = "charges",
		.columns = columns,
		.n_columns = COLUMNS,
		.check = check,
		.resolve = resolve,
		.apply = apply,
	};
	return &kind;
}

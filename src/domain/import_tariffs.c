/* Tariffs of the operators by versions (B2). The first tariff of an operator brings the operator
 * in, if the file gives its name: a misspelt code must not make one. */
#include "domain/import_find.h"
#include "domain/tariff.h"
#include "q_import.h"

#define MB_PER_GB 1024

enum {
	OPERATOR,
	OPERATOR_NAME,
	CODE,
	NAME,
	FROM,
	FEE,
	MINUTES,
	GIGABYTES,
	MEGABYTES,
	SMS,
	COLUMNS
};

static const struct import_column columns[COLUMNS] = {
	[OPERATOR] = { .ru = "Оператор",
		       .en = "operator",
		       .type = IMPORT_CODE,
		       .max = 20,
		       .required = true },
	[OPERATOR_NAME] = { .ru = "Название оператора",
			    .en = "operator_name",
			    .type = IMPORT_TEXT,
			    .max = 60 },
	[CODE] = { .ru = "Код", .en = "code", .type = IMPORT_CODE, .max = 60, .required = true },
	[NAME] = { .ru = "Название",
		   .en = "name",
		   .type = IMPORT_TEXT,
		   .max = 100,
		   .required = true },
	[FROM] = { .ru = "Действует с", .en = "from", .type = IMPORT_DAY, .required = true },
	[FEE] = { .ru = "Абонентская плата", .en = "fee", .type = IMPORT_SUM, .required = true },
	[MINUTES] = { .ru = "Минуты", .en = "minutes", .type = IMPORT_AMOUNT, .required = true },
	[GIGABYTES] = { .ru = "Гигабайты", .en = "gb", .type = IMPORT_AMOUNT },
	[MEGABYTES] = { .ru = "Мегабайты", .en = "mb", .type = IMPORT_AMOUNT },
	[SMS] = { .ru = "SMS", .en = "sms", .type = IMPORT_AMOUNT, .required = true },
};

static enum err check(struct import_ctx *x, struct import_row *row)
{
	if (row->cells[FEE].i < 0)
		try(import_complain_cell(x, row, FEE, IMPORT_NEGATIVE, 0));
	if (row->cells[GIGABYTES].given == row->cells[MEGABYTES].given)
		try(import_complain_cell(x, row, GIGABYTES, IMPORT_GIGABYTES, 0));
	return OK;
}

static int64_t megabytes(const struct import_cell *c)
{
	if (c[MEGABYTES].given)
		return c[MEGABYTES].i;
	return c[GIGABYTES].i < 0 ? -1 : c[GIGABYTES].i * MB_PER_GB;
}

static struct tariff_version version(const struct import_cell *c)
{
	return (struct tariff_version){
		.operator_code = c[OPERATOR].s,
		.code = c[CODE].s,
		.name = c[NAME].s,
		.from = date_of_days((int32_t)c[FROM].i),
		.fee = { .kop = c[FEE].i },
		.minutes = c[MINUTES].i,
		.data_mb = megabytes(c),
		.sms = c[SMS].i,
	};
}

static enum err check_operator(struct import_ctx *x, const struct import_row *row)
{
	struct str name;
	enum err e = q_import_operator(x->tx, x->a, row->cells[OPERATOR].s, &name);
	if (e != E_NOTFOUND || row->cells[OPERATOR_NAME].given)
		return e == E_NOTFOUND ? OK : e;
	return import_complain_cell(x, row, OPERATOR, IMPORT_OPERATOR_NEW, 0);
}

static enum err claim(struct import_ctx *x, const struct import_row *row)
{
	struct buf key;
	buf_init(&key, 1024);
	buf_put(&key, row->cells[OPERATOR].s);
	buf_c(&key, ':');
	buf_put(&key, row->cells[CODE].s);
	buf_c(&key, ':');
	buf_i64(&key, row->cells[FROM].i);
	int64_t line = row->line;
	enum err e = key.err ? key.err : import_claim_key(x, row, buf_str(&key), &line);
	buf_done(&key);
	try(e);
	return line == row->line ? OK : import_complain_cell(x, row, FROM, IMPORT_DUPLICATE, line);
}

static enum err resolve(struct import_ctx *x, struct import_row *row)
{
	try(claim(x, row));
	try(check_operator(x, row));
	struct tariff_version v = version(row->cells);
	int64_t id;
	enum err e = tariff_find(x->tx, x->a, v.operator_code, v.code, &id);
	if (e != OK)
		return e == E_NOTFOUND ? OK : e;
	struct q_import_version_row found;
	e = q_import_version(x->tx, x->a,
			     &(struct q_import_version_args){ .tariff = id, .from_day = v.from },
			     &found);
	if (e != OK)
		return e == E_NOTFOUND ? OK : e;
	if (found.fee.kop == v.fee.kop && found.minutes == v.minutes &&
	    found.data_mb == v.data_mb && found.sms == v.sms)
		return OK;
	return import_complain_cell(x, row, FROM, IMPORT_VERSION_OTHER, 0);
}

static enum err apply(struct import_ctx *x, const struct import_row *row, bool *ret_fresh)
{
	struct tariff_version v = version(row->cells);
	int64_t id;
	if (row->cells[OPERATOR_NAME].given)
		try(tariff_operator_put(x->tx, v.operator_code, row->cells[OPERATOR_NAME].s));
	return tariff_put(x->app, x->tx, x->a, &v, &id, ret_fresh);
}

const struct import_kind *import_tariffs(void)
{
	static const struct import_kind kind = {
		.name = "tariffs",
		.columns = columns,
		.n_columns = COLUMNS,
		.check = check,
		.resolve = resolve,
		.apply = apply,
	};
	return &kind;
}

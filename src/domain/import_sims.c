/* SIM cards as operators deliver them (B1): each brings its number and account with it, if they are
 * new. */
#include "domain/import_find.h"
#include "domain/sim.h"
#include "domain/tariff.h"
#include "q_import.h"

enum { NUMBER, ICCID, IMSI, OPERATOR, TARIFF, ISSUED, TARIFF_ID, COLUMNS };

static const struct import_column columns[COLUMNS] = {
	[NUMBER] = { .ru = "Номер", .en = "number", .type = IMPORT_NUMBER, .required = true },
	[ICCID] = { .ru = "ICCID", .en = "iccid", .type = IMPORT_SIM, .required = true },
	[IMSI] = { .ru = "IMSI", .en = "imsi", .type = IMPORT_SIM_ID },
	[OPERATOR] = { .ru = "Оператор",
		       .en = "operator",
		       .type = IMPORT_CODE,
		       .max = 20,
		       .required = true },
	[TARIFF] = { .ru = "Тариф",
		     .en = "tariff",
		     .type = IMPORT_CODE,
		     .max = 60,
		     .required = true },
	[ISSUED] = { .ru = "Выдана", .en = "issued", .type = IMPORT_MOMENT },
	[TARIFF_ID] = { .type = IMPORT_HIDDEN_INT },
};

static enum err check(struct import_ctx *x, struct import_row *row)
{
	return import_warn_future(x, row, ISSUED);
}

static enum err resolve(struct import_ctx *x, struct import_row *row)
{
	try(import_find_tariff(x, row, OPERATOR, TARIFF, TARIFF_ID));
	return import_check_sim(x, row);
}

static enum err add_sim(struct import_ctx *x, const struct import_cell *c, int64_t number_id,
			int64_t *ret_added)
{
	bool issued = c[ISSUED].given;
	return q_import_sim_add(
		x->tx,
		&(struct q_import_sim_add_args){
			.id = id_next(x->app->ids),
			.iccid = c[ICCID].s,
			.imsi = c[IMSI].given ? c[IMSI].s : (struct str){ 0 },
			.operator= c[OPERATOR].s,
			.number = number_id,
			.state = sim_state_name(issued ? SIM_ISSUED : SIM_STOCK),
			.issued = issued ? (tstamp){ .ms = c[ISSUED].i } : TSTAMP_NONE,
			.imported = x->now,
		},
		ret_added);
}

/* A further card does not change the tariff that its number has. */
static enum err apply(struct import_ctx *x, const struct import_row *row, bool *ret_fresh)
{
	const struct import_cell *c = row->cells;
	struct import_number number;
	try(import_make_number(x, c[NUMBER].s, c[OPERATOR].s, &number));
	int64_t n_tariffs;
	try(q_import_number_tariffs(x->tx, x->a, number.id, &n_tariffs));
	if (n_tariffs == 0) {
		tstamp since = c[ISSUED].given ? (tstamp){ .ms = c[ISSUED].i } : x->now;
		struct date day =
			tstamp_local(since, (int)x->app->conf->operator_utc_offset_min).date;
		bool fresh;
		try(tariff_connect(x->tx, x->a, number.id, c[TARIFF_ID].i, day, &fresh));
	}
	int64_t added;
	try(add_sim(x, c, number.id, &added));
	*ret_fresh = added > 0;
	return OK;
}

const struct import_kind *import_sims(void)
{
	static const struct import_sim_columns sim = { NUMBER, ICCID, IMSI, OPERATOR };
	static const struct import_kind kind = {
		.name = "sims",
		.columns = columns,
		.n_columns = COLUMNS,
		.sim = &sim,
		.check = check,
		.resolve = resolve,
		.apply = apply,
	};
	return &kind;
}

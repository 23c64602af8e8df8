/* The subscribers of a portal before this one: number, card, tariff, status, contract, opening
 * balance and, where known, the person. Who comes with a contact phone is registered without a
 * password and recovers one; who comes without signs in with the card's digits like anybody new,
 * and finds the name in its place. What is to be sealed is sealed as soon as its row has been read.
 */
#include "core/msisdn.h"
#include "core/secret.h"
#include "core/utf8.h"
#include "domain/find_word.h"
#include "domain/import_find.h"
#include "domain/import_row.h"
#include "domain/ledger_key.h"
#include "domain/seal.h"
#include "domain/sim.h"
#include "domain/tariff.h"
#include "q_import.h"
#include "q_tariff.h"

enum {
	NUMBER,
	ICCID,
	IMSI,
	OPERATOR,
	TARIFF,
	TARIFF_SINCE,
	ISSUED,
	STATUS,
	REASON,
	STATUS_SINCE,
	OPENING,
	OPENING_DAY,
	CONTRACT,
	CONTRACT_DAY,
	COMPANY,
	INN,
	FAMILY,
	GIVEN,
	PATRONYMIC,
	BIRTH,
	PHONE,
	CONFIRMED,
	EMAIL,
	PASSPORT,
	PASSPORT_DAY,
	PASSPORT_BY,
	PASSPORT_OFFICE,
	CITY,
	STREET,
	HOUSE,
	BUILDING,
	FLAT,
	TARIFF_ID,
	SUBSCRIBER_ID,
	SEALED_PASSPORT,
	SEALED_BIRTH,
	SEALED_ADDRESS,
	MASK,
	COLUMNS
};

enum { ACTIVE, BLOCKED };
static const struct import_choice statuses[] = {
	[ACTIVE] = { "активен", "active" },
	[BLOCKED] = { "заблокирован", "blocked" },
	{ 0 },
};

enum { REASON_NONE, REASON_DEBT, REASON_REQUEST, REASON_LOST, REASON_FRAUD, REASON_CONTRACT };
static const struct import_choice reasons[] = {
	[REASON_NONE] = { "нет", "none" },
	[REASON_DEBT] = { "долг", "debt" },
	[REASON_REQUEST] = { "заявление", "request" },
	[REASON_LOST] = { "утеря", "lost" },
	[REASON_FRAUD] = { "мошенничество", "fraud" },
	[REASON_CONTRACT] = { "договор", "contract" },
	{ 0 },
};

enum { YES, NO };
static const struct import_choice answers[] = {
	[YES] = { "да", "yes" }, [NO] = { "нет", "no" }, { 0 }
};

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
	[TARIFF_SINCE] = { .ru = "Тариф с",
			   .en = "tariff_since",
			   .type = IMPORT_DAY,
			   .required = true },
	[ISSUED] = { .ru = "Выдана", .en = "issued", .type = IMPORT_MOMENT },
	[STATUS] = { .ru = "Статус", .en = "status", .type = IMPORT_ONE_OF, .choices = statuses },
	[REASON] = { .ru = "Причина", .en = "reason", .type = IMPORT_ONE_OF, .choices = reasons },
	[STATUS_SINCE] = { .ru = "Статус с", .en = "status_since", .type = IMPORT_MOMENT },
	[OPENING] = { .ru = "Входящий остаток", .en = "opening", .type = IMPORT_SUM },
	[OPENING_DAY] = { .ru = "Остаток на", .en = "opening_date", .type = IMPORT_DAY },
	[CONTRACT] = { .ru = "Договор",
		       .en = "contract",
		       .type = IMPORT_TEXT,
		       .max = 60,
		       .required = true },
	[CONTRACT_DAY] = { .ru = "Договор с", .en = "contract_date", .type = IMPORT_DAY },
	[COMPANY] = { .ru = "Компания", .en = "company", .type = IMPORT_TEXT, .max = 200 },
	[INN] = { .ru = "ИНН", .en = "inn", .type = IMPORT_TAX_ID },
	[FAMILY] = { .ru = "Фамилия",
		     .en = "family",
		     .type = IMPORT_TEXT,
		     .max = 100,
		     .personal = true },
	[GIVEN] = { .ru = "Имя", .en = "given", .type = IMPORT_TEXT, .max = 100, .personal = true },
	[PATRONYMIC] = { .ru = "Отчество",
			 .en = "patronymic",
			 .type = IMPORT_TEXT,
			 .max = 100,
			 .personal = true },
	[BIRTH] = { .ru = "Дата рождения", .en = "birth", .type = IMPORT_DAY, .sealed = true },
	[PHONE] = { .ru = "Контактный телефон",
		    .en = "contact_phone",
		    .type = IMPORT_NUMBER,
		    .personal = true },
	[CONFIRMED] = { .ru = "Телефон подтвержден",
			.en = "phone_confirmed",
			.type = IMPORT_ONE_OF,
			.choices = answers },
	[EMAIL] = { .ru = "E-mail",
		    .en = "email",
		    .type = IMPORT_MAIL,
		    .max = 254,
		    .personal = true },
	[PASSPORT] = { .ru = "Паспорт", .en = "passport", .type = IMPORT_DOCUMENT, .sealed = true },
	[PASSPORT_DAY] = { .ru = "Паспорт выдан",
			   .en = "passport_issued",
			   .type = IMPORT_DAY,
			   .sealed = true },
	[PASSPORT_BY] = { .ru = "Кем выдан",
			  .en = "passport_by",
			  .type = IMPORT_TEXT,
			  .max = 200,
			  .sealed = true },
	[PASSPORT_OFFICE] = { .ru = "Код подразделения",
			      .en = "passport_code",
			      .type = IMPORT_OFFICE,
			      .sealed = true },
	[CITY] = { .ru = "Город", .en = "city", .type = IMPORT_TEXT, .max = 100, .personal = true },
	[STREET] = { .ru = "Улица",
		     .en = "street",
		     .type = IMPORT_TEXT,
		     .max = 100,
		     .sealed = true },
	[HOUSE] = { .ru = "Дом", .en = "house", .type = IMPORT_TEXT, .max = 20, .sealed = true },
	[BUILDING] = { .ru = "Корпус",
		       .en = "building",
		       .type = IMPORT_TEXT,
		       .max = 20,
		       .sealed = true },
	[FLAT] = { .ru = "Квартира", .en = "flat", .type = IMPORT_TEXT, .max = 20, .sealed = true },
	[TARIFF_ID] = { .type = IMPORT_HIDDEN_INT },
	[SUBSCRIBER_ID] = { .type = IMPORT_HIDDEN_INT },
	[SEALED_PASSPORT] = { .type = IMPORT_HIDDEN_TEXT },
	[SEALED_BIRTH] = { .type = IMPORT_HIDDEN_TEXT },
	[SEALED_ADDRESS] = { .type = IMPORT_HIDDEN_TEXT },
	[MASK] = { .type = IMPORT_HIDDEN_TEXT },
};

/* --- check: one row, no store --------------------------------------------- */

static enum err check_status(struct import_ctx *x, const struct import_row *row)
{
	const struct import_cell *c = row->cells;
	if (c[STATUS].given != c[STATUS_SINCE].given)
		try(import_complain_cell(x, row, STATUS_SINCE, IMPORT_STATUS_SINCE, 0));
	bool blocked = c[STATUS].given && c[STATUS].i == BLOCKED;
	bool reason = c[REASON].given && c[REASON].i != REASON_NONE;
	if (blocked != reason)
		try(import_complain_cell(x, row, REASON, IMPORT_REASON, 0));
	return OK;
}

static enum err check_person(struct import_ctx *x, const struct import_row *row)
{
	const struct import_cell *c = row->cells;
	bool works = c[STATUS].given && c[STATUS].i == ACTIVE;
	if (c[PHONE].given && !works && str_eq(c[PHONE].s, c[NUMBER].s))
		try(import_complain_cell(x, row, PHONE, IMPORT_PHONE_SAME, 0));
	bool whole = c[PASSPORT_DAY].given && c[PASSPORT_BY].given && c[PASSPORT_OFFICE].given;
	bool any = c[PASSPORT_DAY].given || c[PASSPORT_BY].given || c[PASSPORT_OFFICE].given;
	if (c[PASSPORT].given ? !whole : any)
		try(import_complain_cell(x, row, PASSPORT, IMPORT_PASSPORT_PARTS, 0));
	struct date today = tstamp_local(x->now, (int)x->app->conf->operator_utc_offset_min).date;
	if (c[BIRTH].given && date_age(date_of_days((int32_t)c[BIRTH].i), today) < 14)
		try(import_complain_cell(x, row, BIRTH, IMPORT_AGE, 0));
	return OK;
}

static enum err seal(struct import_ctx *x, struct import_cell *cells, size_t into,
		     struct seal_content content)
{
	content.subscriber_id = cells[SUBSCRIBER_ID].i;
	try(seal_make(x->app->keys, x->a, &content, &cells[into].s));
	cells[into].given = true;
	return OK;
}

/* A day as it is sealed; the copy is wiped with the rows. */
static enum err iso(struct import_ctx *x, const struct import_cell *day, struct str *ret)
{
	struct buf b;
	buf_init(&b, 32);
	date_iso(&b, date_of_days((int32_t)day->i));
	struct secret copy;
	enum err e = b.err ? b.err : secret_copy(x->a, buf_str(&b), &copy);
	secret_wipe(b.p, b.n);
	buf_done(&b);
	if (e == OK)
		*ret = copy.bytes;
	return e;
}

static enum err seal_papers(struct import_ctx *x, struct import_cell *c)
{
	if (c[BIRTH].given) {
		struct seal_content birth = { .field = SEAL_BIRTH, .n = 1 };
		try(iso(x, &c[BIRTH], &birth.parts[0]));
		try(seal(x, c, SEALED_BIRTH, birth));
	}
	if (!c[PASSPORT].given)
		return OK;
	struct seal_content document = { .field = SEAL_PASSPORT, .n = 4 };
	document.parts[0] = c[PASSPORT].s;
	try(iso(x, &c[PASSPORT_DAY], &document.parts[1]));
	document.parts[2] = c[PASSPORT_BY].s;
	document.parts[3] = c[PASSPORT_OFFICE].s;
	try(seal(x, c, SEALED_PASSPORT, document));
	c[MASK].given = true;
	return arena_str(x->a, str_sub(c[PASSPORT].s, c[PASSPORT].s.n - 2, 2), &c[MASK].s);
}

static enum err seal_person(struct import_ctx *x, struct import_cell *c)
{
	c[SUBSCRIBER_ID] = (struct import_cell){ .given = true, .i = id_next(x->app->ids) };
	try(seal_papers(x, c));
	bool address = c[CITY].given || c[STREET].given || c[HOUSE].given || c[BUILDING].given ||
		       c[FLAT].given;
	if (!address)
		return OK;
	return seal(
		x, c, SEALED_ADDRESS,
		(struct seal_content){
			.field = SEAL_ADDRESS,
			.n = 5,
			.parts = { c[CITY].s, c[STREET].s, c[HOUSE].s, c[BUILDING].s, c[FLAT].s },
		});
}

/* Somebody without a name is nobody whom we could keep. */
static bool has_name(const struct import_cell *c)
{
	return c[FAMILY].given && c[GIVEN].given;
}

static bool has_anything(const struct import_cell *c)
{
	for (size_t i = FAMILY; i <= FLAT; i++)
		if (c[i].given)
			return true;
	return false;
}

static enum err check(struct import_ctx *x, struct import_row *row)
{
	struct import_cell *c = row->cells;
	int64_t grave = x->grave;
	try(check_status(x, row));
	if (c[OPENING].given != c[OPENING_DAY].given)
		try(import_complain_cell(x, row, OPENING_DAY, IMPORT_OPENING_DATE, 0));
	if (c[COMPANY].given != c[INN].given)
		try(import_complain_cell(x, row, COMPANY, IMPORT_COMPANY, 0));
	try(check_person(x, row));
	if (!has_name(c) && c[PHONE].given)
		try(import_complain_cell(x, row, FAMILY, IMPORT_NAME_NEEDED, 0));
	else if (!has_name(c) && has_anything(c))
		try(import_complain_cell(x, row, FAMILY, IMPORT_PERSON_DROPPED, 0));
	return has_name(c) && x->grave == grave ? seal_person(x, c) : OK;
}

/* --- resolve: the file as a whole, and the store --------------------------- */

/* The same contract in an earlier line of the file. */
static enum err check_contract_line(struct import_ctx *x, const struct import_row *row)
{
	struct buf b;
	buf_init(&b, 512);
	buf_put(&b, STR("k:"));
	buf_put(&b, row->cells[CONTRACT].s);
	int64_t line = row->line;
	enum err e = b.err ? b.err : import_claim_key(x, row, buf_str(&b), &line);
	buf_done(&b);
	if (e != OK || line == row->line)
		return e;
	struct str bytes;
	e = q_import_row_at(x->tx, x->a,
			    &(struct q_import_row_at_args){ .run = x->run_id, .line = line },
			    &bytes);
	if (e != OK)
		return e == E_NOTFOUND ? OK : e;
	struct import_row first = { .line = line };
	try(import_row_unpack(x, bytes, &first));
	if (str_eq(first.cells[INN].s, row->cells[INN].s))
		return OK;
	return import_complain_cell(x, row, CONTRACT, IMPORT_CONTRACT_LINE, line);
}

static enum err check_contract(struct import_ctx *x, const struct import_row *row)
{
	struct q_import_contract_row found;
	enum err e = q_import_contract(x->tx, x->a, row->cells[CONTRACT].s, &found);
	if (e == E_NOTFOUND)
		return check_contract_line(x, row);
	try(e);
	if (str_eq(found.inn, row->cells[INN].s))
		return OK;
	return import_complain_cell(x, row, CONTRACT, IMPORT_CONTRACT_OTHER, 0);
}

static struct entry opening(const struct import_ctx *x, const struct import_cell *c,
			    int64_t account_id)
{
	struct date day = date_of_days((int32_t)c[OPENING_DAY].i);
	return (struct entry){
		.kind = ENTRY_OPENING,
		.at = tstamp_of_date(day, (int)x->app->conf->operator_utc_offset_min),
		.title = STR("Входящий остаток"),
		.source = x->file,
		.legs = { { .account_id = account_id, .amount = { .kop = c[OPENING].i } },
			  { .account_id = LEDGER_OPENING, .amount = { .kop = -c[OPENING].i } } },
		.n_legs = 2,
	};
}

static enum err opening_key(struct import_ctx *x, const struct import_cell *c, struct str *ret)
{
	return ledger_key(x->a, (const struct str[]){ STR("opening"), c[NUMBER].s }, 2, ret);
}

static enum err check_tariff_day(struct import_ctx *x, const struct import_row *row,
				 int64_t number_id)
{
	const struct import_cell *c = row->cells;
	int64_t tariff_id;
	enum err e =
		q_tariff_connected(x->tx, x->a,
				   &(struct q_tariff_connected_args){
					   .number = number_id,
					   .from_day = date_of_days((int32_t)c[TARIFF_SINCE].i),
				   },
				   &tariff_id);
	if (e == E_NOTFOUND || (e == OK && tariff_id == c[TARIFF_ID].i))
		return OK;
	try(e);
	return import_complain_cell(x, row, TARIFF, IMPORT_TARIFF_OTHER, 0);
}

/* What the store knows of the number must not contradict. */
static enum err check_number(struct import_ctx *x, const struct import_row *row)
{
	const struct import_cell *c = row->cells;
	struct q_import_number_row n;
	enum err e = q_import_number(x->tx, x->a, c[NUMBER].s, &n);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	if (n.contract.p && !str_eq(n.contract, c[CONTRACT].s))
		return import_complain_cell(x, row, NUMBER, IMPORT_NUMBER_TAKEN, 0);
	try(check_tariff_day(x, row, n.id));
	if (!c[OPENING].given || c[OPENING].i == 0)
		return OK;
	struct entry entry = opening(x, c, n.account);
	bool suspended;
	try(opening_key(x, c, &entry.key));
	return import_check_entry(x, row, OPENING, &entry, &suspended);
}

static enum sim_state sim_target(const struct import_cell *c)
{
	if (!c[PHONE].given)
		return SIM_ISSUED;
	return c[STATUS].given ? SIM_ACTIVE : SIM_REGISTERED;
}

static enum err check_card(struct import_ctx *x, const struct import_row *row)
{
	const struct import_cell *c = row->cells;
	struct q_import_sim_row sim;
	enum err e = q_import_sim(x->tx, x->a, c[ICCID].s, &sim);
	if (e == OK && str_eq(sim.state, sim_state_name(SIM_RETIRED)))
		return import_complain_cell(x, row, ICCID, IMPORT_SIM_RETIRED, 0);
	if (e != OK && e != E_NOTFOUND)
		return e;
	struct str active;
	e = q_import_sim_active(x->tx, x->a, c[NUMBER].s, &active);
	if (e == E_NOTFOUND ||
	    (e == OK && (sim_target(c) != SIM_ACTIVE || str_eq(active, c[ICCID].s))))
		return OK;
	try(e);
	return import_complain_cell(x, row, ICCID, IMPORT_SIM_ACTIVE, 0);
}

static enum err resolve(struct import_ctx *x, struct import_row *row)
{
	int64_t grave = x->grave;
	try(import_find_tariff(x, row, OPERATOR, TARIFF, TARIFF_ID));
	try(import_check_sim(x, row));
	try(check_contract(x, row));
	if (x->grave > grave)
		return OK;
	try(check_number(x, row));
	return check_card(x, row);
}

/* --- apply ------------------------------------------------------------------ */

static struct str text_or_null(const struct import_cell *c)
{
	return c->given ? c->s : (struct str){ 0 };
}

static enum err put_contract(struct import_ctx *x, const struct import_cell *c, int64_t number_id)
{
	const struct import_cell *day = c[CONTRACT_DAY].given ? &c[CONTRACT_DAY] : &c[TARIFF_SINCE];
	int64_t added;
	try(q_import_contract_add(x->tx,
				  &(struct q_import_contract_add_args){
					  .id = id_next(x->app->ids),
					  .code = c[CONTRACT].s,
					  .kind = c[COMPANY].given ? STR("company") : STR("person"),
					  .company = text_or_null(&c[COMPANY]),
					  .inn = text_or_null(&c[INN]),
					  .opened = date_of_days((int32_t)day->i),
				  },
				  &added));
	struct q_import_contract_row contract;
	try(q_import_contract(x->tx, x->a, c[CONTRACT].s, &contract));
	return q_import_number_contract(x->tx, &(struct q_import_number_contract_args){
						       .id = number_id, .contract = contract.id });
}

static tstamp issued_at(const struct import_ctx *x, const struct import_cell *c)
{
	if (c[ISSUED].given)
		return (tstamp){ .ms = c[ISSUED].i };
	struct date day = date_of_days((int32_t)c[TARIFF_SINCE].i);
	return tstamp_of_date(day, (int)x->app->conf->operator_utc_offset_min);
}

/* A card that lay in stock takes every step that its owner's took. */
static enum err advance_sim(struct import_ctx *x, struct str iccid, enum sim_state target)
{
	struct q_import_sim_row sim;
	enum sim_state state;
	try(q_import_sim(x->tx, x->a, iccid, &sim));
	try(sim_state_parse(sim.state, &state));
	for (; state < target; state++)
		try(sim_move(x->app, x->tx, sim.id, state, state + 1));
	return OK;
}

static enum err put_sim(struct import_ctx *x, const struct import_cell *c, int64_t number_id)
{
	int64_t added;
	try(q_import_sim_add(x->tx,
			     &(struct q_import_sim_add_args){
				     .id = id_next(x->app->ids),
				     .iccid = c[ICCID].s,
				     .imsi = text_or_null(&c[IMSI]),
				     .operator= c[OPERATOR].s,
				     .number = number_id,
				     .state = sim_state_name(sim_target(c)),
				     .issued = issued_at(x, c),
				     .imported = x->now,
			     },
			     &added));
	return added ? OK : advance_sim(x, c[ICCID].s, sim_target(c));
}

static enum err put_status(struct import_ctx *x, const struct import_cell *c, int64_t number_id)
{
	if (!c[STATUS].given)
		return OK;
	int64_t added;
	return q_import_status_add(
		x->tx,
		&(struct q_import_status_add_args){
			.number = number_id,
			.at = { .ms = c[STATUS_SINCE].i },
			.status = str_c(statuses[c[STATUS].i].en),
			.reason = str_c(reasons[c[REASON].given ? c[REASON].i : REASON_NONE].en),
		},
		&added);
}

static enum err put_opening(struct import_ctx *x, const struct import_cell *c, int64_t account_id)
{
	if (!c[OPENING].given || c[OPENING].i == 0)
		return OK;
	struct entry e = opening(x, c, account_id);
	int64_t id;
	bool fresh;
	try(opening_key(x, c, &e.key));
	return ledger_post(x->app, x->tx, x->a, &e, &id, &fresh);
}

static enum err name_fold(struct import_ctx *x, const struct import_cell *c, struct str *ret)
{
	struct buf b;
	buf_init(&b, 4096);
	for (size_t i = FAMILY; i <= PATRONYMIC; i++) {
		buf_put(&b, c[i].s);
		buf_c(&b, ' ');
	}
	enum err e = b.err ? b.err : utf8_fold(x->a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static enum err put_subscriber(struct import_ctx *x, const struct import_cell *c,
			       const struct import_number *n)
{
	if (!has_name(c))
		return OK;
	bool confirmed = c[PHONE].given && c[CONFIRMED].given && c[CONFIRMED].i == YES;
	struct str fold;
	int64_t added;
	try(name_fold(x, c, &fold));
	try(q_import_subscriber_add(x->tx,
				    &(struct q_import_subscriber_add_args){
					    .id = c[SUBSCRIBER_ID].i,
					    .number = n->id,
					    .epoch = n->epoch,
					    .family = c[FAMILY].s,
					    .given = c[GIVEN].s,
					    .patronymic = c[PATRONYMIC].s,
					    .name_fold = fold,
					    .phone = text_or_null(&c[PHONE]),
					    .confirmed = confirmed ? x->now : TSTAMP_NONE,
					    .email = c[EMAIL].s,
					    .passport = text_or_null(&c[SEALED_PASSPORT]),
					    .mask = c[MASK].s,
					    .birth = text_or_null(&c[SEALED_BIRTH]),
					    .address = text_or_null(&c[SEALED_ADDRESS]),
					    .city = c[CITY].s,
					    .imported = x->now,
					    .registered = c[PHONE].given ? x->now : TSTAMP_NONE,
				    },
				    &added));
	const struct find_names names = { c[SUBSCRIBER_ID].i, fold, c[EMAIL].s };
	return added > 0 ? find_word_put(x->tx, x->a, &names) : OK;
}

static enum err apply(struct import_ctx *x, const struct import_row *row, bool *ret_fresh)
{
	const struct import_cell *c = row->cells;
	struct q_import_number_row before;
	enum err e = q_import_number(x->tx, x->a, c[NUMBER].s, &before);
	if (e != OK && e != E_NOTFOUND)
		return e;
	/* The contract is what a number has once its subscriber has come over. */
	*ret_fresh = e == E_NOTFOUND || !before.contract.p;
	if (!*ret_fresh)
		return str_eq(before.contract, c[CONTRACT].s) ? OK : E_CONFLICT;
	struct import_number n;
	bool fresh;
	try(import_make_number(x, c[NUMBER].s, c[OPERATOR].s, &n));
	try(put_contract(x, c, n.id));
	try(tariff_connect(x->tx, x->a, n.id, c[TARIFF_ID].i,
			   date_of_days((int32_t)c[TARIFF_SINCE].i), &fresh));
	try(put_sim(x, c, n.id));
	try(put_status(x, c, n.id));
	try(put_opening(x, c, n.account_id));
	return put_subscriber(x, c, &n);
}

const struct import_kind *import_subscribers(void)
{
	static const struct import_sim_columns sim = { NUMBER, ICCID, IMSI, OPERATOR };
	static const struct import_kind kind = {
		.name = "subscribers",
		.columns = columns,
		.n_columns = COLUMNS,
		.sim = &sim,
		.check = check,
		.resolve = resolve,
		.apply = apply,
	};
	return &kind;
}

/* Making up subscribers. What differs between them follows from their count alone, so two stores of
 * one size are alike but for ids and times. */
#include "domain/demo.h"

#include <assert.h>

#include "core/iccid.h"
#include "core/msisdn.h"
#include "core/scan.h"
#include "core/utf8.h"
#include "domain/find_word.h"
#include "domain/ledger_key.h"
#include "domain/ledger_row.h"
#include "domain/tariff.h"
#include "q_demo.h"

#define DEMO_FIRST     INT64_C(9000000000)
#define DEMO_ARENA_MAX ((size_t)4 << 20)
#define DEMO_PERIOD_MS (730 * DAY_MS)
#define DEMO_OPERATOR  STR("t2")
#define DEMO_NAME      STR("demo")

enum { TARIFFS = 3, ROWS_PER_PERSON = 8, ROWS_PER_MOVEMENT = 3 };

/* Of one transaction: about 50 ms. */
enum { BATCH_ROWS = 16384 };

static const struct {
	struct str code, name;
	int64_t fee_kop, minutes, data_mb, sms;
} tariffs[TARIFFS] = {
	{ STR("demo-s"), STR("Измерение S"), 35000, 300, 10240, 100 },
	{ STR("demo-m"), STR("Измерение M"), 55000, 800, 30720, 300 },
	{ STR("demo-l"), STR("Измерение L"), 90000, 2000, -1, -1 },
};

static const struct str families[] = { STR("Осинкин"),  STR("Речников"), STR("Полянин"),
				       STR("Ветров"),   STR("Снегирёв"), STR("Лугов"),
				       STR("Каменцев"), STR("Рябинин") };
static const struct str givens[] = { STR("Алексей"), STR("Павел"), STR("Тимур"), STR("Лев"),
				     STR("Фёдор") };
static const struct str patronymics[] = { STR("Ильич"), STR("Сергеевич"), STR("") };
static const struct str cities[] = { STR("Санкт-Петербург"), STR("Выборг"), STR("Гатчина") };

#define PICK(table, i) ((table)[(size_t)(i) % (sizeof(table) / sizeof(*(table)))])

struct demo_run {
	const struct app *app;
	const struct demo_opts *opts;
	struct arena *a;
	tstamp now;
	int64_t tariff_ids[TARIFFS];
	int64_t first, n; /* the batch */
};

/* One of them while being made. */
struct person {
	int64_t i, number_id, account_id;
	struct msisdn msisdn;
	tstamp since;
};

struct msisdn demo_msisdn(int64_t i)
{
	assert(i >= 0 && i < DEMO_SUBSCRIBERS_MAX);
	struct msisdn m = { 0 };
	int64_t v = DEMO_FIRST + i;
	for (int at = 9; at >= 0; at--, v /= 10)
		m.d[at] = (char)('0' + v % 10);
	return m;
}

/* 19 digits that begin with a maker nobody has, the number within, and the check digit that fits.
 */
static struct iccid iccid_of(const struct msisdn *m)
{
	struct iccid c = { .d = "89799000" };
	memcpy(c.d + 8, m->d, 10);
	c.d[18] = '0';
	while (!iccid_luhn(&c))
		c.d[18]++;
	return c;
}

/* Spread without order, the same every time. */
static int64_t scatter(int64_t i, int64_t j, int64_t below)
{
	uint64_t x = ((uint64_t)i * 1009 + (uint64_t)j + 1) * UINT64_C(0x9E3779B97F4A7C15);
	return (int64_t)((x >> 33) % (uint64_t)below);
}

static enum err put_tariffs(struct tx *tx, void *arg)
{
	struct demo_run *run = arg;
	arena_reset(run->a);
	try(tariff_operator_put(tx, DEMO_OPERATOR, DEMO_OPERATOR));
	for (size_t i = 0; i < TARIFFS; i++) {
		bool fresh;
		const struct tariff_version v = {
			.operator_code = DEMO_OPERATOR,
			.code = tariffs[i].code,
			.name = tariffs[i].name,
			.from = { .year = 2020, .month = 1, .day = 1 },
			.fee = { .kop = tariffs[i].fee_kop },
			.minutes = tariffs[i].minutes,
			.data_mb = tariffs[i].data_mb,
			.sms = tariffs[i].sms,
		};
		try(tariff_put(run->app, tx, run->a, &v, &run->tariff_ids[i], &fresh));
	}
	return OK;
}

/* What happens in turn. */
static const struct {
	enum entry_kind kind;
	int64_t other_account;
	int64_t sign, least_kop, spread_kop;
	struct str key, title;
} events[] = {
	{ ENTRY_PAYMENT, LEDGER_CLEARING, 1, 40000, 50000, STR("payment"),
	  STR("Пополнение счёта") },
	{ ENTRY_FEE, LEDGER_REVENUE, -1, 35000, 1, STR("charge"), STR("Абонентская плата") },
	{ ENTRY_CHARGE, LEDGER_REVENUE, -1, 1000, 50000, STR("charge"),
	  STR("Звонки сверх пакета") },
};

/* `9000000017-005` */
static enum err make_ref(struct arena *a, const struct person *p, int64_t j, struct str *ret)
{
	char ref[] = "0000000000-000";
	memcpy(ref, p->msisdn.d, 10);
	for (int at = 13; at > 10; at--, j /= 10)
		ref[at] = (char)('0' + j % 10);
	return arena_str(a, (struct str){ .p = ref, .n = sizeof(ref) - 1 }, ret);
}

static enum err make_entry(const struct demo_run *run, const struct person *p, int64_t j,
			   struct entry *ret)
{
	size_t k = (size_t)j % (sizeof(events) / sizeof(*events));
	int64_t kop =
		events[k].sign * (events[k].least_kop + scatter(p->i, j, events[k].spread_kop));
	struct str ref;
	try(make_ref(run->a, p, j, &ref));
	*ret = (struct entry){
		.kind = events[k].kind,
		.at = { .ms = p->since.ms + DEMO_PERIOD_MS / run->opts->movements * j },
		.title = events[k].title,
		.source = DEMO_NAME,
		.legs = { { .account_id = events[k].other_account, .amount = { .kop = -kop } },
			  { .account_id = p->account_id, .amount = { .kop = kop } } },
		.n_legs = 2,
	};
	return ledger_key(run->a, (const struct str[]){ events[k].key, DEMO_NAME, ref }, 3,
			  &ret->key);
}

static enum err put_account(const struct demo_run *run, struct tx *tx, const struct person *p)
{
	size_t n = (size_t)run->opts->movements;
	struct entry *entries = arena_array(run->a, n + 1, sizeof(*entries));
	if (!entries)
		return E_NOMEM;
	for (size_t j = 0; j < n; j++)
		try(make_entry(run, p, (int64_t)j, &entries[j]));
	return ledger_bear(run->app, tx, run->a,
			   &(struct ledger_birth){
				   .account_id = p->account_id,
				   .credit_limit = MONEY_ZERO,
				   .entries = entries,
				   .n_entries = n,
			   });
}

static enum err put_number(const struct demo_run *run, struct tx *tx, const struct person *p)
{
	int64_t contract_id = id_next(run->app->ids);
	bool fresh, blocked = p->i % 20 == 19;
	struct date since = tstamp_local(p->since, 0).date;
	struct str code;
	try(ledger_key(run->a, (const struct str[]){ DEMO_NAME, msisdn_str(&p->msisdn) }, 2,
		       &code));
	try(q_demo_contract(tx, &(struct q_demo_contract_args){
					.id = contract_id, .code = code, .opened = since }));
	try(q_demo_number(tx, &(struct q_demo_number_args){
				      .id = p->number_id,
				      .number = p->msisdn,
				      .operator= DEMO_OPERATOR,
				      .account = p->account_id,
				      .contract = contract_id,
			      }));
	try(q_demo_status(tx, &(struct q_demo_status_args){
				      .number = p->number_id,
				      .at = p->since,
				      .status = blocked ? STR("blocked") : STR("active"),
				      .reason = blocked ? STR("request") : STR("none"),
			      }));
	try(q_demo_sim(tx, &(struct q_demo_sim_args){
				   .id = id_next(run->app->ids),
				   .iccid = iccid_of(&p->msisdn),
				   .operator= DEMO_OPERATOR,
				   .number = p->number_id,
				   .issued = p->since,
			   }));
	return tariff_connect(tx, run->a, p->number_id, run->tariff_ids[p->i % TARIFFS], since,
			      &fresh);
}

static enum err fold_name(struct arena *a, const struct str names[3], struct str *ret)
{
	struct buf b;
	buf_init(&b, 256);
	for (size_t i = 0; i < 3; i++) {
		buf_put(&b, names[i]);
		buf_c(&b, ' ');
	}
	enum err e = b.err ? b.err : utf8_fold(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static enum err put_subscriber(const struct demo_run *run, struct tx *tx, const struct person *p)
{
	struct str family = PICK(families, p->i), given = PICK(givens, p->i / 8), fold;
	struct str patronymic = PICK(patronymics, p->i / 40);
	struct msisdn phone = p->msisdn;
	phone.d[1] = '9'; /* 990…: nobody has them */
	int64_t id = id_next(run->app->ids);
	try(fold_name(run->a, (const struct str[]){ family, given, patronymic }, &fold));
	try(q_demo_subscriber(tx, &(struct q_demo_subscriber_args){
					  .id = id,
					  .number = p->number_id,
					  .family = family,
					  .given = given,
					  .patronymic = patronymic,
					  .name_fold = fold,
					  .phone = phone,
					  .email = STR(""),
					  .mask = str_sub(msisdn_str(&p->msisdn), 8, 2),
					  .city = PICK(cities, p->i),
					  .hash = run->opts->password_hash,
					  .at = p->since,
				  }));
	return find_word_put(tx, run->a,
			     &(struct find_names){ .subscriber_id = id, .name_fold = fold });
}

static enum err put_batch(struct tx *tx, void *arg)
{
	struct demo_run *run = arg;
	for (int64_t i = run->first; i < run->first + run->n; i++) {
		arena_reset(run->a);
		const struct person p = {
			.i = i,
			.number_id = id_next(run->app->ids),
			.account_id = id_next(run->app->ids),
			.msisdn = demo_msisdn(i),
			.since = { .ms = run->now.ms - DEMO_PERIOD_MS },
		};
		try(put_account(run, tx, &p));
		try(put_number(run, tx, &p));
		try(put_subscriber(run, tx, &p));
	}
	return OK;
}

/* They were made in order: the greatest number says how many are there. */
static enum err count_present(struct tx *tx, void *arg)
{
	struct demo_run *run = arg;
	struct msisdn last;
	int64_t v = DEMO_FIRST - 1;
	try(q_demo_last(tx, run->a,
			&(struct q_demo_last_args){ .first = demo_msisdn(0),
						    .last = demo_msisdn(DEMO_SUBSCRIBERS_MAX - 1) },
			&last));
	if (last.d[0] && !scan_i64_all(msisdn_str(&last), 0, INT64_MAX, &v))
		return E_STORE;
	run->first = v + 1 - DEMO_FIRST;
	return OK;
}

static enum err fill(struct demo_run *run, int64_t *ret_made)
{
	const struct demo_opts *o = run->opts;
	try(store_read(run->app->store, count_present, run));
	try(store_write(run->app->store, put_tariffs, run));
	int64_t had = run->first,
		batch = 1 + BATCH_ROWS / (ROWS_PER_PERSON + ROWS_PER_MOVEMENT * o->movements);
	while (run->first < o->subscribers) {
		int64_t left = o->subscribers - run->first;
		run->n = left < batch ? left : batch;
		try(store_write(run->app->store, put_batch, run));
		run->first += run->n;
		if (o->progress)
			o->progress(o->arg, run->first, o->subscribers);
	}
	*ret_made = run->first - had;
	return OK;
}

enum err demo_fill(const struct app *app, const struct demo_opts *o, int64_t *ret_made)
{
	assert(o->subscribers >= 0 && o->subscribers <= DEMO_SUBSCRIBERS_MAX);
	assert(o->movements >= 0 && o->movements <= DEMO_MOVEMENTS_MAX);
	struct demo_run run = {
		.app = app, .opts = o, .a = arena_new(DEMO_ARENA_MAX), .now = app_now(app)
	};
	if (!run.a)
		return E_NOMEM;
	enum err err = fill(&run, ret_made);
	arena_free(run.a);
	return err;
}

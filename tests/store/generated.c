/* What tests/store/sql says, called through the functions that mksql made of it, on both databases.
 * Built and run by tests/store/generated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "q_child.h"
#include "q_frozen.h"
#include "q_item.h"
#include "q_typed.h"
#include "support/pg.h"

struct fixture {
	char url[PG_URL_MAX_BYTES];
	bool is_pg;
	struct arena *a;
	struct store *s;
};

/* A test's statements run in one transaction, which gets its arena. */
struct run {
	struct arena *a;
	enum err (*fn)(struct tx *tx, struct arena *a);
};

static enum err call(struct tx *tx, void *arg)
{
	const struct run *run = arg;
	arena_reset(run->a);
	return run->fn(tx, run->a);
}

static enum err in_tx(struct fixture *f, enum err (*fn)(struct tx *tx, struct arena *a))
{
	return store_write(f->s, call, &(struct run){ .a = f->a, .fn = fn });
}

/* cmocka can fail a test in the test's own thread only; SQLite's transactions run in another. */
#define want(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			return E_UPSTREAM;                                                         \
		}                                                                                  \
	} while (0)

static bool is(struct str s, const char *text)
{
	return s.p && str_eq(s, str_c(text));
}

/* --- types ---------------------------------------------------------------- */

static const struct q_typed_add_args full = {
	.id = INT64_MAX,
	.flag = true,
	.word = { "щётка '\"\\ $1", 17 },
	.word_opt = { "", 0 },
	.raw = { "\0\xff\x80", 3 },
	.raw_opt = { "", 0 },
	.number_opt = { .has = true, .v = INT64_MIN },
	.price = { .kop = -1 },
	.at = { .ms = 1795000000123 },
	.at_opt = { .ms = -5 },
	.day = { .year = 1900, .month = 1, .day = 1 },
	.day_opt = { .year = 2199, .month = 12, .day = 31 },
	.msisdn = { "9215550123" },
	.msisdn_opt = { "9000000000" },
	.iccid = { "897010269907700050" },
	.iccid_opt = { "89701026990770005012" },
};

static const struct q_typed_add_args bare = {
	.id = -7,
	.at_opt = { .ms = INT64_MIN },
	.day = { .year = 1970, .month = 1, .day = 1 },
	.msisdn = { "9215550124" },
	.iccid = { "8970102699077000501" },
};

static enum err round_trip(struct tx *tx, struct arena *a)
{
	struct q_typed_get_row row;
	int64_t id;
	try(q_typed_add(tx, &full));
	try(q_typed_add(tx, &bare));
	try(q_typed_get(tx, a, full.id, &row));
	want(row.flag);
	want(is(row.word, full.word.p));
	want(is(row.word_opt, ""));
	want(row.raw.n == 3);
	want(memcmp(row.raw.p, full.raw.p, 3) == 0);
	want(is(row.raw_opt, ""));
	want(row.number_opt.has && row.number_opt.v == INT64_MIN);
	want(row.price.kop == -1);
	want(row.at.ms == full.at.ms && row.at_opt.ms == -5);
	want(date_cmp(row.day, full.day) == 0);
	want(date_cmp(row.day_opt, full.day_opt) == 0);
	want(strcmp(row.msisdn.d, full.msisdn.d) == 0);
	want(strcmp(row.msisdn_opt.d, full.msisdn_opt.d) == 0);
	want(strcmp(row.iccid.d, full.iccid.d) == 0);
	want(strcmp(row.iccid_opt.d, full.iccid_opt.d) == 0);
	try(q_typed_by_number(tx, a, bare.msisdn, &id));
	want(id == -7);
	try(q_typed_get(tx, a, id, &row));
	want(!(row.flag || row.number_opt.has));
	want(is(row.word, ""));
	want(!row.word_opt.p);
	want(row.raw.n == 0);
	want(!row.raw_opt.p);
	want(tstamp_is_none(row.at_opt));
	want(row.day_opt.year == 0);
	want(row.msisdn_opt.d[0] == '\0' && row.iccid_opt.d[0] == '\0');
	return OK;
}

static void test_generated__binds_and_reads_every_type(void **state)
{
	assert_int_equal(in_tx(*state, round_trip), OK);
}

/* --- kinds ---------------------------------------------------------------- */

static enum err add_items(struct tx *tx, struct arena *a)
{
	static const char *const names[] = { "один", "два", "три" };
	(void)a;
	for (int64_t id = 1; id <= 3; id++)
		try(q_item_add(tx, &(struct q_item_add_args){ .id = id,
							      .name = str_c(names[id - 1]),
							      .amount = { .kop = 100 * id } }));
	return OK;
}

static enum err kind_one(struct tx *tx, struct arena *a)
{
	struct q_item_get_row row, untouched = { .amount = { .kop = 5 } };
	money amount, left;
	try(q_item_get(tx, a, 2, &row));
	want(is(row.name, "два"));
	want(row.amount.kop == 200);
	want(q_item_get(tx, a, 99, &untouched) == E_NOTFOUND);
	want(untouched.amount.kop == 5);
	try(q_item_amount(tx, a, 3, &amount));
	want(amount.kop == 300);
	try(q_item_take(tx, a, &(struct q_item_take_args){ .id = 3, .amount = { .kop = 1 } },
			&left));
	want(left.kop == 299);
	try(q_item_sum(tx, a, &amount));
	want(amount.kop == 599);
	return OK;
}

static enum err kind_many(struct tx *tx, struct arena *a)
{
	struct q_item_list_row *rows;
	size_t n;
	try(q_item_list(tx, a, &(struct q_item_list_args){ .above = 1, .limit_n = 5 }, &rows, &n));
	want(n == 2);
	want(rows[0].id == 2);
	want(is(rows[1].name, "три"));
	try(q_item_list(tx, a, &(struct q_item_list_args){ .above = 0, .limit_n = 1 }, &rows, &n));
	want(n == 1);
	try(q_item_list(tx, a, &(struct q_item_list_args){ .above = 3, .limit_n = 1 }, &rows, &n));
	want(n == 0);
	return OK;
}

static enum err add_up(void *arg, const struct q_item_each_row *row)
{
	want(row->name.p);
	*(int64_t *)arg += row->id;
	return OK;
}

static enum err stop_at_two(void *arg, const struct q_item_each_above_row *row)
{
	*(int64_t *)arg = row->id;
	return row->id == 2 ? E_LIMIT : OK;
}

static enum err kind_each(struct tx *tx, struct arena *a)
{
	int64_t sum = 0, last = 0;
	(void)a;
	try(q_item_each(tx, add_up, &sum));
	want(sum == 6);
	want(q_item_each_above(tx, 0, stop_at_two, &last) == E_LIMIT);
	want(last == 2);
	return OK;
}

static enum err kind_rows(struct tx *tx, struct arena *a)
{
	int64_t n;
	try(q_item_put(tx, &(struct q_item_put_args){ .id = 1, .amount = { .kop = 7 } }, &n));
	want(n == 1);
	try(q_item_put(tx, &(struct q_item_put_args){ .id = 9, .amount = { .kop = 7 } }, &n));
	want(n == 0);
	try(q_item_remove_all(tx, &n));
	want(n == 3);
	try(q_item_count(tx, a, &n));
	want(n == 0);
	return OK;
}

static void test_generated__gives_each_kind_its_result(void **state)
{
	assert_int_equal(in_tx(*state, add_items), OK);
	assert_int_equal(in_tx(*state, kind_one), OK);
	assert_int_equal(in_tx(*state, kind_many), OK);
	assert_int_equal(in_tx(*state, kind_each), OK);
	assert_int_equal(in_tx(*state, kind_rows), OK);
}

/* What JSON, in which a bulk travels, writes in another way. */
static const char *const odd_names[] = {
	"", "a \"quoted\" \\ word", "\x01\t\r\n\x1f\x7f", "щётка 😀", "[1,2],{}", "\\u0041 null",
};

enum { ODD_N = sizeof(odd_names) / sizeof(odd_names[0]) };

static enum err list_names(struct arena *a, struct bulk **ret)
{
	struct bulk *names;
	try(bulk_new(a, &names));
	for (size_t i = 0; i < ODD_N; i++) {
		bulk_row(names);
		bulk_str(names, str_c(odd_names[i]));
	}
	*ret = names;
	return bulk_end(names);
}

static enum err add_odd(struct tx *tx, struct arena *a)
{
	static const int64_t ids[ODD_N] = {
		INT64_MIN, -1, 0, 1, 1 + (INT64_C(1) << 53), INT64_MAX
	};
	struct bulk *items, *names;
	struct q_item_among_row *rows;
	size_t n;
	try(bulk_new(a, &items));
	for (size_t i = 0; i < ODD_N; i++) {
		bulk_row(items);
		bulk_i64(items, ids[i]);
		bulk_str(items, str_c(odd_names[i]));
		bulk_i64(items, (int64_t)i);
	}
	try(bulk_end(items));
	want(bulk_rows(items) == ODD_N);
	try(q_item_add_all(tx, items));
	try(list_names(a, &names));
	try(q_item_among(tx, a, names, &rows, &n));
	want(n == ODD_N);
	for (size_t i = 0; i < ODD_N; i++)
		want(rows[i].id == ids[i] && is(rows[i].name, odd_names[i]));
	return OK;
}

static enum err add_none(struct tx *tx, struct arena *a)
{
	struct bulk *none;
	struct q_item_among_row *rows;
	size_t n;
	try(bulk_new(a, &none));
	try(bulk_end(none));
	want(bulk_rows(none) == 0);
	try(q_item_add_all(tx, none));
	try(q_item_among(tx, a, none, &rows, &n));
	want(n == 0);
	return OK;
}

static enum err add_too_much(struct tx *tx, struct arena *a)
{
	struct bulk *l;
	(void)tx;
	try(bulk_new(a, &l));
	for (size_t i = 0; i <= BULK_BYTES_MAX / 8; i++) {
		bulk_row(l);
		bulk_str(l, STR("щётка"));
	}
	return bulk_end(l);
}

static void test_generated__binds_a_bulk_as_rows(void **state)
{
	assert_int_equal(in_tx(*state, add_odd), OK);
	assert_int_equal(in_tx(*state, add_none), OK);
	assert_int_equal(in_tx(*state, add_too_much), E_LIMIT);
}

static enum err read_twin(struct tx *tx, struct arena *a)
{
	struct str name;
	try(q_item_twin(tx, a, &name));
	return str_eq(name, STR("sqlite")) ? E_LIMIT : str_eq(name, STR("postgres")) ? E_INPUT : OK;
}

static void test_generated__takes_the_twin_of_the_database(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(in_tx(f, read_twin), f->is_pg ? E_INPUT : E_LIMIT);
}

static enum err wrong_type(struct tx *tx, struct arena *a)
{
	int64_t n;
	return q_item_wrong_type(tx, a, 1, &n);
}

static enum err broken(struct tx *tx, struct arena *a)
{
	(void)a;
	return q_item_broken(tx);
}

static enum err orphan(struct tx *tx, struct arena *a)
{
	(void)a;
	return q_child_add(tx, &(struct q_child_add_args){ .id = 1, .item = 99 });
}

static void test_generated__refuses_what_the_schema_does_not_fit(void **state)
{
	assert_int_equal(in_tx(*state, add_items), OK);
	assert_int_equal(in_tx(*state, wrong_type), E_STORE);
	assert_int_equal(in_tx(*state, broken), E_STORE);
	assert_int_equal(in_tx(*state, orphan), E_CONFLICT);
}

static enum err melt(struct tx *tx, struct arena *a)
{
	int64_t n;
	try(q_frozen_count(tx, a, &n));
	want(n == 1);
	try(q_frozen_add(tx, &(struct q_frozen_add_args){ .id = 2, .body = STR("snow") }));
	return q_frozen_melt(tx, STR("water"), &n);
}

static void test_generated__has_the_sections_of_a_migration(void **state)
{
	assert_int_equal(in_tx(*state, melt), E_CONFLICT);
}

/* --- a database for each test ---------------------------------------------- */

static int set_up(void **state, bool is_pg)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int n;
	assert_non_null(f);
	f->is_pg = is_pg;
	f->a = arena_new(1 << 20);
	if (is_pg)
		pg_database_new(f->url, NULL);
	else
		snprintf(f->url, sizeof(f->url), "/tmp/kabinet-generated.%ld.db", (long)getpid());
	struct store_opts opts = { .url = f->url, .clock = clock_system() };
	assert_int_equal(store_open(&opts, &f->s), OK);
	assert_int_equal(store_migrate(f->s, &n), OK);
	assert_int_equal(n, 2);
	*state = f;
	return 0;
}

static int set_up_sqlite(void **state)
{
	return set_up(state, false);
}

static int set_up_pg(void **state)
{
	return set_up(state, true);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char lock[PG_URL_MAX_BYTES + 8];
	store_close(f->s);
	arena_free(f->a);
	if (f->is_pg) {
		pg_database_drop(f->url);
	} else {
		snprintf(lock, sizeof(lock), "%s.lock", f->url);
		unlink(lock);
		unlink(f->url);
	}
	free(f);
	return 0;
}

#define ON(set_up, test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define TESTS(on)                                                                                  \
	{                                                                                          \
		ON(on, test_generated__binds_and_reads_every_type),                                \
			ON(on, test_generated__gives_each_kind_its_result),                        \
			ON(on, test_generated__binds_a_bulk_as_rows),                              \
			ON(on, test_generated__takes_the_twin_of_the_database),                    \
			ON(on, test_generated__refuses_what_the_schema_does_not_fit),              \
			ON(on, test_generated__has_the_sections_of_a_migration),                   \
	}

int main(void)
{
	const struct CMUnitTest sqlite[] = TESTS(set_up_sqlite);
	const struct CMUnitTest postgres[] = TESTS(set_up_pg);
	int failed = cmocka_run_group_tests_name("generated, on SQLite", sqlite, NULL, NULL);
	failed += cmocka_run_group_tests_name("generated, on PostgreSQL", postgres, NULL, NULL);
	return failed;
}

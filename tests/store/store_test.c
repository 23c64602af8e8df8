/* What store.h promises, on both databases. */
#include <pthread.h>

#include "store/fixture.h"

static void test_store__migrates_once(void **state)
{
	struct fixture *f = *state;
	int n = -1, have, want;
	assert_int_equal(store_migrate(f->s, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_version(f->s, &have, &want), OK);
	assert_int_equal(have, 2);
	assert_int_equal(want, 2);
}

static void test_store__refuses_a_changed_migration(void **state)
{
	struct fixture *f = *state;
	int n = -1;
	fixture_migrations[1].checksum = "ffffffffffffffff";
	enum err e = store_migrate(f->s, &n);
	fixture_migrations[1].checksum = "0000000000000002";
	assert_int_equal(e, E_CONFLICT);
	assert_int_equal(n, -1);
}

static void test_store__refuses_a_newer_store(void **state)
{
	struct fixture *f = *state;
	int n = -1, have, want;
	fixture_version = 1;
	enum err e = store_migrate(f->s, &n);
	assert_int_equal(store_version(f->s, &have, &want), OK);
	fixture_version = 2;
	assert_int_equal(e, E_CONFLICT);
	assert_int_equal(have, 2);
	assert_int_equal(want, 1);
}

static void test_store__rolls_back_a_failing_migration(void **state)
{
	struct fixture *f = *state;
	const struct migration kept = fixture_migrations[1];
	int n = -1, have, want;
	char url[PG_URL_MAX_BYTES];
	struct fixture fresh = { .is_pg = f->is_pg,
				 .opts = { .url = url, .clock = clock_system() } };
	if (f->is_pg)
		pg_database_new(url, NULL);
	else
		snprintf(url, sizeof(url), "%s/copy.db", f->dir);
	fixture_migrations[1].sqlite = fixture_migrations[1].postgres =
		"CREATE TABLE half (id INT); INSERT INTO nowhere (id) VALUES (1);";
	fresh.s = fixture_open(&fresh);
	assert_int_equal(store_version(fresh.s, &have, &want), OK);
	assert_int_equal(have, 0);
	assert_int_equal(store_migrate(fresh.s, &n), E_STORE);
	assert_int_equal(store_version(fresh.s, &have, &want), OK);
	assert_int_equal(have, 1);
	fixture_migrations[1] = kept;
	assert_int_equal(store_migrate(fresh.s, &n), OK);
	assert_int_equal(n, 1);
	store_close(fresh.s);
	if (f->is_pg)
		pg_database_drop(url);
}

static void *migrate_too(void *arg)
{
	const struct fixture *f = arg;
	struct store *s = NULL;
	int n = -1;
	if (store_open(&f->opts, &s) == OK && store_migrate(s, &n) != OK)
		n = -1;
	store_close(s);
	return (void *)(intptr_t)n;
}

static void test_store__migrates_once_for_many(void **state)
{
	struct fixture *f = *state;
	char url[PG_URL_MAX_BYTES];
	struct fixture fresh = { .opts = { .url = url, .clock = clock_system() } };
	pthread_t threads[4];
	intptr_t total = 0;
	if (f->is_pg)
		pg_database_new(url, NULL);
	else
		snprintf(url, sizeof(url), "%s/copy.db", f->dir);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate_too, &fresh), 0);
	for (int i = 0; i < 4; i++) {
		void *n;
		pthread_join(threads[i], &n);
		assert_true((intptr_t)n >= 0);
		total += (intptr_t)n;
	}
	assert_int_equal(total, 2);
	if (f->is_pg)
		pg_database_drop(url);
}

/* --- outcomes ------------------------------------------------------------- */

static enum err add_then_fail(struct tx *tx, void *arg)
{
	try(add_number(tx, arg));
	return E_LIMIT;
}

static void test_store__rolls_back_what_returned_an_error(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1, two = 2;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	assert_int_equal(store_write(f->s, add_then_fail, &two), E_LIMIT);
	assert_int_equal(fixture_count(f->s), 1);
}

static void test_store__says_conflict_for_a_used_key(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	assert_int_equal(store_write(f->s, add_number, &one), E_CONFLICT);
	assert_int_equal(fixture_count(f->s), 1);
}

static enum err overdraw(struct tx *tx, void *arg)
{
	int64_t left;
	(void)arg;
	return item_take(tx, 1, 100, &left);
}

static enum err update_frozen(struct tx *tx, void *arg)
{
	const struct value params[] = { value_of_bytes(STR("water")) };
	(void)arg;
	return stmt_run(tx, &fixture_stmts[FROZEN_UPDATE], params, NULL, NULL, NULL);
}

static enum err orphan(struct tx *tx, void *arg)
{
	const struct value params[] = { value_of_i64(1), value_of_i64(999) };
	(void)arg;
	return stmt_run(tx, &fixture_stmts[CHILD_ADD], params, NULL, NULL, NULL);
}

static void test_store__says_conflict_for_check_trigger_and_foreign_key(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	assert_int_equal(store_write(f->s, overdraw, NULL), E_CONFLICT);
	assert_int_equal(store_write(f->s, update_frozen, NULL), E_CONFLICT);
	/* This one is only found by the commit. */
	assert_int_equal(store_write(f->s, orphan, NULL), E_CONFLICT);
	assert_int_equal(store_write(f->s, add_number, &(int64_t){ 2 }), OK);
	assert_int_equal(fixture_count(f->s), 2);
}

/* Goes on after a refused statement, and forgets it. */
static enum err overlook(struct tx *tx, void *arg)
{
	int64_t n;
	enum err first = item_add(tx, 1, "again", 0);
	enum err second = item_count(tx, &n);
	*(enum err *)arg = second;
	return first == E_CONFLICT ? OK : E_INPUT;
}

static void test_store__ends_a_transaction_at_its_first_refused_statement(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	enum err second = OK;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	assert_int_equal(store_write(f->s, overlook, &second), E_CONFLICT);
	assert_int_equal(second, E_CONFLICT);
}

static enum err run_statement(struct tx *tx, void *arg)
{
	int64_t n;
	return stmt_run(tx, &fixture_stmts[*(const int *)arg], NULL, fixture_int, &n, NULL);
}

static void test_store__refuses_statements_that_do_not_fit_the_schema(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	for (int i = BROKEN; i < STATEMENTS; i++)
		assert_int_equal(store_write(f->s, run_statement, &i), E_STORE);
	for (int i = WRONG_TYPE; i < STATEMENTS; i++)
		assert_int_equal(store_read(f->s, run_statement, &i), E_STORE);
	assert_int_equal(fixture_count(f->s), 1);
}

static void test_store__writes_nothing_while_reading(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	assert_int_not_equal(store_read(f->s, add_number, &one), OK);
	assert_int_equal(fixture_count(f->s), 0);
}

static void test_store__refuses_writes_when_read_only(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1;
	int n;
	struct fixture reader = { .opts = f->opts };
	reader.opts.read_only = true;
	struct store *s = fixture_open(&reader);
	assert_int_equal(store_write(s, add_number, &one), E_DENIED);
	assert_int_equal(store_write_later(s, add_number, &one, NULL), E_DENIED);
	assert_int_equal(store_migrate(s, &n), E_DENIED);
	assert_int_equal(fixture_count(s), 0);
	store_close(s);
}

/* --- statements ----------------------------------------------------------- */

struct put {
	int64_t hit, missed, left;
};

static enum err put_and_take(struct tx *tx, void *arg)
{
	struct put *put = arg;
	int64_t one = 1;
	try(add_number(tx, &one));
	try(item_put(tx, 1, 50, &put->hit));
	try(item_put(tx, 2, 50, &put->missed));
	return item_take(tx, 1, 8, &put->left);
}

static void test_store__counts_changed_rows_and_returns_them(void **state)
{
	struct fixture *f = *state;
	struct put put = { 0 };
	assert_int_equal(store_write(f->s, put_and_take, &put), OK);
	assert_int_equal(put.hit, 1);
	assert_int_equal(put.missed, 0);
	assert_int_equal(put.left, 42);
}

static enum err on_body(void *arg, const struct value *v)
{
	return value_to_bytes(NULL, &v[0], arg) == OK && ((struct str *)arg)->n == 2 &&
			       memcmp(((struct str *)arg)->p, "\x00\xff", 2) == 0
		       ? OK
		       : E_INPUT;
}

static enum err read_body(struct tx *tx, void *arg)
{
	return stmt_run(tx, &fixture_stmts[FROZEN_BODY], NULL, on_body, arg, NULL);
}

static void test_store__reads_bytes_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct str body;
	assert_int_equal(store_read(f->s, read_body, &body), OK);
}

struct walk {
	struct tx *tx;
	int64_t next, nested_sum, stop_at;
};

/* Looks up what it stands on with another statement of the same transaction. */
static enum err on_item(void *arg, const struct value *v)
{
	struct walk *walk = arg;
	int64_t amount;
	assert_int_equal(v[0].i, walk->next);
	if (walk->next == walk->stop_at)
		return E_LIMIT;
	try(item_amount(walk->tx, v[0].i, &amount));
	walk->nested_sum += amount;
	walk->next++;
	return OK;
}

static enum err walk_items(struct tx *tx, void *arg)
{
	struct walk *walk = arg;
	const struct value params[] = { value_of_i64(1) };
	*walk = (struct walk){ .tx = tx, .next = 1, .stop_at = walk->stop_at };
	return stmt_run(tx, &fixture_stmts[ITEM_EACH], params, on_item, walk, NULL);
}

static void test_store__streams_rows_in_order_with_statements_between(void **state)
{
	struct fixture *f = *state;
	struct walk walk = { 0 };
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	assert_int_equal(store_read(f->s, walk_items, &walk), OK);
	assert_int_equal(walk.next, 1235);
	assert_int_equal(walk.nested_sum, 1234 * 1235 / 2);
}

static void test_store__stops_a_stream_where_its_function_says(void **state)
{
	struct fixture *f = *state;
	struct walk walk = { .stop_at = 700 };
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	assert_int_equal(store_read(f->s, walk_items, &walk), E_LIMIT);
	assert_int_equal(walk.next, 700);
	assert_int_equal(fixture_count(f->s), 1234);
}

/* --- isolation ------------------------------------------------------------ */

struct snapshot {
	struct store *s;
	int64_t before, after;
};

static void *add_one(void *arg)
{
	int64_t id = 77;
	return (void *)(intptr_t)store_write(arg, add_number, &id);
}

/* Another thread writes between the two looks. */
static enum err look_twice(struct tx *tx, void *arg)
{
	struct snapshot *look = arg;
	pthread_t thread;
	void *written;
	try(item_count(tx, &look->before));
	assert_int_equal(pthread_create(&thread, NULL, add_one, look->s), 0);
	pthread_join(thread, &written);
	assert_int_equal((intptr_t)written, OK);
	return item_count(tx, &look->after);
}

static void test_store__reads_one_snapshot(void **state)
{
	struct fixture *f = *state;
	struct snapshot look = { .s = f->s };
	assert_int_equal(store_read(f->s, look_twice, &look), OK);
	assert_int_equal(look.before, 0);
	assert_int_equal(look.after, 0);
	assert_int_equal(fixture_count(f->s), 1);
}

static void test_store__writes_later_and_gives_its_argument_back(void **state)
{
	struct fixture *f = *state;
	for (int64_t i = 1; i <= 50; i++) {
		int64_t *id = malloc(sizeof(*id));
		assert_non_null(id);
		*id = i;
		assert_int_equal(store_write_later(f->s, add_number, id, free), OK);
	}
	store_close(f->s);
	f->s = fixture_open(f);
	assert_int_equal(fixture_count(f->s), 50);
}

static void test_store__counts_what_it_does(void **state)
{
	struct fixture *f = *state;
	struct store_stats before, after;
	int64_t one = 1, n;
	store_stats(f->s, &before);
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	assert_int_equal(store_read(f->s, item_count, &n), OK);
	store_stats(f->s, &after);
	assert_int_equal(after.commits - before.commits, 1);
	assert_int_equal(after.transactions - before.transactions, 1);
	assert_int_equal(after.statements - before.statements, 2);
	assert_int_equal(after.failures, before.failures);
}

static void test_store__is_intact(void **state)
{
	struct fixture *f = *state;
	struct arena *a = arena_new(1 << 16);
	struct str text;
	assert_non_null(a);
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	assert_int_equal(store_integrity(f->s, a, &text), OK);
	assert_int_equal(text.n, 2);
	assert_memory_equal(text.p, "ok", 2);
	arena_free(a);
}

#define ON_SQLITE(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, fixture_setup_sqlite, fixture_teardown)
#define ON_PG(test) cmocka_unit_test_setup_teardown(test, fixture_setup_pg, fixture_teardown)
#define TESTS(on)                                                                                  \
	{                                                                                          \
		on(test_store__migrates_once), on(test_store__refuses_a_changed_migration),        \
			on(test_store__refuses_a_newer_store),                                     \
			on(test_store__rolls_back_a_failing_migration),                            \
			on(test_store__migrates_once_for_many),                                    \
			on(test_store__rolls_back_what_returned_an_error),                         \
			on(test_store__says_conflict_for_a_used_key),                              \
			on(test_store__says_conflict_for_check_trigger_and_foreign_key),           \
			on(test_store__ends_a_transaction_at_its_first_refused_statement),         \
			on(test_store__refuses_statements_that_do_not_fit_the_schema),             \
			on(test_store__writes_nothing_while_reading),                              \
			on(test_store__refuses_writes_when_read_only),                             \
			on(test_store__counts_changed_rows_and_returns_them),                      \
			on(test_store__reads_bytes_as_they_are),                                   \
			on(test_store__streams_rows_in_order_with_statements_between),             \
			on(test_store__stops_a_stream_where_its_function_says),                    \
			on(test_store__reads_one_snapshot),                                        \
			on(test_store__writes_later_and_gives_its_argument_back),                  \
			on(test_store__counts_what_it_does), on(test_store__is_intact),            \
	}

int main(void)
{
	const struct CMUnitTest sqlite[] = TESTS(ON_SQLITE);
	const struct CMUnitTest postgres[] = TESTS(ON_PG);
	int failed = cmocka_run_group_tests_name("store on SQLite", sqlite, NULL, NULL);
	failed += cmocka_run_group_tests_name("store on PostgreSQL", postgres, NULL, NULL);
	return failed;
}

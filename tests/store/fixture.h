/* What the store's tests share: a small schema of their own, a few statements, and a fresh database
 * for each test, once in SQLite and once in PostgreSQL. The schema stands in for the one that mksql
 * makes: the linker takes these functions and leaves the others in the archive. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/schema.h"
#include "store/stmt.h"
#include "support/pg.h"

/* A test may change these: they are what "the program" knows. */
static struct migration fixture_migrations[] = {
	{
		.number = 1,
		.name = "item",
		.checksum = "0000000000000001",
		.sqlite = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
			  "amount INTEGER NOT NULL CHECK (amount >= 0)) STRICT;"
			  "CREATE TABLE child (id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL "
			  "REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED) STRICT;",
		.postgres = "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
			    "amount BIGINT NOT NULL CHECK (amount >= 0));"
			    "CREATE TABLE child (id BIGINT PRIMARY KEY, item_id BIGINT NOT NULL "
			    "REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);",
	},
	{
		.number = 2,
		.name = "frozen",
		.checksum = "0000000000000002",
		.sqlite = "CREATE TABLE frozen (id INTEGER PRIMARY KEY, body BLOB) STRICT;"
			  "CREATE TRIGGER frozen_no_update BEFORE UPDATE ON frozen "
			  "BEGIN SELECT RAISE(ABORT, 'frozen'); END;"
			  "INSERT INTO frozen (id, body) VALUES (1, x'00ff');",
		.postgres = "CREATE TABLE frozen (id BIGINT PRIMARY KEY, body BYTEA);"
			    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
			    "$$ BEGIN RAISE EXCEPTION 'frozen'; END $$;"
			    "CREATE TRIGGER frozen_no_update BEFORE UPDATE ON frozen "
			    "FOR EACH ROW EXECUTE FUNCTION refuse();"
			    "INSERT INTO frozen (id, body) VALUES (1, '\\x00ff');",
	},
};
static int fixture_version = 2;

const struct migration *schema_migration(int number)
{
	return number >= 1 && number <= fixture_version ? &fixture_migrations[number - 1] : NULL;
}

int schema_version(void)
{
	return fixture_version;
}

/* Parameters stand in the order of their numbers, so that one text serves both. */
enum {
	ITEM_ADD,
	ITEM_AMOUNT,
	ITEM_NAME,
	ITEM_PUT,
	ITEM_TAKE,
	ITEM_COUNT,
	ITEM_SUM,
	ITEM_EACH,
	ITEM_FILL,
	CHILD_ADD,
	FROZEN_UPDATE,
	FROZEN_BODY,
	BROKEN,
	WRONG_TYPE,
	WRONG_COUNT,
	STATEMENTS
};

int stmt_count(void)
{
	return STATEMENTS;
}

#define TYPES(...)                                                                                 \
	(const enum value_type[])                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define BOTH(text) .sqlite = (text), .postgres = (text)

/* clang-format off */
static const struct stmt fixture_stmts[STATEMENTS] = {
	[ITEM_ADD] = { .index = ITEM_ADD, .name = "item_add",
		       BOTH("INSERT INTO item (id, name, amount) VALUES ($1, $2, $3)"),
		       .n_params = 3, .params = TYPES(VALUE_INT, VALUE_TEXT, VALUE_INT) },
	[ITEM_AMOUNT] = { .index = ITEM_AMOUNT, .name = "item_amount",
			  BOTH("SELECT amount FROM item WHERE id = $1"),
			  .n_params = 1, .params = TYPES(VALUE_INT),
			  .n_cols = 1, .cols = TYPES(VALUE_INT) },
	[ITEM_NAME] = { .index = ITEM_NAME, .name = "item_name",
			BOTH("SELECT name FROM item WHERE id = $1"),
			.n_params = 1, .params = TYPES(VALUE_INT),
			.n_cols = 1, .cols = TYPES(VALUE_TEXT) },
	[ITEM_PUT] = { .index = ITEM_PUT, .name = "item_put",
		       BOTH("UPDATE item SET amount = $1 WHERE id = $2"),
		       .n_params = 2, .params = TYPES(VALUE_INT, VALUE_INT) },
	[ITEM_TAKE] = { .index = ITEM_TAKE, .name = "item_take",
			BOTH("UPDATE item SET amount = amount - $1 WHERE id = $2 RETURNING amount"),
			.n_params = 2, .params = TYPES(VALUE_INT, VALUE_INT),
			.n_cols = 1, .cols = TYPES(VALUE_INT) },
	[ITEM_COUNT] = { .index = ITEM_COUNT, .name = "item_count",
			 BOTH("SELECT count(*) FROM item"), .n_cols = 1, .cols = TYPES(VALUE_INT) },
	[ITEM_SUM] = { .index = ITEM_SUM, .name = "item_sum",
		       BOTH("SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM item"),
		       .n_cols = 1, .cols = TYPES(VALUE_INT) },
	[ITEM_EACH] = { .index = ITEM_EACH, .name = "item_each",
			BOTH("SELECT id, name FROM item WHERE id >= $1 ORDER BY id"),
			.n_params = 1, .params = TYPES(VALUE_INT),
			.n_cols = 2, .cols = TYPES(VALUE_INT, VALUE_TEXT), .stream = true },
	[ITEM_FILL] = { .index = ITEM_FILL, .name = "item_fill",
			BOTH("WITH RECURSIVE n (i) AS "
			     "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) "
			     "INSERT INTO item (id, name, amount) "
			     "SELECT i, 'item ' || i, i FROM n"),
	},
	[CHILD_ADD] = { .index = CHILD_ADD, .name = "child_add",
			BOTH("INSERT INTO child (id, item_id) VALUES ($1, $2)"),
			.n_params = 2, .params = TYPES(VALUE_INT, VALUE_INT) },
	[FROZEN_UPDATE] = { .index = FROZEN_UPDATE, .name = "frozen_update",
			    BOTH("UPDATE frozen SET body = $1 WHERE id = 1"),
			    .n_params = 1, .params = TYPES(VALUE_BYTES) },
	[FROZEN_BODY] = { .index = FROZEN_BODY, .name = "frozen_body",
			  BOTH("SELECT body FROM frozen WHERE id = 1"),
			  .n_cols = 1, .cols = TYPES(VALUE_BYTES) },
	[BROKEN] = { .index = BROKEN, .name = "broken",
		     BOTH("INSERT INTO nowhere (id) VALUES (1)") },
	[WRONG_TYPE] = { .index = WRONG_TYPE, .name = "wrong_type",
			 BOTH("SELECT name FROM item"), .n_cols = 1, .cols = TYPES(VALUE_INT) },
	[WRONG_COUNT] = { .index = WRONG_COUNT, .name = "wrong_count",
			  BOTH("SELECT id, name FROM item"),
			  .n_cols = 1, .cols = TYPES(VALUE_INT) },
};

/* --- statements ----------------------------------------------------------- */

static enum err __attribute__((unused)) fixture_int(void *arg, const struct value *v)
{
	return value_to_i64(&v[0], arg);
}

static enum err __attribute__((unused))
item_add(struct tx *tx, int64_t id, const char *name, int64_t amount)
{
	const struct value params[] = { value_of_i64(id), value_of_str(str_c(name)),
					value_of_i64(amount) };
	return stmt_run(tx, &fixture_stmts[ITEM_ADD], params, NULL, NULL, NULL);
}

static enum err __attribute__((unused)) item_amount(struct tx *tx, int64_t id, int64_t *ret)
{
	const struct value params[] = { value_of_i64(id) };
	return stmt_run(tx, &fixture_stmts[ITEM_AMOUNT], params, fixture_int, ret, NULL);
}

static enum err __attribute__((unused))
item_put(struct tx *tx, int64_t id, int64_t amount, int64_t *ret_affected)
{
	const struct value params[] = { value_of_i64(amount), value_of_i64(id) };
	return stmt_run(tx, &fixture_stmts[ITEM_PUT], params, NULL, NULL, ret_affected);
}

static enum err __attribute__((unused))
item_take(struct tx *tx, int64_t id, int64_t amount, int64_t *ret)
{
	const struct value params[] = { value_of_i64(amount), value_of_i64(id) };
	return stmt_run(tx, &fixture_stmts[ITEM_TAKE], params, fixture_int, ret, NULL);
}

static enum err __attribute__((unused)) item_count(struct tx *tx, void *ret)
{
	return stmt_run(tx, &fixture_stmts[ITEM_COUNT], NULL, fixture_int, ret, NULL);
}

static enum err __attribute__((unused)) item_fill(struct tx *tx, void *arg)
{
	(void)arg;
	return stmt_run(tx, &fixture_stmts[ITEM_FILL], NULL, NULL, NULL, NULL);
}

/* An item of the number ${arg} points at, as a transaction of its own. */
static enum err __attribute__((unused)) add_number(struct tx *tx, void *arg)
{
	char name[32];
	int64_t id = *(const int64_t *)arg;
	snprintf(name, sizeof(name), "item %lld", (long long)id);
	return item_add(tx, id, name, id);
}

/* --- a database for each test ---------------------------------------------- */

struct fixture {
	char dir[64];
	char url[PG_URL_MAX_BYTES];
	bool is_pg;
	struct store_opts opts;
	struct store *s;
};

static struct store *fixture_open(const struct fixture *f)
{
	struct store *s = NULL;
	assert_int_equal(store_open(&f->opts, &s), OK);
	return s;
}

static int64_t __attribute__((unused)) fixture_count(struct store *s)
{
	int64_t n = -1;
	assert_int_equal(store_read(s, item_count, &n), OK);
	return n;
}

static int fixture_setup(void **state, bool is_pg)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->is_pg = is_pg;
	snprintf(f->dir, sizeof(f->dir), "/tmp/kabinet-store.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	if (is_pg)
		pg_database_new(f->url, NULL);
	else
		snprintf(f->url, sizeof(f->url), "%s/store.db", f->dir);
	f->opts = (struct store_opts){ .url = f->url, .clock = clock_system() };
	f->s = fixture_open(f);
	fixture_version = 2;
	int n;
	assert_int_equal(store_migrate(f->s, &n), OK);
	*state = f;
	return 0;
}

static int __attribute__((unused)) fixture_setup_sqlite(void **state)
{
	return fixture_setup(state, false);
}

static int __attribute__((unused)) fixture_setup_pg(void **state)
{
	return fixture_setup(state, true);
}

static int __attribute__((unused)) fixture_teardown(void **state)
{
	static const char *const ends[] = { "store.db",      "store.db-wal", "store.db-shm",
					    "store.db.lock", "copy.db",      "copy.db.lock",
					    "copy.db-wal",   "copy.db-shm",  NULL };
	struct fixture *f = *state;
	char path[128];
	store_close(f->s);
	if (f->is_pg)
		pg_database_drop(f->url);
	for (int i = 0; ends[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, ends[i]);
		unlink(path);
	}
	int rc = rmdir(f->dir);
	free(f);
	return rc;
}

#endif

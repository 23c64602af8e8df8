/* Brings a store to the version of the program: the missing migrations of sql/schema/, one
 * transaction each, while no other process does the same. The table that remembers them is the
 * store's own: it has to be there before the first of them, so its statements are here and not in
 * sql/. */
#include "store/backend.h"
#include "store/schema.h"

enum { LIST_MAX_BYTES = 1 << 20 };

static const struct stmt table_stmt = {
	.index = -1,
	.name = "migration_table",
	.sqlite = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
	.postgres = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND "
		    "tablename = 'migration'",
	.n_cols = 1,
	.cols = (const enum value_type[]){ VALUE_INT },
};

static const char table_sqlite[] =
	"CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
	"checksum TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT";
static const char table_postgres[] =
	"CREATE TABLE migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
	"checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)";

static const char list_sql[] = "SELECT number, checksum FROM migration ORDER BY number";
static const struct stmt list_stmt = {
	.index = -1,
	.name = "migration_list",
	.sqlite = list_sql,
	.postgres = list_sql,
	.n_cols = 2,
	.cols = (const enum value_type[]){ VALUE_INT, VALUE_TEXT },
};

static const struct stmt add_stmt = {
	.index = -1,
	.name = "migration_add",
	.sqlite = "INSERT INTO migration (number, name, checksum, applied_at_ms) VALUES (?1, ?2, "
		  "?3, ?4)",
	.postgres = "INSERT INTO migration (number, name, checksum, applied_at_ms) VALUES ($1, $2, "
		    "$3, $4)",
	.n_params = 4,
	.params = (const enum value_type[]){ VALUE_INT, VALUE_TEXT, VALUE_TEXT, VALUE_INT },
};

struct applied {
	int64_t number;
	struct str checksum;
};

static enum err on_count(void *arg, const struct value *v)
{
	return value_to_i64(&v[0], arg);
}

static enum err on_applied(void *arg, const struct value *v)
{
	struct rows *rows = arg;
	struct applied *row = rows_add(rows);
	if (!row)
		return E_NOMEM;
	try(value_to_i64(&v[0], &row->number));
	return value_to_str(rows->a, &v[1], &row->checksum);
}

/* The rows of the table, none when there is no table yet. */
static enum err read_applied(struct tx *tx, struct arena *a, struct rows *ret)
{
	int64_t tables = 0;
	*ret = (struct rows){ .a = a, .size = sizeof(struct applied) };
	try(stmt_run(tx, &table_stmt, NULL, on_count, &tables, NULL));
	return tables ? stmt_run(tx, &list_stmt, NULL, on_applied, ret, NULL) : OK;
}

static enum err refuse(struct store *s, const char *event, int64_t number)
{
	const struct migration *m = schema_migration((int)number);
	log_event(s->log, LOG_ERROR, event, log_int("migration", number),
		  log_const("name", m ? m->name : "unknown"));
	return E_CONFLICT;
}

/* What was applied must be the beginning of what the program has. */
static enum err check_applied(struct store *s, const struct rows *rows)
{
	const struct applied *applied = rows->p;
	for (size_t i = 0; i < rows->n; i++) {
		const struct migration *m = schema_migration((int)i + 1);
		if (!m)
			return refuse(s, "store.newer", applied[i].number);
		if (applied[i].number != m->number ||
		    !str_eq(applied[i].checksum, str_c(m->checksum)))
			return refuse(s, "store.migration_changed", applied[i].number);
	}
	return OK;
}

static enum err apply(struct tx *tx, const struct migration *m)
{
	const struct store *s = tx->store;
	if (m->number == 1)
		try(s->ops->script(tx, s->ops->is_sqlite ? table_sqlite : table_postgres));
	try(s->ops->script(tx, s->ops->is_sqlite ? m->sqlite : m->postgres));
	const struct value params[] = {
		value_of_i64(m->number),
		value_of_str(str_c(m->name)),
		value_of_str(str_c(m->checksum)),
		value_of_tstamp(s->clock->now(s->clock)),
	};
	return stmt_run(tx, &add_stmt, params, NULL, NULL, NULL);
}

struct step {
	struct arena *a;
	const struct migration *next; /* what is applied in this step; NULL: nothing is missing */
};

static enum err apply_next(struct tx *tx, void *arg)
{
	struct step *step = arg;
	struct rows rows;
	arena_reset(step->a);
	step->next = NULL;
	try(read_applied(tx, step->a, &rows));
	try(check_applied(tx->store, &rows));
	step->next = schema_migration((int)rows.n + 1);
	return step->next ? apply(tx, step->next) : OK;
}

enum err store_migrate(struct store *s, int *ret_applied)
{
	struct step step = { .a = arena_new(LIST_MAX_BYTES) };
	if (!step.a)
		return E_NOMEM;
	enum err e;
	int n = 0;
	while ((e = s->ops->exclusive(s, apply_next, &step)) == OK && step.next) {
		log_event(s->log, LOG_INFO, "store.migrated",
			  log_int("migration", step.next->number),
			  log_const("name", step.next->name));
		n++;
	}
	if (e != OK && step.next)
		log_event(s->log, LOG_ERROR, "store.migration_failed",
			  log_int("migration", step.next->number),
			  log_const("name", step.next->name), log_const("error", err_name(e)));
	arena_free(step.a);
	if (e == OK)
		*ret_applied = n;
	return e;
}

struct version {
	struct arena *a;
	struct rows rows;
};

static enum err read_version(struct tx *tx, void *arg)
{
	struct version *version = arg;
	return read_applied(tx, version->a, &version->rows);
}

enum err store_version(struct store *s, int *ret_have, int *ret_want)
{
	struct version version = { .a = arena_new(LIST_MAX_BYTES) };
	if (!version.a)
		return E_NOMEM;
	enum err e = store_read(s, read_version, &version);
	if (e == OK) {
		const struct applied *applied = version.rows.p;
		size_t n = version.rows.n;
		*ret_have = n ? (int)applied[n - 1].number : 0;
		*ret_want = schema_version();
	}
	arena_free(version.a);
	return e;
}

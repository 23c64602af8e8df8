/* Brings a store to the version of the program: the missing migrations of sql/schema/, one transaction each,
 * while no other process does the same. */
#include "q_migration.h"
#include "store/backend.h"
#include "store/schema.h"

enum { LIST_MAX_BYTES = 1 << 20 };

struct applied {
	struct arena *a;
	struct q_migration_list_row *rows;
	size_t n;
};

static enum err read_applied(struct tx *tx, struct applied *ret)
{
	int64_t tables;
	ret->n = 0;
	try(q_migration_table(tx, ret->a, &tables));
	return tables ? q_migration_list(tx, ret->a, &ret->rows, &ret->n) : OK;
}

static enum err refuse(struct store *s, const char *event, int64_t number)
{
	const struct migration *m = schema_migration((int)number);
	log_event(s->log, LOG_ERROR, event, log_int("migration", number), log_const("name", m ? m->name : "unknown"));
	return E_CONFLICT;
}

/* What was applied must be the beginning of what the program has. */
static enum err check_applied(struct store *s, const struct applied *applied)
{
	for (size_t i = 0; i < applied->n; i++) {
		const struct q_migration_list_row *row = &applied->rows[i];
		const struct migration *m = schema_migration((int)i + 1);
		if (!m)
			return refuse(s, "store.newer", row->number);
		if (row->number != m->number || !str_eq(row->checksum, str_c(m->checksum)))
			return refuse(s, "store.migration_changed", row->number);
	}
	return OK;
}

struct step {
	struct arena *a;
	const struct migration *done; /* NULL: nothing was missing */
};

static enum err apply_next(struct tx *tx, void *arg)
{
	struct step *step = arg;
	struct store *s = tx->store;
	step->done = NULL;
	arena_reset(step->a);
	struct applied applied = { .a = step->a };
	try(read_applied(tx, &applied));
	try(check_applied(s, &applied));
	const struct migration *m = schema_migration((int)applied.n + 1);
	if (!m)
		return OK;
	if (m->number == 1)
		try(q_migration_create(tx));
	enum err e = s->ops->script(tx, s->ops->is_sqlite ? m->sqlite : m->postgres);
	if (e != OK)
		return refuse(s, "store.migration_failed", m->number);
	try(q_migration_add(tx, &(struct q_migration_add_args){ .number = m->number,
								.name = str_c(m->name),
								.checksum = str_c(m->checksum),
								.at = s->clock->now(s->clock) }));
	step->done = m;
	return OK;
}

enum err store_migrate(struct store *s, int *ret_applied)
{
	struct step step = { .a = arena_new(LIST_MAX_BYTES) };
	if (!step.a)
		return E_NOMEM;
	enum err e;
	int n = 0;
	while ((e = s->ops->exclusive(s, apply_next, &step)) == OK && step.done) {
		log_event(s->log, LOG_INFO, "store.migrated", log_int("migration", step.done->number),
			  log_const("name", step.done->name));
		n++;
	}
	arena_free(step.a);
	if (e == OK)
		*ret_applied = n;
	return e;
}

static enum err read_version(struct tx *tx, void *arg)
{
	return read_applied(tx, arg);
}

enum err store_version(struct store *s, int *ret_have, int *ret_want)
{
	struct applied applied = { .a = arena_new(LIST_MAX_BYTES) };
	if (!applied.a)
		return E_NOMEM;
	enum err e = store_read(s, read_version, &applied);
	if (e == OK) {
		*ret_have = applied.n ? (int)applied.rows[applied.n - 1].number : 0;
		*ret_want = schema_version();
	}
	arena_free(applied.a);
	return e;
}

/* The indexes against their tables, where the amcheck extension is installed. Foreign keys need no
 * check: the server keeps them in every transaction. */
#include "store/pg_admin.h"

#include "store/backend.h"

static const enum value_type one_number[] = { VALUE_INT };
static const enum value_type one_text[] = { VALUE_TEXT };

static const struct stmt has_amcheck = {
	.index = -1,
	.name = "integrity_amcheck",
	.postgres = "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'",
	.n_cols = 1,
	.cols = one_number,
};

static const struct stmt indexes = {
	.index = -1,
	.name = "integrity_indexes",
	.postgres = "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid "
		    "= i.indexrelid "
		    "JOIN pg_am m ON m.oid = c.relam WHERE m.amname = 'btree' AND i.indisvalid "
		    "AND c.relnamespace = current_schema()::regnamespace ORDER BY 1",
	.n_cols = 1,
	.cols = one_text,
};

static const struct stmt check_index = {
	.index = -1,
	.name = "integrity_index",
	.postgres = "SELECT count(*) FROM bt_index_check($1::text::regclass, true)",
	.n_params = 1,
	.params = one_text,
	.n_cols = 1,
	.cols = one_number,
};

struct check {
	struct arena *a;
	struct rows names;
	bool possible;
	struct str *at; /* the index that is checked */
};

static enum err on_amcheck(void *arg, const struct value *v)
{
	struct check *check = arg;
	check->possible = v[0].i > 0;
	return OK;
}

static enum err on_index(void *arg, const struct value *v)
{
	struct check *check = arg;
	struct str *name = rows_add(&check->names);
	return name ? value_to_str(check->a, &v[0], name) : E_NOMEM;
}

static enum err list_indexes(struct tx *tx, void *arg)
{
	struct check *check = arg;
	check->names = (struct rows){ .a = check->a, .size = sizeof(struct str) };
	try(stmt_run(tx, &has_amcheck, NULL, on_amcheck, check, NULL));
	return check->possible ? stmt_run(tx, &indexes, NULL, on_index, check, NULL) : OK;
}

static enum err check_one(struct tx *tx, void *arg)
{
	const struct check *check = arg;
	const struct value params[] = { value_of_str(*check->at) };
	return stmt_run(tx, &check_index, params, NULL, NULL, NULL);
}

/* The server's words are in the log; here it is enough to say which index it is. */
static enum err name_fault(struct check *check, struct str *ret_text)
{
	static const char before[] = "index ";
	size_t n = sizeof(before) - 1 + check->at->n;
	char *p = arena_alloc(check->a, n + 1);
	if (!p)
		return E_NOMEM;
	memcpy(p, before, sizeof(before) - 1);
	memcpy(p + sizeof(before) - 1, check->at->p, check->at->n);
	*ret_text = (struct str){ .p = p, .n = n };
	return OK;
}

enum err pg_admin_integrity(struct store *s, struct arena *a, struct str *ret_text)
{
	struct check check = { .a = a };
	try(store_read(s, list_indexes, &check));
	if (!check.possible)
		log_event(s->log, LOG_WARN, "store.integrity",
			  log_const("not_installed", "amcheck"));
	struct str *names = check.names.p;
	for (size_t i = 0; i < check.names.n; i++) {
		check.at = &names[i];
		if (store_read(s, check_one, &check) == OK)
			continue;
		/* A server that went away is not the index's fault. */
		try(store_read(s, list_indexes, &check));
		return name_fault(&check, ret_text);
	}
	*ret_text = STR("ok");
	return OK;
}

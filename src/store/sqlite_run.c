/* Running statements on a SQLite connection. This is the path of every page: nothing is copied here
 * that is not asked for, and nothing is prepared twice. */
#include "store/sqlite_conn.h"

static struct sqlite_conn *conn_of(struct tx *tx)
{
	return (struct sqlite_conn *)tx;
}

/* A constraint of the schema (also a trigger's RAISE) is the caller's affair, all else ours. */
static enum err error_of(int rc)
{
	bool refused = (rc & 0xff) == SQLITE_CONSTRAINT && rc != SQLITE_CONSTRAINT_DATATYPE;
	return refused ? E_CONFLICT : E_STORE;
}

/* A failed statement ends the transaction, as it does in PostgreSQL. */
static enum err give_up(struct sqlite_conn *c, const struct stmt *st, int rc)
{
	c->tx.over = error_of(rc);
	if (c->tx.over != E_CONFLICT)
		sqlite_conn_log(c, "store.statement", st->name);
	return c->tx.over;
}

static enum err mismatch(struct sqlite_conn *c, const struct stmt *st, const char *what)
{
	log_event(c->log, LOG_ERROR, "store.mismatch", log_const("name", st->name),
		  log_const("what", what));
	c->tx.over = E_STORE;
	return E_STORE;
}

static enum err prepare(struct sqlite_conn *c, const struct stmt *st, sqlite3_stmt **ret)
{
	int rc = sqlite3_prepare_v3(c->db, st->sqlite, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
	if (rc != SQLITE_OK)
		return give_up(c, st, rc);
	if (sqlite3_column_count(*ret) == st->n_cols &&
	    sqlite3_bind_parameter_count(*ret) == st->n_params)
		return OK;
	sqlite3_finalize(*ret);
	*ret = NULL;
	return mismatch(c, st, "number of columns or parameters");
}

static int bind(sqlite3_stmt *s, int at, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return sqlite3_bind_null(s, at);
	case VALUE_INT:
	case VALUE_BOOL:
		return sqlite3_bind_int64(s, at, v->i);
	case VALUE_TEXT:
	case VALUE_BULK:
		return sqlite3_bind_text64(s, at, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BYTES:
		return sqlite3_bind_blob64(s, at, v->s.p, v->s.n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

/* sqlite3_column_text() would copy the text to put a NUL behind it; the bytes are the same in
 * UTF-8. */
static bool read_value(sqlite3_stmt *s, int at, enum value_type want, struct value *ret)
{
	int type = sqlite3_column_type(s, at);
	ret->type = want;
	if (type == SQLITE_NULL) {
		ret->type = VALUE_NULL;
		return true;
	}
	if (want == VALUE_INT || want == VALUE_BOOL) {
		ret->i = sqlite3_column_int64(s, at);
		return type == SQLITE_INTEGER;
	}
	const void *p = sqlite3_column_blob(s, at);
	ret->s.p = p ? p : "";
	ret->s.n = (size_t)sqlite3_column_bytes(s, at);
	return type == (want == VALUE_TEXT ? SQLITE_TEXT : SQLITE_BLOB);
}

static enum err hand_over(struct sqlite_conn *c, const struct stmt *st, sqlite3_stmt *s,
			  enum err (*on_row)(void *arg, const struct value *cols), void *arg)
{
	struct value cols[STORE_COLS_MAX];
	for (int i = 0; i < st->n_cols; i++)
		if (!read_value(s, i, st->cols[i], &cols[i]))
			return mismatch(c, st, "type of a column");
	return on_row(arg, cols);
}

static enum err execute(struct sqlite_conn *c, const struct stmt *st, sqlite3_stmt *s,
			const struct value *params,
			enum err (*on_row)(void *arg, const struct value *cols), void *arg)
{
	int rc = SQLITE_OK;
	for (int i = 0; i < st->n_params && rc == SQLITE_OK; i++)
		rc = bind(s, i + 1, &params[i]);
	if (rc != SQLITE_OK)
		return give_up(c, st, rc);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		if (on_row)
			try(hand_over(c, st, s, on_row, arg));
	return rc == SQLITE_DONE ? OK : give_up(c, st, rc);
}

enum err sqlite_conn_run(struct tx *tx, const struct stmt *st, const struct value *params,
			 enum err (*on_row)(void *arg, const struct value *cols), void *arg,
			 int64_t *ret_affected)
{
	struct sqlite_conn *c = conn_of(tx);
	assert(st->index < c->kept_n);
	sqlite3_stmt *s = st->index >= 0 ? c->kept[st->index] : NULL;
	bool keep = st->index >= 0;
	/* A row function may run the statement that it is called from: that one is not to be
	 * disturbed. */
	if (s && sqlite3_stmt_busy(s)) {
		s = NULL;
		keep = false;
	}
	if (!s)
		try(prepare(c, st, &s));
	if (keep)
		c->kept[st->index] = s;
	enum err e = execute(c, st, s, params, on_row, arg);
	if (e == OK && ret_affected)
		*ret_affected = sqlite3_changes64(c->db);
	if (keep)
		sqlite3_reset(s);
	else
		sqlite3_finalize(s);
	return e;
}

enum err sqlite_conn_script(struct tx *tx, const char *sql)
{
	struct sqlite_conn *c = conn_of(tx);
	int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return OK;
	sqlite_conn_log(c, "store.script", "migration");
	c->tx.over = error_of(rc);
	return c->tx.over;
}

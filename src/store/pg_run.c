/* Running statements on a PostgreSQL connection. Parameters and results are binary, of the types
 * that the statement says; BEGIN and PREPARE travel with the first statement that needs them. */
#include "store/pg_conn.h"

#include <endian.h>

/* Rows of a :each that are fetched at a time. */
#define FETCH_ROWS    500
#define STRING_OF_(x) #x
#define STRING_OF(x)  STRING_OF_(x)

typedef enum err row_fn(void *arg, const struct value *cols);

static struct pg_conn *conn_of(struct tx *tx)
{
	return (struct pg_conn *)tx;
}

static enum err give_up(struct pg_conn *c, const PGresult *r, const struct stmt *st)
{
	c->tx.over = pg_conn_error(c, r, st->name);
	return c->tx.over;
}

static enum err mismatch(struct pg_conn *c, const struct stmt *st, const char *what)
{
	log_event(c->log, LOG_ERROR, "store.mismatch", log_const("name", st->name),
		  log_const("what", what));
	c->tx.over = E_STORE;
	return E_STORE;
}

/* --- results -------------------------------------------------------------- */

static bool type_fits(Oid type, enum value_type want)
{
	static const Oid name_type = 19, unknown_type = 705, bpchar_type = 1042,
			 varchar_type = 1043;
	switch (want) {
	case VALUE_INT:
		return type == PG_INT8 || type == PG_INT4 || type == PG_INT2;
	case VALUE_BOOL:
		return type == PG_BOOL;
	case VALUE_BYTES:
		return type == PG_BYTEA;
	case VALUE_TEXT:
		return type == PG_TEXT || type == name_type || type == unknown_type ||
		       type == bpchar_type || type == varchar_type;
	case VALUE_NULL:
	case VALUE_BULK:
		break;
	}
	return false;
}

static enum err check_cols(struct pg_conn *c, const struct stmt *st, const PGresult *r)
{
	if (PQnfields(r) != st->n_cols)
		return mismatch(c, st, "number of columns");
	for (int i = 0; i < st->n_cols; i++)
		if (!type_fits(PQftype(r, i), st->cols[i]))
			return mismatch(c, st, "type of a column");
	return OK;
}

/* A big-endian number of two, four or eight bytes. */
static int64_t read_int(const char *p, int length)
{
	uint64_t v = (signed char)p[0] < 0 ? UINT64_MAX : 0;
	for (int i = 0; i < length; i++)
		v = v << 8 | (unsigned char)p[i];
	return (int64_t)v;
}

static void read_value(const PGresult *r, int row, int col, enum value_type want, struct value *ret)
{
	const char *p = PQgetvalue(r, row, col);
	int length = PQgetlength(r, row, col);
	ret->type = PQgetisnull(r, row, col) ? VALUE_NULL : want;
	if (ret->type == VALUE_INT)
		ret->i = read_int(p, length);
	else if (ret->type == VALUE_BOOL)
		ret->i = *p != 0;
	else
		ret->s = (struct str){ .p = p, .n = (size_t)length };
}

static enum err hand_over(struct pg_conn *c, const struct stmt *st, const PGresult *r,
			  row_fn *on_row, void *arg)
{
	struct value cols[STORE_COLS_MAX];
	int rows = PQntuples(r);
	try(check_cols(c, st, r));
	for (int row = 0; row < rows && on_row; row++) {
		for (int i = 0; i < st->n_cols; i++)
			read_value(r, row, i, st->cols[i], &cols[i]);
		try(on_row(arg, cols));
	}
	return OK;
}

static int64_t affected(PGresult *r)
{
	struct str text = str_c(PQcmdTuples(r));
	int64_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n = n * 10 + (text.p[i] - '0');
	return n;
}

/* --- a statement ---------------------------------------------------------- */

static void begin_once(struct pg_conn *c)
{
	if (!c->begun)
		pg_conn_control(c, c->begin);
	c->begun = true;
}

static enum err run_once(struct pg_conn *c, const struct stmt *st, const struct value *params,
			 row_fn *on_row, void *arg, int64_t *ret_affected)
{
	struct pg_call call;
	int done;
	pg_call_init(&call, st, params);
	begin_once(c);
	int before_prepare = c->batch;
	bool prepare = st->index >= 0 && !c->prepared[st->index];
	if (prepare)
		pg_conn_prepare(c, &call);
	pg_conn_call(c, &call);
	int sent = c->batch;
	PGresult *r = pg_conn_finish(c, &done);
	if (prepare && done > before_prepare)
		c->prepared[st->index] = true;
	enum err e = done == sent ? hand_over(c, st, r, on_row, arg) : give_up(c, r, st);
	if (e == OK && ret_affected)
		*ret_affected = affected(r);
	PQclear(r);
	return e;
}

/* --- a statement with many rows ------------------------------------------- */

struct cursor {
	char declare[8192];
	char fetch[64];
	char close[32];
};

static enum err name_cursor(struct pg_conn *c, const struct stmt *st, struct cursor *cur)
{
	int id = c->cursors++;
	int n = snprintf(cur->declare, sizeof(cur->declare),
			 "DECLARE rows_%d NO SCROLL CURSOR FOR %s", id, st->postgres);
	snprintf(cur->fetch, sizeof(cur->fetch),
		 "FETCH FORWARD " STRING_OF(FETCH_ROWS) " FROM rows_%d", id);
	snprintf(cur->close, sizeof(cur->close), "CLOSE rows_%d", id);
	return n < (int)sizeof(cur->declare) ? OK : mismatch(c, st, "length");
}

/* One part of the rows; the first together with what declares them. */
static enum err fetch(struct pg_conn *c, const struct stmt *st, const char *sql, row_fn *on_row,
		      void *arg, bool *ret_more)
{
	int done;
	pg_conn_call(c, &(struct pg_call){ .sql = sql });
	int sent = c->batch;
	PGresult *r = pg_conn_finish(c, &done);
	enum err e = done == sent ? hand_over(c, st, r, on_row, arg) : give_up(c, r, st);
	*ret_more = e == OK && PQntuples(r) == FETCH_ROWS;
	PQclear(r);
	return e;
}

static enum err run_stream(struct pg_conn *c, const struct stmt *st, const struct value *params,
			   row_fn *on_row, void *arg)
{
	struct cursor cur;
	struct pg_call call;
	bool more = true;
	enum err e = OK;
	try(name_cursor(c, st, &cur));
	pg_call_init(&call, st, params);
	call.name = NULL;
	call.sql = cur.declare;
	begin_once(c);
	pg_conn_call(c, &call);
	while (more && e == OK)
		e = fetch(c, st, cur.fetch, on_row, arg, &more);
	if (c->tx.over == OK) {
		pg_conn_call(c, &(struct pg_call){ .sql = cur.close });
		pg_conn_leave(c);
	}
	return e;
}

enum err pg_conn_run(struct tx *tx, const struct stmt *st, const struct value *params,
		     row_fn *on_row, void *arg, int64_t *ret_affected)
{
	struct pg_conn *c = conn_of(tx);
	assert(st->index < c->prepared_n);
	if (st->stream)
		return run_stream(c, st, params, on_row, arg);
	return run_once(c, st, params, on_row, arg, ret_affected);
}

/* --- scripts -------------------------------------------------------------- */

static enum err run_script(struct pg_conn *c, const char *sql)
{
	static const struct stmt st = { .name = "migration" };
	enum err e = OK;
	PGresult *r;
	if (!PQsendQuery(c->db, sql))
		return give_up(c, NULL, &st);
	while ((r = pg_conn_result(c))) {
		ExecStatusType status = PQresultStatus(r);
		if (e == OK && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
			e = give_up(c, r, &st);
		PQclear(r);
	}
	return e == OK && c->lost ? give_up(c, NULL, &st) : e;
}

/* Several statements in one text are possible only outside of the pipeline. */
enum err pg_conn_script(struct tx *tx, const char *sql)
{
	struct pg_conn *c = conn_of(tx);
	int done;
	begin_once(c);
	PQclear(pg_conn_finish(c, &done));
	if (!c->lost && !PQexitPipelineMode(c->db))
		return mismatch(c, &(struct stmt){ .name = "migration" }, "pipeline");
	enum err e = run_script(c, sql);
	if (!c->lost && !PQenterPipelineMode(c->db))
		return mismatch(c, &(struct stmt){ .name = "migration" }, "pipeline");
	return e;
}

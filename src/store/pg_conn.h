/* One connection to PostgreSQL: always in libpq's pipeline mode, never waiting longer than its
 * time-out. Statements are sent in batches that end with a sync; an answer nobody needs is read
 * with the next batch. Used by one thread at a time. */
#ifndef STORE_PG_CONN_H
#define STORE_PG_CONN_H

#include <libpq-fe.h>

#include "store/backend.h"

/* The types of PostgreSQL that a statement may have (pg_type.dat). */
enum pg_type {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_JSON = 114
};

/* Statements about transactions; prepared when the connection is opened. */
enum pg_control { PG_BEGIN_READ, PG_BEGIN_WRITE, PG_COMMIT, PG_ROLLBACK, PG_CONTROLS };

struct pg_conn {
	struct tx tx; /* stands first: a struct tx of this store is its connection */
	PGconn *db;
	struct log *log;
	const struct clock *clock;
	int timeout_ms;
	bool *prepared; /* by stmt->index */
	int prepared_n;
	enum pg_control begin; /* what goes before the first statement of the transaction */
	bool begun;
	int batch;      /* answers that the open batch will bring */
	int unread;     /* batches whose answers were not waited for */
	int cursors;    /* declared in this transaction, for their names */
	bool lost;      /* of no use any more; what was not committed is undone */
	bool timed_out; /* lost because no answer came */
	bool warned;    /* the server sent a warning since the last look */
	struct pg_conn *next;
};

/** pg_conn_open(url, s, timeout_ms, &ret): connect and set up. Expected: E_STORE (logged; not UTF8,
 * no answer). */
enum err pg_conn_open(const char *url, struct store *s, int timeout_ms,
		      struct pg_conn **ret) must_check;

/** pg_conn_close(c): the server rolls back what was open. NULL does nothing. */
void pg_conn_close(struct pg_conn *c);

/* One statement with its parameters, as libpq wants them. */
struct pg_call {
	const char *name; /* NULL: sql is sent along and not kept */
	const char *sql;
	int n;
	Oid types[STORE_COLS_MAX];
	const char *values[STORE_COLS_MAX];
	int lengths[STORE_COLS_MAX];
	uint64_t
		ints[STORE_COLS_MAX]; /* numbers in the server's byte order; values point at them */
};

/** pg_call_init(call, st, params): ${st} without its SQL; strings stay the caller's. */
void pg_call_init(struct pg_call *call, const struct stmt *st, const struct value *params);

/** pg_conn_control(c, what), pg_conn_prepare(c, call), pg_conn_call(c, call): put one into the open
 * batch. */
void pg_conn_control(struct pg_conn *c, enum pg_control what);
void pg_conn_prepare(struct pg_conn *c, const struct pg_call *call);
void pg_conn_call(struct pg_conn *c, const struct pg_call *call);

/** pg_conn_leave(c): send the batch; its answers are read with the next one's. */
void pg_conn_leave(struct pg_conn *c);

/**
 * pg_conn_finish(c, &ret_done): send the batch and wait. Returns the answer of its last statement,
 * or of the first that failed, which the caller clears; NULL when the connection was lost.
 * ${ret_done}: how many went well.
 */
PGresult *pg_conn_finish(struct pg_conn *c, int *ret_done) must_check;

/** pg_conn_result(c): outside of the pipeline: the next result, which the caller clears; NULL at
 * the end or when the connection is lost. */
PGresult *pg_conn_result(struct pg_conn *c) must_check;

/**
 * pg_conn_error(c, r, name): what a failed answer (or NULL) means: E_RETRY (conflict, deadlock,
 * connection lost:
 * ${c}->lost), E_CONFLICT (refused by a constraint or trigger), E_BUSY (a lock did not come),
 * E_STORE (logged with ${name}).
 */
enum err pg_conn_error(struct pg_conn *c, const PGresult *r, const char *name) must_check;

/** pg_conn_alive(c): no farewell of the server has come in yet. */
bool pg_conn_alive(struct pg_conn *c);

/** pg_conn_run(), pg_conn_script(): see struct store_ops. */
enum err pg_conn_run(struct tx *tx, const struct stmt *st, const struct value *params,
		     enum err (*on_row)(void *arg, const struct value *cols), void *arg,
		     int64_t *ret_affected) must_check;
enum err pg_conn_script(struct tx *tx, const char *sql) must_check;

#endif

/* One connection to a SQLite file: its settings, its prepared statements, the transaction that runs
 * on it. Used by one thread at a time. */
#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <sqlite3.h>

#include "store/backend.h"

/* Statements about transactions; prepared when the connection is opened. */
enum sqlite_control {
	CONTROL_BEGIN,
	CONTROL_BEGIN_IMMEDIATE,
	CONTROL_COMMIT,
	CONTROL_ROLLBACK,
	CONTROL_SAVEPOINT,
	CONTROL_RELEASE,
	CONTROL_ROLLBACK_TO,
	CONTROLS,
};

struct sqlite_conn {
	struct tx tx; /* stands first: a struct tx of this store is its connection */
	sqlite3 *db;
	struct log *log;
	sqlite3_stmt **kept; /* by stmt->index */
	int kept_n;
	sqlite3_stmt *control[CONTROLS];
};

enum sqlite_access { CONN_READ, CONN_WRITE };

/**
 * sqlite_conn_open(path, access, log, &ret): a connection to the store in ${path}. One that writes
 * makes the file when it is not there and marks an empty one as ours. Expected: E_STORE (logged).
 */
enum err sqlite_conn_open(const char *path, enum sqlite_access access, struct log *log,
			  struct sqlite_conn **ret) must_check;

/** sqlite_conn_set(c, name, value): the pragma ${name} (a constant). Expected: E_STORE (logged). */
enum err sqlite_conn_set(struct sqlite_conn *c, const char *name, int64_t value) must_check;

/** sqlite_conn_close(c): NULL does nothing. */
void sqlite_conn_close(struct sqlite_conn *c);

/** sqlite_conn_control(c, what): run one of them; SQLite's extended result code. */
int sqlite_conn_control(struct sqlite_conn *c, enum sqlite_control what) must_check;

/** sqlite_conn_over(c): SQLite has ended the transaction by itself (a full disk, an I/O error). */
static inline bool sqlite_conn_over(const struct sqlite_conn *c)
{
	return sqlite3_get_autocommit(c->db) != 0;
}

/** sqlite_conn_rollback(c): end the transaction if there is one. */
void sqlite_conn_rollback(struct sqlite_conn *c);

/** sqlite_conn_log(c, event, name): the connection's last error, with the statement or setting it
 * is about. */
void sqlite_conn_log(const struct sqlite_conn *c, const char *event, const char *name);

/** sqlite_conn_run(), sqlite_conn_script(): see struct store_ops. */
enum err sqlite_conn_run(struct tx *tx, const struct stmt *st, const struct value *params,
			 enum err (*on_row)(void *arg, const struct value *cols), void *arg,
			 int64_t *ret_affected) must_check;
enum err sqlite_conn_script(struct tx *tx, const char *sql) must_check;

#endif

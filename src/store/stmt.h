/* What generated queries (q_*.c) are written against. Nobody else includes this. */
#ifndef STORE_STMT_H
#define STORE_STMT_H

#include "store/value.h"

/* One statement of the program, as mksql writes it: a constant. */
struct stmt {
	int index; /* unique and dense over all statements: prepared statements are kept by it; -1:
		      not kept */
	const char *name;
	const char *sqlite;
	const char *postgres;
	int n_params;
	const enum value_type *params;
	int n_cols;
	const enum value_type *cols;
	bool stream; /* rows may be many: PostgreSQL is asked for some at a time */
};

/**
 * stmt_run(tx, st, params, on_row, arg, &ret_affected):
 * Bind, execute, call ${on_row} for each row with ${st}->n_cols values that are valid until it
 * returns; a non-OK from it stops and is returned. ${on_row} may run other statements of ${tx}; the
 * same one only when
 * ${st}->stream is false. Expected: E_RETRY, E_STORE, E_CONFLICT (a UNIQUE or CHECK constraint
 * refused: the transaction is then over and must be left with an error). ${ret_affected} may be
 * NULL.
 */
enum err stmt_run(struct tx *tx, const struct stmt *st, const struct value *params,
		  enum err (*on_row)(void *arg, const struct value *cols), void *arg,
		  int64_t *ret_affected) must_check;

/* One row into the struct of its query. Without an arena (NULL) strings stay where they are. */
typedef enum err stmt_fill(struct arena *a, const struct value *cols, void *ret_row);

/** stmt_one(tx, st, params, a, fill, row): fill ${row} from the first row. Expected: E_NOTFOUND
 * (there is none). */
enum err stmt_one(struct tx *tx, const struct stmt *st, const struct value *params, struct arena *a,
		  stmt_fill *fill, void *row) must_check;

/* Rows, growing in an arena. */
struct rows {
	struct arena *a;
	size_t size; /* of one row */
	void *p;
	size_t n, cap;
};

/** rows_add(r): one more row, zeroed; NULL without memory. Earlier rows may move. */
void *rows_add(struct rows *r);

/** stmt_many(tx, st, params, fill, rows): add every row to ${rows}. */
enum err stmt_many(struct tx *tx, const struct stmt *st, const struct value *params,
		   stmt_fill *fill, struct rows *rows) must_check;

#endif

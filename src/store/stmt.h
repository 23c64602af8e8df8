/* What generated queries (q_*.c) are written against. Nobody else includes this. */
#ifndef STORE_STMT_H
#define STORE_STMT_H

#include "core/iccid.h"
#include "core/money.h"
#include "core/msisdn.h"
#include "core/tstamp.h"
#include "store/store.h"

enum value_type { VALUE_NULL, VALUE_INT, VALUE_BOOL, VALUE_TEXT, VALUE_BYTES };

struct value {
	enum value_type type;
	int64_t i;
	struct str s;
};

/* One statement of the program, as mksql writes it: a constant. */
struct stmt {
	int index; /* unique and dense over all statements: prepared statements are kept by it */
	const char *name;
	const char *sqlite;
	const char *postgres;
	int n_params;
	const enum value_type *params;
	int n_cols;
	const enum value_type *cols;
};

/**
 * stmt_run(tx, st, params, on_row, arg, &ret_affected):
 * Bind, execute, call ${on_row} for each row with ${st}->n_cols values that are valid until it returns; a
 * non-OK from it stops and is returned. Expected: E_RETRY, E_STORE, E_CONFLICT (a UNIQUE or CHECK constraint
 * refused: the transaction is then over and must be left with an error). ${ret_affected} may be NULL.
 */
enum err stmt_run(struct tx *tx, const struct stmt *st, const struct value *params,
		  enum err (*on_row)(void *arg, const struct value *cols), void *arg, int64_t *ret_affected) must_check;

#endif

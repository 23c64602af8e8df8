/* What a database has to offer behind store.h. Only src/store/ includes this. */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include <stdatomic.h>

#include "store/stmt.h"

struct pg_listen;

struct store_ops {
	void (*close)(struct store *s);
	enum err (*read)(struct store *s, store_fn *fn, void *arg);
	void (*hold)(struct store *s); /* NULL: reads never share a snapshot */
	void (*release)(struct store *s);
	enum err (*write)(struct store *s, store_fn *fn, void *arg);
	enum err (*write_later)(struct store *s, store_fn *fn, void *arg,
				void (*free_fn)(void *arg));
	/* One write transaction while no other process migrates; may take longer than others. */
	enum err (*exclusive)(struct store *s, store_fn *fn, void *arg);
	enum err (*script)(struct tx *tx,
			   const char *sql); /* statements without parameters, in exclusive() */
	enum err (*run)(struct tx *tx, const struct stmt *st, const struct value *params,
			enum err (*on_row)(void *arg, const struct value *cols), void *arg,
			int64_t *ret_affected);
	enum err (*listen)(struct store *s, const char *channel,
			   struct pg_listen **ret); /* NULL: nobody can be heard */
	enum err (*backup)(struct store *s, const char *path);
	enum err (*integrity)(struct store *s, struct arena *a, struct str *ret_text);
	bool local;
	bool is_sqlite; /* which of the two texts of a statement or migration is meant */
};

/* The head of both stores. */
struct store {
	const struct store_ops *ops;
	const struct clock *clock;
	struct log *log;
	bool read_only;
	_Atomic bool failed;
	_Atomic int64_t commits, transactions, conflicts, failures, statements;
};

/* The head of a transaction of either store. */
struct tx {
	struct store *store;
	enum err over; /* why it cannot go on and must be rolled back; OK while it can */
	int64_t statements;
};

enum { STORE_COLS_MAX = 64 };

/** store_sqlite_open(opts, &ret), store_pg_open(opts, &ret): see store_open(). */
enum err store_sqlite_open(const struct store_opts *opts, struct store **ret) must_check;
enum err store_pg_open(const struct store_opts *opts, struct store **ret) must_check;

/** store_init(s, opts, ops): fill in the head. */
void store_init(struct store *s, const struct store_opts *opts, const struct store_ops *ops);

/** store_count(counter, n): add; relaxed, as nothing is ordered by it. */
static inline void store_count(_Atomic int64_t *counter, int64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/** store_tx_begin(tx, s): a transaction without any statement yet. */
static inline void store_tx_begin(struct tx *tx, struct store *s)
{
	*tx = (struct tx){ .store = s };
}

/** store_tx_result(tx, e): what ${fn} returned, unless it overlooked that its transaction was over;
 * counts its statements. */
static inline enum err must_check store_tx_result(struct tx *tx, enum err e)
{
	store_count(&tx->store->statements, tx->statements);
	return e == OK ? tx->over : e;
}

#endif

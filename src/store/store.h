/* The database: SQLite or PostgreSQL behind one face. Statements exist only as the generated
 * functions of q_<room>.h (tools/mksql from sql/query/<room>.sql); this header gives them
 * transactions.
 *
 * A transaction is a function that can be run again: after a serialization conflict, a deadlock, a
 * lost connection before the commit was sent, or because a neighbour in its commit group broke the
 * disk. It must therefore touch nothing but its ${arg}, the arena it was given, and the database,
 * and must set what it returns from scratch each time.
 *
 * Outcomes of store_write(): OK (durable: fsynced, or committed by the server), what ${fn} returned
 * (then rolled back), E_STORE (certainly not done), E_UNKNOWN (the commit was sent and no answer
 * came: look it up by its key), E_BUSY (the queue of writers is full). */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"

struct store;
struct tx;

typedef enum err store_fn(struct tx *tx, void *arg);

struct store_opts {
	const char *url; /* a file's path (made if it is not there, unless read_only), or
			    postgresql://… (libpq's syntax, also its unix-socket forms) */
	const struct clock *clock;
	struct log *log;
	bool read_only;   /* refuses store_write() */
	int pool_max;     /* PostgreSQL connections at most (default 16) */
	int queue_max;    /* SQLite: transactions that may wait for the writer (default 4096) */
	int timeout_ms;   /* PostgreSQL: the longest wait for an answer or for a free connection
			     (default 10000) */
	int cache_mb;     /* SQLite: pages kept by each thread that reads (default 64) */
	int64_t page_max; /* SQLite: PRAGMA max_page_count, 0 for none; lets tests fill the disk */
};

/** store_open(opts, &ret): open without migrating. Expected: E_STORE (not there, not ours, cannot
 * connect). */
enum err store_open(const struct store_opts *opts, struct store **ret) must_check;

/** store_close(s): waits for the writer; NULL does nothing. */
void store_close(struct store *s);

/**
 * store_failed(s): SQLite could not sync what was committed. Nothing more is written (E_STORE) and
 * no sync is tried again, because the kernel may have dropped what it could not write: the process
 * should end.
 */
bool store_failed(const struct store *s);

/** store_is_local(s): SQLite: reading is fast enough for the I/O thread (lane `read`). */
bool store_is_local(const struct store *s);

/**
 * store_read(s, fn, arg):
 * Run ${fn} on one consistent snapshot (SQLite: this thread's reader connection; PostgreSQL: a
 * connection of the pool, READ ONLY, REPEATABLE READ). Returns what ${fn} returned, or E_STORE.
 */
enum err store_read(struct store *s, store_fn *fn, void *arg) must_check;

/**
 * store_write(s, fn, arg):
 * Run ${fn} as one durable transaction and wait for its commit. SQLite: on the writer thread, as
 * one member of a commit group (a savepoint); PostgreSQL: READ COMMITTED, repeated after conflicts.
 * See the outcomes above.
 */
enum err store_write(struct store *s, store_fn *fn, void *arg) must_check;

/**
 * store_write_later(s, fn, arg, free_fn):
 * Like store_write(), but nobody waits and nobody learns the outcome: for what may be lost (a
 * session's last use). ${arg} is given to ${free_fn} afterwards. Expected: E_BUSY (then ${arg}
 * stays the caller's).
 */
enum err store_write_later(struct store *s, store_fn *fn, void *arg,
			   void (*free_fn)(void *arg)) must_check;

/**
 * store_hold(s), store_release(s):
 * Between the two, what this thread reads shares one snapshot where that saves work (SQLite:
 * beginning and ending a transaction costs as much as a few look-ups); where it would save none,
 * nothing happens. Not nested, and this thread waits for no write in between. What cannot be held
 * is read one by one.
 */
void store_hold(struct store *s);
void store_release(struct store *s);

struct store_listener;

/**
 * store_listen(s, channel, &ret), store_unlisten(l):
 * Hear when somebody notifies ${channel} (a constant): on PostgreSQL by a connection of its own,
 * made in store_wait() and made again when it breaks; SQLite has nobody to hear. Used by one
 * thread. NULL does nothing. Expected: E_NOMEM.
 */
enum err store_listen(struct store *s, const char *channel, struct store_listener **ret) must_check;
void store_unlisten(struct store_listener *l);

/**
 * store_wait(l, fds, n, timeout_ms):
 * Wait until the channel was notified or may have been (true), one of the ${n} <= 4 descriptors can
 * be read, or the time is over (false).
 */
bool store_wait(struct store_listener *l, const int *fds, size_t n, int timeout_ms);

struct store_stats {
	int64_t commits;      /* groups committed (SQLite), transactions committed (PostgreSQL) */
	int64_t transactions; /* write transactions acknowledged */
	int64_t conflicts;    /* runs that had to be repeated */
	int64_t failures;
	int64_t statements;
};

/** store_stats(s, &ret): counters since the store was opened, for /metrics and tests. */
void store_stats(struct store *s, struct store_stats *ret);

/**
 * store_migrate(s, &ret_applied):
 * Apply the migrations of sql/schema/ that are missing, in order, under a lock, each in one
 * transaction, with its checksum. Expected: E_CONFLICT (a migration that was applied has another
 * text now, or the store is newer).
 */
enum err store_migrate(struct store *s, int *ret_applied) must_check;

/** store_version(s, &ret_have, &ret_want): numbers of the last migration applied and known.
 * Expected: E_STORE. */
enum err store_version(struct store *s, int *ret_have, int *ret_want) must_check;

/** store_backup(s, path): a consistent copy of a SQLite store into a new file, fsynced, while
 * others write. Expected: E_CONFLICT (PostgreSQL, or the file is there), E_STORE. */
enum err store_backup(struct store *s, const char *path) must_check;

/** store_integrity(s, &ret_text): PRAGMA integrity_check and foreign_key_check, or the PostgreSQL
 * counterpart that exists (amcheck where installed); "ok" or what is wrong, in ${a}. */
enum err store_integrity(struct store *s, struct arena *a, struct str *ret_text) must_check;

#endif

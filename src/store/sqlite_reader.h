/* Reading from a SQLite file: a connection per thread, and a snapshot that is kept as long as
 * nothing was written. Beginning and ending a transaction costs four system calls, as much as a
 * page's look-ups. */
#ifndef STORE_SQLITE_READER_H
#define STORE_SQLITE_READER_H

#include "store/backend.h"

struct sqlite_readers;

struct sqlite_readers_opts {
	struct store *store;
	const char *path;
	int64_t cache_kib; /* pages that each thread keeps */
};

/** sqlite_readers_new(opts, &ret): opens nothing yet. ${opts}' pointers outlive it. Expected:
 * E_NOMEM. */
enum err sqlite_readers_new(const struct sqlite_readers_opts *opts,
			    struct sqlite_readers **ret) must_check;

/** sqlite_readers_open(r): the connection of the calling thread. Expected: E_STORE, E_NOMEM. */
enum err sqlite_readers_open(struct sqlite_readers *r) must_check;

/** sqlite_readers_free(r): no other thread reads any more. NULL does nothing. */
void sqlite_readers_free(struct sqlite_readers *r);

/** sqlite_readers_read(), _hold(), _release(): see store_read() and store_hold(). */
enum err sqlite_readers_read(struct sqlite_readers *r, store_fn *fn, void *arg) must_check;
void sqlite_readers_hold(struct sqlite_readers *r);
void sqlite_readers_release(struct sqlite_readers *r);

/** sqlite_readers_sweep(r): from any thread: let go of kept snapshots that are no longer the
 * newest, so that the log can start afresh. Those in use are let go of by who uses them. */
void sqlite_readers_sweep(struct sqlite_readers *r);

#endif

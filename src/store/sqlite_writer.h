/* The one thread of a process that writes to a SQLite file, in commit groups. */
#ifndef STORE_SQLITE_WRITER_H
#define STORE_SQLITE_WRITER_H

#include "store/backend.h"
#include "store/sqlite_reader.h"

struct sqlite_writer;

struct sqlite_writer_opts {
	struct store *store;
	const char *path, *lock_path;
	struct sqlite_readers *readers; /* swept after each group, and once a second */
	int queue_max;
	int64_t page_max;
};

/** sqlite_writer_new(opts, &ret): open the connection, start the thread. ${opts}' pointers outlive
 * it. Expected: E_STORE. */
enum err sqlite_writer_new(const struct sqlite_writer_opts *opts,
			   struct sqlite_writer **ret) must_check;

/** sqlite_writer_free(w): write what is queued, then end. NULL does nothing. */
void sqlite_writer_free(struct sqlite_writer *w);

/** sqlite_writer_run(), sqlite_writer_later(): see store_write() and store_write_later(). Not from
 * the writer's own thread. */
enum err sqlite_writer_run(struct sqlite_writer *w, store_fn *fn, void *arg) must_check;
enum err sqlite_writer_later(struct sqlite_writer *w, store_fn *fn, void *arg,
			     void (*free_fn)(void *arg)) must_check;

#endif

/* The one thread of a process that writes to a SQLite file, in commit groups. */
#ifndef STORE_SQLITE_WRITER_H
#define STORE_SQLITE_WRITER_H

#include "store/backend.h"

struct sqlite_writer;

/** sqlite_writer_new(s, opts, path, lock_path, &ret): open the connection, start the thread.
 * Expected: E_STORE. */
enum err sqlite_writer_new(struct store *s, const struct store_opts *opts, const char *path,
			   const char *lock_path, struct sqlite_writer **ret) must_check;

/** sqlite_writer_free(w): write what is queued, then end. NULL does nothing. */
void sqlite_writer_free(struct sqlite_writer *w);

/** sqlite_writer_run(), sqlite_writer_later(): see store_write() and store_write_later(). Not from
 * the writer's own thread. */
enum err sqlite_writer_run(struct sqlite_writer *w, store_fn *fn, void *arg) must_check;
enum err sqlite_writer_later(struct sqlite_writer *w, store_fn *fn, void *arg,
			     void (*free_fn)(void *arg)) must_check;

#endif

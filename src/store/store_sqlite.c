/* SQLite behind store.h: a connection for reading per thread, one thread that writes
 * (sqlite_writer.c). */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sqlite_admin.h"
#include "store/sqlite_conn.h"
#include "store/sqlite_reader.h"
#include "store/sqlite_turn.h"
#include "store/sqlite_writer.h"

/* The pages of a thousand subscribers who look at their home page: from then on a look-up asks the
 * kernel only for what is new. */
enum { CACHE_MB = 64, QUEUE_MAX = 4096 };

struct sqlite_store {
	struct store base; /* stands first */
	char *path, *lock_path;
	struct sqlite_readers *readers;
	struct sqlite_writer *writer; /* NULL when read_only */
};

static struct sqlite_store *sqlite_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

/* --- reading -------------------------------------------------------------- */

static enum err sqlite_read(struct store *base, store_fn *fn, void *arg)
{
	return sqlite_readers_read(sqlite_of(base)->readers, fn, arg);
}

static void sqlite_hold(struct store *base)
{
	sqlite_readers_hold(sqlite_of(base)->readers);
}

static void sqlite_release(struct store *base)
{
	sqlite_readers_release(sqlite_of(base)->readers);
}

/* --- writing -------------------------------------------------------------- */

static enum err sqlite_write(struct store *base, store_fn *fn, void *arg)
{
	return sqlite_writer_run(sqlite_of(base)->writer, fn, arg);
}

static enum err sqlite_write_later(struct store *base, store_fn *fn, void *arg,
				   void (*free_fn)(void *arg))
{
	return sqlite_writer_later(sqlite_of(base)->writer, fn, arg, free_fn);
}

static enum err run_exclusive(struct sqlite_conn *c, store_fn *fn, void *arg)
{
	if (sqlite_conn_control(c, CONTROL_BEGIN_IMMEDIATE) != SQLITE_OK) {
		sqlite_conn_log(c, "store.begin", "BEGIN IMMEDIATE");
		return E_STORE;
	}
	enum err e = store_tx_result(&c->tx, fn(&c->tx, arg));
	if (e == OK && sqlite_conn_control(c, CONTROL_COMMIT) != SQLITE_OK) {
		sqlite_conn_log(c, "store.commit", "COMMIT");
		e = E_STORE;
	}
	sqlite_conn_rollback(c);
	return e;
}

/* On a connection of its own: a migration may take minutes, and the writer's queue should see
 * E_BUSY, not a group that never ends. */
static enum err sqlite_exclusive(struct store *base, store_fn *fn, void *arg)
{
	struct sqlite_store *s = sqlite_of(base);
	struct sqlite_turn turn;
	struct sqlite_conn *c;
	enum err e = E_DENIED;
	if (base->read_only)
		return e;
	try(sqlite_turn_open(s->lock_path, &turn));
	e = sqlite_conn_open(s->path, CONN_WRITE, base->log, &c);
	if (e != OK)
		goto close_turn;
	e = sqlite_turn_take(&turn);
	if (e != OK)
		goto close_conn;
	store_tx_begin(&c->tx, base);
	e = run_exclusive(c, fn, arg);
	sqlite_turn_give(&turn);
close_conn:
	sqlite_conn_close(c);
close_turn:
	sqlite_turn_close(&turn);
	return e;
}

/* --- the rest ------------------------------------------------------------- */

static enum err sqlite_backup(struct store *base, const char *path)
{
	return sqlite_admin_backup(sqlite_of(base)->path, path, base->log);
}

static enum err sqlite_integrity(struct store *base, struct arena *a, struct str *ret_text)
{
	return sqlite_admin_integrity(sqlite_of(base)->path, base->log, a, ret_text);
}

static void sqlite_close(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);
	sqlite_writer_free(s->writer);
	sqlite_readers_free(s->readers);
	free(s->lock_path);
	free(s->path);
	free(s);
}

static const struct store_ops sqlite_ops = {
	.close = sqlite_close,
	.read = sqlite_read,
	.hold = sqlite_hold,
	.release = sqlite_release,
	.write = sqlite_write,
	.write_later = sqlite_write_later,
	.exclusive = sqlite_exclusive,
	.script = sqlite_conn_script,
	.run = sqlite_conn_run,
	.backup = sqlite_backup,
	.integrity = sqlite_integrity,
	.local = true,
	.is_sqlite = true,
};

/* Counting memory would take a lock at every allocation; connections are never shared between
 * threads. */
static void configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err start_writer(struct sqlite_store *s, const struct store_opts *opts)
{
	const struct sqlite_writer_opts writer = {
		.store = &s->base,
		.path = s->path,
		.lock_path = s->lock_path,
		.readers = s->readers,
		.queue_max = opts->queue_max > 0 ? opts->queue_max : QUEUE_MAX,
		.page_max = opts->page_max,
	};
	return sqlite_writer_new(&writer, &s->writer);
}

static enum err set_up(struct sqlite_store *s, const struct store_opts *opts)
{
	s->path = strdup(opts->url);
	if (!s->path || asprintf(&s->lock_path, "%s.lock", opts->url) < 0)
		return E_NOMEM;
	const struct sqlite_readers_opts readers = {
		.store = &s->base,
		.path = s->path,
		.cache_kib = INT64_C(1024) * (opts->cache_mb ? opts->cache_mb : CACHE_MB),
	};
	try(sqlite_readers_new(&readers, &s->readers));
	if (!opts->read_only)
		try(start_writer(s, opts));
	return sqlite_readers_open(s->readers);
}

enum err store_sqlite_open(const struct store_opts *opts, struct store **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_library);
	struct sqlite_store *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	store_init(&s->base, opts, &sqlite_ops);
	enum err e = set_up(s, opts);
	if (e == OK)
		*ret = &s->base;
	else
		sqlite_close(&s->base);
	return e;
}

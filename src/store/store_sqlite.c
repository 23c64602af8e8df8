/* SQLite behind store.h: a connection for reading per thread, one thread that writes
 * (sqlite_writer.c). */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sqlite_admin.h"
#include "store/sqlite_conn.h"
#include "store/sqlite_turn.h"
#include "store/sqlite_writer.h"

/* The pages of a thousand subscribers who look at their home page: from then on a look-up asks the
 * kernel only for what is new. */
enum { CACHE_MB = 32 };

/* One thread's connection, closed when the thread or the store ends, whichever is first. */
struct reader {
	struct sqlite_store *store;
	struct sqlite_conn *c;
	bool held; /* a snapshot that reads share: store_hold() */
	struct reader *next, **link;
};

struct sqlite_store {
	struct store base; /* stands first */
	char *path, *lock_path;
	int64_t cache_kib;            /* of each reader */
	struct sqlite_writer *writer; /* NULL when read_only */
	pthread_key_t key;
	bool has_key;
	pthread_mutex_t mutex;
	struct reader *readers; /* under the mutex */
};

static struct sqlite_store *sqlite_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

/* --- reading -------------------------------------------------------------- */

static void reader_free(void *arg)
{
	struct reader *r = arg;
	pthread_mutex_lock(&r->store->mutex);
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	pthread_mutex_unlock(&r->store->mutex);
	sqlite_conn_close(r->c);
	free(r);
}

static void reader_link(struct sqlite_store *s, struct reader *r)
{
	pthread_mutex_lock(&s->mutex);
	r->next = s->readers;
	r->link = &s->readers;
	if (r->next)
		r->next->link = &r->next;
	s->readers = r;
	pthread_mutex_unlock(&s->mutex);
}

static enum err reader_new(struct sqlite_store *s, struct reader **ret)
{
	struct reader *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->store = s;
	enum err e = sqlite_conn_open(s->path, CONN_READ, s->base.log, &r->c);
	if (e == OK)
		e = sqlite_conn_set(r->c, "cache_size", -s->cache_kib);
	if (e != OK) {
		sqlite_conn_close(r->c);
		free(r);
		return e;
	}
	reader_link(s, r);
	if (pthread_setspecific(s->key, r) != 0) {
		reader_free(r);
		return E_NOMEM;
	}
	*ret = r;
	return OK;
}

/* This thread's. */
static enum err reader_get(struct sqlite_store *s, struct reader **ret)
{
	*ret = pthread_getspecific(s->key);
	return *ret ? OK : reader_new(s, ret);
}

static enum err reader_begin(struct reader *r)
{
	assert(sqlite_conn_over(r->c)); /* no read inside a read */
	if (sqlite_conn_control(r->c, CONTROL_BEGIN) == SQLITE_OK)
		return OK;
	sqlite_conn_log(r->c, "store.begin", "BEGIN");
	return E_STORE;
}

static enum err sqlite_read(struct store *base, store_fn *fn, void *arg)
{
	struct reader *r;
	try(reader_get(sqlite_of(base), &r));
	if (!r->held)
		try(reader_begin(r));
	store_tx_begin(&r->c->tx, base);
	enum err e = store_tx_result(&r->c->tx, fn(&r->c->tx, arg));
	if (!r->held)
		sqlite_conn_rollback(r->c);
	return e;
}

static void sqlite_hold(struct store *base)
{
	struct reader *r;
	if (reader_get(sqlite_of(base), &r) == OK)
		r->held = reader_begin(r) == OK;
}

static void sqlite_release(struct store *base)
{
	struct reader *r = pthread_getspecific(sqlite_of(base)->key);
	if (!r || !r->held)
		return;
	r->held = false;
	sqlite_conn_rollback(r->c);
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
	if (s->has_key)
		pthread_key_delete(s->key);
	while (s->readers)
		reader_free(s->readers);
	pthread_mutex_destroy(&s->mutex);
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

static enum err set_up(struct sqlite_store *s, const struct store_opts *opts)
{
	s->path = strdup(opts->url);
	if (!s->path || asprintf(&s->lock_path, "%s.lock", opts->url) < 0)
		return E_NOMEM;
	if (pthread_key_create(&s->key, reader_free) != 0)
		return E_NOMEM;
	s->has_key = true;
	if (!opts->read_only)
		try(sqlite_writer_new(&s->base, opts, s->path, s->lock_path, &s->writer));
	struct reader *r;
	return reader_new(s, &r);
}

enum err store_sqlite_open(const struct store_opts *opts, struct store **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_library);
	struct sqlite_store *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	pthread_mutex_init(&s->mutex, NULL);
	store_init(&s->base, opts, &sqlite_ops);
	s->cache_kib = INT64_C(1024) * (opts->cache_mb ? opts->cache_mb : CACHE_MB);
	enum err e = set_up(s, opts);
	if (e == OK)
		*ret = &s->base;
	else
		sqlite_close(&s->base);
	return e;
}

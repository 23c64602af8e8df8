/* Each thread that reads has a connection, found by a thread-specific key and closed when the
 * thread or the store ends, whichever is first. Its lock is taken by its thread for each read, and
 * by the sweeper: nobody ever waits for it long, and hardly ever at all.
 *
 * Whether anybody, in any process, has written since a snapshot began stands in the header of the
 * log's index, which all connections share: bytes 8 to 11 count the transactions
 * (https://www.sqlite.org/walformat.html, 2.1). It is there as long as a connection is open. */
#include "store/sqlite_reader.h"

#include <pthread.h>
#include <stdlib.h>

#include "store/sqlite_conn.h"

enum { INDEX_REGION_BYTES = 32768, INDEX_CHANGES_AT = 8 };

struct reader {
	struct sqlite_readers *all;
	struct sqlite_conn *c;
	pthread_mutex_t lock;
	bool held;   /* between hold and release; the lock is the thread's all the while */
	bool kept;   /* a transaction is open */
	bool inside; /* a function reads: none inside it may */
	const _Atomic uint32_t *changes; /* the count of transactions; NULL: no snapshot is kept */
	uint32_t seen;                   /* what it was before the kept one began */
	struct reader *next, **link;
};

struct sqlite_readers {
	struct sqlite_readers_opts opts;
	pthread_key_t key;
	pthread_mutex_t mutex;
	struct reader *first; /* under the mutex */
};

/* --- a thread's connection ------------------------------------------------ */

static void reader_free(void *arg)
{
	struct reader *r = arg;
	pthread_mutex_lock(&r->all->mutex);
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	pthread_mutex_unlock(&r->all->mutex);
	sqlite_conn_rollback(r->c);
	sqlite_conn_close(r->c);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static void reader_link(struct reader *r)
{
	struct sqlite_readers *all = r->all;
	pthread_mutex_lock(&all->mutex);
	r->next = all->first;
	r->link = &all->first;
	if (r->next)
		r->next->link = &r->next;
	all->first = r;
	pthread_mutex_unlock(&all->mutex);
}

static enum err reader_open(struct sqlite_readers *all, struct sqlite_conn **ret)
{
	try(sqlite_conn_open(all->opts.path, CONN_READ, all->opts.store->log, ret));
	enum err e = sqlite_conn_set(*ret, "cache_size", -all->opts.cache_kib);
	if (e != OK)
		sqlite_conn_close(*ret);
	return e;
}

/* Asked of the connection: a file descriptor of our own must not be, since closing it would take
 * away the locks that SQLite has on the same file (fcntl(2)). */
static void find_index(struct reader *r)
{
	sqlite3_file *file = NULL;
	void volatile *p = NULL;
	if (r->all->opts.store->read_only) /* may be a copy without a log, which has no index */
		return;
	int rc = sqlite3_file_control(r->c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (rc != SQLITE_OK || !file || !file->pMethods || file->pMethods->iVersion < 2)
		return;
	if (file->pMethods->xShmMap(file, 0, INDEX_REGION_BYTES, 0, &p) == SQLITE_OK && p)
		r->changes = (const _Atomic uint32_t *)((uintptr_t)p + INDEX_CHANGES_AT);
}

static enum err reader_new(struct sqlite_readers *all, struct reader **ret)
{
	struct reader *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->all = all;
	enum err e = reader_open(all, &r->c);
	if (e != OK) {
		free(r);
		return e;
	}
	pthread_mutex_init(&r->lock, NULL);
	find_index(r);
	reader_link(r);
	if (pthread_setspecific(all->key, r) != 0) {
		reader_free(r);
		return E_NOMEM;
	}
	*ret = r;
	return OK;
}

static enum err reader_get(struct sqlite_readers *all, struct reader **ret)
{
	*ret = pthread_getspecific(all->key);
	return *ret ? OK : reader_new(all, ret);
}

/* --- snapshots ------------------------------------------------------------ */

static void let_go(struct reader *r)
{
	r->kept = false;
	sqlite_conn_rollback(r->c);
}

static uint32_t changes(const struct reader *r)
{
	return r->changes ? atomic_load_explicit(r->changes, memory_order_acquire) : 0;
}

/* The count is read before the transaction begins: what is written in between counts as unseen. */
static enum err begin(struct reader *r)
{
	uint32_t now = changes(r);
	if (r->kept && r->seen == now)
		return OK;
	let_go(r);
	r->seen = now;
	if (sqlite_conn_control(r->c, CONTROL_BEGIN) != SQLITE_OK) {
		sqlite_conn_log(r->c, "store.begin", "BEGIN");
		return E_STORE;
	}
	r->kept = true;
	return OK;
}

static void end(struct reader *r)
{
	if (!r->changes || r->c->tx.over != OK)
		let_go(r);
}

enum err sqlite_readers_read(struct sqlite_readers *all, store_fn *fn, void *arg)
{
	struct reader *r;
	try(reader_get(all, &r));
	bool held = r->held;
	assert(!r->inside);
	if (!held)
		pthread_mutex_lock(&r->lock);
	enum err e = held ? OK : begin(r);
	if (e == OK) {
		r->inside = true;
		store_tx_begin(&r->c->tx, all->opts.store);
		e = store_tx_result(&r->c->tx, fn(&r->c->tx, arg));
		r->inside = false;
	}
	if (!held) {
		end(r);
		pthread_mutex_unlock(&r->lock);
	}
	return e;
}

void sqlite_readers_hold(struct sqlite_readers *all)
{
	struct reader *r;
	if (reader_get(all, &r) != OK)
		return;
	assert(!r->held);
	pthread_mutex_lock(&r->lock);
	r->held = begin(r) == OK;
	if (!r->held)
		pthread_mutex_unlock(&r->lock);
}

void sqlite_readers_release(struct sqlite_readers *all)
{
	struct reader *r = pthread_getspecific(all->key);
	if (!r || !r->held)
		return;
	r->held = false;
	end(r);
	pthread_mutex_unlock(&r->lock);
}

void sqlite_readers_sweep(struct sqlite_readers *all)
{
	pthread_mutex_lock(&all->mutex);
	for (struct reader *r = all->first; r; r = r->next) {
		if (pthread_mutex_trylock(&r->lock) != 0)
			continue;
		if (r->kept && r->seen != changes(r))
			let_go(r);
		pthread_mutex_unlock(&r->lock);
	}
	pthread_mutex_unlock(&all->mutex);
}

/* --- life ----------------------------------------------------------------- */

enum err sqlite_readers_new(const struct sqlite_readers_opts *opts, struct sqlite_readers **ret)
{
	struct sqlite_readers *all = calloc(1, sizeof(*all));
	if (!all)
		return E_NOMEM;
	all->opts = *opts;
	if (pthread_key_create(&all->key, reader_free) != 0) {
		free(all);
		return E_NOMEM;
	}
	pthread_mutex_init(&all->mutex, NULL);
	*ret = all;
	return OK;
}

enum err sqlite_readers_open(struct sqlite_readers *all)
{
	struct reader *r;
	return reader_get(all, &r);
}

void sqlite_readers_free(struct sqlite_readers *all)
{
	if (!all)
		return;
	pthread_key_delete(all->key);
	while (all->first)
		reader_free(all->first);
	pthread_mutex_destroy(&all->mutex);
	free(all);
}

/* The writer's thread: takes from the queue what waits, lets the other processes have their turn,
 * answers after the commit, and copies the log back into the file when it has grown. */
#include "store/sqlite_writer.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "store/sqlite_group.h"
#include "store/sqlite_turn.h"

/* A group is closed when it holds this much work, so that the others' turn comes. */
enum { GROUP_WORK_US = 50000 };

/* Pages in the log: copied back from the first number on. From the second on readers leave it no
 * pause to start afresh, so writing waits for them, for a moment and once a second. */
enum {
	WAL_PAGES_COPY = 1000,
	WAL_PAGES_RESTART = 16000,
	RESTART_WAIT_MS = 50,
	RESTART_EVERY_US = 1000000
};
enum { BUSY_TIMEOUT_MS = 10000 };

struct job {
	struct sqlite_member member; /* stands first: a member of a group is its job */
	struct job *next;
	void (*free_fn)(void *arg); /* nobody waits for the job: it is on the heap */
	bool waited;
	sem_t done;
};

struct sqlite_writer {
	struct store *store;
	struct sqlite_conn *c;
	struct sqlite_turn turn;
	struct sqlite_readers *readers;
	pthread_t thread;
	pthread_mutex_t mutex; /* for all below up to `closing` */
	pthread_cond_t wake;
	struct job *first, **end;
	int queued, queue_max;
	bool closing;
	int wal_pages; /* these two are the thread's */
	int64_t restart_after_us;
};

/* --- the queue ------------------------------------------------------------ */

static enum err push(struct sqlite_writer *w, struct job *job)
{
	enum err e = E_BUSY;
	pthread_mutex_lock(&w->mutex);
	assert(!w->closing);
	if (w->queued < w->queue_max) {
		*w->end = job;
		w->end = &job->next;
		if (w->queued++ == 0)
			pthread_cond_signal(&w->wake);
		e = OK;
	}
	pthread_mutex_unlock(&w->mutex);
	return e;
}

/* Waits a second at most: readers of a process that does not write must be swept as well. */
static void wait_a_while(struct sqlite_writer *w)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 1;
	if (pthread_cond_timedwait(&w->wake, &w->mutex, &until) != ETIMEDOUT)
		return;
	pthread_mutex_unlock(&w->mutex);
	sqlite_readers_sweep(w->readers);
	pthread_mutex_lock(&w->mutex);
}

/* The next job; with ${wait} NULL means that the store is closed, else that none is there. */
static struct job *pop(struct sqlite_writer *w, bool wait)
{
	pthread_mutex_lock(&w->mutex);
	while (wait && !w->first && !w->closing)
		wait_a_while(w);
	struct job *job = w->first;
	if (job) {
		w->first = job->next;
		w->queued--;
		if (!w->first)
			w->end = &w->first;
	}
	pthread_mutex_unlock(&w->mutex);
	return job;
}

/* All that wait, as a list. */
static struct job *pop_all(struct sqlite_writer *w)
{
	pthread_mutex_lock(&w->mutex);
	struct job *jobs = w->first;
	w->first = NULL;
	w->end = &w->first;
	w->queued = 0;
	pthread_mutex_unlock(&w->mutex);
	return jobs;
}

enum err sqlite_writer_run(struct sqlite_writer *w, store_fn *fn, void *arg)
{
	assert(!pthread_equal(pthread_self(), w->thread));
	if (store_failed(w->store))
		return E_STORE;
	struct job job = { .member = { .fn = fn, .arg = arg }, .waited = true };
	sem_init(&job.done, 0, 0);
	enum err e = push(w, &job);
	if (e == OK) {
		while (sem_wait(&job.done) < 0)
			assert(errno == EINTR);
		e = job.member.result;
	}
	sem_destroy(&job.done);
	return e;
}

enum err sqlite_writer_later(struct sqlite_writer *w, store_fn *fn, void *arg,
			     void (*free_fn)(void *arg))
{
	struct job *job = calloc(1, sizeof(*job));
	if (!job)
		return E_NOMEM;
	job->member = (struct sqlite_member){ .fn = fn, .arg = arg };
	job->free_fn = free_fn;
	enum err e = push(w, job);
	if (e != OK)
		free(job);
	return e;
}

static void answer(struct sqlite_writer *w, struct job *job)
{
	enum err e = job->member.result;
	if (e == OK)
		store_count(&w->store->transactions, 1);
	else if (e == E_STORE || e == E_UNKNOWN)
		store_count(&w->store->failures, 1);
	if (job->waited) {
		sem_post(&job->done);
		return;
	}
	if (job->free_fn)
		job->free_fn(job->member.arg);
	free(job);
}

/* --- groups --------------------------------------------------------------- */

/* Adds jobs that wait, and those that come meanwhile. */
static void fill(struct sqlite_writer *w, struct sqlite_group *g, struct job *first)
{
	const struct clock *clock = w->store->clock;
	int64_t until_us = clock->mono_us(clock) + GROUP_WORK_US;
	struct job *job = first;
	while (job && sqlite_group_add(g, &job->member))
		job = clock->mono_us(clock) < until_us ? pop(w, false) : NULL;
}

static void refuse(struct sqlite_writer *w, struct job *job)
{
	job->member.result = E_STORE;
	answer(w, job);
}

/* Nobody can write now, so all who wait are told at once instead of one after the other's time-out.
 * Who comes later, or comes back, finds the database tried anew. */
static void refuse_all(struct sqlite_writer *w, struct job *first)
{
	struct job *waiting = pop_all(w);
	refuse(w, first);
	while (waiting) {
		struct job *job = waiting;
		waiting = job->next;
		refuse(w, job);
	}
}

static void write_group(struct sqlite_writer *w, struct job *first)
{
	struct sqlite_group g;
	if (sqlite_turn_take(&w->turn) != OK) {
		log_event(w->store->log, LOG_ERROR, "store.lock", log_int("errno", errno));
		refuse_all(w, first);
		return;
	}
	enum err e = sqlite_group_begin(&g, w->c);
	if (e == OK) {
		fill(w, &g, first);
		sqlite_group_end(&g);
	}
	sqlite_turn_give(&w->turn);
	if (e != OK)
		refuse_all(w, first);
	else
		for (int i = 0; i < g.n; i++)
			answer(w, (struct job *)g.at[i]);
}

/* --- the log -------------------------------------------------------------- */

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sqlite_writer *w = arg;
	(void)db;
	(void)name;
	w->wal_pages = pages;
	return SQLITE_OK;
}

static int copy_back(struct sqlite_writer *w)
{
	const struct clock *clock = w->store->clock;
	int64_t now_us = clock->mono_us(clock);
	if (w->wal_pages < WAL_PAGES_RESTART || now_us < w->restart_after_us)
		return sqlite3_wal_checkpoint_v2(w->c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
						 NULL);
	w->restart_after_us = now_us + RESTART_EVERY_US;
	sqlite3_busy_timeout(w->c->db, RESTART_WAIT_MS);
	int rc = sqlite3_wal_checkpoint_v2(w->c->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
	sqlite3_busy_timeout(w->c->db, BUSY_TIMEOUT_MS);
	return rc;
}

/* After the answers, as it takes a sync of its own. Readers go on meanwhile. */
static void checkpoint(struct sqlite_writer *w)
{
	if (w->wal_pages < WAL_PAGES_COPY)
		return;
	int rc = copy_back(w);
	int primary = rc & 0xff;
	w->wal_pages = 0;
	if (primary == SQLITE_OK || primary == SQLITE_BUSY || primary == SQLITE_LOCKED ||
	    primary == SQLITE_FULL)
		return;
	sqlite_conn_log(w->c, "store.failed", "checkpoint");
	atomic_store(&w->store->failed, true);
}

static void *work(void *arg)
{
	struct sqlite_writer *w = arg;
	struct job *job;
	while ((job = pop(w, true))) {
		if (store_failed(w->store)) {
			refuse(w, job);
			continue;
		}
		write_group(w, job);
		sqlite_readers_sweep(w->readers);
		checkpoint(w);
	}
	return NULL;
}

/* --- life ----------------------------------------------------------------- */

static void init(struct sqlite_writer *w, const struct sqlite_writer_opts *o)
{
	pthread_condattr_t attr;
	w->store = o->store;
	w->turn.fd = -1;
	w->readers = o->readers;
	w->end = &w->first;
	w->queue_max = o->queue_max;
	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
}

static enum err start(struct sqlite_writer *w, const struct sqlite_writer_opts *o)
{
	if (sqlite_turn_open(o->lock_path, &w->turn) != OK) {
		log_event(w->store->log, LOG_ERROR, "store.lock", log_int("errno", errno));
		return E_STORE;
	}
	try(sqlite_conn_open(o->path, CONN_WRITE, w->store->log, &w->c));
	w->c->tx.store = w->store;
	sqlite3_wal_hook(w->c->db, on_commit, w);
	if (o->page_max)
		try(sqlite_conn_set(w->c, "max_page_count", o->page_max));
	return pthread_create(&w->thread, NULL, work, w) == 0 ? OK : E_NOMEM;
}

static void give_back(struct sqlite_writer *w)
{
	sqlite_conn_close(w->c);
	sqlite_turn_close(&w->turn);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

enum err sqlite_writer_new(const struct sqlite_writer_opts *opts, struct sqlite_writer **ret)
{
	struct sqlite_writer *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	init(w, opts);
	enum err e = start(w, opts);
	if (e == OK)
		*ret = w;
	else
		give_back(w);
	return e;
}

void sqlite_writer_free(struct sqlite_writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->mutex);
	w->closing = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	give_back(w);
}

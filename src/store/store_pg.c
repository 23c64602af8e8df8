/* PostgreSQL behind store.h: what a transaction's end means, and when it is run again. */
#include <time.h>

#include "core/rnd.h"
#include "store/pg_admin.h"
#include "store/pg_later.h"
#include "store/pg_listen.h"
#include "store/pg_pool.h"

/* How often a transaction is run, and the longest pauses between: together about a second, which is
 * what a restart of the server takes. */
enum { RUNS_MAX = 12, PAUSE_FIRST_MS = 4, PAUSE_MAX_MS = 250 };
enum { TIMEOUT_MS = 10000, POOL_MAX = 16, QUEUE_MAX = 4096 };

/* A migration may rewrite a table. */
enum { EXCLUSIVE_TIMEOUT_MS = 3600 * 1000 };

struct pg_store {
	struct store base; /* stands first */
	struct pg_pool *pool;
	struct pg_later *later; /* NULL when read_only */
};

static struct pg_store *pg_of(struct store *s)
{
	return (struct pg_store *)s;
}

/* --- the end of a transaction --------------------------------------------- */

static void roll_back(struct pg_conn *c)
{
	if (c->begun && !c->lost) {
		pg_conn_control(c, PG_ROLLBACK);
		pg_conn_leave(c);
	}
}

/* A snapshot has nothing to lose: nobody waits for the answer. */
static void end_read(struct pg_conn *c)
{
	if (c->begun && !c->lost) {
		pg_conn_control(c, PG_COMMIT);
		pg_conn_leave(c);
	}
}

/* The server's ERROR is a certain no; anything that ends the connection leaves the question open.
 * So does a warning: "committed here, but the wait for the standby was cut short". */
static enum err commit_result(struct pg_conn *c, const PGresult *r, bool done)
{
	if (!done) {
		enum err e = pg_conn_error(c, r, "COMMIT");
		return c->lost ? E_UNKNOWN : e;
	}
	if (strcmp(PQcmdStatus((PGresult *)r), "COMMIT") != 0)
		return E_STORE;
	return c->warned ? E_UNKNOWN : OK;
}

static enum err commit(struct pg_conn *c)
{
	int done;
	if (!c->begun)
		return OK;
	if (!pg_conn_alive(c))
		return E_RETRY;
	c->warned = false;
	pg_conn_control(c, PG_COMMIT);
	PGresult *r = pg_conn_finish(c, &done);
	enum err e = commit_result(c, r, done == 1);
	PQclear(r);
	return e;
}

/* --- a run ---------------------------------------------------------------- */

struct job {
	enum pg_control begin;
	store_fn *fn;
	void *arg;
	int timeout_ms; /* 0: the connection's */
};

static enum err run_on(struct pg_conn *c, struct store *s, const struct job *job)
{
	store_tx_begin(&c->tx, s);
	c->begin = job->begin;
	c->begun = false;
	c->cursors = 0;
	enum err e = store_tx_result(&c->tx, job->fn(&c->tx, job->arg));
	if (e == OK && job->begin == PG_BEGIN_WRITE)
		return commit(c);
	if (e == OK)
		end_read(c);
	else
		roll_back(c);
	return e;
}

static enum err run_once(struct pg_store *s, const struct job *job, bool *ret_lost)
{
	struct pg_conn *c;
	try(pg_pool_take(s->pool, &c));
	int timeout_ms = c->timeout_ms;
	if (job->timeout_ms)
		c->timeout_ms = job->timeout_ms;
	enum err e = run_on(c, &s->base, job);
	c->timeout_ms = timeout_ms;
	*ret_lost = c->lost;
	pg_pool_give(s->pool, c);
	return e;
}

/* Random, so that those who stood in each other's way do not meet again. */
static void pause_before(int run)
{
	int64_t most_ms = PAUSE_FIRST_MS;
	for (int i = 1; i < run && most_ms < PAUSE_MAX_MS; i++)
		most_ms *= 2;
	int64_t us = 500 + (int64_t)rnd_below(rnd_system(), (uint64_t)most_ms * 1000);
	nanosleep(&(struct timespec){ .tv_nsec = (long)us * 1000 }, NULL);
}

static enum err run(struct pg_store *s, const struct job *job)
{
	bool lost = false;
	enum err e = OK;
	for (int n = 1; n <= RUNS_MAX; n++) {
		if (n > 1) {
			store_count(&s->base.conflicts, 1);
			pause_before(n - 1);
		}
		bool was_lost = lost;
		e = run_once(s, job, &lost);
		/* A server that has just gone may be coming back. */
		bool coming_back = e == E_STORE && was_lost && n > 1;
		if (e != E_RETRY && !coming_back)
			return e;
	}
	return e == E_RETRY && !lost ? E_CONFLICT : E_STORE;
}

static enum err count_result(struct store *s, enum err e)
{
	if (e == OK) {
		store_count(&s->commits, 1);
		store_count(&s->transactions, 1);
	} else if (e == E_STORE || e == E_UNKNOWN) {
		store_count(&s->failures, 1);
	}
	return e;
}

/* --- the face ------------------------------------------------------------- */

static enum err pg_read(struct store *s, store_fn *fn, void *arg)
{
	return run(pg_of(s), &(struct job){ .begin = PG_BEGIN_READ, .fn = fn, .arg = arg });
}

static enum err pg_write(struct store *s, store_fn *fn, void *arg)
{
	return count_result(
		s, run(pg_of(s), &(struct job){ .begin = PG_BEGIN_WRITE, .fn = fn, .arg = arg }));
}

static enum err pg_write_later(struct store *s, store_fn *fn, void *arg, void (*free_fn)(void *arg))
{
	return pg_later_add(pg_of(s)->later, fn, arg, free_fn);
}

struct exclusive {
	store_fn *fn;
	void *arg;
};

/* A number of our own choice; who migrates holds it until the end of the transaction. */
static enum err run_exclusive(struct tx *tx, void *arg)
{
	static const enum value_type text[] = { VALUE_TEXT }, number[] = { VALUE_INT };
	static const struct stmt patience = {
		.index = -1,
		.name = "exclusive_patience",
		.postgres = "SELECT set_config('lock_timeout', '0', true)",
		.n_cols = 1,
		.cols = text,
	};
	static const struct stmt lock = {
		.index = -1,
		.name = "exclusive_lock",
		.postgres = "SELECT count(*) FROM pg_advisory_xact_lock(7091386452)",
		.n_cols = 1,
		.cols = number,
	};
	const struct exclusive *x = arg;
	try(stmt_run(tx, &patience, NULL, NULL, NULL, NULL));
	try(stmt_run(tx, &lock, NULL, NULL, NULL, NULL));
	return x->fn(tx, x->arg);
}

static enum err pg_exclusive(struct store *s, store_fn *fn, void *arg)
{
	struct exclusive x = { .fn = fn, .arg = arg };
	if (s->read_only)
		return E_DENIED;
	return run(pg_of(s), &(struct job){ .begin = PG_BEGIN_WRITE,
					    .fn = run_exclusive,
					    .arg = &x,
					    .timeout_ms = EXCLUSIVE_TIMEOUT_MS });
}

static enum err pg_listen_to(struct store *s, const char *channel, struct pg_listen **ret)
{
	*ret = pg_listen_new(s, pg_pool_url(pg_of(s)->pool), channel);
	return *ret ? OK : E_NOMEM;
}

static enum err pg_backup(struct store *s, const char *path)
{
	(void)path;
	log_event(s->log, LOG_ERROR, "store.backup",
		  log_const("why", "PostgreSQL is copied by its own tools"));
	return E_CONFLICT;
}

static void pg_close(struct store *base)
{
	struct pg_store *s = pg_of(base);
	pg_later_free(s->later);
	pg_pool_free(s->pool);
	free(s);
}

static const struct store_ops pg_ops = {
	.close = pg_close,
	.read = pg_read,
	.write = pg_write,
	.write_later = pg_write_later,
	.exclusive = pg_exclusive,
	.script = pg_conn_script,
	.run = pg_conn_run,
	.listen = pg_listen_to,
	.backup = pg_backup,
	.integrity = pg_admin_integrity,
	.local = false,
	.is_sqlite = false,
};

static int or_default(int n, int dflt)
{
	return n > 0 ? n : dflt;
}

/* One connection is made at once, to know that it can be. */
static enum err set_up(struct pg_store *s, const struct store_opts *opts)
{
	struct pg_conn *c;
	s->pool = pg_pool_new(&s->base, opts->url, or_default(opts->pool_max, POOL_MAX),
			      or_default(opts->timeout_ms, TIMEOUT_MS));
	if (!s->pool)
		return E_NOMEM;
	try(pg_pool_take(s->pool, &c));
	pg_pool_give(s->pool, c);
	if (opts->read_only)
		return OK;
	s->later = pg_later_new(&s->base, or_default(opts->queue_max, QUEUE_MAX));
	return s->later ? OK : E_NOMEM;
}

enum err store_pg_open(const struct store_opts *opts, struct store **ret)
{
	struct pg_store *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	store_init(&s->base, opts, &pg_ops);
	enum err e = set_up(s, opts);
	if (e == OK)
		*ret = &s->base;
	else
		pg_close(&s->base);
	return e;
}

/* The face of both databases: which one it is, and what they count. */
#include "store/backend.h"
#include "store/reach.h"

enum err store_open(const struct store_opts *opts, struct store **ret)
{
	if (store_reach(opts->url) == STORE_REACH_FILE)
		return store_sqlite_open(opts, ret);
	return store_pg_open(opts, ret);
}

void store_init(struct store *s, const struct store_opts *opts, const struct store_ops *ops)
{
	s->ops = ops;
	s->clock = opts->clock;
	s->log = opts->log;
	s->read_only = opts->read_only;
}

void store_close(struct store *s)
{
	if (s)
		s->ops->close(s);
}

bool store_is_local(const struct store *s)
{
	return s->ops->local;
}

bool store_failed(const struct store *s)
{
	return atomic_load_explicit(&s->failed, memory_order_relaxed);
}

enum err store_read(struct store *s, store_fn *fn, void *arg)
{
	return s->ops->read(s, fn, arg);
}

void store_hold(struct store *s)
{
	if (s->ops->hold)
		s->ops->hold(s);
}

void store_release(struct store *s)
{
	if (s->ops->hold)
		s->ops->release(s);
}

enum err store_write(struct store *s, store_fn *fn, void *arg)
{
	if (s->read_only)
		return E_DENIED;
	return s->ops->write(s, fn, arg);
}

enum err store_write_later(struct store *s, store_fn *fn, void *arg, void (*free_fn)(void *arg))
{
	if (s->read_only)
		return E_DENIED;
	return s->ops->write_later(s, fn, arg, free_fn);
}

enum err store_backup(struct store *s, const char *path)
{
	return s->ops->backup(s, path);
}

enum err store_integrity(struct store *s, struct arena *a, struct str *ret_text)
{
	return s->ops->integrity(s, a, ret_text);
}

enum err stmt_run(struct tx *tx, const struct stmt *st, const struct value *params,
		  enum err (*on_row)(void *arg, const struct value *cols), void *arg,
		  int64_t *ret_affected)
{
	if (tx->over != OK)
		return tx->over;
	tx->statements++;
	return tx->store->ops->run(tx, st, params, on_row, arg, ret_affected);
}

static int64_t counted(_Atomic int64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void store_stats(struct store *s, struct store_stats *ret)
{
	*ret = (struct store_stats){
		.commits = counted(&s->commits),
		.transactions = counted(&s->transactions),
		.conflicts = counted(&s->conflicts),
		.failures = counted(&s->failures),
		.statements = counted(&s->statements),
	};
}

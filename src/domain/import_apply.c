/* Phase 2: staged rows are a queue in the store. Each transaction applies some from its front and
 * deletes them, so that where an interrupted import stopped is where its queue begins. */
#include "domain/import_work.h"
#include "q_import.h"

#define CHUNK_ROWS      256
#define CHUNK_BYTES_MAX ((size_t)128 << 20)
#define CLEAR_ROWS      2000

struct chunk {
	struct import_work *w;
	struct import_ctx x;
	int64_t refused; /* the line that an earlier try failed on; 0: none */
	int64_t at;      /* the line being applied */
	int64_t taken, fresh;
};

/* What the store refuses now although it was right when it was checked: said, and left out. */
static enum err refuse(struct chunk *c, int64_t line)
{
	return import_complain(
		&c->x, (struct import_fault){ .line = line, .problem = IMPORT_NOT_APPLIED });
}

static enum err apply_row(struct chunk *c, const struct q_import_row_next_row *staged)
{
	struct import_row row = { .line = staged->line };
	bool fresh;
	c->at = row.line;
	c->taken++;
	if (row.line == c->refused)
		return refuse(c, row.line);
	try(import_row_unpack(&c->x, staged->cells, &row));
	try(c->w->kind->apply(&c->x, &row, &fresh));
	c->fresh += fresh;
	return OK;
}

static enum err apply_rows(struct chunk *c)
{
	const struct clock *clock = c->w->app->clock;
	struct q_import_row_next_row *rows;
	size_t n;
	try(q_import_row_next(
		c->x.tx, c->x.a,
		&(struct q_import_row_next_args){ .run = c->w->run_id, .size = CHUNK_ROWS }, &rows,
		&n));
	int64_t stop_us = clock->mono_us(clock) + IMPORT_WORK_US;
	for (size_t i = 0; i < n && clock->mono_us(clock) < stop_us; i++) {
		try(apply_row(c, &rows[i]));
		if (rows[i].line == c->refused)
			break; /* committed now: another refusal behind it must not bring it back */
	}
	return OK;
}

static enum err apply_chunk(struct tx *tx, void *arg)
{
	struct chunk *c = arg;
	arena_reset(c->x.a);
	import_faults_begin(&c->x);
	c->x.tx = tx;
	c->at = c->taken = c->fresh = 0;
	try(import_renew(c->w, tx));
	try(apply_rows(c));
	if (c->taken == 0)
		return OK;
	try(q_import_row_drop(
		tx, &(struct q_import_row_drop_args){ .run = c->w->run_id, .last = c->at }));
	return q_import_count(tx, &(struct q_import_count_args){
					  .id = c->w->run_id,
					  .fresh = c->fresh,
					  .known = c->taken - c->fresh - c->x.warnings,
				  });
}

static enum err apply_all(struct chunk *c, int64_t done, int64_t total)
{
	const struct import_opts *o = c->w->opts;
	do {
		enum err e = import_write(c->w, apply_chunk, c);
		if ((e == E_CONFLICT || e == E_LIMIT) && c->at != c->refused) {
			c->refused = c->at;
			continue;
		}
		try(e);
		try(import_report(c->w, &c->x));
		done += c->taken;
		if (o->progress)
			o->progress(o->arg, IMPORT_APPLYING, done, total);
	} while (c->taken > 0);
	return OK;
}

struct counting {
	const struct import_work *w;
	struct arena *a;
	struct q_import_counts_row counts;
	int64_t left;
};

static enum err count(struct tx *tx, void *arg)
{
	struct counting *c = arg;
	try(q_import_counts(tx, c->a, c->w->run_id, &c->counts));
	return q_import_row_left(tx, c->a, c->w->run_id, &c->left);
}

static enum err apply(struct import_work *w, struct arena *a)
{
	struct counting counting = { .w = w, .a = a };
	struct chunk c = { .w = w };
	try(store_read(w->app->store, count, &counting));
	import_ctx_init(&c.x, w, a);
	try(apply_all(&c, counting.counts.n_rows - counting.left, counting.counts.n_rows));
	try(store_read(w->app->store, count, &counting));
	w->result->rows = counting.counts.n_rows;
	w->result->fresh = counting.counts.n_fresh;
	w->result->known = counting.counts.n_known;
	return OK;
}

enum err import_apply(struct import_work *w)
{
	struct arena *a = arena_new(CHUNK_BYTES_MAX);
	if (!a)
		return E_NOMEM;
	enum err e = apply(w, a);
	arena_free(a);
	return e;
}

struct clearing {
	const struct import_work *w;
	int64_t dropped;
};

static enum err clear_some(struct tx *tx, void *arg)
{
	struct clearing *c = arg;
	int64_t keys;
	int64_t rows;
	try(import_renew(c->w, tx));
	try(q_import_key_drop(
		tx, &(struct q_import_key_drop_args){ .run = c->w->run_id, .size = CLEAR_ROWS },
		&keys));
	try(q_import_row_drop_some(
		tx,
		&(struct q_import_row_drop_some_args){ .run = c->w->run_id, .size = CLEAR_ROWS },
		&rows));
	c->dropped = keys + rows;
	return OK;
}

enum err import_clear(struct import_work *w)
{
	struct clearing c = { .w = w };
	do
		try(import_write(w, clear_some, &c));
	while (c.dropped > 0);
	return OK;
}

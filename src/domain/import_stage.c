/* Phase 1: rows are read and judged by themselves in batches, then, in short transactions, against
 * the rest of the file and the store. The first grave fault ends the staging but not the judging.
 */
#include <stdlib.h>

#include "domain/import_work.h"
#include "q_import.h"

#define BATCH_ROWS      512
#define BATCH_BYTES     ((size_t)2 << 20)
#define BATCH_BYTES_MAX ((size_t)32 << 20)

struct batch {
	struct import_work *w;
	struct import_ctx x;
	struct import_ctx mark; /* the faults that no transaction has added */
	struct import_row rows[BATCH_ROWS];
	size_t n;
	size_t done; /* rows that a transaction has taken */
	size_t next; /* what done becomes when this one commits */
};

static enum err stage_row(struct batch *b, struct import_row *row)
{
	int64_t grave = b->x.grave;
	try(b->w->kind->resolve(&b->x, row));
	if (b->x.grave > grave || b->w->result->grave > 0)
		return OK;
	struct str cells;
	int64_t added;
	try(import_row_pack(&b->x, row, &cells));
	return q_import_row_add(b->x.tx,
				&(struct q_import_row_add_args){
					.run = b->w->run_id, .line = row->line, .cells = cells },
				&added);
}

static enum err stage_rows(struct tx *tx, void *arg)
{
	struct batch *b = arg;
	const struct clock *clock = b->w->app->clock;
	b->x.tx = tx;
	import_faults_cut(&b->x, &b->mark);
	try(import_renew(b->w, tx));
	int64_t stop_us = clock->mono_us(clock) + IMPORT_WORK_US;
	size_t i = b->done;
	do
		try(stage_row(b, &b->rows[i]));
	while (++i < b->n && clock->mono_us(clock) < stop_us);
	b->next = i;
	return OK;
}

static enum err end_batch(struct batch *b)
{
	while (b->done < b->n) {
		b->mark = b->x;
		try(import_write(b->w, stage_rows, b));
		b->done = b->next;
	}
	try(import_report(b->w, &b->x));
	arena_reset(b->x.a);
	b->n = b->done = 0;
	return OK;
}

/* One record: read, judged by itself, and kept for the next transaction if nothing is wrong with
 * it. */
static enum err take_record(struct batch *b, const struct import_map *map,
			    const struct csv_record *record)
{
	struct import_row *row = &b->rows[b->n];
	int64_t grave = b->x.grave;
	try(import_row_read(&b->x, map, record, row));
	if (!row->cells && !record->fault && b->x.grave == grave)
		return OK;
	b->w->result->rows++;
	if (b->x.grave == grave && b->w->kind->check)
		try(b->w->kind->check(&b->x, row));
	if (b->x.grave == grave)
		b->n++;
	return OK;
}

static enum err read_all(struct batch *b, struct import_reader *reader,
			 const struct import_map *map, int64_t total)
{
	const struct import_opts *o = b->w->opts;
	struct csv_record record;
	bool end;
	for (;;) {
		try(import_reader_next(reader, &record, &end));
		if (end)
			return end_batch(b);
		try(take_record(b, map, &record));
		if (b->n < BATCH_ROWS && arena_used(b->x.a) < BATCH_BYTES)
			continue;
		try(end_batch(b));
		if (o->progress)
			o->progress(o->arg, IMPORT_CHECKING, import_reader_bytes(reader), total);
	}
}

enum err import_stage(struct import_work *w, const struct import_scan *scan,
		      struct import_reader *reader, const struct import_map *map)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct arena *a = arena_new(BATCH_BYTES_MAX);
	enum err e = E_NOMEM;
	if (b && a) {
		b->w = w;
		import_ctx_init(&b->x, w, a);
		e = read_all(b, reader, map, scan->bytes);
		if (e == OK && !import_reader_saw(reader, scan)) {
			e = import_complain(&b->x,
					    (struct import_fault){ .problem = IMPORT_CHANGED });
			if (e == OK)
				e = import_report(w, &b->x);
		}
	}
	arena_free(a);
	free(b);
	return e;
}

/* One run: what the file is, who may import, check, apply, clean up. An import that somebody else
 * left unfinished is ended first: what was checked and begun is applied, what was still being
 * checked is dropped. */
#include "domain/import.h"

#include <stdlib.h>

#include "domain/import_work.h"
#include "q_import.h"

#define HEAD_BYTES_MAX ((size_t)4 << 20)
#define UNKNOWN_TRIES  5

const struct import_kind *import_kind_find(struct str name)
{
	const struct import_kind *kinds[] = { import_tariffs(), import_sims(), import_subscribers(),
					      import_charges(), import_payments() };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_eq(name, str_c(kinds[i]->name)))
			return kinds[i];
	return NULL;
}

bool import_is_kind(struct str s)
{
	return import_kind_find(s) != NULL;
}

/* --- what the phases share -------------------------------------------------- */

enum err import_write(const struct import_work *w, store_fn *fn, void *arg)
{
	enum err e = E_UNKNOWN;
	for (int i = 0; i < UNKNOWN_TRIES && e == E_UNKNOWN; i++)
		e = store_write(w->app->store, fn, arg);
	return e;
}

static tstamp lease_end(const struct import_work *w)
{
	return (tstamp){ .ms = app_now(w->app).ms + IMPORT_LEASE_MS };
}

enum err import_renew(const struct import_work *w, struct tx *tx)
{
	int64_t renewed;
	try(q_import_renew(tx,
			   &(struct q_import_renew_args){
				   .id = w->run_id, .holder = w->holder, .until = lease_end(w) },
			   &renewed));
	return renewed == 1 ? OK : E_DENIED;
}

void import_ctx_init(struct import_ctx *x, const struct import_work *w, struct arena *a)
{
	*x = (struct import_ctx){
		.app = w->app,
		.kind = w->kind,
		.run_id = w->run_id,
		.file = w->file,
		.now = app_now(w->app),
		.cp1251 = w->cp1251,
		.a = a,
	};
	import_faults_begin(x);
}

static int by_line(const void *a, const void *b)
{
	const struct import_fault_node *const *x = a;
	const struct import_fault_node *const *y = b;
	if ((*x)->fault.line != (*y)->fault.line)
		return (*x)->fault.line < (*y)->fault.line ? -1 : 1;
	return (*x)->n < (*y)->n ? -1 : 1;
}

enum err import_report(struct import_work *w, struct import_ctx *x)
{
	size_t n = (size_t)(x->grave + x->warnings);
	const struct import_fault_node **v =
		arena_array(x->a, n, sizeof(struct import_fault_node *));
	if (!v)
		return E_NOMEM;
	size_t i = 0;
	for (struct import_fault_node *f = x->faults; f; f = f->next)
		v[i++] = f;
	qsort(v, n, sizeof(*v), by_line);
	for (i = 0; i < n && w->opts->fault; i++)
		w->opts->fault(w->opts->arg, &v[i]->fault);
	w->result->grave += x->grave;
	w->result->warnings += x->warnings;
	x->grave = x->warnings = 0;
	import_faults_begin(x);
	return OK;
}

/* --- transactions of the run itself ---------------------------------------- */

/* The import of this kind that is open now. */
struct opening {
	struct import_work *w;
	const struct import_scan *scan;
	struct arena *a;
	int64_t id;
	struct q_import_open_row run;
};

static struct str sha256_of(const struct import_scan *scan)
{
	return (struct str){ .p = (const char *)scan->sha256, .n = sizeof(scan->sha256) };
}

static enum err open_run(struct tx *tx, void *arg)
{
	struct opening *o = arg;
	struct import_work *w = o->w;
	struct str sha256 = sha256_of(o->scan);
	struct str kind = str_c(w->kind->name);
	enum err e = q_import_done(tx, o->a,
				   &(struct q_import_done_args){ .kind = kind, .sha256 = sha256 },
				   &w->result->done_at);
	w->result->done_before = e == OK;
	if (e != E_NOTFOUND)
		return e;
	e = q_import_open(tx, o->a,
			  &(struct q_import_open_args){
				  .id = o->id,
				  .kind = kind,
				  .sha256 = sha256,
				  .file = w->opts->source->name,
				  .holder = w->holder,
				  .until = lease_end(w),
				  .now = app_now(w->app),
			  },
			  &o->run);
	return e == E_NOTFOUND ? E_BUSY : e;
}

struct ending {
	struct import_work *w;
	bool applied;
};

static enum err end_run(struct tx *tx, void *arg)
{
	const struct ending *e = arg;
	if (!e->applied)
		return q_import_drop(tx, e->w->run_id);
	return q_import_finish(tx, &(struct q_import_finish_args){ .id = e->w->run_id,
								   .now = app_now(e->w->app) });
}

static enum err note_checked(struct tx *tx, void *arg)
{
	const struct import_work *w = arg;
	int64_t noted;
	try(q_import_checked(tx,
			     &(struct q_import_checked_args){ .id = w->run_id,
							      .holder = w->holder,
							      .n_rows = w->result->rows },
			     &noted));
	return noted == 1 ? OK : E_DENIED;
}

static enum err release_run(struct tx *tx, void *arg)
{
	const struct import_work *w = arg;
	return q_import_release(
		tx, &(struct q_import_release_args){ .id = w->run_id, .holder = w->holder });
}

struct marking {
	const struct import_work *w;
	struct arena *a;
};

/* Only a store that holds nobody real may become a demonstration. */
static enum err mark_demo(struct tx *tx, void *arg)
{
	const struct marking *m = arg;
	tstamp since;
	enum err e = q_import_demo_since(tx, m->a, &since);
	if (e != E_NOTFOUND)
		return e;
	int64_t n;
	try(q_import_numbers(tx, m->a, &n));
	return n > 0 ? E_CONFLICT : q_import_demo_mark(tx, app_now(m->w->app));
}

/* --- the run ---------------------------------------------------------------- */

static void say_phase(const struct import_work *w, enum import_phase phase)
{
	if (w->opts->progress)
		w->opts->progress(w->opts->arg, phase, 0, 0);
}

/* Nothing staged may outlive its run. */
static enum err end(struct import_work *w, bool applied)
{
	say_phase(w, IMPORT_CLEANING);
	try(import_clear(w));
	return import_write(w, end_run, &(struct ending){ .w = w, .applied = applied });
}

/* End what another process began and left. */
static enum err adopt(struct import_work *w, const struct opening *o, bool *ret_same)
{
	struct import_work other = *w;
	struct import_result result = { 0 };
	*ret_same = false;
	other.run_id = o->run.id;
	other.file = o->run.file;
	other.result = &result;
	if (!str_eq(o->run.state, STR("applying")))
		return end(&other, false);
	if (w->opts->resumed)
		w->opts->resumed(w->opts->arg, o->run.file);
	try(import_apply(&other));
	try(end(&other, true));
	*ret_same = str_eq(o->run.sha256, sha256_of(o->scan));
	w->result->warnings += result.warnings;
	if (*ret_same)
		*w->result = result;
	return OK;
}

/* Become the one who imports this kind. ${ret_over}: this file is in already, or has just been
 * ended. */
static enum err take_turn(struct import_work *w, const struct import_scan *scan, struct arena *a,
			  bool *ret_over)
{
	*ret_over = false;
	while (!*ret_over) {
		struct opening o = { .w = w, .scan = scan, .a = a, .id = id_next(w->app->ids) };
		try(import_write(w, open_run, &o));
		if (w->result->done_before) {
			*ret_over = true;
			return OK;
		}
		w->run_id = o.run.id;
		if (o.run.id == o.id)
			return OK;
		try(adopt(w, &o, ret_over));
	}
	return OK;
}

static enum err stage_and_apply(struct import_work *w, const struct import_scan *scan,
				struct import_reader *reader, const struct import_map *map)
{
	try(import_stage(w, scan, reader, map));
	if (w->result->grave > 0) {
		try(end(w, false));
		return E_INPUT;
	}
	if (w->kind->sim)
		try(import_guess(w));
	try(import_write(w, note_checked, w));
	try(import_apply(w));
	return end(w, true);
}

/* The first record must name columns; then the store comes in. */
static enum err run(struct import_work *w, const struct import_scan *scan,
		    struct import_reader *reader, struct arena *a)
{
	struct import_ctx x;
	struct csv_record head;
	struct import_map map;
	bool over;
	import_ctx_init(&x, w, a);
	try(import_reader_next(reader, &head, &over));
	if (over || head.fault)
		try(import_complain(&x,
				    (struct import_fault){ .line = 1, .problem = IMPORT_EMPTY }));
	else
		try(import_map_make(&x, &head, &map));
	try(import_report(w, &x));
	if (w->result->grave > 0)
		return E_INPUT;
	if (w->opts->demo)
		try(import_write(w, mark_demo, &(struct marking){ .w = w, .a = a }));
	try(take_turn(w, scan, a, &over));
	return over ? OK : stage_and_apply(w, scan, reader, &map);
}

static enum err refuse_size(struct import_work *w, struct arena *a)
{
	struct import_ctx x;
	import_ctx_init(&x, w, a);
	try(import_complain(&x, (struct import_fault){ .problem = IMPORT_TOO_BIG }));
	try(import_report(w, &x));
	return E_INPUT;
}

static enum err scan_and_run(struct import_work *w, struct arena *a)
{
	struct import_scan scan;
	enum err e = import_scan(w->opts, &scan);
	if (e == E_LIMIT)
		return refuse_size(w, a);
	try(e);
	w->cp1251 = w->opts->encoding == IMPORT_CP1251 ||
		    (w->opts->encoding == IMPORT_DETECT && !scan.is_utf8);
	struct import_reader *reader;
	try(import_reader_new(w->opts->source, &reader));
	e = run(w, &scan, reader, a);
	import_reader_free(reader);
	return e;
}

enum err import_run(const struct app *app, const struct import_opts *opts,
		    struct import_result *ret)
{
	struct import_result result = { 0 };
	struct import_work w = {
		.app = app,
		.opts = opts,
		.kind = import_kind_find(opts->kind),
		.result = &result,
		.holder = id_next(app->ids),
		.file = opts->source->name,
	};
	struct arena *a = w.kind ? arena_new(HEAD_BYTES_MAX) : NULL;
	if (!a)
		return w.kind ? E_NOMEM : E_INPUT;
	enum err e = scan_and_run(&w, a);
	/* So that the next try need not wait for the lease to run out; when this fails, it waits.
	 */
	if (e != OK && w.run_id && import_write(&w, release_run, &w) != OK)
		e = e == E_INPUT ? E_STORE : e;
	arena_free(a);
	*ret = result;
	return e == E_DENIED ? E_BUSY : e;
}

/* How far the ICCIDs of a batch follow from the numbers: whoever holds one card of a batch whose
 * numbers and ICCIDs go up together knows the last four digits of the next (docs/threat-model.md,
 * section 4). */
#include "core/scan.h"
#include "domain/import_work.h"
#include "q_import.h"

#define PAGE           256
#define PAGE_BYTES_MAX ((size_t)16 << 20)
#define NEAR           10 /* numbers so far apart are neighbours */

struct guess {
	struct import_work *w;
	struct import_ctx x;
	struct str after; /* the last key of the page before */
	char after_space[64];
	struct q_import_row_by_key_row *page;
	size_t page_n;
	int64_t number, serial,
		last; /* of the row before: its number, its ICCID without and only the last digit */
	int64_t n, follow;
};

static bool follows(const struct guess *g, int64_t number, int64_t serial, int64_t last)
{
	int64_t step = number - g->number;
	int64_t by = serial - g->serial;
	if (step > NEAR || by > NEAR || by < -NEAR)
		return false;
	int64_t whole = by * 10 + last -
			g->last; /* printed without a check digit, the last one counts too */
	return by == step || by == -step || whole == step || whole == -step;
}

static void take(struct guess *g, const struct import_row *row)
{
	const struct import_sim_columns *c = g->w->kind->sim;
	struct str number = row->cells[c->number].s;
	struct str iccid = row->cells[c->iccid].s;
	int64_t n = 0;
	int64_t serial = 0;
	/* 19 digits that begin with 89 fit; both were parsed when the row was read. */
	if (!scan_i64_all(number, 0, INT64_MAX, &n) ||
	    !scan_i64_all(str_sub(iccid, 0, iccid.n - 1), 0, INT64_MAX, &serial))
		return;
	int64_t last = iccid.p[iccid.n - 1] - '0';
	if (g->n > 0 && follows(g, n, serial, last))
		g->follow++;
	g->n++;
	g->number = n;
	g->serial = serial;
	g->last = last;
}

static enum err read_page(struct tx *tx, void *arg)
{
	struct guess *g = arg;
	return q_import_row_by_key(tx, g->x.a,
				   &(struct q_import_row_by_key_args){
					   .run = g->w->run_id,
					   .after = g->after,
					   .before = STR("n;"),
					   .size = PAGE,
				   },
				   &g->page, &g->page_n);
}

static enum err take_page(struct guess *g)
{
	arena_reset(g->x.a);
	try(store_read(g->w->app->store, read_page, g));
	for (size_t i = 0; i < g->page_n; i++) {
		struct import_row row = { 0 };
		try(import_row_unpack(&g->x, g->page[i].cells, &row));
		take(g, &row);
	}
	if (g->page_n == 0)
		return OK;
	struct str key = g->page[g->page_n - 1].key;
	if (key.n > sizeof(g->after_space))
		return E_STORE;
	memcpy(g->after_space, key.p, key.n);
	g->after = (struct str){ .p = g->after_space, .n = key.n };
	return OK;
}

enum err import_guess(struct import_work *w)
{
	struct arena *a = arena_new(PAGE_BYTES_MAX);
	if (!a)
		return E_NOMEM;
	struct guess g = { .w = w, .after = STR("n:") };
	import_ctx_init(&g.x, w, a);
	enum err e;
	do
		e = take_page(&g);
	while (e == OK && g.page_n > 0);
	w->result->guessable = g.follow;
	w->result->guess_of = g.n;
	arena_free(a);
	return e;
}

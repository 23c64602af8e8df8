/* One run of the importer, as its phases share it. See DESIGN-import.md. */
#ifndef DOMAIN_IMPORT_WORK_H
#define DOMAIN_IMPORT_WORK_H

#include "domain/import_reader.h"
#include "domain/import_row.h"

/* A transaction stops taking rows after this, so that others get their turn. */
#define IMPORT_WORK_US 30000

struct import_work {
	const struct app *app;
	const struct import_opts *opts;
	const struct import_kind *kind;
	struct import_result *result;
	int64_t run_id;
	int64_t holder; /* who holds the lease: this call */
	struct str file;
	bool cp1251;
};

/** import_write(w, fn, arg): store_write(); asked again when nobody knows its outcome: ${fn} must
 * be repeatable. */
enum err import_write(const struct import_work *w, store_fn *fn, void *arg) must_check;

/** import_renew(w, tx): first in each transaction of a run. Expected: E_DENIED (somebody took the
 * run over). */
enum err import_renew(const struct import_work *w, struct tx *tx) must_check;

/** import_report(w, x): give the faults in ${x} to the caller in the order of lines, count and
 * forget them. */
enum err import_report(struct import_work *w, struct import_ctx *x) must_check;

/** import_stage(w, scan, reader, map): check every row of the file; without a grave fault all are
 * staged. */
enum err import_stage(struct import_work *w, const struct import_scan *scan,
		      struct import_reader *reader, const struct import_map *map) must_check;

/** import_apply(w): apply and delete the staged rows, as many as are left. */
enum err import_apply(struct import_work *w) must_check;

/** import_clear(w): delete what is staged. */
enum err import_clear(struct import_work *w) must_check;

/** import_guess(w): how many staged SIM cards could be guessed by a neighbour; into ${w}->result.
 */
enum err import_guess(struct import_work *w) must_check;

/** import_ctx_init(x, w, arena): a context for the rows of ${w}, without faults. */
void import_ctx_init(struct import_ctx *x, const struct import_work *w, struct arena *a);

#endif

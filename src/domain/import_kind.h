/* What the files of the importer share: a kind of file is a table of columns and three functions.
 * Only import*.c include this. */
#ifndef DOMAIN_IMPORT_KIND_H
#define DOMAIN_IMPORT_KIND_H

#include "core/csv.h"
#include "domain/import.h"

enum import_type {
	IMPORT_TEXT,        /* s, NFC */
	IMPORT_CODE,        /* s; without a colon, for it becomes part of a key */
	IMPORT_NUMBER,      /* s, ten digits */
	IMPORT_SIM,         /* s, the ICCID's digits */
	IMPORT_SIM_ID,      /* s, the IMSI's digits */
	IMPORT_SUM,         /* i, kopecks */
	IMPORT_DAY,         /* i, days since 1970 */
	IMPORT_MOMENT,      /* i, UTC milliseconds */
	IMPORT_AMOUNT,      /* i, a volume; -1: unlimited */
	IMPORT_ONE_OF,      /* i, index into choices */
	IMPORT_TAX_ID,      /* s, digits */
	IMPORT_MAIL,        /* s */
	IMPORT_DOCUMENT,    /* s, ten digits */
	IMPORT_OFFICE,      /* s, NNN-NNN */
	IMPORT_HIDDEN_INT,  /* i; no column of the file: what check() and resolve() hand on to
			       apply() */
	IMPORT_HIDDEN_TEXT, /* s; the same */
	IMPORT_TYPE_N,
};

struct import_choice {
	const char *ru, *en;
};

struct import_column {
	const char *ru, *en; /* what the file may call it */
	enum import_type type;
	uint16_t max; /* characters, of the types that are text */
	bool required;
	bool personal; /* never shown in a fault */
	bool sealed;   /* nor written to the staging: check() seals it into a hidden column */
	const struct import_choice *choices; /* ended by { 0 } */
};

struct import_cell {
	bool given;
	int64_t i;
	struct str s;
};

struct import_row {
	int64_t line;
	struct import_cell *cells; /* one for each column of the kind */
};

struct import_fault_node {
	struct import_fault fault;
	int64_t n; /* how many came before it */
	struct import_fault_node *next;
};

/* The work on some rows, and who does it. */
struct import_ctx {
	const struct app *app;
	const struct import_kind *kind;
	int64_t run_id;
	struct str file;
	tstamp now;
	bool cp1251;
	struct arena
		*a; /* lives as long as the rows do; clear text of sealed cells is wiped with it */
	struct tx *tx; /* in resolve() and apply() */
	struct import_fault_node *faults, **faults_end;
	int64_t grave, warnings;
};

/* Where a row says which SIM card of which operator is on which number. */
struct import_sim_columns {
	size_t number, iccid, imsi, operator;
};

struct import_kind {
	const char *name;
	const struct import_column *columns;
	size_t n_columns;
	const struct import_sim_columns *sim; /* NULL: it brings no SIM cards */
	/** check(x, row): rules between the cells of one row; may fill hidden cells. NULL: none. */
	enum err (*check)(struct import_ctx *x, struct import_row *row);
	/** resolve(x, row): in a transaction: what must be unique in the file and known in the
	 * store; fills hidden cells. */
	enum err (*resolve)(struct import_ctx *x, struct import_row *row);
	/**
	 * apply(x, row, &ret_fresh): in a transaction; false: it was there already.
	 * Expected: E_CONFLICT, E_LIMIT (something came between check and apply; the transaction is
	 * over).
	 */
	enum err (*apply)(struct import_ctx *x, const struct import_row *row, bool *ret_fresh);
};

const struct import_kind *import_tariffs(void);
const struct import_kind *import_sims(void);
const struct import_kind *import_subscribers(void);
const struct import_kind *import_charges(void);
const struct import_kind *import_payments(void);

/** import_kind_find(name): the kind, or NULL. */
const struct import_kind *import_kind_find(struct str name);

/** import_faults_begin(x): no faults yet. import_faults_cut(x, mark): forget those after ${mark}, a
 * copy of ${x}. */
void import_faults_begin(struct import_ctx *x);
void import_faults_cut(struct import_ctx *x, const struct import_ctx *mark);

/** import_complain(x, line, fault): note a fault; what it points at is copied, its value cut and
 * made printable. */
enum err import_complain(struct import_ctx *x, struct import_fault fault) must_check;

/** import_complain_cell(x, row, column, problem, n): the same about a cell of a row that has been
 * read. */
enum err import_complain_cell(struct import_ctx *x, const struct import_row *row, size_t column,
			      enum import_problem problem, int64_t n) must_check;

/** import_warn_future(x, row, column): a warning when the day or moment in the cell is still to
 * come. */
enum err import_warn_future(struct import_ctx *x, const struct import_row *row,
			    size_t column) must_check;

/** import_cell_parse(x, line, column, raw, cell): the text of one cell as its column's type;
 * complains. */
enum err import_cell_parse(struct import_ctx *x, int64_t line, const struct import_column *c,
			   struct str raw, struct import_cell *cell) must_check;

#endif

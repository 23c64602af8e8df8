/* Bringing in what others keep in files (B1-B3): five kinds of CSV. A file is checked as a whole
 * first; when any row is bad nothing of it is applied. What is applied is applied once, whatever is
 * interrupted or repeated. How: src/domain/DESIGN-import.md. For office clerks:
 * docs/operations-import.md. */
#ifndef DOMAIN_IMPORT_H
#define DOMAIN_IMPORT_H

#include "core/buf.h"
#include "domain/app.h"

#define IMPORT_FILE_BYTES_MAX (INT64_C(1) << 30)
#define IMPORT_LEASE_MS       (5 * 1000)

/* The file as the importer sees it. It is read twice. */
struct import_source {
	struct str name; /* for people: without folders */
	/** read(s, p, cap, &ret_n): up to ${cap} bytes into ${p}; 0 at the end. Expected:
	 * E_UPSTREAM. */
	enum err (*read)(struct import_source *s, void *p, size_t cap, size_t *ret_n);
	/** rewind(s): back to the first byte. Expected: E_UPSTREAM. */
	enum err (*rewind)(struct import_source *s);
};

/* What can be wrong with a row, or is worth knowing about it. */
enum import_problem {
#define PROBLEM(id, grave, text) IMPORT_##id,
#include "domain/import_problem.def"
#undef PROBLEM
	IMPORT_PROBLEM_N,
};

struct import_fault {
	int64_t line;
	struct str column; /* as the file calls it; empty: the row as a whole */
	enum import_problem problem;
	int64_t n;        /* for {n} in the text */
	struct str value; /* what stands there, if it is no personal data; cut, printable */
};

/** import_is_grave(p): it keeps the file from being applied; else it is a warning. */
bool import_is_grave(enum import_problem p);

/** import_fault_text(b, f): what is wrong, in Russian, for a clerk; without line and column. */
void import_fault_text(struct buf *b, const struct import_fault *f);

enum import_encoding { IMPORT_DETECT, IMPORT_UTF8, IMPORT_CP1251 };

enum import_phase { IMPORT_READING, IMPORT_CHECKING, IMPORT_APPLYING, IMPORT_CLEANING };

struct import_opts {
	struct str kind; /* tariffs, sims, subscribers, charges, payments */
	struct import_source *source;
	enum import_encoding encoding;
	bool demo; /* mark the store as a demonstration; only one without numbers, or marked before
		    */
	void *arg;
	/** fault(arg, f): called once for each, in the order of the file; ${f} is valid until it
	 * returns. */
	void (*fault)(void *arg, const struct import_fault *f);
	/** progress(arg, phase, done, total): bytes of the file, then rows; ${total} 0: not known.
	 */
	void (*progress)(void *arg, enum import_phase phase, int64_t done, int64_t total);
	/** resumed(arg, file): an import that had been interrupted is being ended first; ${file} is
	 * its file. */
	void (*resumed)(void *arg, struct str file);
};

struct import_result {
	bool done_before; /* this very file was brought in earlier; nothing was changed */
	tstamp done_at;   /* when, with done_before */
	int64_t rows;     /* checked */
	int64_t fresh;    /* applied now, those of an interrupted run of this file included */
	int64_t known;    /* were there before, as they are */
	int64_t grave;    /* faults */
	int64_t warnings;
	int64_t guessable; /* sims: ICCIDs that follow from a neighbour's … */
	int64_t guess_of;  /* … of so many */
};

/** import_is_kind(s): one of the five. */
bool import_is_kind(struct str s);

/**
 * import_run(app, opts, &ret):
 * Check ${opts}->source and, when nothing is wrong with it, apply it. Many transactions of at most
 * some 50 ms; memory does not grow with the file. Wants ${app}->keys for subscribers. Expected:
 * E_INPUT (faults were reported; nothing is changed), E_BUSY (an import of this kind is running, or
 * was interrupted less than IMPORT_LEASE_MS ago), E_CONFLICT (demo: the store holds real numbers).
 * After any other error the same call goes on where it stopped.
 */
enum err import_run(const struct app *app, const struct import_opts *opts,
		    struct import_result *ret) must_check;

/** import_columns(b, kind): the columns of ${kind} as a table in Markdown. */
void import_columns(struct buf *b, struct str kind);

#endif

/* Makes the Nth call of a kind fail, in this program only: FAULT_WRAPPED of check.mk says which
 * functions the linker leads through here. One plan at a time, for all threads. */
#ifndef FAULT_FAULT_H
#define FAULT_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
	FAULT_HEAP,      /* what our own code takes from the heap, threads, Argon2id's memory */
	FAULT_ARENA,     /* as if the arena had reached its ceiling */
	FAULT_SQLITE,    /* what SQLite takes from the heap */
	FAULT_STATEMENT, /* a statement of the store: E_STORE */
	FAULT_CONTROL,   /* BEGIN, SAVEPOINT, RELEASE, COMMIT …: an error, and nothing was done */
	FAULT_COMMIT,    /* COMMIT: an error, though it was done */
	FAULT_KINDS,
};

/** fault_name(kind): for the name of a test. */
const char *fault_name(enum fault_kind kind);

/** fault_install(): lead SQLite's memory through here; before anything opens a store. */
void fault_install(void);

struct fault {
	enum fault_kind kind;
	int64_t n;    /* which call, from 1 */
	bool lasting; /* and all after it */
	bool told;    /* say where, with a stack if there is a sanitizer */
};

/** fault_plan(f): what will fail; forgets what was counted. */
void fault_plan(const struct fault *f);

/** fault_begin(), fault_end(): between these it does. */
void fault_begin(void);
void fault_end(void);

/** fault_request(): the next call of web_handle() stands between these two, and is ended as http/
 * does: a page that failed is replaced by that of status 500, or by nothing. */
void fault_request(void);

/** fault_hits(): how many calls have failed since fault_plan(). */
int64_t fault_hits(void);

#endif

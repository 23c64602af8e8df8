/* A file in place of a carrier: each message is one line of it. For demonstrations and tests only:
 * the lines hold addresses and codes in clear, so the file is for its owner alone. */
#ifndef GATEWAY_LOGBOOK_H
#define GATEWAY_LOGBOOK_H

#include <jansson.h>

#include "core/clock.h"
#include "core/err.h"

#define LOGBOOK_QUEUE_MAX 64

struct logbook;

struct logbook_opts {
	const struct clock *clock;
	const char *path; /* made if it is not there; written to at its end */
	void *owner;      /* allocated; freed with the logbook, also when it could not start */
	/* Message ${id} is in the file, or could not be written. Called from the logbook's own
	 * thread, once for each message that was taken. */
	void (*written)(void *owner, int64_t id, bool good);
	void (*ready)(void *ready_arg); /* the queue has room again */
	void *ready_arg;
};

/** logbook_start(opts, &ret): open the file, start the thread. Expected: E_STORE (the file cannot
 * be opened: errno says why), E_NOMEM. */
enum err logbook_start(const struct logbook_opts *opts, struct logbook **ret) must_check;

/** logbook_room(l): how many messages it would take now. Thread-safe. */
size_t logbook_room(struct logbook *l);

/** logbook_put(l, id, fields): queue a line: at, id, and the members of ${fields}, which is taken
 * over. Thread-safe, never waits. Expected: E_BUSY (the queue is full), E_NOMEM (or ${fields} is
 * NULL). */
enum err logbook_put(struct logbook *l, int64_t id, json_t *fields) must_check;

/** logbook_stop(l): write what is queued, end the thread, free. */
void logbook_stop(struct logbook *l);

#endif

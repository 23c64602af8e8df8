/* The worker's side of the outbox: taking messages, and writing down what became of them. Only
 * src/worker/ uses it. Several workers may share a PostgreSQL store; none waits for another.
 *
 * A message that was taken belongs to its worker until the lease runs out, and the worker may hand
 * it over only after the transaction that took it is committed. So whatever crashes: it is queued,
 * or it is somebody's, and then perhaps sent. */
#ifndef DOMAIN_OUTBOX_WORK_H
#define DOMAIN_OUTBOX_WORK_H

#include "domain/outbox_text.h"
#include "domain/port_sms.h"

#define OUTBOX_LEASE_MS  (2 * MINUTE_MS)
#define OUTBOX_RENEW_MS  (OUTBOX_LEASE_MS / 4) /* call outbox_tend() at least so often */
#define OUTBOX_BATCH_MAX 128                   /* taken, and settled, in one transaction */

/* A message that was taken. */
struct outbox_claim {
	int64_t id;
	struct str dest;
	tstamp deadline;  /* none: TSTAMP_NONE */
	int64_t until_us; /* with one: of the monotonic clock, however the other is set meanwhile */
	bool broken;      /* its text cannot be made: only to be settled, as OUTBOX_BROKEN */
	struct outbox_text text;
};

/* What became of one. */
enum outbox_outcome {
	OUTBOX_ACCEPTED, /* the centre has it */
	OUTBOX_AGAIN,    /* certainly not sent: tried again later, and in the end failed */
	OUTBOX_REFUSED,  /* certainly never */
	OUTBOX_SILENT,   /* perhaps sent: unknown */
	OUTBOX_LATE,     /* its deadline passed before it was handed over */
	OUTBOX_BROKEN,   /* it could not be made: another app.key, or a link without http.origin */
	OUTBOX_BACK,     /* not handed over, and no fault of its own: queued as before */
};

struct outbox_result {
	int64_t id;
	enum outbox_outcome outcome;
	struct str detail;              /* a few printable ASCII characters */
	const struct str *provider_ids; /* of its parts, where the centre named them */
	size_t parts;
};

struct outbox_receipt {
	struct str provider_id;
	bool delivered; /* or never will be */
	struct str detail;
};

/* One transaction of a worker. */
struct outbox_turn {
	enum outbox_kind kind;
	int64_t worker; /* an id of its own (id_next()) */
	const struct outbox_result *results;
	size_t n_results;
	const struct outbox_receipt *receipts;
	size_t n_receipts;
	const int64_t *held; /* with ${recount}: what this worker holds; other messages of its go
				back */
	size_t n_held;
	bool recount;
	size_t claim_max; /* at most OUTBOX_BATCH_MAX */
	/* set by outbox_turn() */
	struct outbox_claim *claims; /* in the arena */
	size_t n_claims;
	int64_t n_arrived, n_undelivered, n_late, n_tried_out, n_dropped; /* for counters */
};

/**
 * outbox_turn(app, a, t):
 * Settle, then take what is due, urgent ones first. A result for a message that is not this
 * worker's any more does nothing. A receipt that names no part is kept for OUTBOX_RECEIPT_MS, for
 * a part that is still to come; of more than OUTBOX_RECEIPTS_MAX the oldest are dropped. May be
 * called again with the same results. Expected: E_STORE, E_BUSY (nothing was done), E_UNKNOWN (call
 * it again, with ${recount}), E_NOMEM (the same).
 */
enum err outbox_turn(const struct app *app, struct arena *a, struct outbox_turn *t) must_check;

struct outbox_tending {
	int64_t n_lost, n_late;
};

/**
 * outbox_tend(app, kind, worker, &ret):
 * Prolong the leases of ${worker}; make unknown what belongs to workers that let theirs run out;
 * fail what is late, also while nothing can be sent. Expected: E_STORE.
 */
enum err outbox_tend(const struct app *app, enum outbox_kind kind, int64_t worker,
		     struct outbox_tending *ret) must_check;

#define OUTBOX_RECEIPT_MS   DAY_MS
#define OUTBOX_RECEIPTS_MAX 1000 /* far more than can be on their way before their answers */

#endif

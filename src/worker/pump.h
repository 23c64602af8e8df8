/* One kind of messages: takes them from the outbox, hands them to its port as long as there is
 * room, and settles what comes back, in batches. Only worker.c uses this. */
#ifndef WORKER_PUMP_H
#define WORKER_PUMP_H

#include "domain/outbox_work.h"
#include "worker/worker.h"

struct pump;

/* A port of either kind. */
struct pump_port {
	void *port;
	size_t (*room)(void *port);
	bool (*up)(void *port);
	enum err (*submit)(void *port, const struct outbox_claim *c, int64_t valid_ms);
	void (*stop)(void *port, int64_t drain_ms);
};

/** pump_new(app, kind, &ret): nothing runs yet. Expected: E_NOMEM. */
enum err pump_new(const struct app *app, enum outbox_kind kind, struct pump **ret) must_check;

/** pump_start(p, port): begin; the port is the pump's from now on. Expected: E_NOMEM. */
enum err pump_start(struct pump *p, const struct pump_port *port) must_check;

/** pump_ask_stop(p, drain_ms), pump_free(p): see worker_stop(); the first does not wait. */
void pump_ask_stop(struct pump *p, int64_t drain_ms);
void pump_free(struct pump *p);

/** pump_wake(p): look for messages. From any thread. */
void pump_wake(struct pump *p);

/** pump_sent(p, id, …), pump_receipt(p, …), pump_ready(p): the events of its port. */
void pump_sent(struct pump *p, int64_t id, enum sent_outcome outcome,
	       const struct str *provider_ids, size_t parts, struct str detail);
enum err pump_receipt(struct pump *p, struct str provider_id, enum sms_final state,
		      struct str detail) must_check;
void pump_ready(struct pump *p);

/** pump_stats(p, sum): add what it counted. */
void pump_stats(const struct pump *p, struct worker_stats *sum);

#endif

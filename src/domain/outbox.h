/* Messages on their way out. One is written in the transaction of its cause, so what was
 * acknowledged is sent and what was rolled back is not; the worker (domain/outbox_work.h) hands it
 * to a gateway, which knows nothing of the database.
 *
 *     queued -> sending -> sent -> delivered
 *        |         |         `---> failed       the centre could not bring it
 *        |         |-> queued                   certainly not sent: tried again later
 *        |         |-> failed                   certainly never
 *        |         `-> unknown                  handed over, and no answer: perhaps sent
 *        `-----------> failed                   its deadline passed first
 *
 * What is unknown stays so and is never sent again by itself. Whoever waits for a code asks for a
 * new one. */
#ifndef DOMAIN_OUTBOX_H
#define DOMAIN_OUTBOX_H

#include "domain/app.h"
#include "domain/message.h"

enum outbox_kind { OUTBOX_SMS, OUTBOX_MAIL, OUTBOX_KIND_N };

enum outbox_state {
	OUTBOX_QUEUED,
	OUTBOX_SENDING,
	OUTBOX_SENT,
	OUTBOX_DELIVERED,
	OUTBOX_FAILED,
	OUTBOX_UNKNOWN,
	OUTBOX_STATE_N,
};

#define OUTBOX_KEY_MAX  96
#define OUTBOX_DEST_MAX 254

struct outbox_message {
	enum outbox_kind kind;
	struct str dest; /* SMS: ten digits (msisdn_str()); mail: an address */
	enum message_id text;
	struct message_args args; /* message_needs() of them */
	enum lang lang;
	int64_t subscriber_id; /* whose cause it was; 0: nobody's */
	int64_t valid_ms;      /* after so long it is not sent any more; 0: it always is */
	struct str key; /* names the cause: at most one message per key, ever. "recovery:<flow id>"
			 */
};

/**
 * outbox_put(app, tx, a, m, &ret_id):
 * Write ${m} into ${tx}; nothing is sent before that is committed. A key that was used before
 * returns the id of the first message and writes nothing. The arguments are sealed with a key made
 * from app.key. ${app}->keys and ${app}->ids are needed; what the text needs and lacks is asserted,
 * as is a key or address that is empty or too long. Repeatable.
 * Expected: E_CONFLICT (the key was used for another text or another address), E_STORE, E_NOMEM.
 */
enum err outbox_put(const struct app *app, struct tx *tx, struct arena *a,
		    const struct outbox_message *m, int64_t *ret_id) must_check;

/**
 * outbox_wake(app):
 * Ring the worker's bell. To be called after the commit; harmless when nothing was written, or
 * when there is no bell (commands): the worker looks by itself every few seconds.
 */
void outbox_wake(const struct app *app);

/** outbox_state_name(s), outbox_kind_name(k): as they stand in the database. */
struct str outbox_state_name(enum outbox_state s);
struct str outbox_kind_name(enum outbox_kind k);

/** outbox_state_parse(s, &ret): the inverse. Expected: E_INPUT. */
enum err outbox_state_parse(struct str s, enum outbox_state *ret) must_check;

/** outbox_may_move(from, to): the step is one that a message may take. */
bool outbox_may_move(enum outbox_state from, enum outbox_state to);

/* What waits, for /metrics. */
struct outbox_gauge {
	int64_t queued, sending;
	int64_t oldest_ms; /* how long the oldest that is queued has been waiting; 0: none is */
};

/** outbox_gauge(app, a, &ret): Expected: E_STORE. */
enum err outbox_gauge(const struct app *app, struct arena *a, struct outbox_gauge *ret) must_check;

struct check_fault; /* domain/ledger.h */

/**
 * outbox_check(app, report, arg): invariant I8: what a cause has to send was written down, and a
 * message is where its parts say. Expected: E_STORE.
 */
enum err outbox_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		      void *arg) must_check;

/** outbox_expire(app, &ret_n): delete up to 1,000 messages that have been over for
 * outbox.keep_days, or receipts that nothing came for; call again while ${ret_n} is 1,000. */
enum err outbox_expire(const struct app *app, int64_t *ret_n) must_check;

#endif

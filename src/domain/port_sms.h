/* What the domain needs from whoever carries short messages: hand one over, hear what became of
 * it. A gateway (src/gateway/sms_*) works in a thread of its own and knows nothing of the outbox; a
 * text holds nothing that a person typed, and neither text nor number goes into a log.
 *
 * A gateway is made by `sms_<name>_start(&opts, &events, &port)`. Every submit() that returned OK
 * is followed by exactly one sent(), at the latest before stop() returns. */
#ifndef DOMAIN_PORT_SMS_H
#define DOMAIN_PORT_SMS_H

#include "core/err.h"
#include "core/msisdn.h"

#define SMS_PARTS_MAX    8  /* of one message */
#define SMS_ID_BYTES_MAX 64 /* of an id that the centre gave */

struct sms_out {
	int64_t id; /* the caller's, given back by sent() */
	struct msisdn to;
	struct str text;  /* UTF-8, at most SMS_PARTS_MAX parts */
	int64_t valid_ms; /* from now; past it it is neither sent nor delivered. 0: no limit */
};

enum sent_outcome {
	SENT_OK,      /* every part was accepted by the centre */
	SENT_RETRY,   /* certainly not sent: try later */
	SENT_REFUSED, /* certainly not sent, and never will be */
	SENT_UNKNOWN, /* it, or a part of it, may have been sent: never again by itself */
};

/* What a receipt says of one part. States that are not final are not told. */
enum sms_final {
	SMS_DELIVERED,
	SMS_UNDELIVERED,
	SMS_EXPIRED,
	SMS_REJECTED,
	SMS_DELETED,
	SMS_STATE_UNKNOWN, /* the centre will never know */
};

/* For metrics and alarms. */
enum sms_link {
	SMS_LINK_DOWN,    /* connecting, or waiting to */
	SMS_LINK_UP,      /* messages can be sent */
	SMS_LINK_REFUSED, /* the centre does not accept our name or password: somebody must look */
};

/* Called from the gateway's thread, one at a time: copy what is needed, queue it, return. Slices
 * live until the return; ${detail} is a few printable ASCII characters for row and log
 * ("throttled", "status 0x0B"). submit() must not be called from sent() and receipt(); from ready()
 * it may. */
struct port_sms_events {
	void *arg;

	/* What became of message ${id}. ${provider_ids} has an id for each of ${parts} parts with
	 * SENT_OK, and may have some with SENT_UNKNOWN (parts accepted before it broke). The same
	 * id comes with the part's receipt, written in the same way, even before this call. */
	void (*sent)(void *arg, int64_t id, enum sent_outcome outcome,
		     const struct str *provider_ids, size_t parts, struct str detail);

	/* What became of a part. OK: it is kept. E_BUSY: the centre is asked to tell it again. */
	enum err (*receipt)(void *arg, struct str provider_id, enum sms_final state,
			    struct str detail);

	/* There is room again after there was too little, or the link is up: hand over more. */
	void (*ready)(void *arg);
};

struct port_sms {
	size_t (*room)(struct port_sms *p);
	enum err (*submit)(struct port_sms *p, const struct sms_out *m);
	enum sms_link (*link)(struct port_sms *p);
	void (*stop)(struct port_sms *p, int64_t drain_ms);
};

/** port_sms_room(p): how many messages submit() would take now; 0 while the link is down.
 * Thread-safe. */
static inline size_t port_sms_room(struct port_sms *p)
{
	return p->room(p);
}

/**
 * port_sms_submit(p, m):
 * Hand one message over; it is copied. Thread-safe, never waits. Expected: E_BUSY (no room, or
 * stopping: call again after ready()), E_INPUT (no such text can be sent: not UTF-8, empty, or more
 * than SMS_PARTS_MAX parts). With an error nothing was taken and no sent() will come.
 */
static inline enum err must_check port_sms_submit(struct port_sms *p, const struct sms_out *m)
{
	return p->submit(p, m);
}

/** port_sms_link(p): how the gateway stands. Thread-safe. */
static inline enum sms_link port_sms_link(struct port_sms *p)
{
	return p->link(p);
}

/**
 * port_sms_stop(p, drain_ms):
 * Take no more, wait at most ${drain_ms} for answers to what is on its way, say goodbye, free ${p}.
 * What was never handed to the centre ends as SENT_RETRY, what got no answer as SENT_UNKNOWN. Not
 * from an event. NULL does nothing.
 */
static inline void port_sms_stop(struct port_sms *p, int64_t drain_ms)
{
	if (p)
		p->stop(p, drain_ms);
}

#endif

/* What the domain needs from whoever carries letters: hand one over, hear what became of it. The
 * twin of domain/port_sms.h, under the same rules: a gateway (src/gateway/mail_*) works in a thread
 * of its own, knows nothing of the outbox, and writes neither address nor text into a log.
 *
 * A gateway is made by `mail_<name>_start(&opts, &events, &port)`. Every submit() that returned OK
 * is followed by exactly one sent(), at the latest before stop() returns. */
#ifndef DOMAIN_PORT_MAIL_H
#define DOMAIN_PORT_MAIL_H

#include "domain/port_sms.h"

#define MAIL_TO_BYTES_MAX      254
#define MAIL_SUBJECT_BYTES_MAX 250
#define MAIL_BODY_BYTES_MAX    65536 /* of text, and of HTML */

struct mail_out {
	int64_t id;         /* the caller's, given back by sent(); names the letter for good */
	struct str to;      /* one address, without a name */
	struct str subject; /* UTF-8, one line */
	struct str text;    /* UTF-8, lines end with a line feed */
	struct str html;    /* a whole page that says the same; empty: text only */
	int64_t valid_ms;   /* from now; past it it is not sent. 0: no limit */
};

/* For metrics and alarms. */
enum mail_link {
	MAIL_LINK_FREE,    /* letters are taken; nothing is known against it */
	MAIL_LINK_DOWN,    /* the relay was not reached: tried again after a while */
	MAIL_LINK_REFUSED, /* it refused our name, password, sender or TLS: somebody must look */
};

/* Called from the gateway's thread, one at a time: copy what is needed, queue it, return.
 * submit() must not be called from sent(); from ready() it may. */
struct port_mail_events {
	void *arg;

	/* What became of letter ${id}: taken over by the relay (SENT_OK), or as enum sent_outcome
	 * says. ${detail} is a few printable ASCII characters for row and log ("smtp 550",
	 * "no answer"); it lives until the return. */
	void (*sent)(void *arg, int64_t id, enum sent_outcome outcome, struct str detail);

	/* There is room again after there was too little: hand over more. */
	void (*ready)(void *arg);
};

struct port_mail {
	size_t (*room)(struct port_mail *p);
	enum err (*submit)(struct port_mail *p, const struct mail_out *m);
	enum mail_link (*link)(struct port_mail *p);
	void (*stop)(struct port_mail *p, int64_t drain_ms);
};

/** port_mail_room(p): how many letters submit() would take now; 0 while it waits to try a relay
 * again that failed. Thread-safe. */
static inline size_t port_mail_room(struct port_mail *p)
{
	return p->room(p);
}

/**
 * port_mail_submit(p, m):
 * Hand one letter over; it is copied. Thread-safe, never waits. Expected: E_BUSY (no room, or
 * stopping: call again after ready()), E_INPUT (no such letter can be sent: an address, subject or
 * text that is empty, too long, not UTF-8 or has control characters). With an error nothing was
 * taken and no sent() will come.
 */
static inline enum err must_check port_mail_submit(struct port_mail *p, const struct mail_out *m)
{
	return p->submit(p, m);
}

/** port_mail_link(p): how the gateway stands. Thread-safe. */
static inline enum mail_link port_mail_link(struct port_mail *p)
{
	return p->link(p);
}

/**
 * port_mail_stop(p, drain_ms):
 * Take no more, wait at most ${drain_ms} for answers to what is on its way, free ${p}. What was
 * never handed to the relay ends as SENT_RETRY, what got no answer as SENT_UNKNOWN. Not from an
 * event. NULL does nothing.
 */
static inline void port_mail_stop(struct port_mail *p, int64_t drain_ms)
{
	if (p)
		p->stop(p, drain_ms);
}

#endif

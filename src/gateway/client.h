/* The one place that uses libcurl: requests to HTTP gateways and letters to mail relays, made by
 * one thread that waits for all of them at once. Certificates are always verified, redirects are
 * never followed, no proxy is taken from the environment, and every size and time has a limit.
 *
 * What matters to its callers is what can be known after a failure: whether the thing asked for
 * certainly did not happen, or may have. */
#ifndef GATEWAY_CLIENT_H
#define GATEWAY_CLIENT_H

#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"

#define CLIENT_ANSWER_BYTES_MAX 65536 /* of a body; all headers, too, must be within this */
#define CLIENT_CALLS_MAX        64    /* on their way at once */
#define CLIENT_TIMERS           2     /* numbered from 0; what they are for is the caller's */

struct client;

enum client_tls {
	CLIENT_TLS_NONE,
	CLIENT_TLS_IF_OFFERED, /* STARTTLS where the relay offers it */
	CLIENT_TLS_STARTTLS,   /* refused without it */
	CLIENT_TLS_IMPLICIT,   /* from the first byte */
};

/* How a call ended. */
enum client_end {
	CLIENT_ANSWERED,  /* ${status} is the last word on what was asked for */
	CLIENT_NOT_SENT,  /* certainly not done: not reached, or gone before all was said */
	CLIENT_DENIED,    /* certainly not done: name, password or certificate refused */
	CLIENT_NO_ANSWER, /* it was said and no answer came that could be used */
};

struct client_answer {
	enum client_end end;
	int status;      /* of HTTP or SMTP; 0: none came */
	bool of_sender;  /* of SMTP: it was said before a recipient was named */
	struct str body; /* of HTTP, until the callback returns */
	const char *why; /* a constant of libcurl, for the log */
};

/* Called once for each call that was taken, from the client's thread; it may make another call. */
struct client_done {
	void (*fn)(void *arg, const struct client_answer *answer);
	void *arg;
};

/* Whom to call. Strings are copied when a call is made. */
struct client_peer {
	const char *url;             /* https://host/path; smtp[s]://host:port/name-to-greet-with */
	const char *user, *password; /* of SMTP; NULL: none */
	const char *ca_file;         /* NULL: those the system trusts */
	enum client_tls tls;         /* of SMTP: https says it in its URL */
	int64_t deadline_ms;         /* for the whole call */
};

struct client_form {
	struct str body;
	const char *const *headers; /* "Name: value", a NULL behind; NULL: urlencoded, no more */
};

struct client_letter {
	const char *from, *to; /* addresses, without brackets */
	struct str text;       /* header and body with CRLF; lines may begin with dots */
};

struct client_opts {
	const struct clock *clock;
	void *arg;
	/* What client_timer() asked for has come. */
	void (*timer)(void *arg, size_t which);
};

/** client_start(opts, &ret): start the thread. Expected: E_NOMEM. */
enum err client_start(const struct client_opts *opts, struct client **ret) must_check;

/**
 * client_post(c, peer, form, done):
 * POST ${form} (copied, wiped afterwards). Never waits. Thread-safe. Expected: E_BUSY
 * (CLIENT_CALLS_MAX, or stopping), E_INPUT (not a URL of HTTP), E_NOMEM. With an error ${done} is
 * not called.
 */
enum err client_post(struct client *c, const struct client_peer *peer,
		     const struct client_form *form, struct client_done done) must_check;

/** client_mail(c, peer, letter, done): hand a letter (copied) to a relay; else as client_post(). */
enum err client_mail(struct client *c, const struct client_peer *peer,
		     const struct client_letter *letter, struct client_done done) must_check;

/** client_timer(c, which, ms): call opts->timer(${which}) once from the client's thread in ${ms};
 * replaces what was asked for before. Thread-safe. */
void client_timer(struct client *c, size_t which, int64_t ms);

/** client_stop(c, drain_ms): refuse calls, wait at most ${drain_ms} for those on their way, end the
 * others by what is known of them, end the thread, free. Not from a callback. NULL does nothing. */
void client_stop(struct client *c, int64_t drain_ms);

/** client_escape(b, s): ${s} as a value in a form or URL goes to ${b}. */
void client_escape(struct buf *b, struct str s);

#endif

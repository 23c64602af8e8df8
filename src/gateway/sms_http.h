/* What gateways for short messages over HTTP have in common: a request for each message, so many of
 * them at once, a pause after failures. What a request looks like and what an answer means is the
 * gateway's own (sms_kannel, sms_smsc). */
#ifndef GATEWAY_SMS_HTTP_H
#define GATEWAY_SMS_HTTP_H

#include "core/log.h"
#include "core/secret.h"
#include "domain/port_sms.h"
#include "gateway/client.h"
#include "gateway/pace.h"
#include "gateway/smpp_text.h"

#define SMS_HTTP_DETAIL_BYTES 32

/* Settings of each of them. All it points at lives as long as the gateway. */
struct sms_http_opts {
	const struct clock *clock;
	struct log *log;
	const char *url; /* http only where nobody listens on the way */
	struct str user;
	struct secret password;
	struct str sender;
	const char *ca_file; /* empty: the certificates that the system trusts */
	int64_t deadline_ms; /* for one request */
	size_t window;       /* requests on their way at once, at most CLIENT_CALLS_MAX */
};

/* What an answer means. */
struct sms_http_told {
	enum sent_outcome outcome;
	enum pace_state state;
	char id[SMS_ID_BYTES_MAX + 1]; /* of the whole message; empty: no receipt will come */
	char detail[SMS_HTTP_DETAIL_BYTES];
};

struct sms_http;

struct sms_http_ops {
	const char *name; /* in the log */

	/** post(g, m, text, done): ask for one message, by sms_http_post(). */
	enum err (*post)(struct sms_http *g, const struct sms_out *m, const struct smpp_text *text,
			 struct client_done done);

	/** read(a, &ret): the meaning of an answer of status 200 to 299; the rest is known. */
	void (*read)(const struct client_answer *a, struct sms_http_told *ret);

	/** accepted(g, to, id): a message has got an id; may be NULL. */
	void (*accepted)(struct sms_http *g, const struct msisdn *to, const char *id);

	/** timer(g): what sms_http_timer() asked for; may be NULL. */
	void (*timer)(struct sms_http *g);

	/** done(own): free what sms_http_own() is; may be NULL. */
	void (*done)(void *own);
};

/** sms_http_start(opts, events, ops, own, &ret): ${own} belongs to ${ops}, also when it fails.
 * Expected: E_INPUT (no URL of HTTP, or settings that cannot stand in a request), E_NOMEM. */
enum err sms_http_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			const struct sms_http_ops *ops, void *own,
			struct port_sms **ret) must_check;

/** sms_http_of(p): the gateway behind a port that sms_http_start() made. */
struct sms_http *sms_http_of(struct port_sms *p);

/** sms_http_opts(g), sms_http_own(g), sms_http_events(g): what it was started with. */
const struct sms_http_opts *sms_http_opts(const struct sms_http *g);
void *sms_http_own(const struct sms_http *g);
const struct port_sms_events *sms_http_events(const struct sms_http *g);

/** sms_http_post(g, url, valid_ms, form, done): client_post() with the settings of ${g};
 * ${valid_ms}, where it is not 0, is a deadline, too. */
enum err sms_http_post(struct sms_http *g, const char *url, int64_t valid_ms,
		       const struct client_form *form, struct client_done done) must_check;

/** sms_http_timer(g, ms): call ops->timer() in ${ms}. */
void sms_http_timer(struct sms_http *g, int64_t ms);

#endif

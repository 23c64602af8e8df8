/* Letters by SMTP: to a relay of one's own or a provider's submission port, which signs them (DKIM)
 * and delivers them. */
#ifndef GATEWAY_MAIL_SMTP_H
#define GATEWAY_MAIL_SMTP_H

#include "core/hostport.h"
#include "core/log.h"
#include "core/secret.h"
#include "domain/port_mail.h"
#include "gateway/client.h"

/* Everything it points at lives as long as the gateway. Strings of C end with NUL. */
struct mail_smtp_opts {
	const struct clock *clock;
	struct log *log;
	struct hostport relay;
	enum client_tls tls;
	const char *user; /* empty: without signing in */
	struct secret password;
	const char *ca_file;  /* empty: the certificates that the system trusts */
	struct str from;      /* the sender's address; its domain greets the relay */
	struct str from_name; /* as people see it */
	int64_t deadline_ms;  /* for one letter */
	size_t window;        /* letters on their way at once, at most CLIENT_CALLS_MAX */
	int utc_offset_min;   /* of dates in letters */
};

/**
 * mail_smtp_start(opts, events, &ret):
 * Start. Nothing is sent and no connection is made before the first letter. A name and password go
 * over TLS only. Expected: E_INPUT (a host, sender or combination that cannot be), E_NOMEM.
 */
enum err mail_smtp_start(const struct mail_smtp_opts *opts, const struct port_mail_events *events,
			 struct port_mail **ret) must_check;

#endif

/* Letters into a file, one JSON object a line: for demonstrations and tests. */
#ifndef GATEWAY_MAIL_LOG_H
#define GATEWAY_MAIL_LOG_H

#include "core/clock.h"
#include "domain/port_mail.h"

struct mail_log_opts {
	const struct clock *clock;
	const char *path; /* made with mode 0600 if it is not there */
};

/**
 * mail_log_start(opts, events, &ret):
 * Each letter becomes a line with the members at, id, to, subject, text, html, and is SENT_OK.
 * Expected: E_STORE (the file cannot be opened: errno says why), E_NOMEM.
 */
enum err mail_log_start(const struct mail_log_opts *opts, const struct port_mail_events *events,
			struct port_mail **ret) must_check;

#endif

/* Short messages into a file, one JSON object a line: for demonstrations and tests. */
#ifndef GATEWAY_SMS_LOG_H
#define GATEWAY_SMS_LOG_H

#include "core/clock.h"
#include "domain/port_sms.h"

struct sms_log_opts {
	const struct clock *clock;
	const char *path; /* made with mode 0600 if it is not there */
};

/**
 * sms_log_start(opts, events, &ret):
 * Each message becomes a line with the members at, id, to (ten digits), text, parts (as SMPP would
 * count them). It is SENT_OK as one part with the id `log-<id>`, and its receipt says
 * SMS_DELIVERED. Expected: E_STORE (the file cannot be opened: errno says why), E_NOMEM.
 */
enum err sms_log_start(const struct sms_log_opts *opts, const struct port_sms_events *events,
		       struct port_sms **ret) must_check;

#endif

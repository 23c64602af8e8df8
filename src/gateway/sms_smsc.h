/* Short messages by way of SMSC.ru: send.php, and status.php asked until it knows what became of a
 * message (by this process: who is started anew asks for new messages only). */
#ifndef GATEWAY_SMS_SMSC_H
#define GATEWAY_SMS_SMSC_H

#include "gateway/sms_http.h"

/* Messages whose state is asked for at a time; of more, no receipt comes. */
#define SMS_SMSC_TRACKED_MAX 4096

/** sms_smsc_start(opts, events, poll_ms, &ret): opts->url is where send.php and status.php are,
 * such as https://smsc.ru/sys/; without a user the password is an API key. A message's state is
 * asked for after ${poll_ms}, then less and less often, for a day. As sms_http_start(). */
enum err sms_smsc_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			int64_t poll_ms, struct port_sms **ret) must_check;

#endif

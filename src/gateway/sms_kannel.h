/* Short messages by way of a Kannel of one's own (its `sendsms`). It answers when it has taken a
 * message and tells no id: such a message stays "sent". */
#ifndef GATEWAY_SMS_KANNEL_H
#define GATEWAY_SMS_KANNEL_H

#include "gateway/sms_http.h"

/** sms_kannel_start(opts, events, &ret): opts->url is that of sendsms, such as
 * http://127.0.0.1:13013/cgi-bin/sendsms. As sms_http_start(). */
enum err sms_kannel_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			  struct port_sms **ret) must_check;

#endif

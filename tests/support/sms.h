/* What somebody's phone would show: reads the messages that wait in the store. */
#ifndef SUPPORT_SMS_H
#define SUPPORT_SMS_H

#include "domain/message.h"
#include "support/kit.h"

/** sms_count(k, phone): messages ever written to it. */
int64_t sms_count(struct kit *k, const char *phone);

/** sms_last(k, phone, &ret_text): the arguments of the last one, which fails the test when there is
 * none. */
struct message_args sms_last(struct kit *k, const char *phone, enum message_id *ret_text);

/** sms_code(k, phone): the code in the last one, in the kit's arena. */
const char *sms_code(struct kit *k, const char *phone);

#endif

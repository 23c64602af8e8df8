/* What somebody's phone and mail would show: reads the messages that wait in the store. */
#ifndef SUPPORT_SMS_H
#define SUPPORT_SMS_H

#include "domain/message.h"
#include "support/kit.h"

/** sms_count(k, phone): messages ever written to it. */
int64_t sms_count(struct kit *k, const char *phone);

/** sms_last(k, phone, &ret_text): the arguments of the last one, which fails the test when there is
 * none. */
struct message_args sms_last(struct kit *k, const char *phone, enum message_id *ret_text);

/** letter_count, letter_last: likewise, of letters to an address. */
int64_t letter_count(struct kit *k, const char *address);
struct message_args letter_last(struct kit *k, const char *address, enum message_id *ret_text);

/** sms_code(k, phone): the code in the last one, in the kit's arena. */
const char *sms_code(struct kit *k, const char *phone);

/** letter_code(k, address): the same of the last letter, which is one for a new password. */
const char *letter_code(struct kit *k, const char *address);

/** message_link(k, args): the end of the link in it. */
const char *message_link(struct kit *k, const struct message_args *args);

#endif

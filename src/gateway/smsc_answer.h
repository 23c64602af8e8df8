/* What SMSC.ru answers (fmt=3, JSON). The meanings of its numbers are in smsc_answer.c. */
#ifndef GATEWAY_SMSC_ANSWER_H
#define GATEWAY_SMSC_ANSWER_H

#include "gateway/sms_http.h"

/** smsc_answer_send(body, &ret): of send.php. What cannot be understood may have been sent. */
void smsc_answer_send(struct str body, struct sms_http_told *ret);

/** smsc_answer_status(body, &ret): of status.php. False while nothing is final, or when it cannot
 * be understood. */
bool smsc_answer_status(struct str body, enum sms_final *ret);

#endif

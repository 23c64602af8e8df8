/* What a gateway says of the messages it was given, kept in order and waited for: the events of
 * either port, and a log. A message that is answered twice fails the test. */
#ifndef SUPPORT_OUTCOMES_H
#define SUPPORT_OUTCOMES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/log.h"
#include "domain/port_mail.h"
#include "domain/port_sms.h"
#include "gateway/sms_http.h"

struct outcomes;

struct outcomes *outcomes_new(void);

/** outcomes_free(o): the gateway has stopped. */
void outcomes_free(struct outcomes *o);

/** outcomes_mail(o), outcomes_sms(o): events that end up here. */
struct port_mail_events outcomes_mail(struct outcomes *o);
struct port_sms_events outcomes_sms(struct outcomes *o);

/** outcomes_log(o): a log for the gateway. outcomes_want_log(o, event): wait until it has this
 * event. */
struct log *outcomes_log(struct outcomes *o);
void outcomes_want_log(struct outcomes *o, const char *event);

/** outcomes_count_log(o, event): how often the log has it by now. */
int outcomes_count_log(struct outcomes *o, const char *event);

/** outcomes_sms_http(o, url): settings of a gateway over HTTP: user «kabinet», OUTCOMES_PASSWORD.
 */
struct sms_http_opts outcomes_sms_http(struct outcomes *o, const char *url);

#define OUTCOMES_PASSWORD "пароль&1"

/** outcomes_want(o, id, outcome): wait until message ${id} has an outcome: this one. */
void outcomes_want(struct outcomes *o, int64_t id, enum sent_outcome outcome);

/** outcomes_detail(o), outcomes_provider_id(o): of the message last waited for (its first part). */
const char *outcomes_detail(struct outcomes *o);
const char *outcomes_provider_id(struct outcomes *o);

/** outcomes_want_receipt(o, provider_id, state): wait for a receipt: this one. */
void outcomes_want_receipt(struct outcomes *o, const char *provider_id, enum sms_final state);

/** outcomes_want_ready(o, n): wait until ready() was called ${n} times in all.
 * outcomes_any_ready(o): wait for one more than were waited for. */
void outcomes_want_ready(struct outcomes *o, int n);
void outcomes_any_ready(struct outcomes *o);

#endif

/* Messages for tests that send them. */
#ifndef SUPPORT_SENDING_H
#define SUPPORT_SENDING_H

#include "domain/outbox.h"
#include "support/kit.h"

/** sending_put(k, m): write it, in a transaction of its own, and ring the bell; its id. */
int64_t sending_put(struct kit *k, const struct outbox_message *m);

/** sending_code(k, key): a code to 9210000001, valid for five minutes; its id. */
int64_t sending_code(struct kit *k, const char *key);

/** sending_notice(k, key): to the same number, without a deadline; its id. */
int64_t sending_notice(struct kit *k, const char *key);

#define SENDING_CODE "40718293"
#define SENDING_TEXT "Смарт Кард: код для нового пароля 40718293. Никому не сообщайте код"

#endif

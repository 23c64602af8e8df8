/* The arguments of a message as they lie in its row: sealed with a key made from app.key, and
 * bound to the row and its text, so that a copied row opens nowhere else. Only outbox*.c use this.
 */
#ifndef DOMAIN_OUTBOX_SEAL_H
#define DOMAIN_OUTBOX_SEAL_H

#include "domain/app.h"
#include "domain/message.h"

/** outbox_seal(app, a, id, text, args, &ret): the bytes, in ${a}. Expected: E_NOMEM. */
enum err outbox_seal(const struct app *app, struct arena *a, int64_t id, enum message_id text,
		     const struct message_args *args, struct str *ret) must_check;

/**
 * outbox_unseal(app, id, text, sealed, &ret): the caller wipes ${ret}.
 * Expected: E_INPUT (damaged, of another row or text, or by another app.key).
 */
enum err outbox_unseal(const struct app *app, int64_t id, enum message_id text, struct str sealed,
		       struct message_args *ret) must_check;

#endif

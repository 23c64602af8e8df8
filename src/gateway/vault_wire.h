/* What office and vault say to each other, as bytes. A question: version (1 byte), field (1), staff
 * (8), subscriber (8), then who, purpose and sealed, each its length (2) and its bytes. An answer:
 * version (1), outcome (1), then the parts in the same way. Numbers are big-endian; nothing may
 * follow. Either side may be in strange hands: whatever comes is checked here. */
#ifndef GATEWAY_VAULT_WIRE_H
#define GATEWAY_VAULT_WIRE_H

#include "domain/port_vault.h"

#define VAULT_WIRE_BYTES_MAX 8192

/** vault_wire_ask(b, q): append the question. Expected: E_INPUT (it is none that vault_wire_asked()
 * would take). */
enum err vault_wire_ask(struct buf *b, const struct vault_request *q) must_check;

/** vault_wire_asked(s, &ret): a question; its texts are slices of ${s}. Expected: E_INPUT (no such
 * field, an id below 1, a text that is empty, too long or not one clean line, bytes missing or left
 * over). */
enum err vault_wire_asked(struct str s, struct vault_request *ret) must_check;

/** vault_wire_tell(b, outcome, content): append the answer: with OK the parts of ${content}, else
 * none; what is neither E_LIMIT nor E_INPUT is told as E_UPSTREAM. Expected: E_LIMIT, E_NOMEM. */
enum err vault_wire_tell(struct buf *b, enum err outcome,
			 const struct seal_content *content) must_check;

/** vault_wire_told(s, &ret): the parts are slices of ${s}; ${ret}->field and subscriber_id stay as
 * they are. Expected: E_LIMIT, E_INPUT and E_UPSTREAM as told; E_UNKNOWN (this is no answer). */
enum err vault_wire_told(struct str s, struct seal_content *ret) must_check;

#endif

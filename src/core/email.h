/* An address of e-mail, as people write it and as it may be shown. */
#ifndef CORE_EMAIL_H
#define CORE_EMAIL_H

#include "core/buf.h"
#include "core/str.h"

#define EMAIL_BYTES_MAX 254

/** email_valid(email): one address without a name: a local part, an @, and a domain of two parts or
 * more. Letters may be of any language. */
bool email_valid(struct str email);

/** email_mask(b, email): `p•••@example.ru`; nothing for none. */
void email_mask(struct buf *b, struct str email);

#endif

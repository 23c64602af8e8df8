/* What totp.c and totp_try.c share: how the second factor stands in the database. */
#ifndef DOMAIN_TOTP_ROW_H
#define DOMAIN_TOTP_ROW_H

#include "domain/keys.h"
#include "domain/totp.h"
#include "q_totp.h"

#define TOTP_PURPOSE "totp" /* of box_seal(); the row is the subscriber */

struct totp_reading {
	struct arena *a;
	int64_t subscriber_id;
	struct q_totp_find_row row;
};

/** totp_read(app, r): the row. Expected: E_NOTFOUND. */
enum err totp_read(const struct app *app, struct totp_reading *r) must_check;

struct totp_key {
	unsigned char bytes[KEYS_MAC_BYTES];
};

static inline struct str totp_key_str(const struct totp_key *k)
{
	return (struct str){ .p = (const char *)k->bytes, .n = sizeof(k->bytes) };
}

/** totp_spare_hash(app, subscriber_id, code): keyed, and of one subscriber only. */
struct totp_key totp_spare_hash(const struct app *app, int64_t subscriber_id,
				const char code[TOTP_SPARE_CHARS + 1]);

#endif

/* The end of a link in a message: random, and of one use. Whoever has it needs no session; the
 * database holds a keyed hash of it only. */
#ifndef DOMAIN_LINK_H
#define DOMAIN_LINK_H

#include "domain/app.h"
#include "domain/keys.h"
#include "domain/message_args.h"

struct link_hash {
	unsigned char bytes[KEYS_MAC_BYTES];
};

static inline struct str link_hash_str(const struct link_hash *h)
{
	return (struct str){ .p = (const char *)h->bytes, .n = sizeof(h->bytes) };
}

/** link_hash_of(app, purpose, token): ${purpose} (a constant) keeps links apart. */
struct link_hash link_hash_of(const struct app *app, const char *purpose,
			      const unsigned char token[MESSAGE_TOKEN_BYTES]);

/** link_read(app, purpose, typed, &ret): the hash of a token as it stands in an address. Expected:
 * E_NOTFOUND (it is none). */
enum err link_read(const struct app *app, const char *purpose, struct str typed,
		   struct link_hash *ret) must_check;

#endif

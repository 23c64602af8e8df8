/* Tokens in links: base64url, as domain/outbox_text.c writes them. */
#include "domain/link.h"

#include <sodium.h>

#include "core/secret.h"

struct link_hash link_hash_of(const struct app *app, const char *purpose,
			      const unsigned char token[MESSAGE_TOKEN_BYTES])
{
	struct link_hash h;
	keys_mac(app->keys, purpose,
		 (struct str){ .p = (const char *)token, .n = MESSAGE_TOKEN_BYTES }, h.bytes);
	return h;
}

enum err link_read(const struct app *app, const char *purpose, struct str typed,
		   struct link_hash *ret)
{
	size_t n;
	unsigned char token[MESSAGE_TOKEN_BYTES];
	if (sodium_base642bin(token, sizeof(token), typed.p, typed.n, NULL, &n, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    n != sizeof(token))
		return E_NOTFOUND;
	*ret = link_hash_of(app, purpose, token);
	secret_wipe(token, sizeof(token));
	return OK;
}

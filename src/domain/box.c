/* XChaCha20-Poly1305 with a random nonce in front. */
#include "domain/box.h"

#include <sodium.h>

#include "domain/keys.h"

#define NONCE_N crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_N   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(KEYS_MAC_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a MAC is a key");

/* One key for each row: nothing else has to be bound to it. */
static void make_key(const struct app *app, const char *purpose, int64_t row,
		     unsigned char key[KEYS_MAC_BYTES])
{
	char id[8];
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (char)((uint64_t)row >> (56 - 8 * i) & 0xff);
	keys_mac(app->keys, purpose, (struct str){ .p = id, .n = sizeof(id) }, key);
}

enum err box_seal(const struct app *app, struct arena *a, const char *purpose, int64_t row,
		  struct secret clear, struct str *ret)
{
	unsigned char key[KEYS_MAC_BYTES];
	size_t n = NONCE_N + clear.bytes.n + TAG_N;
	unsigned char *sealed = arena_alloc(a, n);
	if (!sealed)
		return E_NOMEM;
	app->rnd->fill(app->rnd, sealed, NONCE_N);
	make_key(app, purpose, row, key);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_N, NULL,
						   (const unsigned char *)clear.bytes.p,
						   clear.bytes.n, NULL, 0, NULL, sealed, key);
	secret_wipe(key, sizeof(key));
	*ret = (struct str){ .p = (const char *)sealed, .n = n };
	return OK;
}

enum err box_open(const struct app *app, struct arena *a, const char *purpose, int64_t row,
		  struct str sealed, struct secret *ret)
{
	unsigned char key[KEYS_MAC_BYTES];
	const unsigned char *p = (const unsigned char *)sealed.p;
	if (sealed.n < NONCE_N + TAG_N)
		return E_INPUT;
	size_t n = sealed.n - NONCE_N - TAG_N;
	unsigned char *clear = arena_alloc(a, n + 1);
	if (!clear)
		return E_NOMEM;
	make_key(app, purpose, row, key);
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(clear, NULL, NULL, p + NONCE_N,
							     sealed.n - NONCE_N, NULL, 0, p, key);
	secret_wipe(key, sizeof(key));
	if (bad)
		return E_INPUT;
	ret->bytes = (struct str){ .p = (const char *)clear, .n = n };
	return OK;
}

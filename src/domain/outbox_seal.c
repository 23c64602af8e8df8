/* XChaCha20-Poly1305 with a random nonce in front. The clear text is version (1 byte), code (8),
 * number (10), time (8), whether there is a token (1), token (16); what is absent is zeros. */
#include "domain/outbox_seal.h"

#include <assert.h>
#include <sodium.h>

#include "core/secret.h"
#include "domain/keys.h"

#define VERSION  2
#define NONCE_N  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_N    crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NUMBER_N 10
#define CLEAR_N  (1 + MESSAGE_CODE_DIGITS + NUMBER_N + 8 + 1 + MESSAGE_TOKEN_BYTES)
#define SEALED_N (NONCE_N + CLEAR_N + TAG_N)
#define BOUND_N  (8 + 64)

_Static_assert(KEYS_MAC_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a MAC is a key");

static void put_number(unsigned char *p, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		p[i] = (unsigned char)(v & 0xff);
}

static uint64_t take_number(const unsigned char *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static void pack(const struct message_args *args, unsigned char clear[CLEAR_N])
{
	unsigned char *p = clear;
	*p++ = VERSION;
	memcpy(p, args->code, MESSAGE_CODE_DIGITS);
	p += MESSAGE_CODE_DIGITS;
	memcpy(p, args->number.d, NUMBER_N);
	p += NUMBER_N;
	put_number(p, (uint64_t)args->at.ms);
	p += 8;
	*p++ = args->has_token;
	memcpy(p, args->token, MESSAGE_TOKEN_BYTES);
}

static enum err unpack(const unsigned char clear[CLEAR_N], struct message_args *ret)
{
	const unsigned char *p = clear;
	if (*p++ != VERSION)
		return E_INPUT;
	*ret = (struct message_args){ .has_token = false };
	memcpy(ret->code, p, MESSAGE_CODE_DIGITS);
	p += MESSAGE_CODE_DIGITS;
	memcpy(ret->number.d, p, NUMBER_N);
	p += NUMBER_N;
	ret->at.ms = (int64_t)take_number(p);
	p += 8;
	ret->has_token = *p++ == 1;
	memcpy(ret->token, p, MESSAGE_TOKEN_BYTES);
	return OK;
}

/* What the seal is bound to: the row and the text that it is for. */
static size_t bind_to(int64_t id, enum message_id text, unsigned char bound[BOUND_N])
{
	struct str name = message_name(text);
	assert(name.n <= BOUND_N - 8);
	put_number(bound, (uint64_t)id);
	memcpy(bound + 8, name.p, name.n);
	return 8 + name.n;
}

static void make_key(const struct app *app, unsigned char key[KEYS_MAC_BYTES])
{
	keys_mac(app->keys, "outbox", STR(""), key);
}

enum err outbox_seal(const struct app *app, struct arena *a, int64_t id, enum message_id text,
		     const struct message_args *args, struct str *ret)
{
	unsigned char clear[CLEAR_N];
	unsigned char key[KEYS_MAC_BYTES];
	unsigned char bound[BOUND_N];
	unsigned char *sealed = arena_alloc(a, SEALED_N);
	if (!sealed)
		return E_NOMEM;
	pack(args, clear);
	make_key(app, key);
	app->rnd->fill(app->rnd, sealed, NONCE_N);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_N, NULL, clear, CLEAR_N, bound,
						   bind_to(id, text, bound), NULL, sealed, key);
	secret_wipe(key, sizeof(key));
	secret_wipe(clear, sizeof(clear));
	*ret = (struct str){ .p = (const char *)sealed, .n = SEALED_N };
	return OK;
}

enum err outbox_unseal(const struct app *app, int64_t id, enum message_id text, struct str sealed,
		       struct message_args *ret)
{
	unsigned char clear[CLEAR_N];
	unsigned char key[KEYS_MAC_BYTES];
	unsigned char bound[BOUND_N];
	const unsigned char *p = (const unsigned char *)sealed.p;
	if (sealed.n != SEALED_N)
		return E_INPUT;
	make_key(app, key);
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(clear, NULL, NULL, p + NONCE_N,
							     SEALED_N - NONCE_N, bound,
							     bind_to(id, text, bound), p, key);
	secret_wipe(key, sizeof(key));
	enum err e = bad ? E_INPUT : unpack(clear, ret);
	secret_wipe(clear, sizeof(clear));
	return e;
}

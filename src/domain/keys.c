/* Key material as values; no files here. */
#include "domain/keys.h"

#include <assert.h>
#include <sodium.h>

#include "core/scan.h"
#include "core/secret.h"

_Static_assert(KEYS_BYTES == crypto_box_PUBLICKEYBYTES && KEYS_BYTES == crypto_box_SECRETKEYBYTES &&
		       KEYS_BYTES == crypto_box_SEEDBYTES &&
		       KEYS_BYTES == crypto_generichash_KEYBYTES &&
		       KEYS_BYTES == crypto_sign_SEEDBYTES &&
		       KEYS_BYTES == crypto_sign_PUBLICKEYBYTES,
	       "one size of key");
_Static_assert(KEYS_MAC_BYTES == crypto_generichash_BYTES, "the size of a MAC");
_Static_assert(KEYS_SIG_BYTES == crypto_sign_BYTES, "the size of a signature");

static const struct {
	const char *name;
	struct str head;
} files[KEYS_FILE_N] = {
	[KEYS_VAULT_PRIVATE] = { "vault.key", { "kabinet-vault-private ", 22 } },
	[KEYS_VAULT_PUBLIC] = { "vault.pub", { "kabinet-vault-public ", 21 } },
	[KEYS_APP] = { "app.key", { "kabinet-app ", 12 } },
	[KEYS_ROOT_PRIVATE] = { "root.key", { "kabinet-root-private ", 21 } },
	[KEYS_ROOT_PUBLIC] = { "root.pub", { "kabinet-root-public ", 20 } },
};

/* The id need not be secret, only different for different pairs: seven bytes, so that it is never
 * negative. */
static int64_t id_of(const unsigned char *vault_public)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, vault_public, KEYS_BYTES);
	int64_t id = 0;
	for (int i = 0; i < 7; i++)
		id = id << 8 | hash[i];
	return id;
}

static unsigned char *place(struct keys_vault *k, enum keys_file which)
{
	switch (which) {
	case KEYS_VAULT_PRIVATE:
		return k->vault_private;
	case KEYS_VAULT_PUBLIC:
		return k->keys.vault_public;
	case KEYS_ROOT_PRIVATE:
		return k->root.seed;
	case KEYS_ROOT_PUBLIC:
		return k->root.public;
	default:
		return k->keys.app;
	}
}

/* libsodium's private key is the seed and the public half behind it. */
static void expand(struct keys_root *root, unsigned char private[crypto_sign_SECRETKEYBYTES])
{
	int failed = crypto_sign_seed_keypair(root->public, private, root->seed);
	assert(!failed); /* it has no way to fail */
	root->signs = true;
}

static void complete_root(struct keys_root *root)
{
	unsigned char private[crypto_sign_SECRETKEYBYTES];
	expand(root, private);
	secret_wipe(private, sizeof(private));
}

void keys_generate(struct rnd *rnd, struct keys_vault *ret)
{
	unsigned char seed[KEYS_BYTES];
	rnd->fill(rnd, seed, sizeof(seed));
	crypto_box_seed_keypair(ret->keys.vault_public, ret->vault_private, seed);
	secret_wipe(seed, sizeof(seed));
	ret->keys.vault_id = id_of(ret->keys.vault_public);
	rnd->fill(rnd, ret->keys.app, KEYS_BYTES);
	rnd->fill(rnd, ret->root.seed, KEYS_BYTES);
	complete_root(&ret->root);
}

const char *keys_file_name(enum keys_file which)
{
	return files[which].name;
}

void keys_encode(struct buf *b, const struct keys_vault *k, enum keys_file which)
{
	struct keys_vault copy = *k;
	buf_put(b, files[which].head);
	buf_hex(b, (struct str){ .p = (const char *)place(&copy, which), .n = KEYS_BYTES });
	buf_c(b, '\n');
	secret_wipe(&copy, sizeof(copy));
}

enum err keys_decode(struct str text, enum keys_file which, struct keys_vault *ret)
{
	struct str rest = str_trim(text);
	unsigned char key[KEYS_BYTES];
	if (!scan_lit(&rest, files[which].head) || !scan_hex(rest, key, sizeof(key)))
		return E_INPUT;
	memcpy(place(ret, which), key, sizeof(key));
	secret_wipe(key, sizeof(key));
	if (which == KEYS_VAULT_PRIVATE &&
	    crypto_scalarmult_base(ret->keys.vault_public, ret->vault_private) != 0)
		return E_INPUT;
	if (which == KEYS_ROOT_PRIVATE)
		complete_root(&ret->root);
	if (which == KEYS_VAULT_PRIVATE || which == KEYS_VAULT_PUBLIC)
		ret->keys.vault_id = id_of(ret->keys.vault_public);
	return OK;
}

void keys_mac(const struct keys *k, const char *purpose, struct str data,
	      unsigned char mac[KEYS_MAC_BYTES])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, k->app, KEYS_BYTES, KEYS_MAC_BYTES);
	/* With its NUL, so that no purpose and data run into another pair of them. */
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)data.p, data.n);
	crypto_generichash_final(&state, mac, KEYS_MAC_BYTES);
	secret_wipe(&state, sizeof(state));
}

void keys_of_journal(const struct keys_vault *vault, struct keys *ret)
{
	unsigned char key[KEYS_MAC_BYTES];
	struct keys maker = { 0 };
	_Static_assert(KEYS_MAC_BYTES == KEYS_BYTES, "a MAC is a key");
	memcpy(maker.app, vault->vault_private, KEYS_BYTES);
	keys_mac(&maker, "vault journal key", STR(""), key);
	*ret = (struct keys){ 0 };
	memcpy(ret->app, key, KEYS_BYTES);
	secret_wipe(&maker, sizeof(maker));
	secret_wipe(key, sizeof(key));
}

void keys_sign(const struct keys_root *root, const unsigned char hash[KEYS_BYTES],
	       unsigned char sig[KEYS_SIG_BYTES])
{
	unsigned char private[crypto_sign_SECRETKEYBYTES];
	struct keys_root copy = *root;
	assert(root->signs);
	expand(&copy, private);
	int failed = crypto_sign_detached(sig, NULL, hash, KEYS_BYTES, private);
	assert(!failed);
	secret_wipe(private, sizeof(private));
	secret_wipe(&copy, sizeof(copy));
}

bool keys_signed(const struct keys_root *root, const unsigned char hash[KEYS_BYTES], struct str sig)
{
	return sig.n == KEYS_SIG_BYTES &&
	       crypto_sign_verify_detached((const unsigned char *)sig.p, hash, KEYS_BYTES,
					   root->public) == 0;
}

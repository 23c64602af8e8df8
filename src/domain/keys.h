/* Key material as values: made, written as text, read back. Where the files lie and who may read
 * them is the business of src/cli/keyfile.c; only the vault holds its private
 * half, and only the worker holds what signs the ledger's roots. */
#ifndef DOMAIN_KEYS_H
#define DOMAIN_KEYS_H

#include "core/buf.h"
#include "core/err.h"
#include "core/rnd.h"

#define KEYS_BYTES     32
#define KEYS_MAC_BYTES 32
#define KEYS_SIG_BYTES 64

/* What a serving process holds. */
struct keys {
	unsigned char vault_public[KEYS_BYTES]; /* seals, opens nothing */
	int64_t vault_id;                       /* names the pair in every sealed field */
	unsigned char app[KEYS_BYTES];          /* signs what browsers bring back */
};

/* The pair of the ledger's roots (Ed25519). Whoever checks has the public half. */
struct keys_root {
	unsigned char public[KEYS_BYTES];
	bool signs; /* the private half is here too */
	unsigned char seed[KEYS_BYTES];
};

/* All that `kabinet init` makes. What opens the sealed belongs to the vault alone, what signs roots
 * to the worker. */
struct keys_vault {
	unsigned char vault_private[KEYS_BYTES];
	struct keys keys;
	struct keys_root root;
};

/** keys_generate(rnd, &ret): new pairs and a new application key. The caller wipes it. */
void keys_generate(struct rnd *rnd, struct keys_vault *ret);

/* The files, each one line: what it is, and 64 hexadecimal digits. */
enum keys_file {
	KEYS_VAULT_PRIVATE,
	KEYS_VAULT_PUBLIC,
	KEYS_APP,
	KEYS_ROOT_PRIVATE,
	KEYS_ROOT_PUBLIC,
	KEYS_FILE_N
};

/** keys_file_name(which): "vault.key", "vault.pub", "app.key", "root.key", "root.pub". */
const char *keys_file_name(enum keys_file which);

/** keys_encode(b, k, which): the text of the file ${which}. */
void keys_encode(struct buf *b, const struct keys_vault *k, enum keys_file which);

/**
 * keys_decode(text, which, ret):
 * Read the text of the file ${which} into its place in ${ret}; with a private key also the public
 * half (and the vault's id) that belongs to it. Expected: E_INPUT.
 */
enum err keys_decode(struct str text, enum keys_file which, struct keys_vault *ret) must_check;

/** keys_mac(k, purpose, data, mac): BLAKE2b keyed with the application key; ${purpose} (a constant)
 * keeps uses apart. */
void keys_mac(const struct keys *k, const char *purpose, struct str data,
	      unsigned char mac[KEYS_MAC_BYTES]);

/** keys_of_journal(vault, &ret): what chains the vault's journal: a key made of its private one, in
 * the place of the application's, for keys_mac(). The caller wipes it. */
void keys_of_journal(const struct keys_vault *vault, struct keys *ret);

/** keys_sign(root, hash, sig): sign the ${KEYS_BYTES} of ${hash}; ${root} has the private half. */
void keys_sign(const struct keys_root *root, const unsigned char hash[KEYS_BYTES],
	       unsigned char sig[KEYS_SIG_BYTES]);

/** keys_signed(root, hash, sig): ${sig} (of any length) is the signature of ${hash} by ${root}. */
bool keys_signed(const struct keys_root *root, const unsigned char hash[KEYS_BYTES],
		 struct str sig);

#endif

/* What the vault does, in its process: quota and journal first, then it opens. It knows neither the
 * store nor who subscribers are; who asks may be lying, so that all it can do is to count, to write
 * down, and to see that a box is what it was said to be. */
#ifndef DOMAIN_VAULT_KEEP_H
#define DOMAIN_VAULT_KEEP_H

#include "domain/vault_journal.h"

struct vault_keep {
	const struct keys_vault *keys;
	struct vault_journal *journal; /* NULL: the vault is shut */
};

/** vault_keep_open(k, a, q, &ret): ${q} is as vault_wire_asked() lets it through; the parts lie in
 * ${a} and are wiped with it. Expected: E_LIMIT, E_INPUT (it is in the journal all the same),
 * E_STORE (nothing was opened: the journal cannot be written, or the vault is shut). */
enum err vault_keep_open(const struct vault_keep *k, struct arena *a, const struct vault_request *q,
			 struct seal_content *ret) must_check;

#endif

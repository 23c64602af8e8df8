/* Fields that this process can close but not open (docs/threat-model.md): libsodium's sealed box to
 * the vault's public key. What is inside says what it is, whose it is and by which key, so that
 * rows swapped in the database are refused when they are opened. */
#ifndef DOMAIN_SEAL_H
#define DOMAIN_SEAL_H

#include "core/arena.h"
#include "domain/keys.h"

/* Part of the format: never renumber. */
enum seal_field { SEAL_PASSPORT = 1, SEAL_BIRTH = 2, SEAL_ADDRESS = 3 };

#define SEAL_PARTS_MAX 8

/* What is sealed together: its parts in the order that the field gives them.
 * passport: digits, day of issue (ISO), authority, subdivision; birth: the day (ISO);
 * address: city, street, house, building, flat. */
struct seal_content {
	enum seal_field field;
	int64_t subscriber_id;
	size_t n;
	struct str parts[SEAL_PARTS_MAX];
};

/** seal_make(keys, a, content, &ret): the sealed bytes, in ${a}; the clear text is wiped. Expected:
 * E_NOMEM, E_LIMIT (more than 4 KiB). */
enum err seal_make(const struct keys *keys, struct arena *a, const struct seal_content *c,
		   struct str *ret) must_check;

/**
 * seal_open(vault, a, sealed, field, subscriber_id, &ret):
 * For the vault only. The parts lie in ${a} and are wiped with it.
 * Expected: E_INPUT (damaged, by another key, of another field or another subscriber).
 */
enum err seal_open(const struct keys_vault *vault, struct arena *a, struct str sealed,
		   enum seal_field field, int64_t subscriber_id,
		   struct seal_content *ret) must_check;

#endif

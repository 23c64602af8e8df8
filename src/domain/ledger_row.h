/* What the files of the ledger share: how a movement is written in the database and hashed into the
 * chain of an account. Only ledger*.c and the bulk filling of a store include this. See
 * DESIGN-ledger.md. */
#ifndef DOMAIN_LEDGER_ROW_H
#define DOMAIN_LEDGER_ROW_H

#include <sodium.h>

#include "domain/ledger.h"

#define CHAIN_HASH_BYTES 32

/* The end of an account's chain: what the next posting stands on. */
struct chain_end {
	money balance;
	int64_t seq;
	size_t hash_n; /* 0 before the first posting, else CHAIN_HASH_BYTES */
	unsigned char hash[CHAIN_HASH_BYTES];
};

/* One posting with the entry it belongs to, as the hash sees it. */
struct chain_link {
	int64_t account_id, seq, entry_id;
	tstamp at, recorded;
	money amount, balance; /* balance: after it */
	struct str key, kind, title, detail, note, source;
};

struct chain_hash {
	crypto_generichash_state state;
	int64_t n_legs;
};

/** chain_hash_begin(h, link), chain_hash_leg(h, account, amount): first the link, then each leg of
 * its entry by ascending account. */
void chain_hash_begin(struct chain_hash *h, const struct chain_link *link);
void chain_hash_leg(struct chain_hash *h, int64_t account_id, money amount);

/** chain_hash_end(h, previous, ret): the hash of the link after the hash ${previous} (empty for the
 * first); ${h} can be ended again with another. */
void chain_hash_end(const struct chain_hash *h, struct str previous,
		    unsigned char ret[CHAIN_HASH_BYTES]);

/**
 * chain_append(end, e, leg, entry_id, recorded, &ret):
 * Where the chain ends after the leg number ${leg} of ${e}, whose legs ascend by account. Touches
 * no database. Expected: E_LIMIT (balance would overflow).
 */
enum err chain_append(const struct chain_end *end, const struct entry *e, size_t leg,
		      int64_t entry_id, tstamp recorded, struct chain_end *ret) must_check;

/** chain_end_hash(end): a slice into ${end}. */
static inline struct str chain_end_hash(const struct chain_end *end)
{
	return (struct str){ .p = (const char *)end->hash, .n = end->hash_n };
}

/** ledger_is_chained(account_id): with balance, seq and chain: a subscriber's account, and the
 * suspense account. */
static inline bool ledger_is_chained(int64_t account_id)
{
	return account_id > LEDGER_OPENING || account_id == LEDGER_SUSPENSE;
}

/** ledger_order(e): put the legs of ${e} in ascending order of account. */
void ledger_order(struct entry *e);

/**
 * ledger_is_sound(e): what no caller may break, whatever people typed: legs in order, no account
 * twice, no zero, the sum zero, and one of them chained (nothing would protect such an entry).
 */
bool ledger_is_sound(const struct entry *e);

/**
 * ledger_insert_entry(tx, a, e, id, now, &ret_recorded):
 * The row of the entry; it counts as recorded at ${ret_recorded}: now, or the end of the last day
 * that is closed when that is later. Expected: E_NOTFOUND (its key was used before).
 */
enum err ledger_insert_entry(struct tx *tx, struct arena *a, const struct entry *e, int64_t id,
			     tstamp now, tstamp *ret_recorded) must_check;

/** ledger_insert_leg(tx, e, leg, entry_id, end): the row of one leg; ${end} is the chain's after
 * it, NULL for a system account. */
enum err ledger_insert_leg(struct tx *tx, const struct entry *e, size_t leg, int64_t entry_id,
			   const struct chain_end *end) must_check;

/* An account that begins with movements of its own. */
struct ledger_birth {
	int64_t account_id; /* new */
	money credit_limit;
	const struct entry *entries; /* each with this account as its last and only chained leg */
	size_t n_entries;
};

/**
 * ledger_bear(app, tx, a, birth):
 * The same rows as account_open() and then ledger_post() for each entry, without a look-up, a lock
 * or a second version of the account. For filling a store in bulk. Expected: E_CONFLICT (a key was
 * used before), E_LIMIT.
 */
enum err ledger_bear(const struct app *app, struct tx *tx, struct arena *a,
		     const struct ledger_birth *b) must_check;

/** entry_kind_str(kind), entry_kind_parse(s, &ret): as in the database. Expected: E_STORE (no such
 * kind). */
struct str entry_kind_str(enum entry_kind kind);
enum err entry_kind_parse(struct str s, enum entry_kind *ret) must_check;

#endif

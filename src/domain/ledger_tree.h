/* A Merkle tree over the ends of the accounts' chains, grown leaf by leaf in little memory, and the
 * record of its top that is signed. The bytes that are hashed are fixed in DESIGN-ledger.md,
 * "Roots": changing them breaks every store there is. Only ledger*.c includes this. */
#ifndef DOMAIN_LEDGER_TREE_H
#define DOMAIN_LEDGER_TREE_H

#include "domain/ledger_row.h"

#define TREE_LEVELS 40

/* A leaf or a node. */
struct tree_hash {
	unsigned char b[CHAIN_HASH_BYTES];
};

/* node[i] is the top of the 2^i leaves before those of the lower levels, where bit i of n is set.
 */
struct tree {
	int64_t n;
	struct tree_hash node[TREE_LEVELS];
};

/* What the last tree joined at each level: trees that are alike but for a few leaves, grown side by
 * side, need not hash the same twice. Its n is 0 before each leaf. */
struct tree_memo {
	size_t n;
	struct tree_join {
		struct tree_hash left, right, joined;
	} v[TREE_LEVELS];
};

/** tree_leaf(account, seq, head, ret): the leaf of an account whose chain ends at ${seq} with the
 * hash ${head} (CHAIN_HASH_BYTES of it). */
void tree_leaf(int64_t account_id, int64_t seq, const unsigned char *head, struct tree_hash *ret);

/** tree_add(t, leaf, memo): add the next leaf; ${memo} may be NULL. */
void tree_add(struct tree *t, const struct tree_hash *leaf, struct tree_memo *memo);

/** tree_top(t, ret): the root of the leaves so far; zeros when there are none. */
void tree_top(const struct tree *t, struct tree_hash *ret);

/* What is signed of a day. */
struct tree_record {
	int64_t day; /* since 1970-01-01 */
	int64_t until_ms, made_ms, accounts;
	struct tree_hash top;
	struct str previous; /* the hash of the record before it; empty for the first */
};

/** tree_record_hash(r, ret): the hash of the record, over which the signature is made. */
void tree_record_hash(const struct tree_record *r, struct tree_hash *ret);

/** tree_hash_str(h): a slice into ${h}. */
static inline struct str tree_hash_str(const struct tree_hash *h)
{
	return (struct str){ .p = (const char *)h->b, .n = CHAIN_HASH_BYTES };
}

#endif

#include "domain/ledger_tree.h"

#include <assert.h>
#include <endian.h>

/* Hashed with their NULs, so that no hash of one kind can be taken for another. */
static const char leaf_domain[] = "kabinet leaf 1";
static const char node_domain[] = "kabinet node 1";
static const char root_domain[] = "kabinet root 1";

static void hash_bytes(crypto_generichash_state *h, const void *p, size_t n)
{
	int failed = crypto_generichash_update(h, p, n);
	assert(!failed); /* it has no way to fail once begun */
}

static void hash_int(crypto_generichash_state *h, int64_t v)
{
	uint64_t le = htole64((uint64_t)v);
	hash_bytes(h, &le, sizeof(le));
}

static void hash_begin(crypto_generichash_state *h, const char *domain, size_t n)
{
	int failed = crypto_generichash_init(h, NULL, 0, CHAIN_HASH_BYTES);
	assert(!failed);
	hash_bytes(h, domain, n);
}

static void hash_end(crypto_generichash_state *h, struct tree_hash *ret)
{
	int failed = crypto_generichash_final(h, ret->b, sizeof(ret->b));
	assert(!failed);
}

void tree_leaf(int64_t account_id, int64_t seq, const unsigned char *head, struct tree_hash *ret)
{
	crypto_generichash_state h;
	hash_begin(&h, leaf_domain, sizeof(leaf_domain));
	hash_int(&h, account_id);
	hash_int(&h, seq);
	hash_bytes(&h, head, CHAIN_HASH_BYTES);
	hash_end(&h, ret);
}

static void join(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *ret)
{
	crypto_generichash_state h;
	hash_begin(&h, node_domain, sizeof(node_domain));
	hash_bytes(&h, left->b, sizeof(left->b));
	hash_bytes(&h, right->b, sizeof(right->b));
	hash_end(&h, ret);
}

static bool same(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static void join_known(const struct tree_hash *left, const struct tree_hash *right, size_t level,
		       struct tree_memo *memo, struct tree_hash *ret)
{
	struct tree_join *last = &memo->v[level];
	if (level >= memo->n || !same(&last->left, left) || !same(&last->right, right)) {
		*last = (struct tree_join){ .left = *left, .right = *right };
		join(left, right, &last->joined);
		memo->n = level + 1; /* what was joined above stood on another */
	}
	*ret = last->joined;
}

void tree_add(struct tree *t, const struct tree_hash *leaf, struct tree_memo *memo)
{
	struct tree_hash top = *leaf;
	size_t level = 0;
	for (; (t->n >> level & 1) != 0; level++) {
		if (memo)
			join_known(&t->node[level], &top, level, memo, &top);
		else
			join(&t->node[level], &top, &top);
	}
	assert(level < TREE_LEVELS);
	t->node[level] = top;
	t->n++;
}

void tree_top(const struct tree *t, struct tree_hash *ret)
{
	struct tree_hash top = { 0 };
	bool any = false;
	for (size_t level = 0; level < TREE_LEVELS; level++) {
		if ((t->n >> level & 1) == 0)
			continue;
		if (any)
			join(&t->node[level], &top, &top);
		else
			top = t->node[level];
		any = true;
	}
	*ret = top;
}

void tree_record_hash(const struct tree_record *r, struct tree_hash *ret)
{
	crypto_generichash_state h;
	hash_begin(&h, root_domain, sizeof(root_domain));
	hash_int(&h, r->day);
	hash_int(&h, r->until_ms);
	hash_int(&h, r->made_ms);
	hash_int(&h, r->accounts);
	hash_bytes(&h, r->top.b, sizeof(r->top.b));
	hash_int(&h, (int64_t)r->previous.n);
	hash_bytes(&h, r->previous.p, r->previous.n);
	hash_end(&h, ret);
}

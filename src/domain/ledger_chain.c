/* The chain of hashes through the postings of an account. The bytes that are hashed are fixed in
 * DESIGN-ledger.md: changing them here breaks every store there is. */
#include <assert.h>
#include <endian.h>

#include "domain/ledger_row.h"

static const char chain_domain[] = "kabinet posting 1"; /* hashed with its NUL */

static void hash_bytes(struct chain_hash *h, const void *p, size_t n)
{
	int failed = crypto_generichash_update(&h->state, p, n);
	assert(!failed); /* it has no way to fail once begun */
}

static void hash_ints(struct chain_hash *h, const int64_t *v, size_t n)
{
	enum { N_MAX = 16 };
	uint64_t le[N_MAX];
	assert(n <= N_MAX);
	for (size_t i = 0; i < n; i++)
		le[i] = htole64((uint64_t)v[i]);
	hash_bytes(h, le, n * sizeof(*le));
}

void chain_hash_begin(struct chain_hash *h, const struct chain_link *link)
{
	const struct str texts[] = { link->key,    link->kind, link->title,
				     link->detail, link->note, link->source };
	enum { N_TEXTS = sizeof(texts) / sizeof(*texts) };
	int64_t lengths[N_TEXTS];
	for (size_t i = 0; i < N_TEXTS; i++)
		lengths[i] = (int64_t)texts[i].n;
	h->n_legs = 0;
	int failed = crypto_generichash_init(&h->state, NULL, 0, CHAIN_HASH_BYTES);
	assert(!failed);
	hash_bytes(h, chain_domain, sizeof(chain_domain));
	hash_ints(h,
		  (const int64_t[]){ link->account_id, link->seq, link->entry_id, link->at.ms,
				     link->recorded.ms, link->amount.kop, link->balance.kop },
		  7);
	hash_ints(h, lengths, N_TEXTS);
	for (size_t i = 0; i < N_TEXTS; i++)
		hash_bytes(h, texts[i].p, texts[i].n);
}

void chain_hash_leg(struct chain_hash *h, int64_t account_id, money amount)
{
	hash_ints(h, (const int64_t[]){ account_id, amount.kop }, 2);
	h->n_legs++;
}

void chain_hash_end(const struct chain_hash *h, struct str previous,
		    unsigned char ret[CHAIN_HASH_BYTES])
{
	struct chain_hash last = *h;
	hash_ints(&last, (const int64_t[]){ h->n_legs, (int64_t)previous.n }, 2);
	hash_bytes(&last, previous.p, previous.n);
	int failed = crypto_generichash_final(&last.state, ret, CHAIN_HASH_BYTES);
	assert(!failed);
}

enum err chain_append(const struct chain_end *end, const struct entry *e, size_t leg,
		      int64_t entry_id, tstamp recorded, struct chain_end *ret)
{
	struct chain_end next = { .seq = end->seq + 1, .hash_n = CHAIN_HASH_BYTES };
	try(money_add(end->balance, e->legs[leg].amount, &next.balance));
	const struct chain_link link = {
		.account_id = e->legs[leg].account_id,
		.seq = next.seq,
		.entry_id = entry_id,
		.at = e->at,
		.recorded = recorded,
		.amount = e->legs[leg].amount,
		.balance = next.balance,
		.key = e->key,
		.kind = entry_kind_str(e->kind),
		.title = e->title,
		.detail = e->detail,
		.note = e->note,
		.source = e->source,
	};
	struct chain_hash h;
	chain_hash_begin(&h, &link);
	for (size_t i = 0; i < e->n_legs; i++)
		chain_hash_leg(&h, e->legs[i].account_id, e->legs[i].amount);
	chain_hash_end(&h, chain_end_hash(end), next.hash);
	*ret = next;
	return OK;
}

/* The order of things is the whole point. */
#include "domain/vault_keep.h"

enum err vault_keep_open(const struct vault_keep *k, struct arena *a, const struct vault_request *q,
			 struct seal_content *ret)
{
	if (!k->journal)
		return E_STORE;
	try(vault_journal_add(k->journal, q));
	return seal_open(k->keys, a, q->sealed, q->field, q->subscriber_id, ret);
}

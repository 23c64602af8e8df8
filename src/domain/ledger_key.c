/* Keys of movements. */
#include "domain/ledger_key.h"

#include <assert.h>

enum err ledger_key(struct arena *a, const struct str *parts, size_t n, struct str *ret)
{
	size_t bytes = n;
	for (size_t i = 0; i < n; i++) {
		assert(i + 1 == n ||
		       str_find(parts[i], ':') == parts[i].n); /* or two keys could be one */
		bytes += parts[i].n;
	}
	char *p = arena_alloc(a, bytes);
	if (!p)
		return E_NOMEM;
	*ret = (struct str){ .p = p, .n = bytes - 1 };
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(p, parts[i].p, parts[i].n);
		p += parts[i].n;
		*p++ = i + 1 < n ? ':' : '\0';
	}
	return OK;
}

enum err ledger_source(struct arena *a, struct str code, struct str file, struct str *ret)
{
	return ledger_key(a, (const struct str[]){ code, file }, 2, ret);
}

struct str ledger_origin(struct str source)
{
	size_t colon = str_find(source, ':');
	return colon < source.n ? str_sub(source, 0, colon) : STR("");
}

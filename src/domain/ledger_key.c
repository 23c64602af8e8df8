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

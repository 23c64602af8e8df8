/* Secrets: copied once, compared in constant time, wiped with their arena. */
#include "core/secret.h"

#include <sodium.h>

static void wipe(void *arg)
{
	const struct str *s = arg;
	sodium_memzero((void *)s->p, s->n);
}

enum err secret_copy(struct arena *a, struct str s, struct secret *ret)
{
	struct str *copy = ARENA_NEW(a, struct str);
	char *p = arena_alloc(a, s.n);
	if (!copy || !p)
		return E_NOMEM;
	/* Before the bytes: there is never a copy that nobody will wipe. */
	try(arena_on_close(a, wipe, copy));
	if (s.n)
		memcpy(p, s.p, s.n);
	*copy = (struct str){ .p = p, .n = s.n };
	ret->bytes = *copy;
	return OK;
}

bool secret_eq(struct str a, struct str b)
{
	return a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

void secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

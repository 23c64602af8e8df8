/* The names of the outcomes, for logs and metrics; never shown to a subscriber. */
#include "core/err.h"

#include <assert.h>

static const char *const names[] = {
	[OK] = "ok",         [E_NOTFOUND] = "notfound", [E_CONFLICT] = "conflict",
	[E_INPUT] = "input", [E_DENIED] = "denied",     [E_LIMIT] = "limit",
	[E_BUSY] = "busy",   [E_UPSTREAM] = "upstream", [E_UNKNOWN] = "unknown",
	[E_STORE] = "store", [E_NOMEM] = "nomem",       [E_RETRY] = "retry",
};

const char *err_name(enum err e)
{
	assert((unsigned)e < sizeof(names) / sizeof(*names));
	return names[e];
}

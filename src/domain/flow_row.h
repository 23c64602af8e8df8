/* What flow.c and flow_send.c share: how a browser and a code stand in the database. */
#ifndef DOMAIN_FLOW_ROW_H
#define DOMAIN_FLOW_ROW_H

#include "domain/flow.h"
#include "domain/keys.h"

struct flow_key {
	unsigned char bytes[KEYS_MAC_BYTES];
};

static inline struct str flow_key_str(const struct flow_key *k)
{
	return (struct str){ .p = (const char *)k->bytes, .n = sizeof(k->bytes) };
}

/** flow_browser(app, browser): the cookie as the database knows it. */
struct flow_key flow_browser(const struct app *app, struct str browser);

/** flow_hash(app, id, code): keyed, and of one flow only. ${code}: FLOW_CODE_DIGITS. */
struct flow_key flow_hash(const struct app *app, int64_t id, struct str code);

/** flow_twin(p): recovering and signing in for the first time share a page, so a browser has one of
 * them at a time; any other purpose is its own twin. */
enum flow_purpose flow_twin(enum flow_purpose p);

/** flow_find_in(app, tx, a, browser, purpose, &ret): flow_find() in a transaction. */
enum err flow_find_in(const struct app *app, struct tx *tx, struct arena *a,
		      const struct flow_key *browser, enum flow_purpose purpose,
		      struct flow *ret) must_check;

#endif

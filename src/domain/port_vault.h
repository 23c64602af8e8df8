/* What the office needs from the vault: one sealed field opened, for a person and a purpose. Who
 * carries the question is a gateway (gateway/vault_pipe.h); who answers is domain/vault_keep.h, in
 * a process of its own. */
#ifndef DOMAIN_PORT_VAULT_H
#define DOMAIN_PORT_VAULT_H

#include "domain/seal.h"

#define VAULT_WHO_MAX     300  /* bytes */
#define VAULT_PURPOSE_MAX 500  /* bytes */
#define VAULT_SEALED_MAX  4500 /* bytes */

struct vault_request {
	int64_t staff_id;      /* whose quota it is */
	struct str who;        /* as the journal shall tell it: number and name, one clean line */
	struct str purpose;    /* why, one clean line, never empty */
	int64_t subscriber_id; /* whose data */
	enum seal_field field;
	struct str sealed;
};

struct port_vault {
	enum err (*open)(const struct port_vault *p, struct arena *a, const struct vault_request *q,
			 struct seal_content *ret);
};

/**
 * port_vault_open(p, a, q, &ret):
 * Open ${q}->sealed; it is in the vault's journal before the answer comes. The parts lie in ${a}
 * and are wiped with it. Thread-safe; waits at most some seconds. Expected: E_LIMIT (a quota is
 * used up), E_INPUT (damaged, or not this field of this subscriber), E_UPSTREAM (there is no vault,
 * or it is shut), E_UNKNOWN (no answer came: it may be in the journal).
 */
static inline enum err must_check port_vault_open(const struct port_vault *p, struct arena *a,
						  const struct vault_request *q,
						  struct seal_content *ret)
{
	return p->open(p, a, q, ret);
}

#endif

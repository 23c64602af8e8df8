/* The roles of `kabinet serve`: one process each, by privilege. */
#ifndef CLI_ROLE_H
#define CLI_ROLE_H

#include "core/str.h"

enum role {
	ROLE_WEB,    /* the subscribers' pages; no way out */
	ROLE_OFFICE, /* the staff's pages; no way out */
	ROLE_VAULT, /* opens what is sealed; asked by the office alone, with no way out and no store
		     */
	ROLE_WORKER, /* the jobs and what goes out; listens to nobody */
	ROLES,
};

/** role_name(r): "web", "office", "vault", "worker"; a constant. */
const char *role_name(enum role r);

/** role_has_pages(r): it answers browsers. */
static inline bool role_has_pages(enum role r)
{
	return r == ROLE_WEB || r == ROLE_OFFICE;
}

/** role_find(name, &ret): false when there is none of that name. */
bool role_find(struct str name, enum role *ret);

#endif

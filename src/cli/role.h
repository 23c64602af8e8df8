/* The roles of `kabinet serve`: one process each, by privilege. */
#ifndef CLI_ROLE_H
#define CLI_ROLE_H

#include "core/str.h"

enum role {
	ROLE_WEB,    /* the subscribers' pages; no way out */
	ROLE_WORKER, /* the jobs and what goes out; listens to nobody */
	ROLES,
};

/** role_name(r): "web", "worker"; a constant. */
const char *role_name(enum role r);

/** role_find(name, &ret): false when there is none of that name. */
bool role_find(struct str name, enum role *ret);

#endif

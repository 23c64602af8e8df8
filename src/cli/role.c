/* The names of the roles. */
#include "cli/role.h"

static const char *const names[ROLES] = {
	[ROLE_WEB] = "web",
	[ROLE_OFFICE] = "office",
	[ROLE_VAULT] = "vault",
	[ROLE_WORKER] = "worker",
};

const char *role_name(enum role r)
{
	return names[r];
}

bool role_find(struct str name, enum role *ret)
{
	for (enum role r = 0; r < ROLES; r++) {
		if (!str_eq(str_c(names[r]), name))
			continue;
		*ret = r;
		return true;
	}
	return false;
}

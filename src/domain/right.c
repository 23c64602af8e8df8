#include "domain/right.h"

static const bool rights[RIGHT_N][STAFF_ROLE_N] = {
	[RIGHT_NOBODY] = { true, true, true, true },
	[RIGHT_ANY] = { true, true, true, true },
#define RIGHT(id, clerk, accountant, administrator, auditor, what)                                 \
	[RIGHT_##id] = { [STAFF_CLERK] = (clerk),                                                  \
			 [STAFF_ACCOUNTANT] = (accountant),                                        \
			 [STAFF_ADMINISTRATOR] = (administrator),                                  \
			 [STAFF_AUDITOR] = (auditor) },
#include "domain/right.def"
#undef RIGHT
};

static const struct str roles[STAFF_ROLE_N] = {
	[STAFF_CLERK] = { "clerk", 5 },
	[STAFF_ACCOUNTANT] = { "accountant", 10 },
	[STAFF_ADMINISTRATOR] = { "administrator", 13 },
	[STAFF_AUDITOR] = { "auditor", 7 },
};

bool right_of(enum staff_role role, enum right right)
{
	return rights[right][role];
}

struct str right_role_name(enum staff_role role)
{
	return roles[role];
}

bool right_role_find(struct str name, enum staff_role *ret)
{
	for (enum staff_role r = 0; r < STAFF_ROLE_N; r++) {
		if (!str_eq(roles[r], name))
			continue;
		*ret = r;
		return true;
	}
	return false;
}

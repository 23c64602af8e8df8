/* Who of the staff may do what: a table (domain/right.def), by role. Nobody sees or sets a
 * subscriber's password: there is no right for it. */
#ifndef DOMAIN_RIGHT_H
#define DOMAIN_RIGHT_H

#include "core/str.h"

enum staff_role { STAFF_CLERK, STAFF_ACCOUNTANT, STAFF_ADMINISTRATOR, STAFF_AUDITOR, STAFF_ROLE_N };

enum right {
	RIGHT_NOBODY, /* whoever asks, signed in or not */
	RIGHT_ANY,    /* whoever is signed in */
#define RIGHT(id, clerk, accountant, administrator, auditor, what) RIGHT_##id,
#include "domain/right.def"
#undef RIGHT
	RIGHT_N,
};

/** right_of(role, right): a role has it. */
bool right_of(enum staff_role role, enum right right);

/** right_role_name(role): as in the database: "clerk" … right_role_find(name, &ret): the inverse;
 * false for no such role. */
struct str right_role_name(enum staff_role role);
bool right_role_find(struct str name, enum staff_role *ret);

#endif

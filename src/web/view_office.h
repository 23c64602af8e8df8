/* What the office's pages show. */
#ifndef WEB_VIEW_OFFICE_H
#define WEB_VIEW_OFFICE_H

#include "domain/audit.h"
#include "domain/card.h"
#include "domain/find.h"
#include "domain/staff.h"
#include "web/put.h"
#include "web/typed.h"

enum office_section { OFFICE_NONE, OFFICE_FIND, OFFICE_STAFF, OFFICE_AUDIT };

/* What who is signed in to the office may do; names as in domain/right.def. */
struct web_rights {
#define RIGHT(id, clerk, accountant, administrator, auditor, what) bool id;
#include "domain/right.def"
#undef RIGHT
};

struct web_enrol {
	struct staff staff;
	struct str text; /* the key, for typing */
	struct url link; /* the key, for an app on this very device */
	struct url qr;
	struct typed_office_enrol f;
};

struct web_staff_row {
	struct staff_row row;
	bool active;           /* can sign in */
	bool disabled, waited; /* waited: for to use their link */
	bool own;              /* who looks */
	bool open;             /* the form beneath has a fault */
};

struct web_staff {
	struct {
		const struct web_staff_row *v;
		size_t n;
	} rows;
	struct typed_office_staff_add add;
	bool role_clerk, role_accountant, role_administrator, role_auditor; /* chosen in it */
	struct field reason; /* of the row that is open */
	struct str link;     /* has just been made; empty: none */
	struct str link_of;  /* whose: the login */
	tstamp link_expires;
};

struct web_audit_row {
	int64_t seq;
	tstamp at;
	struct str who, action, subject, reason;
};

struct web_audit {
	struct {
		const struct web_audit_row *v;
		size_t n;
	} rows;
	struct url older; /* empty: none */
};

#endif

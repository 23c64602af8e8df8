#include "support/tamper.h"

void tamper_open_audit(struct kit *k)
{
	if (k->kind == KIT_POSTGRES) {
		kit_sql(k, "ALTER TABLE audit DISABLE TRIGGER audit_append_only");
		return;
	}
	kit_sql(k, "DROP TRIGGER audit_no_update");
	kit_sql(k, "DROP TRIGGER audit_no_delete");
}

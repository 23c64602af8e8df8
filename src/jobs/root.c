/* Closes the operator's day and has its root signed. The event is the copy that leaves this
 * machine: whoever rewrites the books cannot rewrite the log's. It names the root before it too, in
 * case that one's line was lost. */
#include "domain/ledger_root.h"
#include "jobs/jobs.h"

static int64_t day_number(struct date d)
{
	return d.year * INT64_C(10000) + d.month * 100 + d.day;
}

static void tell(const struct app *app, const struct ledger_root *root)
{
	log_event(app->log, LOG_INFO, "ledger_root", log_int("day", day_number(root->day)),
		  log_int("accounts", root->accounts), log_hash("hash", root->hash),
		  log_hash("previous", root->previous));
}

enum err job_root(const struct app *app)
{
	struct ledger_root root;
	bool made;
	if (!app->root || !app->root->signs)
		return OK; /* said at the start */
	try(ledger_root_make(app, &made, &root));
	if (made)
		tell(app, &root);
	return OK;
}

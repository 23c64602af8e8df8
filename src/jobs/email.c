/* Brings addresses of e-mail into force whose day of hold is over. */
#include "domain/email_change.h"
#include "jobs/jobs.h"

#define BATCH 100 /* what one call settles at most */

enum err job_email(const struct app *app)
{
	int64_t n;
	do
		try(email_settle(app, &n));
	while (n == BATCH);
	return OK;
}

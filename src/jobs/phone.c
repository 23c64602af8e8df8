/* Brings contact phones into force whose day of hold is over. */
#include "domain/phone_change.h"
#include "jobs/jobs.h"

#define BATCH 100 /* what one call settles at most */

enum err job_phone(const struct app *app)
{
	int64_t n;
	do
		try(phone_change_settle(app, &n));
	while (n == BATCH);
	return OK;
}

/* Deletes what is over: sessions, one-time codes, messages, old events, and counters of attempts
 * whose window has passed. */
#include "domain/event.h"
#include "domain/flow.h"
#include "domain/limit.h"
#include "domain/outbox.h"
#include "domain/session.h"
#include "domain/signin_step.h"
#include "jobs/jobs.h"

#define BATCH 1000 /* what one call deletes at most, so that nobody waits long for the writer */

static enum err until_none(const struct app *app,
			   enum err (*expire)(const struct app *app, int64_t *ret_n))
{
	int64_t n;
	do
		try(expire(app, &n));
	while (n == BATCH);
	return OK;
}

enum err job_expire(const struct app *app)
{
	try(until_none(app, session_expire));
	try(until_none(app, flow_expire));
	try(until_none(app, signin_step_expire));
	try(until_none(app, event_expire));
	try(until_none(app, outbox_expire));
	return until_none(app, limit_expire);
}

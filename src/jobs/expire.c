/* Deletes what is over: sessions, one-time codes, links, messages, old events, and counters of
 * attempts whose window has passed. */
#include "domain/email.h"
#include "domain/event.h"
#include "domain/flow.h"
#include "domain/limit.h"
#include "domain/outbox.h"
#include "domain/session.h"
#include "domain/signin_step.h"
#include "domain/staff_session.h"
#include "jobs/jobs.h"

#define BATCH 1000 /* what one call deletes at most, so that nobody waits long for the writer */

typedef enum err expire_fn(const struct app *app, int64_t *ret_n);

static enum err until_none(const struct app *app, expire_fn *expire)
{
	int64_t n;
	do
		try(expire(app, &n));
	while (n == BATCH);
	return OK;
}

/* What cannot be deleted keeps nothing else; the first error is told. */
enum err job_expire(const struct app *app)
{
	static expire_fn *const all[] = {
		session_expire, staff_session_expire, flow_expire,   signin_step_expire,
		email_expire,   event_expire,         outbox_expire, limit_expire,
	};
	enum err first = OK;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		enum err e = until_none(app, all[i]);
		first = first == OK ? e : first;
	}
	return first;
}

/* Tells administrators of limits that were reached: one event a day for each, and a figure that
 * stays up until midnight. */
#include "domain/limit.h"
#include "jobs/jobs.h"

struct teller {
	struct log *log;
};

static void tell(void *arg, const struct limit_alert *alert)
{
	const struct teller *t = arg;
	if (alert->fresh)
		log_event(t->log, LOG_ERROR, "alert", log_const("limit", alert->name),
			  log_int("n", alert->n), log_int("alert_at", alert->alert_at));
}

enum err job_alert(const struct app *app)
{
	int64_t n;
	struct teller t = { .log = app->log };
	try(limit_watch(app, tell, &t, &n));
	if (app->alerts)
		app->alerts->show(app->alerts, n);
	return OK;
}

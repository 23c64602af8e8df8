/* The jobs of jobs.def, run one after the other by a thread of their own. A job is harmless when it
 * is run by several processes at once, and goes on where it stopped. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "domain/app.h"

struct jobs;

/** jobs_start(app, &ret): run each job soon and then as often as its row says. Expected: E_NOMEM.
 */
enum err jobs_start(const struct app *app, struct jobs **ret) must_check;

/** jobs_stop(j): wait for the job that runs; NULL does nothing. */
void jobs_stop(struct jobs *j);

#define JOB(name, every_min) enum err job_##name(const struct app *app) must_check;
#include "jobs/jobs.def"
#undef JOB

#endif

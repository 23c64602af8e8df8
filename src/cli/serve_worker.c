/* The worker: the jobs. */
#include "cli/serve.h"

#include "jobs/jobs.h"

enum err serve_worker(const struct cli *c, const struct serve_link *l)
{
	struct jobs *jobs;
	try(jobs_start(c->app, &jobs));
	serve_ready(c, l, 0);
	enum err e = serve_wait(c, l);
	jobs_stop(jobs);
	return e;
}

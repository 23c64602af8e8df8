/* The worker: the jobs. */
#include "cli/serve.h"

#include "domain/limit.h"
#include "jobs/jobs.h"

struct board_gauge {
	struct limit_gauge base; /* stands first */
	const struct serve_link *link;
};

static void show_alerts(const struct limit_gauge *g, int64_t alerts)
{
	const struct serve_link *l = ((const struct board_gauge *)g)->link;
	board_set(l->board, l->role, BOARD_limit_alerts, alerts);
}

static enum err work(const struct cli *c, const struct serve_link *l)
{
	struct jobs *jobs;
	try(jobs_start(c->app, &jobs));
	serve_ready(c, l, 0);
	enum err e = serve_wait(c, l);
	jobs_stop(jobs);
	return e;
}

enum err serve_worker(const struct cli *c, const struct serve_link *l)
{
	const struct board_gauge gauge = { .base = { .show = show_alerts }, .link = l };
	c->app->alerts = &gauge.base;
	enum err e = work(c, l);
	c->app->alerts = NULL;
	return e;
}

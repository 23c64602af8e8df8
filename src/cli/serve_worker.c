/* The worker: the jobs, and what carries messages from the outbox to the gateways. */
#include "cli/serve.h"

#include "cli/gateways.h"
#include "domain/limit.h"
#include "domain/outbox.h"
#include "gateway/anchor_file.h"
#include "jobs/jobs.h"
#include "worker/worker.h"

#define DRAIN_MS          10000 /* for what is on its way to a gateway when asked to stop */
#define GAUGE_EVERY       5     /* looks of serve_wait() */
#define GAUGE_ARENA_BYTES 65536

struct carrier {
	const struct cli *c;
	const struct serve_link *l;
	struct worker *worker;
	struct gateways gateways;
	unsigned looks;
};

static void put(const struct carrier *k, enum board_figure what, int64_t value)
{
	board_set(k->l->board, k->l->role, what, value);
}

/* What waits is asked of the store; when that does not answer, the last answer stays. */
static void post_waiting(const struct carrier *k)
{
	struct outbox_gauge g;
	struct arena *a = arena_new(GAUGE_ARENA_BYTES);
	if (a && outbox_gauge(k->c->app, a, &g) == OK) {
		put(k, BOARD_messages_queued, g.queued);
		put(k, BOARD_messages_sending, g.sending);
		put(k, BOARD_messages_oldest_ms, g.oldest_ms);
	}
	arena_free(a);
}

static void post(void *arg)
{
	struct carrier *k = arg;
	struct worker_stats s;
	worker_stats(k->worker, &s);
	put(k, BOARD_messages_taken_total, s.taken);
	put(k, BOARD_messages_sent_total, s.sent);
	put(k, BOARD_messages_again_total, s.again);
	put(k, BOARD_messages_delivered_total, s.delivered);
	put(k, BOARD_messages_failed_total, s.failed);
	put(k, BOARD_messages_unknown_total, s.unknown);
	put(k, BOARD_receipts_dropped_total, s.dropped);
	put(k, BOARD_carriers_refused, gateways_refused(&k->gateways));
	if (k->looks++ % GAUGE_EVERY == 0)
		post_waiting(k);
}

static void stop(struct carrier *k, int64_t drain_ms)
{
	worker_stop(k->worker, drain_ms);
	gateways_done(&k->gateways);
}

static enum err start(struct carrier *k)
{
	try(worker_new(k->c->app, k->l->wake, &k->worker));
	const struct port_sms_events sms = worker_sms_events(k->worker);
	const struct port_mail_events mail = worker_mail_events(k->worker);
	enum err e = gateways_start(k->c, &sms, &mail, &k->gateways);
	if (e == OK)
		e = worker_start(k->worker, k->gateways.sms, k->gateways.mail);
	if (e != OK)
		stop(k, 0);
	return e;
}

static enum err work(struct carrier *k)
{
	struct jobs *jobs;
	try(start(k));
	enum err e = jobs_start(k->c->app, &jobs);
	if (e == OK) {
		serve_ready(k->c, k->l, 0);
		e = serve_wait(k->c, k->l, post, k);
		jobs_stop(jobs);
	}
	stop(k, DRAIN_MS);
	return e;
}

struct board_gauge {
	struct limit_gauge base; /* stands first */
	const struct serve_link *link;
};

static void show_alerts(const struct limit_gauge *g, int64_t alerts)
{
	const struct serve_link *l = ((const struct board_gauge *)g)->link;
	board_set(l->board, l->role, BOARD_limit_alerts, alerts);
}

enum err serve_worker(const struct cli *c, const struct serve_link *l)
{
	const struct board_gauge gauge = { .base = { .show = show_alerts }, .link = l };
	struct carrier k = { .c = c, .l = l };
	struct anchor_file anchors;
	anchor_file_init(&anchors, c->app->conf->audit_anchor_file.p);
	c->app->alerts = &gauge.base;
	c->app->anchors = &anchors.port;
	enum err e = work(&k);
	c->app->alerts = NULL;
	c->app->anchors = NULL;
	return e;
}

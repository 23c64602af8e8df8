/* /metrics in the Prometheus text format (version 0.0.4), on a listener of its own: counts of
 * things, nothing of any person. */
#include "cli/metrics.h"

#define METRICS_BYTES_MAX 65536

struct counter {
	const char *name;
	const char *kind; /* counter or gauge */
	const char *help;
	int64_t value;
};

static void put_counter(struct buf *b, const struct counter *c)
{
	buf_put(b, STR("# HELP "));
	buf_put(b, str_c(c->name));
	buf_c(b, ' ');
	buf_put(b, str_c(c->help));
	buf_put(b, STR("\n# TYPE "));
	buf_put(b, str_c(c->name));
	buf_c(b, ' ');
	buf_put(b, str_c(c->kind));
	buf_c(b, '\n');
	buf_put(b, str_c(c->name));
	buf_c(b, ' ');
	buf_i64(b, c->value);
	buf_c(b, '\n');
}

static void put_http(struct buf *b, const struct http_stats *s)
{
	const struct counter counters[] = {
		{ "kabinet_http_requests_total", "counter", "requests answered", s->requests },
		{ "kabinet_http_refused_total", "counter", "requests refused as malformed",
		  s->refused },
		{ "kabinet_http_timed_out_total", "counter", "connections cut off as too slow",
		  s->timed_out },
		{ "kabinet_http_busy_total", "counter",
		  "requests turned away because a queue was full", s->busy },
		{ "kabinet_http_connections", "gauge", "open connections", s->connections },
		{ "kabinet_http_work_queue", "gauge", "requests that wait for a worker",
		  s->work_queue },
		{ "kabinet_http_slow_queue", "gauge", "requests that wait for a slow worker",
		  s->slow_queue },
	};
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		put_counter(b, &counters[i]);
	buf_put(b, STR("# HELP kabinet_http_responses_total answers by status\n"
		       "# TYPE kabinet_http_responses_total counter\n"));
	for (int i = 1; i < 6; i++) {
		buf_put(b, STR("kabinet_http_responses_total{status=\""));
		buf_i64(b, i);
		buf_put(b, STR("xx\"} "));
		buf_i64(b, s->status[i]);
		buf_c(b, '\n');
	}
}

static void put_store(struct buf *b, const struct store_stats *s)
{
	const struct counter counters[] = {
		{ "kabinet_store_commits_total", "counter", "durable commits (SQLite: of groups)",
		  s->commits },
		{ "kabinet_store_transactions_total", "counter", "write transactions acknowledged",
		  s->transactions },
		{ "kabinet_store_conflicts_total", "counter", "transactions run again",
		  s->conflicts },
		{ "kabinet_store_failures_total", "counter", "transactions that failed",
		  s->failures },
		{ "kabinet_store_statements_total", "counter", "statements run", s->statements },
	};
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		put_counter(b, &counters[i]);
}

enum http_lane metrics_classify(void *metrics, struct http_req *req)
{
	(void)metrics;
	(void)req;
	return LANE_READ;
}

void metrics_handle(void *metrics, struct http_req *req, struct http_resp *resp, int refused)
{
	const struct metrics *m = metrics;
	bool found = !refused && str_eq(req->path, STR("/metrics"));
	resp->status = refused ? refused : found ? 200 : 404;
	resp->content_type = "text/plain; version=0.0.4; charset=utf-8";
	resp->body.max = METRICS_BYTES_MAX;
	if (!found) {
		buf_put(&resp->body, STR("only /metrics is here\n"));
		return;
	}
	struct http_stats http;
	struct store_stats store;
	http_stats(m->server, &http);
	store_stats(m->app->store, &store);
	put_http(&resp->body, &http);
	put_store(&resp->body, &store);
	board_put(m->board, &resp->body);
}

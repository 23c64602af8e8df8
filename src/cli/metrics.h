/* The answers of the /metrics listener. */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include "cli/board.h"
#include "domain/app.h"
#include "http/http.h"

struct metrics {
	const struct app *app;
	const struct http_server *server; /* whose counters are shown */
	const struct board *board;
};

/** metrics_classify(), metrics_handle(): for struct http_opts; its app is a struct metrics. */
enum http_lane metrics_classify(void *metrics, struct http_req *req);
void metrics_handle(void *metrics, struct http_req *req, struct http_resp *resp, int refused);

#endif

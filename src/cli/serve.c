/* `kabinet serve`: the subscribers' pages, and /metrics when configured, until SIGTERM or SIGINT.
 */
#include <signal.h>

#include "cli/cli.h"
#include "cli/keyfile.h"
#include "cli/metrics.h"
#include "core/scan.h"
#include "core/secret.h"
#include "domain/hasher.h"
#include "domain/keys.h"
#include "http/http.h"
#include "http/sd.h"
#include "jobs/jobs.h"
#include "web/web.h"

#define ARENA_BYTES_MAX (4u << 20)
#define BODY_BYTES_MAX  65536
#define SLOW_THREADS    2

static struct http_opts common(const struct app *app)
{
	const struct config *conf = app->conf;
	return (struct http_opts){
		.io_threads = (int)conf->http_io_threads,
		.work_threads = (int)conf->http_work_threads,
		.slow_threads = SLOW_THREADS,
		.slow_queue_max = (int)conf->argon2_queue_max,
		.connections_max = (int)conf->http_connections_max,
		.header_ms = (int)conf->http_header_ms,
		.body_bytes_per_s = (int)conf->http_body_bytes_per_s,
		.body_max = BODY_BYTES_MAX,
		.arena_max = ARENA_BYTES_MAX,
		.proxies = conf->http_proxies.p,
		.clock = app->clock,
		.log = app->log,
	};
}

/* Sign-in cookies need TLS, which a front ends: on an address that others reach, only with one. */
static bool address_safe(const struct config *conf)
{
	static const struct str fine[] = { STR("unix:"), STR("fd:"), STR("127."), STR("[::1]:") };
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (str_starts(conf->http_listen, fine[i]))
			return true;
	}
	return conf->http_proxies.n > 0;
}

/* As browsers send it: a scheme, a host in lower case, perhaps a port, and nothing behind. */
static bool origin_plausible(struct str origin)
{
	if (origin.n == 0)
		return true;
	if (!scan_lit(&origin, STR("https://")) && !scan_lit(&origin, STR("http://")))
		return false;
	for (size_t i = 0; i < origin.n; i++) {
		char c = origin.p[i];
		if (c <= ' ' || c == '/' || c > '~' || (c >= 'A' && c <= 'Z'))
			return false;
	}
	return origin.n > 0;
}

static enum err start_pages(struct web *web, const struct app *app, struct http_server **ret)
{
	struct http_opts opts = common(app);
	char passed[32];
	enum err e = http_listen_from_systemd("web", passed, sizeof(passed));
	opts.listen = e == OK ? passed : app->conf->http_listen.p;
	opts.app = web;
	opts.classify = web_classify;
	opts.handle = web_handle;
	return http_start(&opts, ret);
}

static enum err start_metrics(struct metrics *metrics, struct http_server **ret)
{
	*ret = NULL;
	if (metrics->app->conf->http_metrics.n == 0)
		return OK;
	struct http_opts opts = common(metrics->app);
	opts.listen = metrics->app->conf->http_metrics.p;
	opts.io_threads = 1;
	opts.work_threads = 1;
	opts.slow_threads = 1;
	opts.connections_max = 16;
	opts.app = metrics;
	opts.classify = metrics_classify;
	opts.handle = metrics_handle;
	return http_start(&opts, ret);
}

/* Until somebody asks for it by a signal (main.c has blocked these before any thread was made), or
 * the store cannot be trusted with writes any more: E_STORE. */
static enum err wait_for_stop(const struct app *app)
{
	const struct timespec look = { .tv_sec = 1 };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	while (sigtimedwait(&set, NULL, &look) < 0) {
		if (store_failed(app->store))
			return E_STORE;
	}
	return OK;
}

static void say_not_listening(const struct cli *c, const char *key, struct str value)
{
	cli_err(c, STR("[http] "));
	cli_err(c, str_c(key));
	cli_err(c, STR(": cannot serve on "));
	cli_err(c, value);
	cli_err(c, STR(": the log says why\n"));
}

static enum err serve(const struct cli *c, struct web *web)
{
	struct http_server *pages = NULL;
	struct http_server *counters = NULL;
	struct jobs *jobs = NULL;
	struct metrics metrics = { .app = c->app };
	enum err e = start_pages(web, c->app, &pages);
	if (e != OK) {
		say_not_listening(c, "listen", c->app->conf->http_listen);
		goto out;
	}
	metrics.server = pages;
	e = start_metrics(&metrics, &counters);
	if (e != OK) {
		say_not_listening(c, "metrics", c->app->conf->http_metrics);
		goto out_pages;
	}
	e = jobs_start(c->app, &jobs);
	if (e != OK)
		goto out_counters;
	log_event(c->app->log, LOG_INFO, "serving", log_int("port", http_port(pages)));
	http_sd_ready();
	e = wait_for_stop(c->app);
	http_sd_stopping();
	log_event(c->app->log, e == OK ? LOG_INFO : LOG_ERROR, "stopping",
		  log_const("why", e == OK ? "asked" : "store_failed"));
	jobs_stop(jobs);
out_counters:
	if (counters)
		http_stop(counters);
out_pages:
	http_stop(pages);
out:
	return e;
}

static enum err serve_with_hasher(const struct cli *c)
{
	const struct hasher_opts opts = {
		.in_flight = c->app->conf->argon2_in_flight,
		.queue_max = c->app->conf->argon2_queue_max,
		.passes = HASHER_PASSES,
		.memory = HASHER_MEMORY,
	};
	try(hasher_new(&opts, &c->app->hasher));
	struct web *web = web_new(c->app);
	enum err e = web ? serve(c, web) : E_NOMEM;
	web_free(web);
	hasher_free(c->app->hasher);
	c->app->hasher = NULL;
	return e;
}

enum err cli_serve(const struct cli *c)
{
	if (c->argc != 0)
		return cli_usage(c, "serve");
	if (!address_safe(c->app->conf)) {
		cli_err(c,
			STR("[http] listen: plain HTTP is served on loopback addresses and unix "
			    "sockets "
			    "only, as sign-in cookies need TLS. Put nginx in front, and name its "
			    "address in [http] proxies if it is on another machine\n"));
		return E_INPUT;
	}
	if (!origin_plausible(c->app->conf->http_origin)) {
		cli_err(c, STR("[http] origin: this is what browsers send in Origin, such as "
			       "https://lk.example.ru, in lower case and without a path\n"));
		return E_INPUT;
	}
	struct keys keys;
	try(keyfile_load(c, &keys));
	c->app->keys = &keys;
	enum err e = serve_with_hasher(c);
	c->app->keys = NULL;
	secret_wipe(&keys, sizeof(keys));
	return e;
}

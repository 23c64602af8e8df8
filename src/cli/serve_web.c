/* The roles that have pages: web, with /metrics when configured, and the office. */
#include "cli/serve.h"

#include "cli/metrics.h"
#include "core/scan.h"
#include "domain/hasher.h"
#include "gateway/vault_pipe.h"
#include "http/http.h"
#include "web/web.h"

#define ARENA_BYTES_MAX (4u << 20)
#define BODY_BYTES_MAX  65536
#define SLOW_THREADS    2

/* --- settings ------------------------------------------------------------------- */

/* Sign-in cookies need TLS, which a front ends: on an address that others reach, only with one. */
static bool address_safe(const struct config *conf, struct str listen)
{
	static const struct str fine[] = { STR("unix:"), STR("fd:"), STR("127."), STR("[::1]:") };
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (str_starts(listen, fine[i]))
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

static struct str key_of(enum role role)
{
	return role == ROLE_WEB ? STR("[http]") : STR("[office]");
}

static struct str listen_of(const struct cli *c, enum role role)
{
	return role == ROLE_WEB ? c->app->conf->http_listen : c->app->conf->office_listen;
}

enum err serve_web_settings(const struct cli *c, enum role role)
{
	const struct config *conf = c->app->conf;
	if (listen_of(c, role).n == 0) {
		cli_err(c,
			STR("[office] listen: the office is served only where this says where\n"));
		return E_INPUT;
	}
	if (!address_safe(conf, listen_of(c, role))) {
		cli_err(c, key_of(role));
		cli_err(c,
			STR(" listen: plain HTTP is served on loopback addresses and unix "
			    "sockets "
			    "only, as sign-in cookies need TLS. Put nginx in front, and name its "
			    "address in [http] proxies if it is on another machine\n"));
		return E_INPUT;
	}
	if (!origin_plausible(role == ROLE_WEB ? conf->http_origin : conf->office_origin)) {
		cli_err(c, key_of(role));
		cli_err(c, STR(" origin: this is what browsers send in Origin, such as "
			       "https://lk.example.ru, in lower case and without a path\n"));
		return E_INPUT;
	}
	return OK;
}

/* --- the two servers ------------------------------------------------------------ */

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

static enum err start_pages(struct web *web, const struct cli *c, const struct serve_link *l,
			    struct http_server **ret)
{
	struct http_opts opts = common(c->app);
	char where[16];
	snprintf(where, sizeof(where), "fd:%d", l->listen);
	opts.listen = where;
	opts.app = web;
	opts.classify = web_classify;
	opts.handle = web_handle;
	enum err e = http_start(&opts, ret);
	if (e != OK)
		serve_not_listening(c, l->role == ROLE_WEB ? "[http] listen" : "[office] listen",
				    listen_of(c, l->role));
	return e;
}

static enum err start_metrics(struct metrics *metrics, const struct cli *c,
			      const struct serve_link *l, struct http_server **ret)
{
	*ret = NULL;
	if (l->metrics < 0)
		return OK;
	struct http_opts opts = common(c->app);
	char where[16];
	snprintf(where, sizeof(where), "fd:%d", l->metrics);
	opts.listen = where;
	opts.io_threads = 1;
	opts.work_threads = 1;
	opts.slow_threads = 1;
	opts.connections_max = 16;
	opts.app = metrics;
	opts.classify = metrics_classify;
	opts.handle = metrics_handle;
	enum err e = http_start(&opts, ret);
	if (e != OK)
		serve_not_listening(c, "[http] metrics", c->app->conf->http_metrics);
	return e;
}

static enum err serve(const struct cli *c, const struct serve_link *l, struct web *web)
{
	struct http_server *pages = NULL;
	struct http_server *counters = NULL;
	struct metrics metrics = { .app = c->app, .board = l->board };
	try(start_pages(web, c, l, &pages));
	metrics.server = pages;
	enum err e = start_metrics(&metrics, c, l, &counters);
	if (e == OK) {
		serve_ready(c, l, http_port(pages));
		e = serve_wait(c, l, NULL, NULL);
	}
	if (counters)
		http_stop(counters);
	http_stop(pages);
	return e;
}

enum err serve_web(const struct cli *c, const struct serve_link *l)
{
	const struct hasher_opts opts = {
		.in_flight = c->app->conf->argon2_in_flight,
		.queue_max = c->app->conf->argon2_queue_max,
		.passes = HASHER_PASSES,
		.memory = HASHER_MEMORY,
	};
	struct vault_pipe pipe;
	vault_pipe_init(&pipe, l->vault);
	try(hasher_new(&opts, &c->app->hasher));
	const struct site *site = l->role == ROLE_WEB ? web_subscribers() : web_office();
	c->app->vault = l->role == ROLE_OFFICE ? &pipe.port : NULL;
	struct web *web = web_new(c->app, site);
	enum err e = web ? serve(c, l, web) : E_NOMEM;
	web_free(web);
	hasher_free(c->app->hasher);
	c->app->hasher = NULL;
	c->app->vault = NULL;
	return e;
}

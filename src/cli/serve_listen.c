/* The addresses that are served. They are bound by whoever still may: the parent, or a role before
 * it confines itself. */
#include "cli/serve.h"

#include "http/sd.h"

void serve_not_listening(const struct cli *c, const char *key, struct str value)
{
	cli_err(c, STR("[http] "));
	cli_err(c, str_c(key));
	cli_err(c, STR(": cannot serve on "));
	cli_err(c, value);
	cli_err(c, STR(": the log says why\n"));
}

enum err serve_listen(const struct cli *c, struct serve_listeners *ret)
{
	const struct config *conf = c->app->conf;
	char passed[32];
	enum err e = http_listen_from_systemd("web", passed, sizeof(passed));
	const char *where = e == OK ? passed : conf->http_listen.p;
	*ret = (struct serve_listeners){ .pages = { .fd = -1 }, .metrics = { .fd = -1 } };
	if (http_listen(where, c->app->log, &ret->pages) != OK) {
		serve_not_listening(c, "listen", conf->http_listen);
		return E_UPSTREAM;
	}
	if (conf->http_metrics.n == 0)
		return OK;
	if (http_listen(conf->http_metrics.p, c->app->log, &ret->metrics) != OK) {
		serve_not_listening(c, "metrics", conf->http_metrics);
		serve_listen_end(ret);
		return E_UPSTREAM;
	}
	return OK;
}

void serve_listen_end(struct serve_listeners *l)
{
	struct http_listener *all[] = { &l->pages, &l->metrics };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i]->fd >= 0)
			http_listen_end(all[i]);
		all[i]->fd = -1;
	}
}

/* The addresses that are served. They are bound by whoever still may: the parent, or a role before
 * it confines itself. */
#include "cli/serve.h"

#include "http/sd.h"

void serve_not_listening(const struct cli *c, const char *key, struct str value)
{
	cli_err(c, str_c(key));
	cli_err(c, STR(": cannot serve on "));
	cli_err(c, value);
	cli_err(c, STR(": the log says why\n"));
}

struct place {
	enum role role;     /* who serves it */
	const char *passed; /* systemd may have passed it under this name; NULL: never */
	const char *key;
	struct str where; /* empty: nowhere */
	struct http_listener *listener;
};

static enum err listen_at(const struct cli *c, const struct place *p)
{
	char passed[32];
	if (p->where.n == 0)
		return OK;
	bool given = p->passed && http_listen_from_systemd(p->passed, passed, sizeof(passed)) == OK;
	return http_listen(given ? passed : p->where.p, c->app->log, p->listener);
}

enum err serve_listen(const struct cli *c, enum role role, struct serve_listeners *ret)
{
	const struct config *conf = c->app->conf;
	const struct place places[] = {
		{ ROLE_WEB, "web", "[http] listen", conf->http_listen, &ret->pages },
		{ ROLE_WEB, NULL, "[http] metrics", conf->http_metrics, &ret->metrics },
		{ ROLE_OFFICE, "office", "[office] listen", conf->office_listen, &ret->office },
	};
	*ret = SERVE_LISTENERS_NONE;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		bool mine = role == ROLES || role == places[i].role;
		if (!mine || listen_at(c, &places[i]) == OK)
			continue;
		serve_not_listening(c, places[i].key, places[i].where);
		serve_listen_end(ret);
		return E_UPSTREAM;
	}
	return OK;
}

void serve_listen_end(struct serve_listeners *l)
{
	struct http_listener *all[] = { &l->pages, &l->metrics, &l->office };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i]->fd >= 0)
			http_listen_end(all[i]);
		all[i]->fd = -1;
	}
}

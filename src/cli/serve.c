/* `kabinet serve`: what it was called with. Without --role it is the parent of all roles. */
#include "cli/serve.h"

#include <signal.h>

#include "cli/gateways.h"

/* Before any thread is made: they are waited for. */
static void block_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* --inherited is what the parent adds; nobody else has descriptors at those numbers. */
static bool read_args(const struct cli *c, enum role *role, bool *inherited)
{
	*inherited = c->argc == 3 && str_eq(str_c(c->argv[2]), STR("--inherited"));
	return (c->argc == 2 || *inherited) && str_eq(str_c(c->argv[0]), STR("--role")) &&
	       role_find(str_c(c->argv[1]), role);
}

bool serve_wanted(const struct cli *c, enum role role)
{
	bool office = role == ROLE_OFFICE || role == ROLE_VAULT;
	return !office || c->app->conf->office_listen.n > 0;
}

enum err cli_serve(const struct cli *c)
{
	enum role role = ROLE_WEB;
	bool inherited = false;
	if (c->argc > 0 && !read_args(c, &role, &inherited))
		return cli_usage(c, "serve");
	for (enum role r = 0; r < ROLES; r++) {
		bool here = c->argc == 0 ? serve_wanted(c, r) : r == role;
		if (here && role_has_pages(r))
			try(serve_web_settings(c, r));
	}
	if (c->argc == 0 || role == ROLE_WORKER)
		try(gateways_check(c));
	block_signals();
	return c->argc > 0 ? serve_role(c, role, inherited) : serve_parent(c);
}

/* The order of things, and what happens where a kernel lacks one of them. */
#include "cli/sandbox.h"
#include "store/reach.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum sandbox_reach sandbox_reach(const struct cli *c, enum role role)
{
	if (role == ROLE_WORKER)
		return SANDBOX_NETWORK;
	if (role == ROLE_VAULT)
		return SANDBOX_NOBODY;
	switch (store_reach(c->app->conf->store_url.p)) {
	case STORE_REACH_FILE:
		return SANDBOX_NOBODY;
	case STORE_REACH_UNIX:
		return SANDBOX_UNIX;
	case STORE_REACH_NETWORK:
		break;
	}
	return SANDBOX_NETWORK;
}

static enum err lacks(const struct cli *c, enum role role, const char *what)
{
	bool required = str_eq(c->app->conf->roles_sandbox, STR("require"));
	log_event(c->app->log, required ? LOG_ERROR : LOG_WARN, "sandbox_lacks",
		  log_const("role", role_name(role)), log_const("what", what));
	if (!required)
		return OK;
	cli_err(c, STR("[roles] sandbox = require: "));
	cli_err(c, str_c(what));
	cli_err(c, STR("\n"));
	return E_DENIED;
}

/* A dump would hold what people typed. Who has to look into a process says so in the settings. */
static const char *keep_memory_in(const struct cli *c)
{
	const struct rlimit none = { 0 };
	if (c->app->conf->roles_dumpable)
		return prctl(PR_SET_DUMPABLE, 1) == 0 ? NULL : "the memory cannot be shown";
	if (!SANDBOX_SANITIZED && prctl(PR_SET_DUMPABLE, 0) != 0)
		return "the memory cannot be hidden";
	return setrlimit(RLIMIT_CORE, &none) == 0 ? NULL : "dumps cannot be forbidden";
}

enum err sandbox_enter(const struct cli *c, enum role role)
{
	const char *what = keep_memory_in(c);
	if (!what && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		what = "new privileges cannot be renounced";
	if (what)
		try(lacks(c, role, what));
	what = sandbox_files(c, role);
	if (what)
		try(lacks(c, role, what));
	/* Last: it forbids what the others did. */
	what = sandbox_calls(c, role);
	if (what)
		try(lacks(c, role, what));
	if (role != ROLE_WORKER && sandbox_reach(c, role) == SANDBOX_NETWORK)
		log_event(
			c->app->log, LOG_WARN, "sandbox_open",
			log_const("why",
				  "the database is reached by TCP: web may open TCP connections"));
	return OK;
}

/* The store of a command. */
#include "cli/ready.h"

#include <errno.h>
#include <unistd.h>

#include "cli/keyfile.h"
#include "cli/lease.h"
#include "core/secret.h"
#include "domain/node.h"

/* The command has not begun: whatever an answer of its own means, this is none. */
static enum err cannot_run(const struct cli *c, struct str why)
{
	cli_err(c, why);
	return E_STORE;
}

static enum err check_version(const struct cli *c)
{
	int have;
	int want;
	if (store_version(c->app->store, &have, &want) != OK)
		return cannot_run(c, STR("cannot read the store: the log says why\n"));
	if (have < want)
		return cannot_run(
			c, STR("the store is older than this program: run `kabinet migrate`\n"));
	if (have > want)
		return cannot_run(c, STR("the store is newer than this program\n"));
	return OK;
}

static enum err run_with_ids(const struct cli *c, enum err (*run)(const struct cli *c, void *arg),
			     void *arg)
{
	struct lease *lease;
	try(check_version(c));
	if (lease_start(c->app, NODE_RENEW_MS, &lease) != OK)
		return cannot_run(c, STR("cannot get a node's number: the log says why\n"));
	enum err e = run(c, arg);
	lease_stop(lease);
	return e;
}

static enum err run_with_keys(const struct cli *c, enum err (*run)(const struct cli *c, void *arg),
			      void *arg)
{
	struct keys keys;
	try(keyfile_load(c, &keys));
	c->app->keys = &keys;
	enum err e = run_with_ids(c, run, arg);
	c->app->keys = NULL;
	secret_wipe(&keys, sizeof(keys));
	return e;
}

static enum err run_ready(const struct cli *c, enum cli_needs needs,
			  enum err (*run)(const struct cli *c, void *arg), void *arg)
{
	switch (needs) {
	case CLI_STORE:
		return run_with_ids(c, run, arg);
	case CLI_KEYS:
		return run_with_keys(c, run, arg);
	default:
		return run(c, arg);
	}
}

/* Opening a file that is not there would make it: a slip in its name would become an empty store,
 * and `kabinet backup` would keep copies of that. */
static bool store_there(const struct cli *c)
{
	struct str url = c->app->conf->store_url;
	if (str_starts(url, STR("postgres")) || access(url.p, F_OK) == 0 || errno != ENOENT)
		return true;
	cli_err(c, STR("there is no store at "));
	cli_err(c, url);
	cli_err(c, STR(": `kabinet migrate` makes one\n"));
	return false;
}

enum err ready_run(const struct cli *c, enum cli_needs needs,
		   enum err (*run)(const struct cli *c, void *arg), void *arg)
{
	const struct store_opts opts = {
		.url = c->app->conf->store_url.p,
		.clock = c->app->clock,
		.log = c->app->log,
		.pool_max = (int)c->app->conf->store_pool_max,
		.cache_mb = (int)c->app->conf->store_cache_mb,
	};
	if (needs == CLI_CONF)
		return run(c, arg);
	if (needs != CLI_MAKE && !store_there(c))
		return E_STORE;
	if (store_open(&opts, &c->app->store) != OK)
		return cannot_run(c, STR("cannot open the store: the log says why\n"));
	enum err e = run_ready(c, needs, run, arg);
	store_close(c->app->store);
	c->app->store = NULL;
	return e;
}

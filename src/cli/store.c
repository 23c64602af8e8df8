/* The life of the store: migrate, backup, restore; and `kabinet config`. */
#include "store/store.h"
#include "cli/cli.h"

static void say(const struct cli *c, const char *text, int64_t n)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_put(&b, str_c(text));
	if (n >= 0)
		buf_i64(&b, n);
	buf_c(&b, '\n');
	cli_out(c, buf_str(&b));
	buf_done(&b);
}

enum err cli_migrate(const struct cli *c)
{
	if (c->argc != 0)
		return cli_usage(c, "migrate");
	int applied;
	try(store_migrate(c->app->store, &applied));
	say(c, "migrations applied: ", applied);
	return OK;
}

enum err cli_backup(const struct cli *c)
{
	if (c->argc != 1)
		return cli_usage(c, "backup");
	enum err e = store_backup(c->app->store, c->argv[0]);
	if (e == E_CONFLICT)
		cli_err(c, STR("the file is there already, or the store is PostgreSQL: "
			       "use pg_basebackup, see docs/operations.md\n"));
	else if (e == OK)
		say(c, "backup written", -1);
	return e;
}

enum err cli_config(const struct cli *c)
{
	if (c->argc != 0)
		return cli_usage(c, "config");
	struct buf b;
	buf_init(&b, 1 << 20);
	config_print(&b);
	enum err e = b.err;
	cli_out(c, buf_str(&b));
	buf_done(&b);
	return e;
}

/* `kabinet demo-signins`: three sign-ins to try the demonstration operator with. */
#include "cli/cli.h"
#include "domain/hasher.h"
#include "domain/import_demo.h"

#define ARENA_BYTES ((size_t)1 << 20)

static const char *const about[IMPORT_DEMO_N] = {
	[IMPORT_DEMO_NEW] =
		"новая SIM-карта: пароль – последние 4 цифры ее номера, дальше регистрация",
	[IMPORT_DEMO_DEBT] = "долг, номер заблокирован",
	[IMPORT_DEMO_OVERPAID] = "переплата",
};

static void print(const struct cli *c, const struct import_demo_signin *signins)
{
	struct buf b;
	buf_init(&b, 4096);
	for (size_t i = 0; i < IMPORT_DEMO_N; i++) {
		if (!signins[i].msisdn.d[0])
			continue;
		buf_put(&b, msisdn_str(&signins[i].msisdn));
		buf_put(&b, STR("  "));
		buf_put(&b, signins[i].password);
		for (size_t n = signins[i].password.n; n < 16; n++)
			buf_c(&b, ' ');
		buf_put(&b, str_c(about[i]));
		buf_c(&b, '\n');
	}
	cli_out(c, buf_str(&b));
	buf_done(&b);
}

static enum err make(const struct cli *c, struct arena *a)
{
	struct import_demo_signin signins[IMPORT_DEMO_N];
	enum err e = import_demo_signins(c->app, a, signins);
	if (e == E_DENIED)
		cli_err(c, STR("this store is not a demonstration: it was not filled with `kabinet "
			       "import --demo`\n"));
	else if (e != OK)
		cli_err(c, STR("the database failed\n"));
	if (e == OK)
		print(c, signins);
	return e;
}

enum err cli_demo_signins(const struct cli *c)
{
	if (c->argc != 0)
		return cli_usage(c, "demo_signins");
	const struct hasher_opts opts = {
		.in_flight = 1, .queue_max = 1, .passes = HASHER_PASSES, .memory = HASHER_MEMORY
	};
	struct arena *a = arena_new(ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err e = hasher_new(&opts, &c->app->hasher);
	if (e == OK)
		e = make(c, a);
	hasher_free(c->app->hasher);
	c->app->hasher = NULL;
	arena_free(a);
	return e;
}

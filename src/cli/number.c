/* `kabinet number reopen N --reason TEXT`: the office opens the first sign-in of a number again. */
#include "domain/number.h"
#include "cli/cli.h"
#include "core/msisdn.h"

#define ARENA_BYTES 65536

static const struct {
	enum err err;
	const char *text;
} answers[] = {
	{ OK, "the first sign-in of this number is open again" },
	{ E_NOTFOUND, "no such number" },
	{ E_CONFLICT, "nothing to open: somebody is registered on this number and has tries left, "
		      "or it has no issued SIM card" },
	{ E_UNKNOWN, "the database did not answer in time: look at the audit, or do it again" },
	{ E_STORE, "the database failed; nothing was changed" },
};

static void answer(const struct cli *c, enum err e)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answers[i].err != e)
			continue;
		(e == OK ? cli_out : cli_err)(c, str_c(answers[i].text));
		(e == OK ? cli_out : cli_err)(c, STR("\n"));
	}
}

static enum err read_args(const struct cli *c, struct number_reopen *ret)
{
	if (c->argc != 4 || strcmp(c->argv[0], "reopen") != 0 ||
	    strcmp(c->argv[2], "--reason") != 0)
		return cli_usage(c, "number");
	if (msisdn_parse(str_c(c->argv[1]), &ret->msisdn) != OK) {
		cli_err(c, STR("not a mobile number\n"));
		return E_INPUT;
	}
	ret->by = audit_console();
	ret->reason = str_trim(str_c(c->argv[3]));
	if (!audit_reason_ok(ret->reason)) {
		cli_err(c, STR("the reason must be 1 to 500 bytes of plain text\n"));
		return E_INPUT;
	}
	return OK;
}

enum err cli_number(const struct cli *c)
{
	struct number_reopen what;
	try(read_args(c, &what));
	struct arena *a = arena_new(ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err e = number_reopen(c->app, a, &what);
	arena_free(a);
	answer(c, e);
	return e;
}

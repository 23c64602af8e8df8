/* `kabinet totp off NUMBER --reason TEXT`: the office lets somebody in who has lost both the device
 * and the codes on paper. */
#include "domain/totp_office.h"

#include "cli/cli.h"

#define ARENA_BYTES 65536

static enum err read_args(const struct cli *c, struct totp_revoke *ret)
{
	if (c->argc != 4 || strcmp(c->argv[0], "off") != 0 || strcmp(c->argv[2], "--reason") != 0)
		return cli_usage(c, "totp");
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

static void answer(const struct cli *c, enum err e)
{
	if (e == OK)
		cli_out(c, STR("the second factor is off: the password alone signs in\n"));
	else if (e == E_NOTFOUND)
		cli_err(c, STR("nobody has a second factor on at this number\n"));
	else if (e == E_UNKNOWN)
		cli_err(c, STR("the database did not answer in time: do it again\n"));
	else
		cli_err(c, STR("the database failed; nothing was changed\n"));
}

enum err cli_totp(const struct cli *c)
{
	struct totp_revoke what;
	try(read_args(c, &what));
	struct arena *a = arena_new(ARENA_BYTES);
	enum err e = a ? totp_revoke(c->app, a, &what) : E_NOMEM;
	arena_free(a);
	answer(c, e);
	return e;
}

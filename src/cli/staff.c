/* `kabinet staff …`: the first administrator, and a way back in when none can sign in. */
#include "domain/staff.h"

#include "cli/cli.h"

#define ARENA_BYTES 262144

struct ask {
	const struct cli *c;
	struct arena *a;
	struct actor by;
};

static void say_link(const struct cli *c, const struct staff_link *link)
{
	const struct config *conf = c->app->conf;
	struct buf b;
	buf_init(&b, 1024);
	buf_put(&b, STR("open within "));
	buf_i64(&b, conf->office_enrol_hours);
	buf_put(&b, STR(" hours, once:\n"));
	if (conf->office_origin.n)
		buf_put(&b, conf->office_origin);
	else if (conf->office_listen.n) {
		buf_put(&b, STR("http://"));
		buf_put(&b, conf->office_listen);
	}
	buf_put(&b, STR("/enrol?t="));
	buf_put(&b, str_c(link->token));
	buf_c(&b, '\n');
	cli_out(c, buf_str(&b));
	buf_done(&b);
}

static void say_faults(const struct cli *c, const struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		cli_err(c, str_c(problems->v[i].field));
		cli_err(c, STR(": "));
		cli_err(c, say_text(problems->v[i].say.id, LANG_EN));
		cli_err(c, STR("\n"));
	}
}

static enum err add(const struct ask *k)
{
	const struct cli *c = k->c;
	struct problems problems = { 0 };
	struct staff_link link;
	if (c->argc != 6 || strcmp(c->argv[2], "--name") != 0 || strcmp(c->argv[4], "--role") != 0)
		return cli_usage(c, "staff");
	const struct staff_new new = {
		.login = str_c(c->argv[1]),
		.name = str_trim(str_c(c->argv[3])),
		.role = str_c(c->argv[5]),
	};
	enum err e = staff_add(c->app, k->a, &k->by, &new, &problems, &link);
	say_faults(c, &problems);
	if (e == OK)
		say_link(c, &link);
	return e;
}

static enum err invite(const struct ask *k)
{
	int64_t id;
	struct staff_link link;
	if (k->c->argc != 2)
		return cli_usage(k->c, "staff");
	enum err e = staff_of_login(k->c->app, k->a, str_c(k->c->argv[1]), &id);
	if (e == OK)
		e = staff_invite(k->c->app, k->a, &k->by, id, &link);
	if (e == E_NOTFOUND)
		cli_err(k->c, STR("nobody of that login may sign in\n"));
	if (e == OK)
		say_link(k->c, &link);
	return e;
}

static enum err disable(const struct ask *k)
{
	const struct cli *c = k->c;
	int64_t id;
	if (c->argc != 4 || strcmp(c->argv[2], "--reason") != 0)
		return cli_usage(c, "staff");
	struct str reason = str_trim(str_c(c->argv[3]));
	if (!audit_reason_ok(reason)) {
		cli_err(c, STR("the reason must be 1 to 500 bytes of plain text\n"));
		return E_INPUT;
	}
	enum err e = staff_of_login(c->app, k->a, str_c(c->argv[1]), &id);
	if (e == OK)
		e = staff_disable(c->app, k->a, &k->by, id, reason);
	if (e == OK)
		cli_out(c, STR("they are signed out and cannot sign in\n"));
	else if (e == E_NOTFOUND)
		cli_err(c, STR("nobody of that login may sign in\n"));
	else if (e == E_CONFLICT)
		cli_err(c, STR("this is the last administrator\n"));
	return e;
}

static void put_row(struct buf *b, const struct staff_row *row)
{
	buf_i64(b, row->staff.number);
	buf_c(b, '\t');
	buf_put(b, row->staff.login);
	buf_c(b, '\t');
	buf_put(b, right_role_name(row->staff.role));
	buf_c(b, '\t');
	buf_put(b, !tstamp_is_none(row->disabled)   ? STR("disabled")
		   : !tstamp_is_none(row->enrolled) ? STR("active")
						    : STR("invited"));
	buf_c(b, '\t');
	buf_put(b, row->staff.name);
	buf_c(b, '\n');
}

static enum err list(const struct ask *k)
{
	struct staff_list all;
	struct buf b;
	if (k->c->argc != 1)
		return cli_usage(k->c, "staff");
	try(staff_list(k->c->app, k->a, &all));
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < all.n; i++)
		put_row(&b, &all.v[i]);
	cli_out(k->c, buf_str(&b));
	enum err e = b.err;
	buf_done(&b);
	return e;
}

static const struct {
	const char *name;
	enum err (*run)(const struct ask *k);
} verbs[] = { { "add", add }, { "invite", invite }, { "disable", disable }, { "list", list } };

enum err cli_staff(const struct cli *c)
{
	struct ask k = { .c = c, .by = audit_console() };
	for (size_t i = 0; c->argc > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(c->argv[0], verbs[i].name) != 0)
			continue;
		k.a = arena_new(ARENA_BYTES);
		enum err e = k.a ? verbs[i].run(&k) : E_NOMEM;
		arena_free(k.a);
		if (e == E_STORE || e == E_UNKNOWN)
			cli_err(c, STR("the database failed: look whether it was done\n"));
		return e;
	}
	return cli_usage(c, "staff");
}

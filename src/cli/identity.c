/* From root to a role's user. Called before there is a second thread: the kernel keeps all of this
 * by thread. */
#include "cli/identity.h"

#include <assert.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAPABILITIES_MAX 64

static struct str user_of(const struct cli *c, enum role role)
{
	const struct config *conf = c->app->conf;
	switch (role) {
	case ROLE_WEB:
		return conf->roles_web_user;
	case ROLE_OFFICE:
		return conf->roles_office_user;
	case ROLE_VAULT:
		return conf->roles_vault_user;
	default:
		return conf->roles_worker_user;
	}
}

static enum err refuse(const struct cli *c, enum role role, struct str why)
{
	cli_err(c, STR("[roles] "));
	cli_err(c, str_c(role_name(role)));
	cli_err(c, STR("_user = "));
	cli_err(c, user_of(c, role));
	cli_err(c, why);
	return E_INPUT;
}

static enum err failed(const struct cli *c, const char *step)
{
	log_event(c->app->log, LOG_ERROR, "role_user", log_const("step", step),
		  log_int("errno", errno));
	return E_DENIED;
}

static enum err become(const struct cli *c, const struct passwd *pw)
{
	if (initgroups(pw->pw_name, pw->pw_gid) != 0 || setgid(pw->pw_gid) != 0 ||
	    setuid(pw->pw_uid) != 0)
		return failed(c, "setuid");
	assert(setuid(0) != 0);
	return OK;
}

static enum err change_user(const struct cli *c, enum role role)
{
	struct str name = user_of(c, role);
	if (name.n == 0) {
		if (geteuid() == 0)
			log_event(c->app->log, LOG_WARN, "role_keeps_root",
				  log_const("role", role_name(role)),
				  log_const("why", "no user in [roles]"));
		return OK;
	}
	const struct passwd *pw = getpwnam(name.p);
	if (!pw)
		return refuse(c, role, STR(": there is no such user\n"));
	if (pw->pw_uid == 0)
		return refuse(c, role, STR(": a role should have less than root\n"));
	if (geteuid() == pw->pw_uid)
		return OK;
	return geteuid() == 0 ? become(c, pw) : refuse(c, role, STR(": only root can become it\n"));
}

/* Before the user changes: with it goes the right to do so. Without that right there is nothing to
 * bound. */
static void drop_bounding_set(void)
{
	for (int i = 0; i < CAPABILITIES_MAX; i++)
		(void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
}

/* What counts is what is left: whoever was started with nothing may even be forbidden to give it
 * up. */
static enum err drop_capabilities(const struct cli *c)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[2] = { 0 };
	struct __user_cap_data_struct left[2];
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	(void)syscall(SYS_capset, &head, none);
	if (syscall(SYS_capget, &head, left) != 0 || memcmp(left, none, sizeof(left)) != 0)
		return failed(c, "capset");
	return OK;
}

enum err identity_drop(const struct cli *c, enum role role)
{
	drop_bounding_set();
	try(change_user(c, role));
	umask(S_IRWXO);
	return drop_capabilities(c);
}

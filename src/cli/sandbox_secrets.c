/* Which files hold secrets, and whose they are. */
#include <fcntl.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "domain/keys.h"

#define PATH_BYTES_MAX 4096

/* The gateways that have a password, in the order of the settings. */
static const struct credential {
	const char *what;
	size_t chosen; /* which gateway the settings name, for this kind of messages */
	struct str gateway;
	size_t password_file, tls_ca;
} credentials[] = {
	{
		.what = "open the password of [mail_smtp]",
		.chosen = offsetof(struct config, mail_gateway),
		.gateway = STR("smtp"),
		.password_file = offsetof(struct config, mail_smtp_password_file),
		.tls_ca = offsetof(struct config, mail_smtp_tls_ca),
	},
	{
		.what = "open the password of [sms_kannel]",
		.chosen = offsetof(struct config, sms_gateway),
		.gateway = STR("kannel"),
		.password_file = offsetof(struct config, sms_kannel_password_file),
		.tls_ca = offsetof(struct config, sms_kannel_tls_ca),
	},
	{
		.what = "open the password of [sms_smsc]",
		.chosen = offsetof(struct config, sms_gateway),
		.gateway = STR("smsc"),
		.password_file = offsetof(struct config, sms_smsc_password_file),
		.tls_ca = offsetof(struct config, sms_smsc_tls_ca),
	},
	{
		.what = "open the password of [sms_smpp]",
		.chosen = offsetof(struct config, sms_gateway),
		.gateway = STR("smpp"),
		.password_file = offsetof(struct config, sms_smpp_password_file),
		.tls_ca = offsetof(struct config, sms_smpp_tls_ca),
	},
};

static const struct {
	const char *what;
	enum keys_file file;
} keys[] = {
	{ "open the vault's private key", KEYS_VAULT_PRIVATE },
	{ "open the key that signs the books", KEYS_ROOT_PRIVATE },
	{ "open the key of the application", KEYS_APP },
};

static struct str setting(const struct config *conf, size_t offset)
{
	return *(const struct str *)((const char *)conf + offset);
}

static bool carries(const struct config *conf, const struct credential *k)
{
	return str_eq(setting(conf, k->chosen), k->gateway);
}

void sandbox_each_credential(const struct config *conf, void (*fn)(void *arg, const char *path),
			     void *arg)
{
	for (size_t i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++) {
		const struct credential *k = &credentials[i];
		if (!carries(conf, k))
			continue;
		fn(arg, setting(conf, k->password_file).p);
		fn(arg, setting(conf, k->tls_ca).p);
	}
}

static void each_key(const struct config *conf, sandbox_secret_fn *fn, void *arg)
{
	char path[PATH_BYTES_MAX];
	fn(arg, "list the folder of the keys", conf->keys_dir.p);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", conf->keys_dir.p,
			 keys_file_name(keys[i].file));
		fn(arg, keys[i].what, path);
	}
}

void sandbox_each_secret(const struct config *conf, enum role role, sandbox_secret_fn *fn,
			 void *arg)
{
	each_key(conf, fn, arg);
	fn(arg, "open the vault's journal", conf->vault_journal.p);
	for (size_t i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++) {
		const struct credential *k = &credentials[i];
		struct str path = setting(conf, k->password_file);
		if (path.n > 0 && !(role == ROLE_WORKER && carries(conf, k)))
			fn(arg, k->what, path.p);
	}
}

static void try_one(void *arg, const char *what, const char *path)
{
	bool *opened = arg;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	(void)what;
	if (fd < 0)
		return;
	close(fd);
	*opened = true;
}

bool sandbox_secrets_open(const struct config *conf, enum role role)
{
	bool opened = false;
	sandbox_each_secret(conf, role, try_one, &opened);
	return opened;
}

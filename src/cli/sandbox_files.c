/* Landlock: which files a role may touch, and whether it may connect by TCP at all. Raw system
 * calls: there is no library for them in Debian 12, and its headers know less than its kernels. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "store/reach.h"

#define PATH_BYTES_MAX 4096

/* What headers of Linux 6.1 lack. */
#define FS_TRUNCATE           (1ull << 14)
#define NET_BIND_TCP          (1ull << 0)
#define NET_CONNECT_TCP       (1ull << 1)
#define SCOPE_ABSTRACT_SOCKET (1ull << 0)
#define SCOPE_SIGNAL          (1ull << 1)

#define READ       (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_ONLY  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define READ_WRITE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
#define KEEP       (READ | FILE_ONLY | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

#define RULE_NET_PORT 2
#define PORTS_MAX     8

struct net_port_attr {
	uint64_t access;
	uint64_t port;
};

struct ruleset_attr {
	uint64_t fs;
	uint64_t net;    /* Linux 6.7 */
	uint64_t scoped; /* Linux 6.12 */
};

struct ruleset {
	int fd;
	uint64_t fs, net; /* what it handles */
	bool failed;
};

/* Rights of files by version of the interface; each knows those of the ones before. */
static uint64_t rights_known(long version)
{
	static const int count[] = { 0, 13, 14, 15, 15 };
	return (1ull << (version < 5 ? count[version] : 16)) - 1;
}

static void allow(struct ruleset *r, const char *path, uint64_t access)
{
	struct stat st;
	struct landlock_path_beneath_attr rule = { .allowed_access = access & r->fs };
	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return; /* what is not there needs no permission */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= FILE_ONLY;
	r->failed |=
		syscall(SYS_landlock_add_rule, r->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0;
	close(rule.parent_fd);
}

static void allow_reading(struct ruleset *r, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		allow(r, paths[i], READ);
}

/* Libraries load more of themselves when they are first used, ask how many processors there are,
 * and whose process this is. */
static void allow_libraries(struct ruleset *r)
{
	static const char *const paths[] = {
		"/lib",
		"/lib64",
		"/usr/lib",
		"/usr/lib64",
		"/usr/local/lib",
		"/etc/ld.so.cache",
		"/etc/passwd",
		"/etc/group",
		"/etc/nsswitch.conf",
		"/dev/urandom",
		"/dev/random",
		"/sys/devices/system/cpu",
		"/etc/localtime",
		"/usr/share/zoneinfo",
	};
	allow_reading(r, paths, sizeof(paths) / sizeof(paths[0]));
	allow(r, "/dev/null", READ_WRITE);
	if (SANDBOX_SANITIZED)
		allow(r, "/proc", READ);
}

/* Names of hosts, and certificates to trust. */
static void allow_network(struct ruleset *r)
{
	static const char *const paths[] = {
		"/etc/hosts",       "/etc/host.conf",
		"/etc/resolv.conf", "/run/systemd/resolve",
		"/etc/gai.conf",    "/etc/services",
		"/etc/protocols",   "/etc/ssl/openssl.cnf",
		"/etc/ssl/certs",   "/usr/share/ca-certificates",
		"/etc/gnutls",      "/usr/local/share/ca-certificates",
	};
	allow_reading(r, paths, sizeof(paths) / sizeof(paths[0]));
}

static void allow_credential(void *ruleset, const char *path)
{
	if (path[0])
		allow(ruleset, path, READ);
}

/* A file that is added to may lie anywhere: made now, as a rule is about a file that is there. */
static void allow_adding(struct ruleset *r, struct str path)
{
	int fd = open(path.p, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return; /* whoever adds to it will say why */
	close(fd);
	allow(r, path.p, READ_WRITE);
}

static void allow_log(struct ruleset *r, struct str gateway, struct str path)
{
	if (str_eq(gateway, STR("log")))
		allow_adding(r, path);
}

/* What the worker reads and writes for the gateways that it works with; some hold codes in clear.
 */
static void allow_gateways(struct ruleset *r, const struct config *conf)
{
	sandbox_each_credential(conf, allow_credential, r);
	allow_log(r, conf->sms_gateway, conf->sms_log_file);
	allow_log(r, conf->mail_gateway, conf->mail_log_file);
	if (conf->audit_anchor_file.n)
		allow_adding(r, conf->audit_anchor_file);
}

/* --- the folder of the state ------------------------------------------------------ */

bool sandbox_folder(const struct cli *c, char *buf, size_t n)
{
	const struct config *conf = c->app->conf;
	struct str path = conf->roles_state_dir;
	if (path.n == 0 && store_reach(conf->store_url.p) != STORE_REACH_FILE)
		return false;
	if (path.n == 0) {
		path = conf->store_url;
		while (path.n > 0 && path.p[path.n - 1] != '/')
			path.n--;
	}
	int written = snprintf(buf, n, "%.*s%s", (int)path.n, path.p, path.n > 0 ? "" : ".");
	return written > 0 && (size_t)written < n;
}

/* --- all of it ---------------------------------------------------------------------- */

/* The ports of the database, when web may connect for its sake. */
static size_t database_ports(const struct cli *c, uint16_t ports[PORTS_MAX])
{
	return store_ports(c->app->conf->store_url.p, ports, PORTS_MAX);
}

/* A socket that listens can be made to connect instead: seccomp cannot tell, this can. */
static struct ruleset_attr wanted(const struct cli *c, enum role role, long version)
{
	uint16_t ports[PORTS_MAX];
	struct ruleset_attr attr = { .fs = rights_known(version) };
	bool known = sandbox_reach(c, role) != SANDBOX_NETWORK || database_ports(c, ports) > 0;
	if (version >= 4)
		attr.net = NET_BIND_TCP;
	if (version >= 4 && role != ROLE_WORKER && known)
		attr.net |= NET_CONNECT_TCP;
	if (version >= 6)
		attr.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
	return attr;
}

static void allow_database(struct ruleset *r, const struct cli *c)
{
	uint16_t ports[PORTS_MAX];
	size_t n = r->net & NET_CONNECT_TCP ? database_ports(c, ports) : 0;
	for (size_t i = 0; i < n; i++) {
		const struct net_port_attr rule = { .access = NET_CONNECT_TCP, .port = ports[i] };
		r->failed |= syscall(SYS_landlock_add_rule, r->fd, RULE_NET_PORT, &rule, 0) != 0;
	}
}

static const char *restrict_to(const struct cli *c, enum role role, struct ruleset *r)
{
	const struct config *conf = c->app->conf;
	char folder[PATH_BYTES_MAX];
	bool keeps = role != ROLE_VAULT && sandbox_folder(c, folder, sizeof(folder));
	allow_libraries(r);
	allow_database(r, c);
	if (sandbox_reach(c, role) == SANDBOX_NETWORK)
		allow_network(r);
	if (role == ROLE_WORKER)
		allow_gateways(r, conf);
	if (keeps)
		allow(r, folder, KEEP);
	if (r->failed || syscall(SYS_landlock_restrict_self, r->fd, 0) != 0)
		return "the kernel refused the rules of Landlock";
	/* Rights hold for all that lies beneath a folder, by whichever name: so it is tried. */
	return sandbox_secrets_open(conf, role)
		       ? "[keys] dir, [vault] journal or a gateway's password_file lies where this "
			 "role may read"
		       : NULL;
}

const char *sandbox_files(const struct cli *c, enum role role)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return "this kernel has no Landlock";
	struct ruleset_attr attr = wanted(c, role, version);
	struct ruleset r = { .fs = attr.fs, .net = attr.net };
	r.fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (r.fd < 0)
		return "the kernel refused the rules of Landlock";
	const char *what = restrict_to(c, role, &r);
	close(r.fd);
	return what;
}

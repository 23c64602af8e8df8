/* Each case in a child of its own: nobody leaves a sandbox again. What a program built for tests
 * must be allowed beyond its role (SANDBOX_SANITIZED) is not asked here; the scenario `roles` asks
 * the product. */
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Settings, a log, a folder with a store in it: without a thread, as sanitizers want it before
 * fork(). */
struct place {
	struct app app;
	struct config conf;
	char dir[64];
	char url[96];
	char keys[64]; /* a folder apart, where a test wants one */
	int log_fd;
};

static int set_up(void **state)
{
	static struct place p;
	p = (struct place){ .dir = "/tmp/kabinet-sandbox.XXXXXX" };
	if (!mkdtemp(p.dir))
		return -1;
	config_default(&p.conf);
	snprintf(p.url, sizeof(p.url), "%s/kabinet.db", p.dir);
	p.conf.store_url = str_c(p.url);
	p.conf.keys_dir = STR("/var/empty");
	p.conf.roles_sandbox = STR("require");
	p.log_fd = open(p.dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	p.app = (struct app){ .clock = clock_system(), .conf = &p.conf };
	p.app.log = log_new(p.log_fd, LOG_INFO, p.app.clock);
	*state = &p;
	return p.app.log ? 0 : -1;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	log_free(p->app.log);
	close(p->log_fd);
	return rmdir(p->dir);
}

static bool logged(struct place *k, const char *what)
{
	char log[8192];
	ssize_t n = pread(k->log_fd, log, sizeof(log), 0);
	return n > 0 && memmem(log, (size_t)n, what, strlen(what));
}

struct inmate {
	struct place *k;
	struct cli cli;
	enum role role;
};

static struct inmate inmate(struct place *k, enum role role)
{
	return (struct inmate){
		.k = k,
		.cli = { .app = &k->app, .out_fd = STDERR_FILENO, .err_fd = STDERR_FILENO },
		.role = role,
	};
}

/* What ${fn} returned in a child; nothing of it comes back but that. */
static int alone(const struct inmate *who, int (*fn)(const struct inmate *who))
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(fn(who));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

enum { DONE = 100, NOT_CONFINED };

/* The errno of a call that failed, DONE for one that did not. */
static int outcome(long result)
{
	return result >= 0 ? DONE : errno;
}

static int open_socket(const struct inmate *who, int family)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(socket(family, SOCK_STREAM, 0));
}

static int open_inet(const struct inmate *who)
{
	return open_socket(who, AF_INET);
}

static int open_unix(const struct inmate *who)
{
	return open_socket(who, AF_UNIX);
}

static int open_packet(const struct inmate *who)
{
	return open_socket(who, AF_PACKET);
}

/* Datagrams go where they are addressed to, whatever the socket was made for. */
static int pair_datagrams(const struct inmate *who)
{
	int fds[2];
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
}

/* What brings the vault's answer; addresses are lost on it. */
static int open_way_back(const struct inmate *who)
{
	int fds[2];
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
}

/* A socket that listens can be turned around. */
static int connect_by_listener(const struct inmate *who)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || listen(fd, 1) != 0 || sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(connect(fd, &nowhere, sizeof(nowhere)));
}

static void test_sandbox__families_of_sockets(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	struct inmate worker = inmate(*state, ROLE_WORKER);
	assert_int_equal(alone(&web, open_inet), EPERM);
	for (enum role r = 0; r < ROLES; r++) {
		struct inmate who = inmate(*state, r);
		assert_int_equal(alone(&who, open_unix), r == ROLE_WORKER ? DONE : EPERM);
		assert_int_equal(alone(&who, pair_datagrams), r == ROLE_WORKER ? DONE : EPERM);
	}
	assert_int_equal(alone(&web, open_packet), EPERM);
	assert_int_equal(alone(&web, connect_by_listener), EPERM);
	struct inmate vault = inmate(*state, ROLE_VAULT);
	struct inmate office = inmate(*state, ROLE_OFFICE);
	assert_int_equal(alone(&office, open_way_back), DONE);
	assert_int_equal(alone(&web, open_way_back), EPERM);
	assert_int_equal(alone(&vault, open_way_back), EPERM);
	assert_int_equal(alone(&vault, open_inet), EPERM);
	assert_int_equal(alone(&vault, connect_by_listener), EPERM);
	assert_int_equal(alone(&worker, open_inet), DONE);
	assert_int_equal(alone(&worker, open_packet), EPERM);
}

/* With PostgreSQL web connects: by a unix socket if that is where it is. */
static void test_sandbox__reach_of_the_database(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	web.k->conf.store_url = STR("postgresql:///kabinet?host=/run/postgresql");
	assert_int_equal(sandbox_reach(&web.cli, ROLE_WEB), SANDBOX_UNIX);
	assert_int_equal(alone(&web, open_unix), DONE);
	assert_int_equal(alone(&web, open_inet), EPERM);
	web.k->conf.store_url = STR("postgresql://db.example.ru:65000/kabinet");
	assert_int_equal(sandbox_reach(&web.cli, ROLE_WEB), SANDBOX_NETWORK);
	assert_int_equal(alone(&web, open_inet), DONE);
	assert_int_equal(sandbox_reach(&web.cli, ROLE_VAULT), SANDBOX_NOBODY);
}

static int connect_to(const struct inmate *who, in_port_t port)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return outcome(fd < 0 ? fd : connect(fd, (const struct sockaddr *)&to, sizeof(to)));
}

static int connect_to_database(const struct inmate *who)
{
	return connect_to(who, 65000);
}

static int connect_elsewhere(const struct inmate *who)
{
	return connect_to(who, 65001);
}

/* Linux 6.7 and later can tell ports apart. */
static void test_sandbox__ports_of_the_database(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 4)
		skip();
	web.k->conf.store_url = STR("postgresql://127.0.0.1:64999,127.0.0.1:65000/kabinet");
	assert_int_equal(alone(&web, connect_to_database), ECONNREFUSED);
	assert_int_equal(alone(&web, connect_elsewhere), EACCES);
}

static int touch(const struct inmate *who, const char *folder)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/touched", folder);
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int touch_inside(const struct inmate *who)
{
	char path[256];
	int result = touch(who, who->k->dir);
	snprintf(path, sizeof(path), "%s/touched", who->k->dir);
	return unlink(path) == 0 ? result : errno;
}

static int touch_outside(const struct inmate *who)
{
	return touch(who, "/tmp");
}

static int read_passwords(const struct inmate *who)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(open("/etc/shadow", O_RDONLY | O_CLOEXEC));
}

static void test_sandbox__files(void **state)
{
	for (enum role r = 0; r < ROLES; r++) {
		struct inmate who = inmate(*state, r);
		/* The vault has its journal, and no folder. */
		assert_int_equal(alone(&who, touch_inside), r == ROLE_VAULT ? ENOENT : DONE);
		assert_int_equal(alone(&who, touch_outside), EACCES);
		assert_int_equal(alone(&who, read_passwords), EACCES);
	}
}

/* --- secrets -------------------------------------------------------------------------- */

static struct str make_file(char *space, size_t n, const char *folder, const char *name)
{
	snprintf(space, n, "%s/%s", folder, name);
	int fd = open(space, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	return str_c(space);
}

static const char *const key_files[] = { "vault.key", "root.key", "app.key" };
enum { KEY_FILES = sizeof(key_files) / sizeof(key_files[0]) };

/* Keys as `kabinet init` leaves them, and a password beside them. */
static int with_keys(void **state)
{
	static char password[128];
	char path[128];
	if (set_up(state) != 0)
		return -1;
	struct place *k = *state;
	snprintf(k->keys, sizeof(k->keys), "/tmp/kabinet-sandbox.keys.XXXXXX");
	if (!mkdtemp(k->keys))
		return -1;
	for (size_t i = 0; i < KEY_FILES; i++)
		make_file(path, sizeof(path), k->keys, key_files[i]);
	k->conf.keys_dir = str_c(k->keys);
	k->conf.sms_smpp_password_file = make_file(password, sizeof(password), k->keys, "smpp");
	return 0;
}

static int without_keys(void **state)
{
	struct place *k = *state;
	char path[128];
	for (size_t i = 0; i < KEY_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", k->keys, key_files[i]);
		(void)unlink(path);
	}
	snprintf(path, sizeof(path), "%s/smpp", k->keys);
	(void)unlink(path);
	int failed = rmdir(k->keys);
	return tear_down(state) != 0 || failed;
}

/* A bit for each file that a role can still open, in the order of key_files; then the password; and
 * then the folder. */
static int secrets_open(const struct inmate *who)
{
	char path[128];
	int open_to = 0;
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	for (size_t i = 0; i < KEY_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", who->k->keys, key_files[i]);
		open_to |= (open(path, O_RDONLY | O_CLOEXEC) >= 0) << i;
	}
	open_to |= (open(who->k->conf.sms_smpp_password_file.p, O_RDONLY | O_CLOEXEC) >= 0)
		   << KEY_FILES;
	return open_to | (open(who->k->keys, O_RDONLY | O_CLOEXEC) >= 0) << (KEY_FILES + 1);
}

enum { PASSWORD_ONLY = 1 << KEY_FILES };

static void test_sandbox__secrets(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	struct inmate worker = inmate(*state, ROLE_WORKER);
	assert_int_equal(alone(&web, secrets_open), 0);
	assert_int_equal(alone(&worker, secrets_open), 0);
	web.k->conf.sms_gateway = STR("smpp");
	assert_int_equal(alone(&web, secrets_open), 0);
	assert_int_equal(alone(&worker, secrets_open), PASSWORD_ONLY);
	web.k->conf.sms_gateway = STR("kannel");
	assert_int_equal(alone(&worker, secrets_open), 0);
}

static int enter(const struct inmate *who)
{
	return (int)sandbox_enter(&who->cli, who->role);
}

/* A password where everything may be read is refused to the role that it is not for. */
static void test_sandbox__a_password_beside_the_store(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	struct inmate worker = inmate(*state, ROLE_WORKER);
	char path[128];
	web.k->conf.sms_gateway = STR("kannel");
	web.k->conf.sms_kannel_password_file =
		make_file(path, sizeof(path), web.k->dir, "password");
	assert_int_equal(alone(&worker, enter), OK);
	assert_int_equal(alone(&web, enter), E_DENIED);
	assert_true(logged(*state, "password_file"));
	assert_int_equal(unlink(path), 0);
}

/* The folder of the keys lies apart, and the key in it is a name of a file that does not. */
static void test_sandbox__a_key_by_another_name(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	char path[128], name[128];
	make_file(path, sizeof(path), web.k->dir, "moved");
	snprintf(name, sizeof(name), "%s/root.key", web.k->keys);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(symlink(path, name), 0);
	assert_int_equal(alone(&web, enter), E_DENIED);
	assert_int_equal(unlink(path), 0);
}

static int open_messages(const struct inmate *who)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(open(who->k->conf.sms_log_file.p, O_WRONLY | O_APPEND | O_CLOEXEC));
}

/* The file of the demonstration holds codes in clear. */
static void test_sandbox__messages_in_a_file(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	struct inmate worker = inmate(*state, ROLE_WORKER);
	char path[128];
	web.k->conf.sms_gateway = STR("log");
	web.k->conf.sms_log_file = make_file(path, sizeof(path), web.k->keys, "messages");
	assert_int_equal(alone(&worker, open_messages), DONE);
	assert_int_equal(alone(&web, open_messages), EACCES);
	assert_int_equal(unlink(path), 0);
}

/* --- calls ----------------------------------------------------------------------------- */

static int load_module(const struct inmate *who)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(syscall(SYS_finit_module, -1, "", 0));
}

static int new_namespace(const struct inmate *who)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	return outcome(unshare(CLONE_NEWUSER));
}

static void *nothing(void *arg)
{
	return arg;
}

static int start_thread(const struct inmate *who)
{
	pthread_t thread;
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	if (pthread_create(&thread, NULL, nothing, NULL) != 0)
		return EPERM;
	return pthread_join(thread, NULL) == 0 ? DONE : EPERM;
}

static int abort_itself(const struct inmate *who)
{
	if (sandbox_enter(&who->cli, who->role) != OK)
		return NOT_CONFINED;
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void test_sandbox__calls(void **state)
{
	for (enum role r = 0; r < ROLES; r++) {
		struct inmate who = inmate(*state, r);
		assert_int_equal(alone(&who, load_module), EPERM);
		assert_int_equal(alone(&who, new_namespace), EPERM);
		assert_int_equal(alone(&who, start_thread), DONE);
		assert_int_equal(alone(&who, abort_itself), -SIGABRT);
	}
}

/* --- kernels that lack something ------------------------------------------------------ */

/* From now on as if this kernel had never heard of ${call}. */
static bool unknown(int call)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool done = f && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), call, 0) == 0 &&
		    seccomp_load(f) == 0;
	seccomp_release(f);
	return done;
}

static int enter_without_landlock(const struct inmate *who)
{
	if (!unknown(SCMP_SYS(landlock_create_ruleset)))
		return NOT_CONFINED;
	return (int)sandbox_enter(&who->cli, who->role);
}

/* What can be done is done all the same. */
static int socket_without_landlock(const struct inmate *who)
{
	return enter_without_landlock(who) == OK ? outcome(socket(AF_INET, SOCK_STREAM, 0))
						 : NOT_CONFINED;
}

static void test_sandbox__a_kernel_without_landlock(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	assert_int_equal(alone(&web, enter_without_landlock), E_DENIED);
	assert_true(logged(*state, "\"sandbox_lacks\",\"role\":\"web\""));
	web.k->conf.roles_sandbox = STR("try");
	assert_int_equal(alone(&web, enter_without_landlock), OK);
	assert_int_equal(alone(&web, socket_without_landlock), EPERM);
}

static void test_sandbox__keys_beneath_the_store(void **state)
{
	struct inmate web = inmate(*state, ROLE_WEB);
	char keys[128];
	snprintf(keys, sizeof(keys), "%s/keys", web.k->dir);
	assert_int_equal(mkdir(keys, 0700), 0);
	assert_int_equal(alone(&web, enter), OK);
	web.k->conf.keys_dir = str_c(keys);
	assert_int_equal(alone(&web, enter), E_DENIED);
	web.k->conf.keys_dir = str_c(web.k->dir);
	assert_int_equal(alone(&web, enter), E_DENIED);
	assert_int_equal(rmdir(keys), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_sandbox__##name, set_up, tear_down)
		T(families_of_sockets),
		T(reach_of_the_database),
		T(ports_of_the_database),
		T(files),
		T(calls),
		T(a_kernel_without_landlock),
		T(keys_beneath_the_store),
#undef T
#define T(name) cmocka_unit_test_setup_teardown(test_sandbox__##name, with_keys, without_keys)
		T(secrets),
		T(a_password_beside_the_store),
		T(a_key_by_another_name),
		T(messages_in_a_file),
#undef T
	};
	return cmocka_run_group_tests_name("cli/sandbox", tests, NULL, NULL);
}

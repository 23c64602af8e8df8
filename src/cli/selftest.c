/* `kabinet selftest --role R`: becomes the role, without its work, and tries what it must not be
 * able to do. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/identity.h"
#include "cli/sandbox.h"

#define PORT_DISCARD 9

/* Each gives 0 when it was let through, else the errno of what refused it. */
typedef int attempt_fn(const struct cli *c);

static int closed(int fd)
{
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static struct sockaddr_in discard(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(PORT_DISCARD),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
}

/* An answer, even "nobody is there", comes only to who got out. */
static int try_connect(const struct cli *c)
{
	const struct sockaddr_in to = discard();
	(void)c;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	int error = connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? 0 : errno;
	close(fd);
	return error == EPERM || error == EACCES ? error : 0;
}

/* Neither kind needs a connect() to say something to somebody. */
static int try_local(const struct cli *c)
{
	int ends[2];
	(void)c;
	int error = closed(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	if (error == 0 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0)
		return error;
	close(ends[0]);
	return closed(ends[1]);
}

static int try_listen(const struct cli *c)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	(void)c;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	int error = bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0 && listen(fd, 1) == 0
			    ? 0
			    : errno;
	close(fd);
	return error;
}

static int try_fork(const struct cli *c)
{
	(void)c;
	pid_t pid = fork();
	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(0);
	(void)waitpid(pid, NULL, 0);
	return 0;
}

/* Comes last: who is let through is another program then, one that says so. */
static int try_execve(const struct cli *c)
{
	char *const argv[] = {
		(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
		(char *)(uintptr_t) "echo 'start a program: NOT REFUSED' >&2; exit 1", NULL
	};
	(void)c;
	execv("/bin/sh", argv);
	return errno;
}

static int try_shadow(const struct cli *c)
{
	(void)c;
	return closed(open("/etc/shadow", O_RDONLY | O_CLOEXEC));
}

/* Where everybody may write who is not confined. */
static int try_write(const struct cli *c)
{
	char path[64];
	(void)c;
	snprintf(path, sizeof(path), "/tmp/kabinet-selftest-%ld", (long)getpid());
	int error = closed(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	if (error == 0)
		(void)unlink(path);
	return error;
}

static int try_ptrace(const struct cli *c)
{
	(void)c;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int try_module(const struct cli *c)
{
	(void)c;
	return syscall(SYS_finit_module, -1, "", 0) == 0 ? 0 : errno;
}

static int try_signal(const struct cli *c)
{
	(void)c;
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int try_user(const struct cli *c)
{
	(void)c;
	return setuid(0) == 0 ? 0 : errno;
}

static int try_code(const struct cli *c)
{
	(void)c;
	void *p = mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return errno;
	(void)munmap(p, 4096);
	return 0;
}

static const struct attempt {
	const char *what;
	attempt_fn *run;
	enum sandbox_reach
		reach; /* what a role is there for that reaches so far; NOBODY: none is */
} attempts[] = {
	{ "connect by TCP", try_connect, SANDBOX_NETWORK },
	{ "send to a service of this machine", try_local, SANDBOX_UNIX },
	{ "listen at a port", try_listen, SANDBOX_NOBODY },
	{ "open /etc/shadow", try_shadow, SANDBOX_NOBODY },
	{ "write outside of its folder", try_write, SANDBOX_NOBODY },
	{ "start a process", try_fork, SANDBOX_NOBODY },
	{ "look into a process", try_ptrace, SANDBOX_NOBODY },
	{ "signal a process", try_signal, SANDBOX_NOBODY },
	{ "load a kernel module", try_module, SANDBOX_NOBODY },
	{ "become another user", try_user, SANDBOX_NOBODY },
	{ "run memory that it wrote", try_code, SANDBOX_NOBODY },
	{ "start a program", try_execve, SANDBOX_NOBODY },
};

static void say(const struct cli *c, const char *what, const char *result, const char *why)
{
	cli_out(c, str_c(what));
	cli_out(c, str_c(result));
	cli_out(c, str_c(why));
	cli_out(c, STR("\n"));
}

static enum err try_one(const struct cli *c, enum role role, const struct attempt *a)
{
	bool outward = a->reach != SANDBOX_NOBODY && sandbox_reach(c, role) >= a->reach;
	if (outward && role == ROLE_WORKER) {
		say(c, a->what, ": allowed, the role is there for it", "");
		return OK;
	}
	int error = a->run(c);
	if (error != 0)
		say(c, a->what, ": refused: ", strerror(error));
	else if (outward)
		say(c, a->what, ": allowed, the database is reached so", "");
	else
		say(c, a->what, ": NOT REFUSED", "");
	return error != 0 || outward ? OK : E_DENIED;
}

struct run {
	const struct cli *c;
	enum err err;
};

static void try_secret(void *arg, const char *what, const char *path)
{
	struct run *run = arg;
	int error = closed(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
	if (error == 0)
		run->err = E_DENIED;
	say(run->c, what, error ? ": refused: " : ": NOT REFUSED", error ? strerror(error) : "");
}

/* Starting a program comes last. */
static enum err try_all(const struct cli *c, enum role role)
{
	struct run run = { .c = c };
	sandbox_each_secret(c->app->conf, role, try_secret, &run);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		if (try_one(c, role, &attempts[i]) != OK)
			run.err = E_DENIED;
	}
	return run.err;
}

enum err cli_selftest(const struct cli *c)
{
	enum role role;
	if (c->argc != 2 || !str_eq(str_c(c->argv[0]), STR("--role")) ||
	    !role_find(str_c(c->argv[1]), &role))
		return cli_usage(c, "selftest");
	try(identity_drop(c, role));
	try(sandbox_enter(c, role));
	return try_all(c, role);
}

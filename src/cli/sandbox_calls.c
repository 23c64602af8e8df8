/* seccomp: the system calls that a role may make. A list of what is allowed: a call that nobody has
 * thought of is refused with EPERM, and so are all of those that start programs, look into others,
 * load modules, mount, or change who one is. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/sandbox.h"

#define SYS(name) SCMP_SYS(name)

/* Files, memory, time, threads, waiting: what libc, the stores and the HTTP server live on. */
static const int for_all[] = {
	SYS(read),
	SYS(readv),
	SYS(pread64),
	SYS(preadv),
	SYS(preadv2),
	SYS(write),
	SYS(writev),
	SYS(pwrite64),
	SYS(pwritev),
	SYS(pwritev2),
	SYS(lseek),
	SYS(open),
	SYS(openat),
	SYS(close),
	SYS(close_range),
	SYS(stat),
	SYS(fstat),
	SYS(lstat),
	SYS(newfstatat),
	SYS(statx),
	SYS(access),
	SYS(faccessat),
	SYS(faccessat2),
	SYS(readlink),
	SYS(readlinkat),
	SYS(getcwd),
	SYS(getdents64),
	SYS(fcntl),
	SYS(flock),
	SYS(fsync),
	SYS(fdatasync),
	SYS(ftruncate),
	SYS(fallocate),
	SYS(unlink),
	SYS(unlinkat),
	SYS(fchmod),
	SYS(fchown),
	SYS(dup),
	SYS(dup2),
	SYS(dup3),
	SYS(pipe2),
	SYS(munmap),
	SYS(mremap),
	SYS(madvise),
	SYS(brk),
	SYS(mlock),
	SYS(munlock),
	SYS(futex),
	SYS(futex_waitv),
	SYS(set_robust_list),
	SYS(get_robust_list),
	SYS(rseq),
	SYS(membarrier),
	SYS(exit),
	SYS(exit_group),
	SYS(sched_yield),
	SYS(sched_getaffinity),
	SYS(sched_setattr),
	SYS(getcpu),
	SYS(set_tid_address),
	SYS(gettid),
	SYS(getpid),
	SYS(getppid),
	SYS(getuid),
	SYS(geteuid),
	SYS(getgid),
	SYS(getegid),
	SYS(getresuid),
	SYS(getresgid),
	SYS(getgroups),
	SYS(capget),
	SYS(clock_gettime),
	SYS(clock_getres),
	SYS(gettimeofday),
	SYS(time),
	SYS(clock_nanosleep),
	SYS(nanosleep),
	SYS(restart_syscall),
	SYS(rt_sigaction),
	SYS(rt_sigpending),
	SYS(rt_sigprocmask),
	SYS(rt_sigreturn),
	SYS(rt_sigtimedwait),
	SYS(sigaltstack),
	SYS(getpriority),
	SYS(getrlimit),
	SYS(getrusage),
	SYS(sysinfo),
	SYS(uname),
	SYS(times),
	SYS(getrandom),
	SYS(poll),
	SYS(ppoll),
	SYS(select),
	SYS(pselect6),
	SYS(epoll_create1),
	SYS(epoll_ctl),
	SYS(epoll_wait),
	SYS(epoll_pwait),
	SYS(epoll_pwait2),
	SYS(eventfd2),
	SYS(timerfd_create),
	SYS(timerfd_settime),
	SYS(timerfd_gettime),
	SYS(recvfrom),
	SYS(recvmsg),
	SYS(sendto),
	SYS(sendmsg),
	SYS(sendfile),
	SYS(shutdown),
	SYS(getsockname),
	SYS(getpeername),
	SYS(getsockopt),
	SYS(setsockopt),
};

/* Who listens. */
static const int for_web[] = { SYS(accept), SYS(accept4) };

/* Who connects; the names of hosts are asked for two at a time. */
static const int for_connecting[] = { SYS(connect), SYS(sendmmsg), SYS(recvmmsg) };

/* What looks for leaks at the end is a second process that stops the first and reads its memory. */
static const int for_sanitizers[] = {
	SYS(clone),     SYS(fork),
	SYS(vfork),     SYS(wait4),
	SYS(ptrace),    SYS(prctl),
	SYS(kill),      SYS(tgkill),
	SYS(execve),    SYS(mmap),
	SYS(mprotect),  SYS(personality),
	SYS(prlimit64), SYS(process_vm_readv),
	SYS(getdents),  SYS(pipe),
};

/* A call that is allowed when one of its arguments, or some bits of it, have a value. */
struct narrow {
	int call;
	unsigned arg;
	uint64_t mask, value;
};

static const struct narrow narrow[] = {
	/* Threads, no processes. clone3() hides its flags: libc takes clone() where it does not
	   exist. */
	{ SYS(clone), 0, CLONE_THREAD, CLONE_THREAD },
	/* Memory is never both written and run. */
	{ SYS(mmap), 2, PROT_EXEC, 0 },
	{ SYS(mmap), 2, PROT_EXEC | PROT_WRITE, PROT_EXEC },
	{ SYS(mprotect), 2, PROT_EXEC, 0 },
	{ SYS(prctl), 0, UINT32_MAX, PR_SET_NAME },
	{ SYS(prctl), 0, UINT32_MAX, PR_GET_NAME },
	{ SYS(prlimit64), 2, UINT64_MAX, 0 }, /* look, do not change */
	{ SYS(setpriority), 0, UINT32_MAX, PRIO_PROCESS },
	{ SYS(ioctl), 1, UINT32_MAX, FIONBIO },
	{ SYS(ioctl), 1, UINT32_MAX, FIONREAD },
	{ SYS(ioctl), 1, UINT32_MAX, TCGETS },
};

/* Not for who reaches nobody: a socket for datagrams, of a pair as well, sends to any that a path
 * names, without a connect(): to the machine's log, or to who started the service. Without one
 * sendto() and sendmsg() go where a connection goes that was accepted. */
static const struct narrow for_local[] = {
	{ SYS(socket), 0, UINT32_MAX, AF_UNIX },
	{ SYS(socketpair), 0, UINT32_MAX, AF_UNIX },
};

static const struct narrow for_network[] = {
	{ SYS(socket), 0, UINT32_MAX, AF_INET },
	{ SYS(socket), 0, UINT32_MAX, AF_INET6 },
};

/* The way back from the vault: a pair that keeps messages apart sends to nobody but itself,
 * whatever address it is given. */
static const struct narrow for_office[] = {
	{ SYS(socketpair), 1, UINT32_MAX, SOCK_SEQPACKET | SOCK_CLOEXEC },
};

static bool allow(scmp_filter_ctx f, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* A call that this kind of machine does not have is below 0. */
		if (calls[i] >= 0 && seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			return false;
	}
	return true;
}

static bool allow_narrow(scmp_filter_ctx f, const struct narrow *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct narrow *r = &list[i];
		const struct scmp_arg_cmp cmp = { .arg = r->arg,
						  .op = SCMP_CMP_MASKED_EQ,
						  .datum_a = r->mask,
						  .datum_b = r->value };
		if (r->call >= 0 &&
		    seccomp_rule_add_array(f, SCMP_ACT_ALLOW, r->call, 1, &cmp) != 0)
			return false;
	}
	return true;
}

#define LIST(list) list, sizeof(list) / sizeof(list[0])

static bool fill(scmp_filter_ctx f, enum role role, enum sandbox_reach reach)
{
	/* abort() is a signal to oneself. */
	const struct narrow self = { SYS(tgkill), 0, UINT32_MAX, (uint64_t)getpid() };
	bool done = (!SANDBOX_SANITIZED || allow(f, LIST(for_sanitizers))) &&
		    allow(f, LIST(for_all)) && allow_narrow(f, LIST(narrow)) &&
		    allow_narrow(f, &self, 1) &&
		    seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SYS(clone3), 0) == 0;
	if (role_has_pages(role))
		done = done && allow(f, LIST(for_web));
	if (role == ROLE_OFFICE)
		done = done && allow_narrow(f, LIST(for_office));
	if (reach != SANDBOX_NOBODY)
		done = done && allow(f, LIST(for_connecting)) && allow_narrow(f, LIST(for_local));
	if (reach == SANDBOX_NETWORK)
		done = done && allow_narrow(f, LIST(for_network));
	return done;
}

const char *sandbox_calls(const struct cli *c, enum role role)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!f)
		return "there is no memory for the filter of system calls";
	/* The order of the rules is a tree: what comes last in the list is not found later. */
	bool done = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
		    fill(f, role, sandbox_reach(c, role)) && seccomp_load(f) == 0;
	seccomp_release(f);
	return done ? NULL : "this kernel has no filter of system calls";
}

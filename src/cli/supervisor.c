/* One thread, one poll(): signals by a descriptor, a pipe from each child. Nothing here allocates:
 * the parent of everything must not fail for want of memory. */
#include "cli/supervisor.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MAX 8
#define WORDS_MAX    16
#define DELAY_MS_MIN 1000
#define DELAY_MS_MAX 60000
#define LIVED_MS     60000
#define FD_HIGH      64 /* above every number that a child is given something at */
#define EXIT_NO_EXEC 127

struct child {
	pid_t pid;  /* 0: does not run */
	int talk;   /* -1 then */
	int status; /* of waitpid(), once it has ended */
	bool ready;
	int64_t started_us;
	int64_t delay_ms; /* the last one; 0: never died */
	int64_t due_us;   /* when to start it again */
};

struct supervisor {
	const struct supervisor_opts *opts;
	int signals;
	bool stop; /* asked to */
	bool lost; /* a child said so */
	struct child children[CHILDREN_MAX];
};

static int64_t now_us(const struct supervisor *s)
{
	return s->opts->clock->mono_us(s->opts->clock);
}

int64_t supervisor_delay_ms(int64_t before_ms, int64_t lived_ms)
{
	if (before_ms == 0 || lived_ms >= LIVED_MS)
		return DELAY_MS_MIN;
	return before_ms * 2 < DELAY_MS_MAX ? before_ms * 2 : DELAY_MS_MAX;
}

/* --- starting ------------------------------------------------------------- */

/* In the child: each descriptor at its number, and no other one left. First out of the way of each
 * other. */
static bool hand_over(const struct supervisor_opts *o, int talk)
{
	int high[SUPERVISOR_FDS_MAX + 1];
	size_t n = o->fds_n + 1;
	for (size_t i = 0; i < n; i++) {
		int fd = i == 0 ? talk : o->fds[i - 1];
		high[i] = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_HIGH);
		if (fd >= 0 && high[i] < 0)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		int to = SUPERVISOR_TALK_FD + (int)i;
		if (high[i] < 0)
			close(to);
		else if (dup2(high[i], to) < 0)
			return false;
	}
	return close_range(SUPERVISOR_TALK_FD + (unsigned)n, ~0u, 0) == 0;
}

/* A parent that died before the signal was ordered is noticed by who its parent is now. */
static _Noreturn void become(const struct supervisor_opts *o, const struct supervisor_child *c,
			     int talk, pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	(void)unsetenv("NOTIFY_SOCKET"); /* the parent speaks for all */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && hand_over(o, talk))
		execv(o->path, c->argv);
	log_event(o->log, LOG_ERROR, "role_not_started", log_const("role", c->name),
		  log_int("errno", errno));
	_exit(EXIT_NO_EXEC);
}

static enum err spawn(struct supervisor *s, size_t i)
{
	struct child *c = &s->children[i];
	const struct supervisor_child *what = &s->opts->children[i];
	pid_t self = getpid();
	int ends[2];
	c->started_us = now_us(s);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return E_NOMEM;
	pid_t pid = fork();
	if (pid == 0)
		become(s->opts, what, ends[1], self);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return E_NOMEM;
	}
	c->pid = pid;
	c->talk = ends[0];
	log_event(s->opts->log, LOG_INFO, "role_started", log_const("role", what->name),
		  log_int("pid", pid));
	return OK;
}

/* --- what happens ----------------------------------------------------------- */

static void close_talk(struct child *c)
{
	if (c->talk >= 0)
		close(c->talk);
	c->talk = -1;
}

/* A child may be in the hands of an attacker: it gets a bounded hearing, and one that hangs up is
 * not asked again. */
static void listen_to(struct supervisor *s, size_t i)
{
	struct child *c = &s->children[i];
	char words[WORDS_MAX];
	ssize_t n = c->talk >= 0 ? read(c->talk, words, sizeof(words)) : -1;
	if (n == 0)
		close_talk(c);
	for (ssize_t k = 0; k < n; k++) {
		s->lost |= words[k] == SUPERVISOR_LOST;
		if (words[k] != SUPERVISOR_READY || c->ready)
			continue;
		c->ready = true;
		s->opts->up(s->opts->arg, i, true);
	}
}

static void plan(struct supervisor *s, size_t i)
{
	struct child *c = &s->children[i];
	int64_t now = now_us(s);
	c->delay_ms = supervisor_delay_ms(c->delay_ms, (now - c->started_us) / 1000);
	c->due_us = now + c->delay_ms * 1000;
}

/* Its last words are read before anything is decided. */
static void bury(struct supervisor *s, size_t i)
{
	struct child *c = &s->children[i];
	bool killed = WIFSIGNALED(c->status);
	listen_to(s, i);
	close_talk(c);
	c->pid = 0;
	c->ready = false;
	plan(s, i);
	s->opts->up(s->opts->arg, i, false);
	if (s->stop || s->lost)
		return;
	log_event(s->opts->log, LOG_ERROR, "role_died",
		  log_const("role", s->opts->children[i].name),
		  log_int(killed ? "signal" : "exit",
			  killed ? WTERMSIG(c->status) : WEXITSTATUS(c->status)),
		  log_int("again_in_ms", c->delay_ms));
}

static void reap(struct supervisor *s)
{
	for (size_t i = 0; i < s->opts->children_n; i++) {
		struct child *c = &s->children[i];
		if (c->pid && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
			bury(s, i);
	}
}

/* Who is told to stop is so before he finds that children, told by the same Ctrl-C, have ended. */
static void take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		s->stop |= info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT;
	reap(s);
}

/* Waits for something to happen, at most until ${until_us} (0: for ever). */
static void await(struct supervisor *s, int64_t until_us)
{
	struct pollfd watched[CHILDREN_MAX + 1] = { { .fd = s->signals, .events = POLLIN } };
	size_t n = s->opts->children_n;
	int timeout = -1;
	if (until_us) {
		int64_t left = (until_us - now_us(s) + 999) / 1000;
		timeout = left < 0 ? 0 : left > DELAY_MS_MAX ? DELAY_MS_MAX : (int)left;
	}
	for (size_t i = 0; i < n; i++)
		watched[i + 1] = (struct pollfd){ .fd = s->children[i].talk, .events = POLLIN };
	if (poll(watched, (nfds_t)(n + 1), timeout) <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		listen_to(s, i);
	take_signals(s);
}

/* --- a life ----------------------------------------------------------------- */

static enum err start_all(struct supervisor *s)
{
	for (size_t i = 0; i < s->opts->children_n && !s->stop && !s->lost; i++) {
		struct child *c = &s->children[i];
		try(spawn(s, i));
		while (c->pid && !c->ready && !s->stop && !s->lost)
			await(s, 0);
		if (!c->ready && !s->stop && !s->lost)
			return WIFEXITED(c->status) && WEXITSTATUS(c->status) == 2 ? E_STORE
										   : E_UPSTREAM;
	}
	return OK;
}

/* Starts what is due; returns when the next one is, 0 for none. */
static int64_t start_due(struct supervisor *s)
{
	int64_t next = 0;
	for (size_t i = 0; i < s->opts->children_n; i++) {
		struct child *c = &s->children[i];
		if (!c->pid && c->due_us <= now_us(s) && spawn(s, i) != OK)
			plan(s, i);
		if (!c->pid && (next == 0 || c->due_us < next))
			next = c->due_us;
	}
	return next;
}

static size_t tell_all(struct supervisor *s, int signal)
{
	size_t n = 0;
	for (size_t i = 0; i < s->opts->children_n; i++) {
		if (!s->children[i].pid)
			continue;
		n++;
		if (signal)
			(void)kill(s->children[i].pid, signal);
	}
	return n;
}

static void stop_all(struct supervisor *s)
{
	s->stop = true;
	int64_t until = now_us(s) + s->opts->stop_ms * INT64_C(1000);
	(void)tell_all(s, SIGTERM);
	while (tell_all(s, 0) > 0 && now_us(s) < until)
		await(s, until);
	size_t late = tell_all(s, SIGKILL);
	if (late)
		log_event(s->opts->log, LOG_WARN, "roles_killed", log_int("n", (int64_t)late));
	while (tell_all(s, 0) > 0)
		await(s, 0);
}

static enum err live(struct supervisor *s)
{
	enum err e = start_all(s);
	bool served = e == OK && !s->stop && !s->lost;
	if (served)
		s->opts->ready(s->opts->arg);
	while (e == OK && !s->stop && !s->lost)
		await(s, start_due(s));
	if (e == OK && s->lost)
		e = E_STORE;
	if (served)
		s->opts->stopping(s->opts->arg);
	stop_all(s);
	return e;
}

enum err supervisor_run(const struct supervisor_opts *opts)
{
	struct supervisor s = { .opts = opts };
	sigset_t set;
	signal(SIGCHLD,
	       SIG_DFL); /* ignored, as it may have been inherited, nobody could be buried */
	assert(opts->children_n <= CHILDREN_MAX && opts->fds_n <= SUPERVISOR_FDS_MAX);
	for (size_t i = 0; i < opts->children_n; i++)
		s.children[i].talk = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	s.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s.signals < 0)
		return E_NOMEM;
	enum err e = live(&s);
	close(s.signals);
	return e;
}

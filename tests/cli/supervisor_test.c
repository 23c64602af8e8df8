/* Children that are small scripts: they read what to do from a pipe that they are given as
 * descriptor 4. */
#include "cli/supervisor.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CHILDREN_MAX 2
#define CALLS_MAX    32
#define STRANGE_FD   40 /* nobody gave it to a child */

/* Time goes on by being looked at, so that nothing is waited for that does not happen. */
struct hasty_clock {
	struct clock base;
	int64_t us;
};

struct stage {
	struct hasty_clock clock;
	struct supervisor_child children[CHILDREN_MAX];
	char *argv[CHILDREN_MAX][4];
	int pipe[2];           /* read by the children */
	char calls[CALLS_MAX]; /* R ready, S stopping, a b up, A B down: of the first and second
				  child */
	size_t calls_n;
	const char *stop_after; /* ask to stop when the calls are these */
	const char *then;       /* what the children read once all are ready */
	struct supervisor_opts opts;
};

static int64_t hasty_us(const struct clock *c)
{
	struct hasty_clock *h = (struct hasty_clock *)(uintptr_t)c;
	return h->us += 1000000;
}

static void note(struct stage *s, char call)
{
	assert_true(s->calls_n + 1 < CALLS_MAX);
	s->calls[s->calls_n++] = call;
	s->calls[s->calls_n] = '\0';
	if (s->stop_after && strcmp(s->calls, s->stop_after) == 0)
		kill(getpid(), SIGTERM);
}

static void on_ready(void *arg)
{
	struct stage *s = arg;
	note(s, 'R');
	if (s->then)
		assert_int_equal(write(s->pipe[1], s->then, strlen(s->then)), strlen(s->then));
}

static void on_stopping(void *arg)
{
	note(arg, 'S');
}

static void on_up(void *arg, size_t child, bool up)
{
	note(arg, (char)((up ? 'a' : 'A') + (int)child));
}

static int set_up(void **state)
{
	static struct stage s;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	s = (struct stage){ .clock = { .base = { .mono_us = hasty_us }, .us = 1 } };
	s.opts = (struct supervisor_opts){
		.path = "/bin/sh",
		.children = s.children,
		.fds = s.pipe,
		.fds_n = 1,
		.stop_ms = 60000,
		.clock = &s.clock.base,
		.arg = &s,
		.ready = on_ready,
		.stopping = on_stopping,
		.up = on_up,
	};
	*state = &s;
	return pthread_sigmask(SIG_BLOCK, &set, NULL) | pipe2(s.pipe, O_CLOEXEC);
}

static int tear_down(void **state)
{
	struct stage *s = *state;
	close(s->pipe[0]);
	close(s->pipe[1]);
	return waitpid(-1, NULL, WNOHANG) == -1 ? 0 : -1; /* no child is left */
}

static void add(struct stage *s, const char *script)
{
	size_t i = s->opts.children_n++;
	char *argv[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
			 (char *)(uintptr_t)script, NULL };
	memcpy(s->argv[i], argv, sizeof(argv));
	s->children[i] = (struct supervisor_child){ .name = "child", .argv = s->argv[i] };
}

#define SERVE "printf R >&3; read x <&4"

static void test_supervisor__waits_longer_each_time(void **state)
{
	(void)state;
	int64_t delay = 0;
	static const int64_t want[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		delay = supervisor_delay_ms(delay, 0);
		assert_int_equal(delay, want[i]);
	}
	assert_int_equal(supervisor_delay_ms(delay, 59999), 60000);
	assert_int_equal(supervisor_delay_ms(delay, 60000), 1000);
}

static void test_supervisor__starts_one_after_the_other(void **state)
{
	struct stage *s = *state;
	add(s, SERVE);
	add(s, SERVE);
	s->stop_after = "abR";
	assert_int_equal(supervisor_run(&s->opts), OK);
	assert_memory_equal(s->calls, "abRS", 4);
	assert_int_equal(s->calls_n, 6); /* and both down, in whichever order */
}

static void test_supervisor__fails_when_one_cannot_begin(void **state)
{
	struct stage *s = *state;
	add(s, SERVE);
	add(s, "exit 2");
	assert_int_equal(supervisor_run(&s->opts), E_STORE);
	assert_string_equal(s->calls, "aBA");
}

static void test_supervisor__starts_no_other_after_one_that_failed(void **state)
{
	struct stage *s = *state;
	add(s, "exit 1");
	add(s, SERVE);
	assert_int_equal(supervisor_run(&s->opts), E_UPSTREAM);
	assert_string_equal(s->calls, "A");
}

static void test_supervisor__program_that_is_not_there(void **state)
{
	struct stage *s = *state;
	add(s, SERVE);
	s->opts.path = "/nowhere/kabinet";
	assert_int_equal(supervisor_run(&s->opts), E_UPSTREAM);
	assert_string_equal(s->calls, "A");
}

static void test_supervisor__starts_again_what_died(void **state)
{
	struct stage *s = *state;
	add(s, "printf R >&3; read x <&4; kill -9 $$");
	add(s, "printf R >&3; exec sleep 1000");
	s->then = "die\n";
	s->stop_after = "abRAa";
	assert_int_equal(supervisor_run(&s->opts), OK);
	assert_memory_equal(s->calls, "abRAaS", 6);
}

static void test_supervisor__ends_all_when_one_says_lost(void **state)
{
	struct stage *s = *state;
	add(s, "printf R >&3; exec sleep 1000");
	add(s, "printf R >&3; read x <&4; printf F >&3; exit 2");
	s->then = "x\n";
	assert_int_equal(supervisor_run(&s->opts), E_STORE);
}

/* Whoever started this may have wanted to hear nothing of children, and that is inherited. */
static void test_supervisor__hears_of_children_whoever_started_it(void **state)
{
	struct stage *s = *state;
	signal(SIGCHLD, SIG_IGN);
	add(s, "exit 1");
	assert_int_equal(supervisor_run(&s->opts), E_UPSTREAM);
	assert_string_equal(s->calls, "A");
}

/* What the first one says is heard while the second one begins. */
static void test_supervisor__begins_nothing_more_when_one_says_lost(void **state)
{
	struct stage *s = *state;
	add(s, "printf RF >&3; exec sleep 1000");
	add(s, "exec sleep 1000");
	assert_int_equal(supervisor_run(&s->opts), E_STORE);
	assert_null(strchr(s->calls, 'R'));
}

static void test_supervisor__kills_who_does_not_listen(void **state)
{
	struct stage *s = *state;
	add(s, "trap '' TERM; " SERVE);
	s->opts.stop_ms = 1;
	s->stop_after = "aR";
	assert_int_equal(supervisor_run(&s->opts), OK);
	assert_string_equal(s->calls, "aRSA");
}

static void test_supervisor__stops_while_one_begins(void **state)
{
	struct stage *s = *state;
	add(s, SERVE);
	add(s, "read x <&4");
	s->stop_after = "a";
	assert_int_equal(supervisor_run(&s->opts), OK);
	assert_null(strchr(s->calls, 'R'));
}

static void test_supervisor__gives_what_it_was_told_and_nothing_else(void **state)
{
	struct stage *s = *state;
	const int fds[] = { s->pipe[0], -1, s->pipe[1] };
	add(s, "cd /proc/$$/fd && [ -e 4 ] && [ ! -e 5 ] && [ -e 6 ] && [ ! -e 40 ] && " SERVE);
	assert_int_equal(dup2(STDIN_FILENO, STRANGE_FD), STRANGE_FD);
	s->opts.fds = fds;
	s->opts.fds_n = 3;
	s->stop_after = "aR";
	assert_int_equal(supervisor_run(&s->opts), OK);
	close(STRANGE_FD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_supervisor__##name, set_up, tear_down)
		T(waits_longer_each_time),
		T(starts_one_after_the_other),
		T(fails_when_one_cannot_begin),
		T(starts_no_other_after_one_that_failed),
		T(program_that_is_not_there),
		T(starts_again_what_died),
		T(ends_all_when_one_says_lost),
		T(kills_who_does_not_listen),
		T(hears_of_children_whoever_started_it),
		T(begins_nothing_more_when_one_says_lost),
		T(stops_while_one_begins),
		T(gives_what_it_was_told_and_nothing_else),
#undef T
	};
	return cmocka_run_group_tests_name("cli/supervisor", tests, NULL, NULL);
}

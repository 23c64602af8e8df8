/* What the tests of generators share: a folder of their own, files in it, a command and what it
 * said. */
#ifndef TESTS_TOOLS_TOOL_H
#define TESTS_TOOLS_TOOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct tool {
	char dir[64];
	char said[65536]; /* stdout and stderr of the last command */
	int status;
};

static int tool_setup(void **state)
{
	struct tool *t = calloc(1, sizeof *t);

	snprintf(t->dir, sizeof t->dir, "/tmp/kabinet-tool.XXXXXX");
	*state = t;
	return t && mkdtemp(t->dir) ? 0 : -1;
}

/* In the child: both outputs into the pipe, then the shell. */
_Noreturn static void tool_shell(const char *command, const int pipe_fd[2])
{
	dup2(pipe_fd[1], STDOUT_FILENO);
	dup2(pipe_fd[1], STDERR_FILENO);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/** tool_run(t, fmt, ...): a command of the shell; %s in it is best t->dir. Sets t->status, t->said.
 */
__attribute__((format(printf, 2, 3))) static void tool_run(struct tool *t, const char *fmt, ...)
{
	char command[2048];
	int pipe_fd[2], status;
	va_list ap;

	va_start(ap, fmt);
	int length = vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	assert_true(length > 0 && length < (int)sizeof command);
	assert_int_equal(pipe(pipe_fd), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		tool_shell(command, pipe_fd);
	close(pipe_fd[1]);
	size_t n = 0;
	for (ssize_t got = 1; got > 0 && n < sizeof t->said - 1; n += (size_t)got) {
		got = read(pipe_fd[0], t->said + n, sizeof t->said - 1 - n);
		if (got < 0)
			got = 0;
	}
	t->said[n] = '\0';
	close(pipe_fd[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	t->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int tool_teardown(void **state)
{
	struct tool *t = *state;

	tool_run(t, "rm -rf %s", t->dir);
	free(t);
	return 0;
}

static void tool_write_n(struct tool *t, const char *name, const char *text, size_t n)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", t->dir, name);
	for (char *slash = path + strlen(t->dir) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/** tool_write(t, name, text): a file in the folder, with the folders above it. */
static void tool_write(struct tool *t, const char *name, const char *text)
{
	tool_write_n(t, name, text, strlen(text));
}

/** tool_said(t, part): the last command said this. */
static void tool_said(const struct tool *t, const char *part)
{
	if (!strstr(t->said, part))
		fail_msg("no \"%s\" in \"%s\"", part, t->said);
}

#endif

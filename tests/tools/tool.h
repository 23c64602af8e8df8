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

/** tool_run(t, fmt, ...): a command of the shell; %s in it is best t->dir. Its status is in
 * t->status. */
__attribute__((format(printf, 2, 3))) static void tool_run(struct tool *t, const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	int length = vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	assert_true(length > 0 && length + 6 < (int)sizeof command);
	snprintf(command + length, sizeof command - (size_t)length, " 2>&1");
	FILE *f = popen(command, "r");
	assert_non_null(f);
	size_t n = fread(t->said, 1, sizeof t->said - 1, f);
	t->said[n] = '\0';
	int status = pclose(f);
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

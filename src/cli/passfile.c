/* Files with a password. */
#include "cli/passfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/utf8.h"

#define FILE_BYTES_MAX 1024

static enum err complain(const struct cli *c, const char *key, struct str path, const char *what)
{
	cli_err(c, str_c(key));
	cli_err(c, STR(": "));
	if (path.n) {
		cli_err(c, path);
		cli_err(c, STR(": "));
	}
	cli_err(c, str_c(what));
	cli_err(c, STR("\n"));
	return E_INPUT;
}

/* The group may read it: a file of root's for the group kabinet is the usual way. */
static const char *fault_of(int fd)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a file";
	return st.st_mode & 07 ? "others may read or write this file; chmod it" : NULL;
}

static enum err take_line(const struct cli *c, struct arena *a, const char *key, struct str path,
			  struct str text, struct secret *ret)
{
	size_t end = str_find(text, '\n');
	struct str line = str_sub(text, 0, end);
	bool one = text.n <= end + 1 && text.n < FILE_BYTES_MAX;
	if (str_ends(line, STR("\r")))
		line.n--;
	if (line.n == 0 || !one || !utf8_clean(line, false))
		return complain(c, key, path, "this is not a password on one line");
	return secret_copy(a, line, ret);
}

enum err passfile_read(const struct cli *c, struct arena *a, const char *key, struct str path,
		       struct secret *ret)
{
	char text[FILE_BYTES_MAX];
	if (path.n == 0)
		return complain(c, key, path, "name the file that holds the password");
	int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *fault = fd < 0 ? strerror(errno) : fault_of(fd);
	ssize_t n = fault ? 0 : read(fd, text, sizeof(text));
	if (n < 0)
		fault = strerror(errno);
	if (fd >= 0)
		close(fd);
	enum err e =
		fault ? complain(c, key, path, fault)
		      : take_line(c, a, key, path, (struct str){ .p = text, .n = (size_t)n }, ret);
	secret_wipe(text, sizeof(text));
	return e;
}

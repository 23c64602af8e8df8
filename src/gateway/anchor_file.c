#include "gateway/anchor_file.h"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include "core/buf.h"

#define LINE_BYTES 512

/* One write, so that lines of several processes never mix. */
static bool append(const char *path, struct str line)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool good = write(fd, line.p, line.n) == (ssize_t)line.n && fsync(fd) == 0;
	return close(fd) == 0 && good;
}

static enum err put_file(const char *path, struct str line)
{
	struct buf b;
	if (path[0] == '\0')
		return OK;
	buf_init(&b, LINE_BYTES);
	buf_put(&b, line);
	buf_c(&b, '\n');
	enum err e = b.err;
	if (e == OK && !append(path, buf_str(&b)))
		e = E_UPSTREAM;
	buf_done(&b);
	return e;
}

static enum err put(const struct port_anchor *p, struct str line)
{
	const struct anchor_file *f = (const struct anchor_file *)p;
	try(put_file(f->path, line));
	syslog(LOG_NOTICE | LOG_DAEMON, "kabinet audit_anchor %.*s", (int)line.n, line.p);
	return OK;
}

void anchor_file_init(struct anchor_file *f, const char *path)
{
	*f = (struct anchor_file){ .port = { .put = put }, .path = path };
}

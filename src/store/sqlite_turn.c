/* A lock on one byte alone would starve others: who gives it back and asks again is already
 * running, while the one who is woken is not. So there are two: whoever holds the gate is next, and
 * waits for the turn while holding the gate. Who gives the turn back then finds the gate shut. The
 * kernel gives both back when a process dies. */
#include "store/sqlite_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

enum { BYTE_GATE, BYTE_TURN };

static bool lock_byte(int fd, off_t byte, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
	int rc;
	do
		rc = fcntl(fd, F_OFD_SETLKW, &lock);
	while (rc < 0 && errno == EINTR);
	return rc == 0;
}

enum err sqlite_turn_open(const char *path, struct sqlite_turn *ret)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (fd < 0)
		return E_STORE;
	ret->fd = fd;
	return OK;
}

void sqlite_turn_close(struct sqlite_turn *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

enum err sqlite_turn_take(struct sqlite_turn *t)
{
	if (!lock_byte(t->fd, BYTE_GATE, F_WRLCK))
		return E_STORE;
	bool taken = lock_byte(t->fd, BYTE_TURN, F_WRLCK);
	lock_byte(t->fd, BYTE_GATE, F_UNLCK);
	return taken ? OK : E_STORE;
}

void sqlite_turn_give(struct sqlite_turn *t)
{
	lock_byte(t->fd, BYTE_TURN, F_UNLCK);
}

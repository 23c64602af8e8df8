/* A namespace, and its loopback switched on. */
#include "support/alone.h"

#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

bool alone(void)
{
	struct ifreq lo = { .ifr_flags = IFF_UP };
	memcpy(lo.ifr_name, "lo", sizeof("lo"));
	/* Who is not root may own a network inside of a user namespace. */
	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

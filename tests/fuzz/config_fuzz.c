/* Configuration files: any bytes give a configuration or named faults; what was taken is printed
 * back and read again without a fault. */
#include <sys/mman.h>
#include <unistd.h>

#include "core/config.h"
#include "fuzz.h"

static enum err load(const void *data, size_t n, struct config *c, struct arena *a,
		     struct buf *errors)
{
	char path[64];
	int fd = memfd_create("config", 0);
	hold(fd >= 0);
	hold(write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	config_default(c);
	enum err e = config_load(c, a, path, errors);
	close(fd);
	return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new((size_t)1 << 22);
	struct config c;
	struct buf errors;
	hold(a);
	buf_init(&errors, (size_t)1 << 22);
	enum err e = load(data, n, &c, a, &errors);
	hold(e == OK || e == E_INPUT || e == E_NOMEM);
	if (e == OK)
		hold(errors.n == 0);
	if (e == E_INPUT)
		hold(errors.n > 0);
	hold(c.http_io_threads >= 0 && c.http_io_threads <= 64);
	hold(c.session_idle_min >= 1 && c.session_idle_min <= 1440);
	buf_done(&errors);
	arena_free(a);
	return 0;
}

/* Socket activation and readiness. */
#include "http/sd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

static enum err address(int fd, char *ret, size_t n)
{
	int written = snprintf(ret, n, "fd:%d", fd);
	return written > 0 && (size_t)written < n ? OK : E_NOTFOUND;
}

enum err http_listen_from_systemd(const char *name, char *ret, size_t n)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names);
	enum err e = E_NOTFOUND;
	for (int i = 0; i < count; i++) {
		if (e != OK && strcmp(names[i], name) == 0)
			e = address(SD_LISTEN_FDS_START + i, ret, n);
		free(names[i]);
	}
	free(names);
	return e;
}

void http_sd_ready(void)
{
	(void)sd_notify(0, "READY=1");
}

void http_sd_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

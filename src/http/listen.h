/* The listening socket: opened here, found at its path, or handed over by systemd. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "core/log.h"

#include <sys/un.h>

struct http_listener {
	int fd;
	int port;   /* 0 for a unix socket */
	bool local; /* a unix socket: whoever may connect is our front */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* to be removed at the end; empty
								   otherwise */
};

/**
 * http_listen(where, log, &ret):
 * Listen at "127.0.0.1:8080", "[::1]:8080", "unix:/path" or on "fd:N". A socket file that nobody
 * listens on any more is replaced; the new one may be used by its owner and group. Expected:
 * E_UPSTREAM, E_INPUT (no such form of address); the reason is logged.
 */
enum err http_listen(const char *where, struct log *log, struct http_listener *ret) must_check;

/** http_listen_end(l): close, and remove the socket file. */
void http_listen_end(struct http_listener *l);

#endif

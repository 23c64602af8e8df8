/* A client that writes raw bytes to a server and reads what comes back. */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include "core/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define REPLY_MS 10000 /* nothing here waits this long: it turns a hang into a failure */

static inline int dial_port(int port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static inline int dial_unix(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	memcpy(to.sun_path, path, strlen(path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* The server may have closed already: what it does not take is not an error here. */
static inline bool say(int fd, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

struct reply {
	int status; /* 0: the connection ended without an answer */
	char head[4096];
	char body[131072];
	size_t body_n;
};

/* One byte, -1 at the end of the connection. Fails the test when nothing comes at all. */
static inline int hear_byte(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, REPLY_MS), 1);
	unsigned char c;
	return recv(fd, &c, 1, 0) == 1 ? c : -1;
}

static inline bool hear_head(int fd, char *head, size_t room)
{
	size_t n = 0;
	memset(head, 0, room);
	while (n + 1 < room) {
		int c = hear_byte(fd);
		if (c < 0)
			return false;
		head[n++] = (char)c;
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static inline size_t length_in(const char *head)
{
	const char *field = strstr(head, "Content-Length: ");
	return field ? strtoul(field + strlen("Content-Length: "), NULL, 10) : 0;
}

/* The next answer on ${fd}; ${with_body} is false after HEAD. */
static inline void hear(int fd, bool with_body, struct reply *r)
{
	r->status = 0;
	r->body_n = 0;
	if (!hear_head(fd, r->head, sizeof(r->head)))
		return;
	assert_memory_equal(r->head, "HTTP/1.1 ", 9);
	r->status = (int)strtol(r->head + 9, NULL, 10);
	size_t want = with_body && r->status != 304 ? length_in(r->head) : 0;
	assert_true(want < sizeof(r->body));
	while (r->body_n < want) {
		ssize_t n = recv(fd, r->body + r->body_n, want - r->body_n, 0);
		if (n <= 0)
			break;
		r->body_n += (size_t)n;
	}
	r->body[r->body_n] = '\0';
}

/* True when the server ends the connection; what it still sends is read away. */
static inline bool ends(int fd)
{
	char space[4096];
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, REPLY_MS) != 1)
			return false;
		if (recv(fd, space, sizeof(space), 0) <= 0)
			return true;
	}
}

/* True when ${fd} is still open and silent. */
static inline bool silent(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 0) == 0;
}

static inline void get(int fd, const char *path, struct reply *r)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\nHost: site\r\n\r\n", path);
	assert_true(say(fd, (struct str){ .p = line, .n = (size_t)n }));
	hear(fd, true, r);
}

#endif

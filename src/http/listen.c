/* Opens listening sockets. All of them are non-blocking and close-on-exec. */
#include "http/listen.h"

#include "core/hostport.h"
#include "core/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKLOG 4096

static enum err refuse(struct log *log, const char *step)
{
	log_event(log, LOG_ERROR, "http_listen", log_const("step", step), log_int("errno", errno));
	return E_UPSTREAM;
}

/* What is true of every listener, wherever its descriptor came from. */
static enum err adopt(int fd, struct log *log, struct http_listener *ret)
{
	int listening = 0;
	socklen_t size = sizeof(listening);
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening)
		return refuse(log, "not a listening socket");
	struct sockaddr_storage name = { 0 };
	size = sizeof(name);
	if (getsockname(fd, (struct sockaddr *)&name, &size) < 0)
		return refuse(log, "getsockname");
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return refuse(log, "fcntl");
	ret->fd = fd;
	ret->local = name.ss_family == AF_UNIX;
	if (name.ss_family == AF_INET)
		ret->port = ntohs(((struct sockaddr_in *)&name)->sin_port);
	if (name.ss_family == AF_INET6)
		ret->port = ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
	return OK;
}

static enum err finish(int fd, struct log *log, struct http_listener *ret)
{
	enum err e = listen(fd, BACKLOG) < 0 ? refuse(log, "listen") : adopt(fd, log, ret);
	if (e != OK)
		close(fd);
	return e;
}

static enum err bind_tcp(const struct addrinfo *where, struct log *log, struct http_listener *ret)
{
	int fd = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return refuse(log, "socket");
	int on = 1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (where->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, where->ai_addr, where->ai_addrlen) < 0) {
		enum err e = refuse(log, "bind");
		close(fd);
		return e;
	}
	return finish(fd, log, ret);
}

static bool copy_str(struct str s, char *to, size_t room)
{
	if (s.n == 0 || s.n >= room)
		return false;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

static bool resolve(struct str host, struct str port, struct addrinfo **ret)
{
	char node[64];
	char service[8];
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	return copy_str(host, node, sizeof(node)) && copy_str(port, service, sizeof(service)) &&
	       getaddrinfo(node, service, &hints, ret) == 0;
}

static enum err listen_tcp(struct str where, struct log *log, struct http_listener *ret)
{
	struct hostport hp;
	struct addrinfo *found = NULL;
	if (hostport_parse(where, &hp) != OK || !resolve(hp.host, hp.port, &found)) {
		log_event(log, LOG_ERROR, "http_listen",
			  log_const("step", "not an address and port"));
		return E_INPUT;
	}
	enum err e = bind_tcp(found, log, ret);
	freeaddrinfo(found);
	return e;
}

/* True when a process answers at that path. A file nobody answers at was left behind by a crash. */
static bool answers(const struct sockaddr_un *where)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return true;
	bool refused = connect(fd, (const struct sockaddr *)where, sizeof(*where)) < 0 &&
		       (errno == ECONNREFUSED || errno == ENOENT);
	close(fd);
	return !refused;
}

static enum err bind_unix(int fd, const struct sockaddr_un *where, struct log *log)
{
	if (answers(where)) {
		errno = EADDRINUSE;
		return refuse(log, "another process listens at the path");
	}
	if (unlink(where->sun_path) < 0 && errno != ENOENT)
		return refuse(log, "unlink");
	if (bind(fd, (const struct sockaddr *)where, sizeof(*where)) < 0)
		return refuse(log, "bind");
	return chmod(where->sun_path, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) < 0
		       ? refuse(log, "chmod")
		       : OK;
}

static enum err listen_unix(struct str path, struct log *log, struct http_listener *ret)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	if (!copy_str(path, where.sun_path, sizeof(where.sun_path))) {
		log_event(log, LOG_ERROR, "http_listen",
			  log_const("step", "path empty or too long"));
		return E_INPUT;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return refuse(log, "socket");
	enum err e = bind_unix(fd, &where, log);
	if (e != OK) {
		close(fd);
		return e;
	}
	memcpy(ret->path, where.sun_path, sizeof(ret->path));
	return finish(fd, log, ret);
}

enum err http_listen(const char *where, struct log *log, struct http_listener *ret)
{
	struct http_listener l = { .fd = -1 };
	struct str rest = str_c(where);
	int64_t fd;
	enum err e;
	if (scan_lit(&rest, STR("unix:")))
		e = listen_unix(rest, log, &l);
	else if (!scan_lit(&rest, STR("fd:")))
		e = listen_tcp(rest, log, &l);
	else if (scan_i64_all(rest, 0, INT32_MAX, &fd))
		e = adopt((int)fd, log, &l);
	else
		e = E_INPUT;
	if (e == OK)
		*ret = l;
	return e;
}

void http_listen_end(struct http_listener *l)
{
	close(l->fd);
	if (l->path[0])
		unlink(l->path);
}

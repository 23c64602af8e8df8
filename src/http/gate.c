/* Accepts connections, hands them to libmicrohttpd and keeps the deadlines.
 *
 * libmicrohttpd could accept by itself, but quiescing its listening socket races with its I/O
 * threads (0.9.75 aborts when both take it out of the same epoll set), and somebody has to look at
 * the clock anyway. */
#include "http/gate.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SCAN_MS_MAX     250
#define EMPTY_MS        1000
#define OUT_OF_FILES_MS 100
#define STOP_ROUND_MS   20
#define STOP_ROUNDS     (30000 / STOP_ROUND_MS)
#define QUIET_ROUNDS    10 /* after these a connection without a request is not waited for */

static bool out_of_files(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* False when the machine has no descriptor left: the caller looks again a little later. */
static bool accept_some(struct http_server *s, size_t room)
{
	for (size_t i = 0; i < room && i < HTTP_ACCEPT_BURST; i++) {
		struct sockaddr_storage peer = { 0 };
		socklen_t size = sizeof(peer);
		int fd = accept4(s->listener.fd, (struct sockaddr *)&peer, &size,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return !out_of_files(errno);
		/* Whatever becomes of it, the library closes it. */
		(void)MHD_add_connection(s->daemon, fd, (struct sockaddr *)&peer, size);
	}
	return true;
}

static int64_t now_us(const struct http_server *s)
{
	return s->opts.clock->mono_us(s->opts.clock);
}

static void cut_slow(struct http_server *s)
{
	int64_t cut = (int64_t)http_conns_cut(&s->conns, now_us(s));
	atomic_fetch_add_explicit(&s->counters.timed_out, cut, memory_order_relaxed);
}

/* How long to sleep: a deadline is noticed a quarter of itself too late at most. */
static int scan_ms(const struct http_server *s, size_t open)
{
	int quarter = s->opts.header_ms / 4;
	if (open == 0)
		return EMPTY_MS;
	return quarter < 1 ? 1 : quarter < SCAN_MS_MAX ? quarter : SCAN_MS_MAX;
}

/* One look at the door. ${starved}: the last accept found no descriptor left, so the door stays
 * shut a moment. */
static bool look(struct http_server *s, bool starved)
{
	size_t open = http_conns_count(&s->conns);
	size_t max = (size_t)s->opts.connections_max;
	size_t room = starved || open >= max ? 0 : max - open;
	struct pollfd watched[] = {
		{ .fd = s->gate_wake, .events = POLLIN },
		{ .fd = room ? s->listener.fd : -1, .events = POLLIN },
	};
	(void)poll(watched, 2, starved ? OUT_OF_FILES_MS : scan_ms(s, open));
	if (!(watched[1].revents & POLLIN) || accept_some(s, room))
		return false;
	log_event(s->opts.log, LOG_WARN, "http_accept", log_int("errno", errno));
	return true;
}

/* Lets what is on the way end. Those that only keep a connection open are not waited for. */
static void drain(struct http_server *s)
{
	for (int round = 0; round < STOP_ROUNDS && http_conns_count(&s->conns) > 0; round++) {
		if (round >= QUIET_ROUNDS)
			http_conns_cut_quiet(&s->conns);
		cut_slow(s);
		(void)poll(NULL, 0, STOP_ROUND_MS);
	}
	http_conns_cut_all(&s->conns);
}

static void *gate(void *arg)
{
	struct http_server *s = arg;
	pthread_setname_np(pthread_self(), "http-gate");
	bool starved = false;
	while (!atomic_load(&s->stopping)) {
		starved = look(s, starved);
		cut_slow(s);
	}
	http_listen_end(&s->listener);
	drain(s);
	return NULL;
}

enum err http_gate_start(struct http_server *s)
{
	s->gate_wake = eventfd(0, EFD_CLOEXEC);
	if (s->gate_wake < 0)
		return E_NOMEM;
	if (pthread_create(&s->gate, NULL, gate, s) == 0)
		return OK;
	close(s->gate_wake);
	return E_NOMEM;
}

void http_gate_end(struct http_server *s)
{
	atomic_store(&s->stopping, true);
	(void)eventfd_write(s->gate_wake, 1);
	pthread_join(s->gate, NULL);
	close(s->gate_wake);
}

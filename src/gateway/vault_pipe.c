/* Both ends of the way to the vault. */
#include "gateway/vault_pipe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/secret.h"

#define FDS_MAX 4 /* that a question may bring before the kernel throws the rest away */

/* Room for descriptors, as sendmsg() and recvmsg() want it. */
union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

enum err vault_pipe_pair(int ret[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) == 0 ? OK : E_NOMEM;
}

/* --- the office's end ------------------------------------------------------------- */

static bool wait_for(int fd, short events, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;
	do
		n = poll(&p, 1, wait_ms);
	while (n < 0 && errno == EINTR);
	return n > 0 && (p.revents & events);
}

static enum err send_question(const struct vault_pipe *p, struct str question, int reply)
{
	union control control = { 0 };
	struct iovec iov = { .iov_base = (char *)(uintptr_t)question.p, .iov_len = question.n };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.room,
			      .msg_controllen = CMSG_SPACE(sizeof(int)) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &reply, sizeof(reply));
	if (!wait_for(p->fd, POLLOUT, p->wait_ms))
		return E_UPSTREAM;
	ssize_t n = sendmsg(p->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n == (ssize_t)question.n ? OK : E_UPSTREAM;
}

static enum err receive(const struct vault_pipe *p, int fd, struct arena *a,
			struct seal_content *ret)
{
	char bytes[VAULT_WIRE_BYTES_MAX];
	struct secret kept;
	if (!wait_for(fd, POLLIN, p->wait_ms))
		return E_UNKNOWN;
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n <= 0)
		return E_UNKNOWN;
	enum err e = secret_copy(a, (struct str){ .p = bytes, .n = (size_t)n }, &kept);
	secret_wipe(bytes, (size_t)n);
	return e == OK ? vault_wire_told(kept.bytes, ret) : e;
}

static enum err talk(const struct vault_pipe *p, struct arena *a, struct str question,
		     struct seal_content *ret)
{
	int pair[2];
	if (vault_pipe_pair(pair) != OK)
		return E_UPSTREAM;
	enum err e = send_question(p, question, pair[1]);
	/* So that the end of the vault is the end of the wait. */
	close(pair[1]);
	if (e == OK)
		e = receive(p, pair[0], a, ret);
	close(pair[0]);
	return e;
}

static enum err ask(const struct port_vault *port, struct arena *a, const struct vault_request *q,
		    struct seal_content *ret)
{
	const struct vault_pipe *p = (const struct vault_pipe *)port;
	struct seal_content c = { .field = q->field, .subscriber_id = q->subscriber_id };
	struct buf b;
	if (p->fd < 0)
		return E_UPSTREAM;
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	enum err e = vault_wire_ask(&b, q);
	if (e == OK)
		e = talk(p, a, buf_str(&b), &c);
	buf_done(&b);
	if (e == OK)
		*ret = c;
	return e;
}

void vault_pipe_init(struct vault_pipe *p, int fd)
{
	*p = (struct vault_pipe){ .port.open = ask, .fd = fd, .wait_ms = VAULT_PIPE_WAIT_MS };
}

/* --- the vault's end --------------------------------------------------------------- */

static size_t take_fds(struct msghdr *msg, int fds[FDS_MAX])
{
	size_t n = 0;
	for (struct cmsghdr *h = CMSG_FIRSTHDR(msg); h; h = CMSG_NXTHDR(msg, h)) {
		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count && n < FDS_MAX; i++)
			memcpy(&fds[n++], CMSG_DATA(h) + i * sizeof(int), sizeof(int));
	}
	return n;
}

/* Who gave up would have opened it for nobody. */
static bool waits(int reply)
{
	struct pollfd p = { .fd = reply, .events = POLLOUT };
	return poll(&p, 1, 0) == 1 && !(p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static enum err read_question(struct vault_ask *q, struct msghdr *msg, size_t n)
{
	int fds[FDS_MAX];
	size_t fds_n = take_fds(msg, fds);
	bool whole = !(msg->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && fds_n == 1;
	if (whole && waits(fds[0]) &&
	    vault_wire_asked((struct str){ .p = q->bytes, .n = n }, &q->request) == OK) {
		q->reply = fds[0];
		return OK;
	}
	while (fds_n > 0)
		close(fds[--fds_n]);
	return E_INPUT;
}

enum err vault_pipe_take(int fd, struct vault_ask *ret)
{
	union control control;
	struct iovec iov = { .iov_base = ret->bytes, .iov_len = sizeof(ret->bytes) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.room,
			      .msg_controllen = sizeof(control.room) };
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? E_NOTFOUND : E_UPSTREAM;
	/* An empty message looks like the end, and comes with what it brought. */
	if (n == 0 && msg.msg_controllen == 0)
		return wait_for(fd, POLLRDHUP, 0) ? E_UPSTREAM : E_INPUT;
	return read_question(ret, &msg, (size_t)n);
}

void vault_pipe_answer(struct vault_ask *ask, enum err outcome, const struct seal_content *content)
{
	struct buf b;
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	if (vault_wire_tell(&b, outcome, content) == OK)
		(void)send(ask->reply, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	buf_done(&b);
	close(ask->reply);
	ask->reply = -1;
}

/* A non-blocking socket between two buffers. TLS is GnuTLS's, which libmicrohttpd brings along
 * anyway: it needs no signal to be ignored, has no queue of errors beside its calls, and checks the
 * name with one of them. What goes out may be a code, so both buffers are wiped behind it. */
#include "gateway/smpp_wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/secret.h"
#include "gateway/smpp_pdu.h"

#define IN_BYTES  SMPP_PDU_BYTES_MAX
#define OUT_BYTES ((size_t)64 * 1024)

struct smpp_wire {
	char host[256], port[8];
	struct log *log;
	gnutls_certificate_credentials_t trust; /* NULL: without TLS */
	unsigned tries;
	bool more; /* addresses of the last name that was looked up were not tried yet */
	int fd;    /* -1: closed */
	gnutls_session_t tls;
	enum smpp_wire_state state;
	bool connected; /* TCP is; TLS may be on its way */
	bool wants_write, held;
	bool tls_sends; /* what it was given, it has kept: it is only to be called again */
	uint64_t end, gone;
	size_t in_at, in_n; /* what was taken, and what has come */
	size_t out_n;
	char in[IN_BYTES];
	char out[OUT_BYTES];
};

/* --- life --- */

static enum err trust_new(struct str ca, struct log *log, gnutls_certificate_credentials_t *ret)
{
	gnutls_certificate_credentials_t trust;
	if (gnutls_certificate_allocate_credentials(&trust) < 0)
		return E_NOMEM;
	int n = ca.n == 0
			? gnutls_certificate_set_x509_system_trust(trust)
			: gnutls_certificate_set_x509_trust_file(trust, ca.p, GNUTLS_X509_FMT_PEM);
	if (n <= 0) {
		log_event(log, LOG_ERROR, "sms.tls", log_const("step", "certificates to trust"),
			  log_text("message", n < 0 ? gnutls_strerror(n) : "there are none"));
		gnutls_certificate_free_credentials(trust);
		return E_INPUT;
	}
	*ret = trust;
	return OK;
}

static void copy(char *to, size_t room, struct str s)
{
	assert(s.n < room);
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

enum err smpp_wire_new(const struct smpp_wire_opts *opts, struct smpp_wire **ret)
{
	struct smpp_wire *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	w->fd = -1;
	w->log = opts->log;
	copy(w->host, sizeof(w->host), opts->to.host);
	copy(w->port, sizeof(w->port), opts->to.port);
	enum err e = opts->tls ? trust_new(opts->ca, opts->log, &w->trust) : OK;
	if (e != OK) {
		smpp_wire_free(w);
		return e;
	}
	*ret = w;
	return OK;
}

void smpp_wire_free(struct smpp_wire *w)
{
	if (!w)
		return;
	smpp_wire_close(w);
	if (w->trust)
		gnutls_certificate_free_credentials(w->trust);
	free(w);
}

void smpp_wire_close(struct smpp_wire *w)
{
	if (w->tls && w->state == SMPP_WIRE_OPEN)
		(void)gnutls_bye(w->tls, GNUTLS_SHUT_WR); /* a courtesy, nothing waits for it */
	if (w->tls)
		gnutls_deinit(w->tls);
	if (w->fd >= 0)
		close(w->fd);
	w->tls = NULL;
	w->fd = -1;
	w->state = SMPP_WIRE_CLOSED;
	w->connected = w->wants_write = w->held = w->tls_sends = false;
	w->in_at = w->in_n = w->out_n = 0;
	secret_wipe(w->in, sizeof(w->in));
	secret_wipe(w->out, sizeof(w->out));
}

/* --- opening --- */

static void fail(struct smpp_wire *w, const char *step, int error)
{
	log_event(w->log, LOG_WARN, "sms.connection", log_const("step", step),
		  log_int("errno", error));
	smpp_wire_close(w);
}

static struct addrinfo *lookup(struct smpp_wire *w)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found;
	int rc = getaddrinfo(w->host, w->port, &hints, &found);
	if (rc == 0)
		return found;
	log_event(w->log, LOG_WARN, "sms.connection", log_const("step", "look up"),
		  log_text("message", gai_strerror(rc)));
	return NULL;
}

/* One after the other; the list is the same each time, or it does not matter. */
static const struct addrinfo *pick(struct smpp_wire *w, const struct addrinfo *found)
{
	unsigned n = 0;
	for (const struct addrinfo *a = found; a; a = a->ai_next)
		n++;
	const struct addrinfo *a = found;
	for (unsigned i = w->tries % n; i > 0; i--)
		a = a->ai_next;
	w->tries = (w->tries + 1) % n;
	w->more = w->tries != 0;
	return a;
}

static bool is_address(const char *host)
{
	struct in6_addr space;
	return inet_pton(AF_INET, host, &space) == 1 || inet_pton(AF_INET6, host, &space) == 1;
}

/* The name in the certificate must be the one that was configured, address or name. */
static void begin_tls(struct smpp_wire *w)
{
	int rc = gnutls_init(&w->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (rc < 0) {
		w->tls = NULL;
		fail(w, "tls", ENOMEM);
		return;
	}
	/* As long as the defaults still know versions that nobody should speak. */
	rc = gnutls_set_default_priority_append(w->tls, "-VERS-TLS1.0:-VERS-TLS1.1", NULL, 0);
	if (rc >= 0)
		rc = gnutls_credentials_set(w->tls, GNUTLS_CRD_CERTIFICATE, w->trust);
	if (rc >= 0 && !is_address(w->host))
		rc = gnutls_server_name_set(w->tls, GNUTLS_NAME_DNS, w->host, strlen(w->host));
	if (rc < 0) {
		fail(w, "tls", ENOMEM);
		return;
	}
	gnutls_session_set_verify_cert(w->tls, w->host, 0);
	gnutls_transport_set_int(w->tls, w->fd);
}

static void dial(struct smpp_wire *w, const struct addrinfo *to)
{
	int on = 1;
	w->fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0) {
		fail(w, "socket", errno);
		return;
	}
	/* A window of small packets: none waits for the answer to the one before. */
	(void)setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(w->fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS) {
		fail(w, "connect", errno);
		return;
	}
	w->state = SMPP_WIRE_OPENING;
	w->wants_write = true;
	if (w->trust)
		begin_tls(w);
}

void smpp_wire_open(struct smpp_wire *w)
{
	smpp_wire_close(w);
	w->end = w->gone = 0;
	w->more = false;
	struct addrinfo *found = lookup(w);
	if (!found)
		return;
	dial(w, pick(w, found));
	freeaddrinfo(found);
}

/* True when it is, one way or the other. */
static bool settle_connect(struct smpp_wire *w)
{
	struct pollfd p = { .fd = w->fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);
	if (poll(&p, 1, 0) != 1)
		return false;
	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error) {
		fail(w, "connect", error);
		return false;
	}
	w->connected = true;
	w->wants_write = false;
	return true;
}

/* --- moving bytes: a count, 0 for not now, -1 for lost --- */

static ssize_t moved(ssize_t n)
{
	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : -1;
}

static ssize_t tls_moved(struct smpp_wire *w, ssize_t n)
{
	w->wants_write = false;
	if (n > 0)
		return n;
	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
		w->wants_write = gnutls_record_get_direction(w->tls) == 1;
		return 0;
	}
	if (n < 0 && !gnutls_error_is_fatal((int)n))
		return 0; /* a warning, or a key update: read on */
	log_event(w->log, LOG_WARN, "sms.tls",
		  log_text("message", n < 0 ? gnutls_strerror((int)n) : "closed"));
	return -1;
}

static void shake_hands(struct smpp_wire *w)
{
	int rc = gnutls_handshake(w->tls);
	if (rc == 0) {
		w->state = SMPP_WIRE_OPEN;
		w->wants_write = false;
	} else if (tls_moved(w, rc) < 0) {
		smpp_wire_close(w);
	}
}

static ssize_t read_some(struct smpp_wire *w)
{
	char *to = w->in + w->in_n;
	size_t room = sizeof(w->in) - w->in_n;
	return w->tls ? tls_moved(w, gnutls_record_recv(w->tls, to, room))
		      : moved(recv(w->fd, to, room, 0));
}

static ssize_t write_some(struct smpp_wire *w)
{
	if (!w->tls)
		return moved(send(w->fd, w->out, w->out_n, MSG_NOSIGNAL));
	w->gone = w->end; /* from here on all of it may have left, whatever the call says */
	ssize_t n = tls_moved(w, w->tls_sends ? gnutls_record_send(w->tls, NULL, 0)
					      : gnutls_record_send(w->tls, w->out, w->out_n));
	w->tls_sends = n == 0;
	return n;
}

/* A count of moved bytes, as above: does it go on? */
static bool goes_on(struct smpp_wire *w, ssize_t n)
{
	if (n < 0)
		w->state = SMPP_WIRE_ENDED;
	return n > 0;
}

void smpp_wire_write(struct smpp_wire *w)
{
	while (w->state == SMPP_WIRE_OPEN && w->out_n > 0) {
		ssize_t n = write_some(w);
		if (!goes_on(w, n))
			return;
		w->out_n -= (size_t)n;
		memmove(w->out, w->out + n, w->out_n);
		secret_wipe(w->out + w->out_n, (size_t)n);
		if (!w->tls) /* what is left was not taken */
			w->gone = w->end - w->out_n;
	}
}

static void read_all(struct smpp_wire *w)
{
	w->in_n -= w->in_at;
	memmove(w->in, w->in + w->in_at, w->in_n);
	w->in_at = 0;
	w->held = w->in_n == sizeof(w->in);
	while (!w->held) {
		ssize_t n = read_some(w);
		if (!goes_on(w, n))
			return;
		w->in_n += (size_t)n;
		w->held = w->in_n == sizeof(w->in);
	}
}

void smpp_wire_turn(struct smpp_wire *w)
{
	if (w->state == SMPP_WIRE_OPENING && !w->connected && !settle_connect(w))
		return;
	if (w->state == SMPP_WIRE_OPENING && w->tls)
		shake_hands(w);
	else if (w->state == SMPP_WIRE_OPENING)
		w->state = SMPP_WIRE_OPEN;
	smpp_wire_write(w);
	/* Also when writing has failed: what came before is worth reading. */
	if (w->state == SMPP_WIRE_OPEN || w->state == SMPP_WIRE_ENDED)
		read_all(w);
}

/* --- what the caller sees --- */

enum smpp_wire_state smpp_wire_state(const struct smpp_wire *w)
{
	return w->state;
}

struct pollfd smpp_wire_want(const struct smpp_wire *w)
{
	struct pollfd p = { .fd = w->state == SMPP_WIRE_ENDED ? -1 : w->fd };
	if (w->state == SMPP_WIRE_OPEN ? w->in_n - w->in_at < sizeof(w->in) : w->connected)
		p.events |= POLLIN;
	if (w->wants_write || (w->out_n > 0 && w->state == SMPP_WIRE_OPEN))
		p.events |= POLLOUT;
	return p;
}

struct str smpp_wire_in(const struct smpp_wire *w)
{
	return (struct str){ .p = w->in + w->in_at, .n = w->in_n - w->in_at };
}

void smpp_wire_take(struct smpp_wire *w, size_t n)
{
	assert(n <= w->in_n - w->in_at);
	w->in_at += n;
}

bool smpp_wire_more(const struct smpp_wire *w)
{
	return w->more;
}

bool smpp_wire_held(const struct smpp_wire *w)
{
	return w->held && w->in_at > 0;
}

char *smpp_wire_tail(struct smpp_wire *w, size_t *ret_room)
{
	*ret_room = sizeof(w->out) - w->out_n;
	return w->out + w->out_n;
}

void smpp_wire_put(struct smpp_wire *w, size_t n)
{
	assert(n <= sizeof(w->out) - w->out_n);
	w->out_n += n;
	w->end += n;
}

uint64_t smpp_wire_end(const struct smpp_wire *w)
{
	return w->end;
}

uint64_t smpp_wire_gone(const struct smpp_wire *w)
{
	return w->gone;
}

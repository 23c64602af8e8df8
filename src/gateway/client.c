/* libcurl's multi interface and the thread that turns it. A call is made ready by whoever asks for
 * it and queued; from then on it is the thread's alone. */
#include "gateway/client.h"

#include "core/secret.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_MS    1000 /* the longest wait; a wake-up comes before */
#define CONNECT_MS 10000
#define SOCKETS    (2 * CLIENT_CALLS_MAX)

struct call {
	struct call *next;
	struct client *client;
	CURL *easy;
	struct curl_slist *list; /* of headers, or of recipients */
	bool mail;
	struct client_done done;
	struct buf body;
	size_t head_bytes;
	struct str out; /* owned: the form or the letter */
	size_t out_at;
	bool out_ended; /* libcurl was told that there is no more: it may have been said so */
	bool recipient_named;
};

struct client {
	struct client_opts opts;
	CURLM *multi;
	pthread_t thread;
	int over_fd;                 /* an eventfd: the thread has nothing left to do */
	struct call *running;        /* the thread's */
	pthread_mutex_t socket_lock; /* of the next */
	curl_socket_t sockets[SOCKETS];
	pthread_mutex_t lock; /* of all below */
	struct call *queue;
	struct call **queue_end;
	size_t calls; /* queued and running */
	bool stopping;
	bool giving_up;                     /* the time for what is on its way has passed, too */
	int64_t timer_at_us[CLIENT_TIMERS]; /* INT64_MAX: none */
};

static int64_t now_us(const struct client *c)
{
	return c->opts.clock->mono_us(c->opts.clock);
}

/* --- libcurl's callbacks ----------------------------------------------------- */

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	buf_put(&call->body, (struct str){ .p = p, .n = size * n });
	return call->body.err == OK ? size * n : 0;
}

/* Lines of headers, and what a relay says. */
static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	(void)p;
	call->head_bytes += size * n;
	return call->head_bytes <= CLIENT_ANSWER_BYTES_MAX ? size * n : 0;
}

static size_t on_read(char *p, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	struct str piece = str_sub(call->out, call->out_at, size * n);
	if (piece.n)
		memcpy(p, piece.p, piece.n);
	call->out_at += piece.n;
	call->out_ended = piece.n == 0;
	return piece.n;
}

/* libcurl says MAIL FROM and RCPT TO failed by one code: what it has said by then tells them apart.
 */
static int on_said(CURL *easy, curl_infotype type, char *p, size_t n, void *arg)
{
	struct call *call = arg;
	(void)easy;
	if (type == CURLINFO_HEADER_OUT)
		call->recipient_named |=
			str_starts((struct str){ .p = p, .n = n }, STR("RCPT TO:"));
	return 0;
}

/* Sockets are remembered so that they can be broken: for the end of a letter, and for the answer to
 * QUIT on a connection that it kept, libcurl waits as long as the relay likes, and nothing else
 * goes on meanwhile. A letter that is given up half said must not be ended by it, either. */
static void remember(struct client *c, curl_socket_t was, curl_socket_t is)
{
	pthread_mutex_lock(&c->socket_lock);
	for (size_t i = 0; i < SOCKETS; i++) {
		if (c->sockets[i] == was) {
			c->sockets[i] = is;
			break;
		}
	}
	pthread_mutex_unlock(&c->socket_lock);
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	curl_socket_t fd =
		socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	remember(arg, -1, fd);
	return fd;
}

static int on_close(void *arg, curl_socket_t fd)
{
	remember(arg, fd, -1);
	return close(fd);
}

static void break_sockets(struct client *c)
{
	pthread_mutex_lock(&c->socket_lock);
	for (size_t i = 0; i < SOCKETS; i++) {
		if (c->sockets[i] >= 0)
			(void)shutdown(c->sockets[i], SHUT_RDWR);
	}
	pthread_mutex_unlock(&c->socket_lock);
}

/* --- a call ------------------------------------------------------------------- */

static void call_free(struct call *call)
{
	if (!call)
		return;
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *l = call->list; l; l = l->next)
		secret_wipe(l->data, strlen(l->data));
	curl_slist_free_all(call->list);
	buf_done(&call->body);
	if (call->out.p) {
		secret_wipe((void *)call->out.p, call->out.n);
		free((void *)call->out.p);
	}
	free(call);
}

static enum err copy_out(struct call *call, struct str s)
{
	char *p = malloc(s.n + 1);
	if (!p)
		return E_NOMEM;
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	call->out = (struct str){ .p = p, .n = s.n };
	return OK;
}

static enum err add_to_list(struct call *call, const char *line)
{
	struct curl_slist *list = curl_slist_append(call->list, line);
	if (!list)
		return E_NOMEM;
	call->list = list;
	return OK;
}

/* An option that the library does not know is a fault of the build, not of a caller. */
#define SET(call, option, value)                                                                   \
	do {                                                                                       \
		CURLcode set_ = curl_easy_setopt((call)->easy, CURLOPT_##option, (value));         \
		if (set_ != CURLE_OK)                                                              \
			return set_ == CURLE_OUT_OF_MEMORY ? E_NOMEM : E_INPUT;                    \
	} while (0)

static enum err set_common(struct call *call, const struct client_peer *peer)
{
	SET(call, URL, peer->url);
	SET(call, PRIVATE, call);
	SET(call, NOSIGNAL, 1L);
	SET(call, FOLLOWLOCATION, 0L);
	SET(call, PROXY, "");
	SET(call, NETRC, (long)CURL_NETRC_IGNORED);
	SET(call, SSL_VERIFYPEER, 1L);
	SET(call, SSL_VERIFYHOST, 2L);
	SET(call, SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (peer->ca_file && peer->ca_file[0]) {
		SET(call, CAINFO, peer->ca_file);
		SET(call, CAPATH, NULL); /* the folder of the system's would be trusted, too */
	}
	SET(call, TIMEOUT_MS, (long)peer->deadline_ms);
	SET(call, CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	SET(call, QUICK_EXIT, 1L); /* do not wait for a name that nobody needs any more */
	SET(call, SERVER_RESPONSE_TIMEOUT, (long)(peer->deadline_ms / 1000 + 1));
	SET(call, WRITEFUNCTION, on_body);
	SET(call, WRITEDATA, call);
	SET(call, HEADERFUNCTION, on_head);
	SET(call, HEADERDATA, call);
	SET(call, OPENSOCKETFUNCTION, on_open);
	SET(call, OPENSOCKETDATA, call->client);
	SET(call, CLOSESOCKETFUNCTION, on_close);
	SET(call, CLOSESOCKETDATA, call->client);
	return OK;
}

/* A connection that was kept is not used: when it breaks, libcurl would say the request once more
 * on a new one, and a gateway may have taken it both times. */
static enum err set_post(struct call *call, const struct client_peer *peer,
			 const struct client_form *form)
{
	SET(call, PROTOCOLS_STR, "http,https");
	SET(call, FRESH_CONNECT, 1L);
	SET(call, FORBID_REUSE, 1L);
	SET(call, POSTFIELDSIZE_LARGE, (curl_off_t)call->out.n);
	SET(call, POSTFIELDS, call->out.p);
	try(add_to_list(call, "Expect:"));
	for (const char *const *h = form->headers; h && *h; h++)
		try(add_to_list(call, *h));
	SET(call, HTTPHEADER, call->list);
	return set_common(call, peer);
}

static long use_ssl(enum client_tls tls)
{
	switch (tls) {
	case CLIENT_TLS_NONE:
		return CURLUSESSL_NONE;
	case CLIENT_TLS_IF_OFFERED:
		return CURLUSESSL_TRY;
	case CLIENT_TLS_STARTTLS:
	case CLIENT_TLS_IMPLICIT:
		break;
	}
	return CURLUSESSL_ALL;
}

static enum err set_mail(struct call *call, const struct client_peer *peer,
			 const struct client_letter *letter)
{
	SET(call, PROTOCOLS_STR, peer->tls == CLIENT_TLS_IMPLICIT ? "smtps" : "smtp");
	SET(call, USE_SSL, use_ssl(peer->tls));
	if (peer->user && peer->user[0]) {
		SET(call, USERNAME, peer->user);
		SET(call, PASSWORD, peer->password);
	}
	SET(call, MAIL_FROM, letter->from);
	try(add_to_list(call, letter->to));
	SET(call, MAIL_RCPT, call->list);
	SET(call, UPLOAD, 1L);
	SET(call, READFUNCTION, on_read);
	SET(call, READDATA, call);
	SET(call, DEBUGFUNCTION, on_said);
	SET(call, DEBUGDATA, call);
	SET(call, VERBOSE, 1L);
	return set_common(call, peer);
}

static struct call *call_new(struct client *c, struct client_done done)
{
	struct call *call = calloc(1, sizeof(*call));
	if (!call)
		return NULL;
	*call = (struct call){ .client = c, .done = done, .easy = curl_easy_init() };
	buf_init(&call->body, CLIENT_ANSWER_BYTES_MAX);
	if (!call->easy) {
		call_free(call);
		return NULL;
	}
	return call;
}

/* Takes the call, also when it fails. */
static enum err call_queue(struct client *c, struct call *call)
{
	pthread_mutex_lock(&c->lock);
	bool taken = !c->stopping && c->calls < CLIENT_CALLS_MAX;
	if (taken) {
		c->calls++;
		*c->queue_end = call;
		c->queue_end = &call->next;
	}
	pthread_mutex_unlock(&c->lock);
	if (!taken) {
		call_free(call);
		return E_BUSY;
	}
	(void)curl_multi_wakeup(c->multi);
	return OK;
}

enum err client_post(struct client *c, const struct client_peer *peer,
		     const struct client_form *form, struct client_done done)
{
	struct call *call = call_new(c, done);
	if (!call)
		return E_NOMEM;
	enum err e = copy_out(call, form->body);
	if (e == OK)
		e = set_post(call, peer, form);
	if (e == OK)
		return call_queue(c, call);
	call_free(call);
	return e;
}

enum err client_mail(struct client *c, const struct client_peer *peer,
		     const struct client_letter *letter, struct client_done done)
{
	struct call *call = call_new(c, done);
	if (!call)
		return E_NOMEM;
	call->mail = true;
	enum err e = copy_out(call, letter->text);
	if (e == OK)
		e = set_mail(call, peer, letter);
	if (e == OK)
		return call_queue(c, call);
	call_free(call);
	return e;
}

/* --- how it ended ------------------------------------------------------------- */

static bool is_denied(CURLcode rc)
{
	static const CURLcode all[] = {
		CURLE_LOGIN_DENIED,         CURLE_AUTH_ERROR,
		CURLE_REMOTE_ACCESS_DENIED, CURLE_PEER_FAILED_VERIFICATION,
		CURLE_SSL_CONNECT_ERROR,    CURLE_USE_SSL_FAILED,
		CURLE_SSL_CACERT_BADFILE,   CURLE_SSL_CERTPROBLEM,
		CURLE_SSL_CIPHER,
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (rc == all[i])
			return true;
	}
	return false;
}

/* libcurl's own codes tell where in the talk a relay said no: SEND_ERROR at a command on the letter
 * itself, WEIRD_SERVER_REPLY at the greeting or at the letter's end. */
static enum client_end end_of_mail(const struct call *call, CURLcode rc, int status)
{
	bool no = status >= 400;
	if (rc == CURLE_OK)
		return CLIENT_ANSWERED;
	if (no && (rc == CURLE_SEND_ERROR || (rc == CURLE_WEIRD_SERVER_REPLY && call->out_ended)))
		return CLIENT_ANSWERED;
	if (call->out_ended)
		return CLIENT_NO_ANSWER;
	if (is_denied(rc) || (rc == CURLE_WEIRD_SERVER_REPLY && status >= 500))
		return CLIENT_DENIED;
	return CLIENT_NOT_SENT;
}

static enum client_end end_of_post(const struct call *call, CURLcode rc)
{
	long sent = 0;
	if (rc == CURLE_OK)
		return CLIENT_ANSWERED;
	if (curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK || sent > 0)
		return CLIENT_NO_ANSWER;
	return is_denied(rc) ? CLIENT_DENIED : CLIENT_NOT_SENT;
}

static void unlink_call(struct client *c, struct call *call)
{
	struct call **at = &c->running;
	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
}

/* Room first, so that the callback may make another call. */
static void tell(struct call *call, CURLcode rc)
{
	struct client *c = call->client;
	long status = 0;
	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	const struct client_answer answer = {
		.end = call->mail ? end_of_mail(call, rc, (int)status) : end_of_post(call, rc),
		.status = (int)status,
		.of_sender = call->mail && !call->recipient_named,
		.body = buf_str(&call->body),
		.why = curl_easy_strerror(rc),
	};
	pthread_mutex_lock(&c->lock);
	c->calls--;
	pthread_mutex_unlock(&c->lock);
	call->done.fn(call->done.arg, &answer);
	call_free(call);
}

static void end(struct client *c, struct call *call, CURLcode rc)
{
	unlink_call(c, call);
	(void)curl_multi_remove_handle(c->multi, call->easy);
	tell(call, rc);
}

static void end_ready(struct client *c)
{
	CURLMsg *m;
	int left;
	while ((m = curl_multi_info_read(c->multi, &left))) {
		CURLcode rc = m->data.result; /* gone once the handle is removed */
		char *p = NULL;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p);
		end(c, (struct call *)p, rc);
	}
}

/* --- the thread --------------------------------------------------------------- */

static struct call *take_queue(struct client *c)
{
	pthread_mutex_lock(&c->lock);
	struct call *list = c->queue;
	c->queue = NULL;
	c->queue_end = &c->queue;
	pthread_mutex_unlock(&c->lock);
	return list;
}

static void begin(struct client *c, struct call *list)
{
	while (list) {
		struct call *call = list;
		list = call->next;
		call->next = c->running;
		c->running = call;
		if (curl_multi_add_handle(c->multi, call->easy) != CURLM_OK)
			end(c, call, CURLE_OUT_OF_MEMORY);
	}
}

static void run_timers(struct client *c)
{
	int64_t now = now_us(c);
	for (size_t i = 0; i < CLIENT_TIMERS; i++) {
		pthread_mutex_lock(&c->lock);
		bool due = c->timer_at_us[i] <= now;
		if (due)
			c->timer_at_us[i] = INT64_MAX;
		pthread_mutex_unlock(&c->lock);
		if (due)
			c->opts.timer(c->opts.arg, i);
	}
}

/* Milliseconds to wait for sockets; -1: it is over. */
static int next_wait(struct client *c)
{
	int64_t now = now_us(c);
	int64_t until = now + LOOK_MS * 1000;
	pthread_mutex_lock(&c->lock);
	bool over = c->stopping && (c->calls == 0 || c->giving_up);
	for (size_t i = 0; i < CLIENT_TIMERS; i++) {
		if (c->timer_at_us[i] < until)
			until = c->timer_at_us[i];
	}
	pthread_mutex_unlock(&c->lock);
	if (over)
		return -1;
	return until <= now ? 0 : (int)((until - now + 999) / 1000);
}

static void *work(void *arg)
{
	struct client *c = arg;
	int running;
	int wait_ms;
	do {
		begin(c, take_queue(c));
		(void)curl_multi_perform(c->multi, &running);
		end_ready(c);
		run_timers(c);
		wait_ms = next_wait(c);
		if (wait_ms > 0)
			(void)curl_multi_poll(c->multi, NULL, 0, wait_ms, NULL);
	} while (wait_ms >= 0);
	break_sockets(c);
	while (c->running)
		end(c, c->running, CURLE_ABORTED_BY_CALLBACK);
	struct call *late = take_queue(c);
	while (late) {
		struct call *call = late;
		late = call->next;
		tell(call, CURLE_ABORTED_BY_CALLBACK);
	}
	(void)eventfd_write(c->over_fd, 1);
	return NULL;
}

/* --- the whole ---------------------------------------------------------------- */

static void done(struct client *c)
{
	curl_multi_cleanup(c->multi);
	curl_global_cleanup();
	if (c->over_fd >= 0)
		close(c->over_fd);
	pthread_mutex_destroy(&c->socket_lock);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

enum err client_start(const struct client_opts *opts, struct client **ret)
{
	struct client *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	*c = (struct client){ .opts = *opts, .queue_end = &c->queue };
	for (size_t i = 0; i < SOCKETS; i++)
		c->sockets[i] = -1;
	for (size_t i = 0; i < CLIENT_TIMERS; i++)
		c->timer_at_us[i] = INT64_MAX;
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->socket_lock, NULL);
	c->over_fd = eventfd(0, EFD_CLOEXEC);
	bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	c->multi = good ? curl_multi_init() : NULL;
	/* Kept connections are never closed for want of a place: that would be a QUIT, too. */
	good = c->multi && c->over_fd >= 0 &&
	       curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)(2 * CLIENT_CALLS_MAX)) ==
		       CURLM_OK;
	if (!good || pthread_create(&c->thread, NULL, work, c) != 0) {
		done(c);
		return E_NOMEM;
	}
	*ret = c;
	return OK;
}

void client_timer(struct client *c, size_t which, int64_t ms)
{
	int64_t at = now_us(c) + ms * 1000;
	pthread_mutex_lock(&c->lock);
	c->timer_at_us[which] = at;
	pthread_mutex_unlock(&c->lock);
	(void)curl_multi_wakeup(c->multi);
}

static void ask_to_end(struct client *c, bool give_up)
{
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	c->giving_up = give_up;
	pthread_mutex_unlock(&c->lock);
	(void)curl_multi_wakeup(c->multi);
}

void client_stop(struct client *c, int64_t drain_ms)
{
	if (!c)
		return;
	ask_to_end(c, false);
	struct pollfd over = { .fd = c->over_fd, .events = POLLIN };
	int wait_ms = drain_ms < INT_MAX ? (int)drain_ms : INT_MAX;
	int n;
	do
		n = poll(&over, 1, wait_ms);
	while (n < 0 && errno == EINTR);
	if (n != 1) {
		ask_to_end(c, true);
		break_sockets(c);
	}
	pthread_join(c->thread, NULL);
	done(c);
}

void client_escape(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		bool plain = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') ||
			     (ch >= 'a' && ch <= 'z') || ch == '-' || ch == '_' || ch == '.';
		if (plain) {
			buf_c(b, ch);
		} else {
			buf_c(b, '%');
			buf_hex(b, str_sub(s, i, 1));
		}
	}
}

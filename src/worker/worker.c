/* The worker: the bell, and the two kinds of ports as the pumps see them. */
#include "worker/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "worker/pump.h"

#define LOOK_MS 5000 /* however silent the bell */

struct worker {
	const struct app *app;
	struct pump *pumps[OUTBOX_KIND_N];
	struct store_listener *listener;
	int wake_fd, stop_fd;
	bool started;
	pthread_t thread;
};

/* --- short messages --------------------------------------------------------- */

static size_t sms_room(void *port)
{
	return port_sms_room(port);
}

static bool sms_up(void *port)
{
	return port_sms_link(port) == SMS_LINK_UP;
}

static enum err sms_submit(void *port, const struct outbox_claim *c, int64_t valid_ms)
{
	struct sms_out m = { .id = c->id, .text = c->text.text, .valid_ms = valid_ms };
	try(msisdn_parse(c->dest, &m.to));
	return port_sms_submit(port, &m);
}

static void sms_stop(void *port, int64_t drain_ms)
{
	port_sms_stop(port, drain_ms);
}

static void on_sms_sent(void *arg, int64_t id, enum sent_outcome outcome,
			const struct str *provider_ids, size_t parts, struct str detail)
{
	pump_sent(arg, id, outcome, provider_ids, parts, detail);
}

static enum err on_sms_receipt(void *arg, struct str provider_id, enum sms_final state,
			       struct str detail)
{
	return pump_receipt(arg, provider_id, state, detail);
}

static void on_ready(void *arg)
{
	pump_ready(arg);
}

struct port_sms_events worker_sms_events(struct worker *w)
{
	return (struct port_sms_events){ .arg = w->pumps[OUTBOX_SMS],
					 .sent = on_sms_sent,
					 .receipt = on_sms_receipt,
					 .ready = on_ready };
}

/* --- letters ---------------------------------------------------------------- */

static size_t mail_room(void *port)
{
	return port_mail_room(port);
}

static bool mail_up(void *port)
{
	return port_mail_link(port) == MAIL_LINK_FREE;
}

static enum err mail_submit(void *port, const struct outbox_claim *c, int64_t valid_ms)
{
	const struct mail_out m = { .id = c->id,
				    .to = c->dest,
				    .subject = c->text.subject,
				    .text = c->text.text,
				    .html = c->text.html,
				    .valid_ms = valid_ms };
	return port_mail_submit(port, &m);
}

static void mail_stop(void *port, int64_t drain_ms)
{
	port_mail_stop(port, drain_ms);
}

static void on_mail_sent(void *arg, int64_t id, enum sent_outcome outcome, struct str detail)
{
	pump_sent(arg, id, outcome, NULL, 0, detail);
}

struct port_mail_events worker_mail_events(struct worker *w)
{
	return (struct port_mail_events){ .arg = w->pumps[OUTBOX_MAIL],
					  .sent = on_mail_sent,
					  .ready = on_ready };
}

/* --- no gateway ------------------------------------------------------------- */

static size_t no_room(void *port)
{
	(void)port;
	return 0;
}

static bool not_up(void *port)
{
	(void)port;
	return false;
}

static enum err refuse(void *port, const struct outbox_claim *c, int64_t valid_ms)
{
	(void)port;
	(void)c;
	(void)valid_ms;
	return E_BUSY;
}

static void stop_nobody(void *port, int64_t drain_ms)
{
	(void)port;
	(void)drain_ms;
}

/* --- the bell --------------------------------------------------------------- */

static void wake_all(struct worker *w)
{
	for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N; kind++)
		pump_wake(w->pumps[kind]);
}

/* Whether it was. Never waits, and says so in the call: the bell is shared with all roles, and one
 * that was taken over may empty it between a poll() and a read(), or make it one that waits. */
static bool was_rung(int fd)
{
	eventfd_t rung;
	const struct iovec to = { .iov_base = &rung, .iov_len = sizeof(rung) };
	return preadv2(fd, &to, 1, -1, RWF_NOWAIT) == sizeof(rung);
}

static void *listen(void *arg)
{
	struct worker *w = arg;
	const int fds[] = { w->stop_fd, w->wake_fd };
	while (!was_rung(w->stop_fd)) {
		store_wait(w->listener, fds, 2, LOOK_MS);
		was_rung(w->wake_fd);
		wake_all(w);
	}
	return NULL;
}

/* --- its life --------------------------------------------------------------- */

enum err worker_new(const struct app *app, int wake_fd, struct worker **ret)
{
	struct worker *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	w->app = app;
	w->wake_fd = wake_fd;
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	enum err e = w->stop_fd >= 0 ? OK : E_NOMEM;
	for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N && e == OK; kind++)
		e = pump_new(app, kind, &w->pumps[kind]);
	if (e == OK)
		e = store_listen(app->store, "outbox", &w->listener);
	if (e == OK)
		*ret = w;
	else
		worker_stop(w, 0);
	return e;
}

enum err worker_start(struct worker *w, struct port_sms *sms, struct port_mail *mail)
{
	static const struct pump_port nobody = { NULL, no_room, not_up, refuse, stop_nobody };
	struct pump_port sms_port = { sms, sms_room, sms_up, sms_submit, sms_stop };
	struct pump_port mail_port = { mail, mail_room, mail_up, mail_submit, mail_stop };
	enum err e = pump_start(w->pumps[OUTBOX_SMS], sms ? &sms_port : &nobody);
	if (e == OK)
		e = pump_start(w->pumps[OUTBOX_MAIL], mail ? &mail_port : &nobody);
	else
		port_mail_stop(mail, 0);
	try(e);
	if (pthread_create(&w->thread, NULL, listen, w) != 0)
		return E_NOMEM;
	w->started = true;
	return OK;
}

void worker_stop(struct worker *w, int64_t drain_ms)
{
	if (!w)
		return;
	if (w->started) {
		(void)eventfd_write(w->stop_fd, 1);
		pthread_join(w->thread, NULL);
	}
	for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N; kind++)
		pump_ask_stop(w->pumps[kind], drain_ms);
	for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N; kind++)
		pump_free(w->pumps[kind]);
	store_unlisten(w->listener);
	if (w->stop_fd >= 0)
		close(w->stop_fd);
	free(w);
}

void worker_stats(const struct worker *w, struct worker_stats *ret)
{
	*ret = (struct worker_stats){ .taken = 0 };
	for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N; kind++)
		pump_stats(w->pumps[kind], ret);
}

/* One thread that waits for the centre, for whoever hands messages over, and for the clock. */
#include "gateway/sms_smpp.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/smpp_session.h"

/* Messages that wait here while a window is under way: enough for it never to run dry, and few
 * enough that their time does not pass here. */
enum { WINDOWS_AHEAD = 4, ENTRIES_MIN = 16 };

struct sms_smpp {
	struct port_sms port; /* stands first: a port is its gateway */
	struct port_sms_events events;
	struct smpp_window *messages;
	struct smpp_session *session;
	const struct clock *clock;
	pthread_t thread;
	int wake;
	_Atomic bool woken; /* there is something in ${wake} that was not read yet */
	_Atomic bool stopping;
	_Atomic int64_t stop_us;
};

static struct sms_smpp *gateway_of(struct port_sms *p)
{
	return (struct sms_smpp *)p;
}

static int64_t now(const struct sms_smpp *g)
{
	return g->clock->mono_us(g->clock);
}

/* --- what others call --- */

static size_t room(struct port_sms *p)
{
	return smpp_window_room(gateway_of(p)->messages);
}

static enum err submit(struct port_sms *p, const struct sms_out *m)
{
	struct sms_smpp *g = gateway_of(p);
	enum err e = smpp_window_add(g->messages, m, now(g));
	if (e == OK && !atomic_exchange(&g->woken, true))
		(void)eventfd_write(g->wake, 1);
	return e;
}

static enum sms_link link_of(struct port_sms *p)
{
	return smpp_session_link(gateway_of(p)->session);
}

static void give_back(struct sms_smpp *g)
{
	smpp_session_free(g->session);
	smpp_window_free(g->messages);
	if (g->wake >= 0)
		close(g->wake);
	free(g);
}

static void stop(struct port_sms *p, int64_t drain_ms)
{
	struct sms_smpp *g = gateway_of(p);
	atomic_store(&g->stop_us, now(g) + drain_ms * 1000);
	atomic_store(&g->stopping, true);
	(void)eventfd_write(g->wake, 1);
	pthread_join(g->thread, NULL);
	give_back(g);
}

/* --- the thread --- */

static void *work(void *arg)
{
	struct sms_smpp *g = arg;
	bool told = false;
	pthread_setname_np(pthread_self(), "sms-smpp");
	while (!smpp_session_over(g->session)) {
		eventfd_t n;
		struct pollfd fds[] = {
			{ .fd = g->wake, .events = POLLIN },
			smpp_session_want(g->session),
		};
		(void)poll(fds, 2, smpp_session_wait_ms(g->session));
		if (fds[0].revents) {
			(void)eventfd_read(g->wake, &n);
			atomic_store(&g->woken, false);
		}
		if (!told && atomic_load(&g->stopping)) {
			told = true;
			smpp_session_stop(g->session, atomic_load(&g->stop_us));
		}
		smpp_session_turn(g->session);
	}
	return NULL;
}

/* --- life --- */

static enum smpp_id_form form_of(struct str name)
{
	return str_eq(name, STR("hex"))   ? SMPP_ID_HEX
	       : str_eq(name, STR("dec")) ? SMPP_ID_DEC
					  : SMPP_ID_TEXT;
}

struct sms_smpp_opts sms_smpp_opts(const struct config *conf)
{
	return (struct sms_smpp_opts){
		.address = conf->sms_smpp_address,
		.system_id = conf->sms_smpp_system_id,
		.system_type = conf->sms_smpp_system_type,
		.sender = conf->sms_smpp_sender,
		.tls = conf->sms_smpp_tls,
		.tls_ca = conf->sms_smpp_tls_ca,
		.ids = { .answer = form_of(conf->sms_smpp_answer_ids),
			 .receipt = form_of(conf->sms_smpp_receipt_ids) },
		.window = conf->sms_smpp_window,
		.per_second = conf->sms_smpp_per_second,
		.enquire_ms = conf->sms_smpp_enquire_s * 1000,
		.answer_ms = conf->sms_smpp_answer_s * 1000,
		.retry_ms = 1000,
		.pause_max_ms = 60000,
		.patience_ms = 60000,
	};
}

static enum err make_window(struct sms_smpp *g, const struct sms_smpp_opts *o)
{
	size_t ahead = (size_t)o->window * WINDOWS_AHEAD;
	const struct smpp_window_opts opts = {
		.entries = ahead > ENTRIES_MIN ? ahead : ENTRIES_MIN,
		.retry_us = o->retry_ms * 1000,
		.patience_us = o->patience_ms * 1000,
		.rnd = o->rnd,
		.events = &g->events,
	};
	return smpp_window_new(&opts, &g->messages);
}

static enum err make_session(struct sms_smpp *g, const struct sms_smpp_opts *o)
{
	struct smpp_session_opts opts = {
		.wire = { .tls = o->tls, .ca = o->tls_ca, .log = o->log },
		.system_id = o->system_id,
		.system_type = o->system_type,
		.sender = o->sender,
		.password = o->password,
		.forms = o->ids,
		.window = (size_t)o->window,
		.per_second = o->per_second,
		.enquire_us = o->enquire_ms * 1000,
		.answer_us = o->answer_ms * 1000,
		.retry_us = o->retry_ms * 1000,
		.pause_max_us = o->pause_max_ms * 1000,
		.clock = o->clock,
		.rnd = o->rnd,
		.messages = g->messages,
		.events = &g->events,
	};
	try(hostport_parse(o->address, &opts.wire.to));
	return smpp_session_new(&opts, &g->session);
}

static enum err start(struct sms_smpp *g, const struct sms_smpp_opts *o)
{
	g->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (g->wake < 0)
		return E_NOMEM;
	try(make_window(g, o));
	try(make_session(g, o));
	return pthread_create(&g->thread, NULL, work, g) == 0 ? OK : E_NOMEM;
}

enum err sms_smpp_start(const struct sms_smpp_opts *opts, const struct port_sms_events *events,
			struct port_sms **ret)
{
	struct sms_smpp *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct sms_smpp){
		.port = { .room = room, .submit = submit, .link = link_of, .stop = stop },
		.events = *events,
		.clock = opts->clock,
		.wake = -1,
	};
	enum err e = start(g, opts);
	if (e == OK)
		*ret = &g->port;
	else
		give_back(g);
	return e;
}

/* A letter becomes a line; the logbook does the rest. */
#include "gateway/mail_log.h"

#include "gateway/logbook.h"
#include "gateway/mime.h"

struct mail_log {
	struct port_mail port;
	struct port_mail_events events;
	struct logbook *book;
};

static struct mail_log *of(struct port_mail *p)
{
	return (struct mail_log *)((char *)p - offsetof(struct mail_log, port));
}

static void on_written(void *arg, int64_t id, bool good)
{
	struct mail_log *g = arg;
	g->events.sent(g->events.arg, id, good ? SENT_OK : SENT_RETRY,
		       good ? STR("in the file") : STR("cannot write"));
}

static size_t room(struct port_mail *p)
{
	return logbook_room(of(p)->book);
}

static enum mail_link link_of(struct port_mail *p)
{
	(void)p;
	return MAIL_LINK_FREE;
}

static enum err submit(struct port_mail *p, const struct mail_out *m)
{
	if (!mime_letter_good(m))
		return E_INPUT;
	return logbook_put(of(p)->book, m->id,
			   json_pack("{s:s%,s:s%,s:s%,s:s%}", "to", m->to.p, m->to.n, "subject",
				     m->subject.p, m->subject.n, "text", m->text.p, m->text.n,
				     "html", m->html.p ? m->html.p : "", m->html.n));
}

static void stop(struct port_mail *p, int64_t drain_ms)
{
	(void)drain_ms;
	logbook_stop(of(p)->book);
}

enum err mail_log_start(const struct mail_log_opts *opts, const struct port_mail_events *events,
			struct port_mail **ret)
{
	struct mail_log *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct mail_log){
		.port = { .room = room, .submit = submit, .link = link_of, .stop = stop },
		.events = *events,
	};
	const struct logbook_opts book = {
		.clock = opts->clock,
		.path = opts->path,
		.owner = g,
		.written = on_written,
		.ready = events->ready,
		.ready_arg = events->arg,
	};
	try(logbook_start(&book, &g->book));
	*ret = &g->port;
	return OK;
}

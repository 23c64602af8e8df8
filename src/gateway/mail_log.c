/* A letter becomes a line; the logbook does the rest. */
#include "gateway/mail_log.h"

#include <jansson.h>

#include "gateway/logbook.h"
#include "gateway/mime.h"

struct mail_log {
	struct port_mail port;
	const struct clock *clock;
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

static void on_ready(void *arg)
{
	struct mail_log *g = arg;
	g->events.ready(g->events.arg);
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

/* Expected: E_INPUT (not UTF-8), E_NOMEM. */
static enum err put_line(struct mail_log *g, const struct mail_out *m)
{
	char at[32];
	struct buf b = { .p = at, .cap = sizeof(at), .max = sizeof(at) };
	tstamp_iso(&b, g->clock->now(g->clock));
	json_t *line =
		json_pack("{s:s%,s:I,s:s%,s:s%,s:s%,s:s%}", "at", at, b.n, "id", (json_int_t)m->id,
			  "to", m->to.p, m->to.n, "subject", m->subject.p, m->subject.n, "text",
			  m->text.p, m->text.n, "html", m->html.p ? m->html.p : "", m->html.n);
	if (!line)
		return E_INPUT;
	char *text = json_dumps(line, JSON_COMPACT);
	json_decref(line);
	size_t n = text ? strlen(text) : 0;
	if (!text)
		return E_NOMEM;
	text[n] = '\n'; /* in the place of the NUL: the length is known */
	enum err e = logbook_put(g->book, m->id, (struct str){ .p = text, .n = n + 1 });
	explicit_bzero(text, n); /* a letter may hold a link that opens something */
	free(text);
	return e;
}

static enum err submit(struct port_mail *p, const struct mail_out *m)
{
	if (!mime_letter_good(m))
		return E_INPUT;
	return put_line(of(p), m);
}

static void stop(struct port_mail *p, int64_t drain_ms)
{
	struct mail_log *g = of(p);
	(void)drain_ms;
	logbook_stop(g->book);
	free(g);
}

enum err mail_log_start(const struct mail_log_opts *opts, const struct port_mail_events *events,
			struct port_mail **ret)
{
	struct mail_log *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct mail_log){
		.port = { .room = room, .submit = submit, .link = link_of, .stop = stop },
		.clock = opts->clock,
		.events = *events,
	};
	const struct logbook_opts book = {
		.path = opts->path,
		.arg = g,
		.written = on_written,
		.ready = on_ready,
	};
	enum err e = logbook_start(&book, &g->book);
	if (e != OK) {
		free(g);
		return e;
	}
	*ret = &g->port;
	return OK;
}

/* A short message becomes a line; the logbook does the rest. */
#include "gateway/sms_log.h"

#include <jansson.h>

#include "gateway/logbook.h"
#include "gateway/smpp_text.h"

struct sms_log {
	struct port_sms port; /* stands first: a port is its gateway */
	const struct clock *clock;
	struct port_sms_events events;
	struct logbook *book;
};

static struct sms_log *gateway_of(struct port_sms *p)
{
	return (struct sms_log *)p;
}

static void on_written(void *arg, int64_t id, bool good)
{
	const struct port_sms_events *to = &((struct sms_log *)arg)->events;
	char space[32];
	snprintf(space, sizeof(space), "log-%lld", (long long)id);
	struct str provider_id = str_c(space);
	if (!good) {
		to->sent(to->arg, id, SENT_RETRY, NULL, 0, STR("cannot write"));
		return;
	}
	to->sent(to->arg, id, SENT_OK, &provider_id, 1, STR("in the file"));
	/* Whoever is too busy to hear it does without: a file tells nothing twice. */
	(void)to->receipt(to->arg, provider_id, SMS_DELIVERED, STR("in the file"));
}

static void on_ready(void *arg)
{
	struct sms_log *g = arg;
	g->events.ready(g->events.arg);
}

static size_t room(struct port_sms *p)
{
	return logbook_room(gateway_of(p)->book);
}

static enum sms_link link_of(struct port_sms *p)
{
	(void)p;
	return SMS_LINK_UP;
}

/* One line, without its line feed; the caller frees it. NULL without memory. */
static char *line_of(const struct sms_log *g, const struct sms_out *m, size_t parts)
{
	char at[32];
	struct buf b = { .p = at, .cap = sizeof(at), .max = sizeof(at) };
	tstamp_iso(&b, g->clock->now(g->clock));
	json_t *line =
		json_pack("{s:s%,s:I,s:s,s:s%,s:I}", "at", at, b.n, "id", (json_int_t)m->id, "to",
			  m->to.d, "text", m->text.p, m->text.n, "parts", (json_int_t)parts);
	char *text = json_dumps(line, JSON_COMPACT);
	json_decref(line);
	return text;
}

static enum err submit(struct port_sms *p, const struct sms_out *m)
{
	struct sms_log *g = gateway_of(p);
	size_t parts = smpp_text_parts(m->text);
	if (parts == 0 || parts > SMS_PARTS_MAX)
		return E_INPUT;
	char *line = line_of(g, m, parts);
	if (!line)
		return E_NOMEM;
	size_t n = strlen(line);
	line[n] = '\n'; /* in the place of the NUL: the length is known */
	enum err e = logbook_put(g->book, m->id, (struct str){ .p = line, .n = n + 1 });
	explicit_bzero(line, n);
	free(line);
	return e;
}

static void stop(struct port_sms *p, int64_t drain_ms)
{
	struct sms_log *g = gateway_of(p);
	(void)drain_ms;
	logbook_stop(g->book);
	free(g);
}

enum err sms_log_start(const struct sms_log_opts *opts, const struct port_sms_events *events,
		       struct port_sms **ret)
{
	struct sms_log *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct sms_log){
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

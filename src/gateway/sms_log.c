/* A short message becomes a line; the logbook does the rest. */
#include "gateway/sms_log.h"

#include "gateway/logbook.h"
#include "gateway/smpp_text.h"

struct sms_log {
	struct port_sms port; /* stands first: a port is its gateway */
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

static size_t room(struct port_sms *p)
{
	return logbook_room(gateway_of(p)->book);
}

static enum sms_link link_of(struct port_sms *p)
{
	(void)p;
	return SMS_LINK_UP;
}

static enum err submit(struct port_sms *p, const struct sms_out *m)
{
	size_t parts = smpp_text_parts(m->text);
	if (parts == 0 || parts > SMS_PARTS_MAX)
		return E_INPUT;
	return logbook_put(gateway_of(p)->book, m->id,
			   json_pack("{s:s,s:s%,s:I}", "to", m->to.d, "text", m->text.p, m->text.n,
				     "parts", (json_int_t)parts));
}

static void stop(struct port_sms *p, int64_t drain_ms)
{
	(void)drain_ms;
	logbook_stop(gateway_of(p)->book);
}

enum err sms_log_start(const struct sms_log_opts *opts, const struct port_sms_events *events,
		       struct port_sms **ret)
{
	struct sms_log *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct sms_log){
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

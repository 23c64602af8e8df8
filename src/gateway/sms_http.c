/* A message becomes a call of the client; the call's end becomes an outcome for the outbox and a
 * word on the gateway for the pace. */
#include "gateway/sms_http.h"

#include "gateway/mime.h"

enum timer { TIMER_PAUSE, TIMER_OWN };

struct sms_http {
	struct port_sms port;
	struct sms_http_opts opts;
	struct port_sms_events events;
	const struct sms_http_ops *ops;
	void *own;
	struct pace pace;
	struct client *client;
};

/* One on its way. */
struct message {
	struct sms_http *g;
	int64_t id;
	struct msisdn to;
};

struct sms_http *sms_http_of(struct port_sms *p)
{
	return (struct sms_http *)((char *)p - offsetof(struct sms_http, port));
}

const struct sms_http_opts *sms_http_opts(const struct sms_http *g)
{
	return &g->opts;
}

void *sms_http_own(const struct sms_http *g)
{
	return g->own;
}

const struct port_sms_events *sms_http_events(const struct sms_http *g)
{
	return &g->events;
}

void sms_http_timer(struct sms_http *g, int64_t ms)
{
	client_timer(g->client, TIMER_OWN, ms);
}

/* --- what became of it -------------------------------------------------------- */

/* Where an answer cannot come from the gateway itself, or is none to a message: somebody has to
 * look at the URL or the account. A front that failed may have passed the request on; only 503
 * says that it was not taken. */
static void read_status(int status, struct sms_http_told *t)
{
	bool soon = status == 408 || status == 429; /* too slow, too many: nobody has to look */
	t->outcome = status < 500 || status == 503 ? SENT_RETRY : SENT_UNKNOWN;
	t->state = status < 500 && !soon ? PACE_DENIED : PACE_DOWN;
	if (status == 400 || status == 422) {
		t->outcome = SENT_REFUSED;
		t->state = PACE_FINE;
	}
}

static void read_end(const struct sms_http *g, const struct client_answer *a,
		     struct sms_http_told *t)
{
	static const struct {
		enum sent_outcome outcome;
		enum pace_state state;
		const char *detail;
	} ends[] = {
		[CLIENT_ANSWERED] = { SENT_UNKNOWN, PACE_DOWN, "answered" },
		[CLIENT_NOT_SENT] = { SENT_RETRY, PACE_DOWN, "not reached" },
		[CLIENT_DENIED] = { SENT_RETRY, PACE_DENIED, "denied" },
		[CLIENT_NO_ANSWER] = { SENT_UNKNOWN, PACE_DOWN, "no answer" },
	};
	*t = (struct sms_http_told){ .outcome = ends[a->end].outcome, .state = ends[a->end].state };
	if (a->end != CLIENT_ANSWERED) {
		snprintf(t->detail, sizeof(t->detail), "%s", ends[a->end].detail);
		return;
	}
	snprintf(t->detail, sizeof(t->detail), "http %d", a->status);
	if (a->status >= 200 && a->status < 300)
		g->ops->read(a, t);
	else
		read_status(a->status, t);
}

static void say_state(const struct sms_http *g, const struct sms_http_told *t,
		      const struct client_answer *a)
{
	static const struct {
		enum log_level level;
		const char *event;
	} says[] = {
		[PACE_FINE] = { LOG_INFO, "sms_gateway_fine" },
		[PACE_DOWN] = { LOG_WARN, "sms_gateway_down" },
		[PACE_DENIED] = { LOG_ERROR, "sms_gateway_denied" },
	};
	log_event(g->opts.log, says[t->state].level, says[t->state].event,
		  log_const("gateway", g->ops->name), log_int("status", a->status),
		  log_text("detail", t->detail), log_text("why", a->why));
}

static void tell(struct sms_http *g, const struct message *m, const struct sms_http_told *t)
{
	const struct str id = str_c(t->id);
	size_t parts = t->outcome == SENT_OK && id.n > 0;
	g->events.sent(g->events.arg, m->id, t->outcome, &id, parts, str_c(t->detail));
	if (parts && g->ops->accepted)
		g->ops->accepted(g, &m->to, t->id);
}

static void on_end(void *arg, const struct client_answer *a)
{
	struct message *m = arg;
	struct sms_http *g = m->g;
	struct sms_http_told t;
	read_end(g, a, &t);
	struct pace_next next = pace_give(&g->pace, t.state);
	tell(g, m, &t);
	free(m);
	if (next.changed)
		say_state(g, &t, a);
	if (next.pause_ms)
		client_timer(g->client, TIMER_PAUSE, next.pause_ms);
	if (next.room)
		g->events.ready(g->events.arg);
}

static void on_timer(void *arg, size_t which)
{
	struct sms_http *g = arg;
	if (which == TIMER_OWN) {
		g->ops->timer(g);
		return;
	}
	pace_resume(&g->pace);
	g->events.ready(g->events.arg);
}

/* --- the port ----------------------------------------------------------------- */

enum err sms_http_post(struct sms_http *g, const char *url, int64_t valid_ms,
		       const struct client_form *form, struct client_done done)
{
	bool soon = valid_ms > 0 && valid_ms < g->opts.deadline_ms;
	const struct client_peer peer = {
		.url = url,
		.ca_file = g->opts.ca_file,
		.deadline_ms = soon ? valid_ms : g->opts.deadline_ms,
	};
	return client_post(g->client, &peer, form, done);
}

static enum err hand_over(struct sms_http *g, const struct sms_out *out,
			  const struct smpp_text *text)
{
	struct message *m = malloc(sizeof(*m));
	if (!m)
		return E_NOMEM;
	*m = (struct message){ .g = g, .id = out->id, .to = out->to };
	const struct client_done done = { .fn = on_end, .arg = m };
	enum err e = g->ops->post(g, out, text, done);
	if (e != OK)
		free(m);
	return e;
}

static enum err submit(struct port_sms *p, const struct sms_out *m)
{
	struct sms_http *g = sms_http_of(p);
	struct smpp_text text;
	try(smpp_text_split(m->text, 0, &text));
	if (msisdn_str(&m->to).n == 0)
		return E_INPUT;
	try(pace_take(&g->pace));
	enum err e = hand_over(g, m, &text);
	if (e != OK)
		pace_drop(&g->pace);
	return e;
}

static size_t room(struct port_sms *p)
{
	return pace_room(&sms_http_of(p)->pace);
}

static enum sms_link link_of(struct port_sms *p)
{
	static const enum sms_link links[] = {
		[PACE_FINE] = SMS_LINK_UP,
		[PACE_DOWN] = SMS_LINK_DOWN,
		[PACE_DENIED] = SMS_LINK_REFUSED,
	};
	return links[pace_state(&sms_http_of(p)->pace)];
}

static void done(struct sms_http *g)
{
	if (g->ops->done)
		g->ops->done(g->own);
	pace_done(&g->pace);
	free(g);
}

static void stop(struct port_sms *p, int64_t drain_ms)
{
	struct sms_http *g = sms_http_of(p);
	client_stop(g->client, drain_ms);
	done(g);
}

/* Each may become the value of a header. */
static bool opts_good(const struct sms_http_opts *o)
{
	bool http = str_starts(str_c(o->url), STR("https://")) ||
		    str_starts(str_c(o->url), STR("http://"));
	return http && mime_line(o->user) && mime_line(o->password.bytes) && mime_line(o->sender) &&
	       o->window > 0 && o->window <= CLIENT_CALLS_MAX && o->deadline_ms > 0;
}

enum err sms_http_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			const struct sms_http_ops *ops, void *own, struct port_sms **ret)
{
	struct sms_http *g = calloc(1, sizeof(*g));
	if (!g) {
		if (ops->done)
			ops->done(own);
		return E_NOMEM;
	}
	*g = (struct sms_http){
		.port = { .room = room, .submit = submit, .link = link_of, .stop = stop },
		.opts = *opts,
		.events = *events,
		.ops = ops,
		.own = own,
	};
	pace_init(&g->pace, opts->window);
	const struct client_opts client = { .clock = opts->clock, .arg = g, .timer = on_timer };
	enum err e = opts_good(opts) ? client_start(&client, &g->client) : E_INPUT;
	if (e != OK) {
		done(g);
		return e;
	}
	*ret = &g->port;
	return OK;
}

/* A letter is put together when it is submitted, and handed to the client; what the client says of
 * its end becomes an outcome for the outbox and a word on the relay for the pace. */
#include "gateway/mail_smtp.h"

#include "core/scan.h"
#include "gateway/mime.h"
#include "gateway/pace.h"

#define LETTER_BYTES_MAX (8u << 20)
#define DETAIL_BYTES     32

struct mail_smtp {
	struct port_mail port;
	struct mail_smtp_opts opts;
	struct port_mail_events events;
	struct pace pace;
	struct client *client;
	struct buf url;
	struct buf from;     /* a string of C */
	struct buf password; /* the same */
};

/* One on its way. */
struct letter {
	struct mail_smtp *g;
	int64_t id;
};

static struct mail_smtp *of(struct port_mail *p)
{
	return (struct mail_smtp *)((char *)p - offsetof(struct mail_smtp, port));
}

/* --- what became of it -------------------------------------------------------- */

/* Codes by which a relay says that it wants another name, password or TLS, whatever the command;
 * and whatever it will never take from our sender, but for lack of space: that would be said of
 * every letter, and none is to be given up for it. */
static bool is_about_us(const struct client_answer *a)
{
	int status = a->status;
	return status == 530 || status == 534 || status == 535 || status == 538 ||
	       (a->of_sender && status >= 500 && status != 552);
}

static enum sent_outcome outcome_of(const struct client_answer *a)
{
	if (a->end == CLIENT_NO_ANSWER)
		return SENT_UNKNOWN;
	if (a->end != CLIENT_ANSWERED || is_about_us(a))
		return SENT_RETRY;
	if (a->status < 400)
		return SENT_OK;
	return a->status < 500 ? SENT_RETRY : SENT_REFUSED;
}

static enum pace_state state_of(const struct client_answer *a)
{
	if (a->end == CLIENT_DENIED || is_about_us(a))
		return PACE_DENIED;
	/* 421: the relay is closing down. */
	bool down = a->end != CLIENT_ANSWERED || a->status == 421;
	return down ? PACE_DOWN : PACE_FINE;
}

static struct str detail_of(const struct client_answer *a, char space[DETAIL_BYTES])
{
	static const char *const words[] = {
		[CLIENT_ANSWERED] = "answered",
		[CLIENT_NOT_SENT] = "not reached",
		[CLIENT_DENIED] = "denied",
		[CLIENT_NO_ANSWER] = "no answer",
	};
	snprintf(space, DETAIL_BYTES, "%s, smtp %d", words[a->end], a->status);
	return str_c(space);
}

static void say_state(const struct mail_smtp *g, enum pace_state state,
		      const struct client_answer *a)
{
	if (state == PACE_FINE)
		log_event(g->opts.log, LOG_INFO, "mail_relay_fine");
	else
		log_event(g->opts.log, state == PACE_DENIED ? LOG_ERROR : LOG_WARN,
			  state == PACE_DENIED ? "mail_relay_denied" : "mail_relay_down",
			  log_int("status", a->status), log_text("why", a->why));
}

static void on_end(void *arg, const struct client_answer *a)
{
	struct letter *l = arg;
	struct mail_smtp *g = l->g;
	char space[DETAIL_BYTES];
	enum pace_state state = state_of(a);
	struct pace_next next = pace_give(&g->pace, state);
	g->events.sent(g->events.arg, l->id, outcome_of(a), detail_of(a, space));
	free(l);
	if (next.changed)
		say_state(g, state, a);
	if (next.pause_ms)
		client_timer(g->client, 0, next.pause_ms);
	if (next.room)
		g->events.ready(g->events.arg);
}

static void on_timer(void *arg, size_t which)
{
	struct mail_smtp *g = arg;
	(void)which;
	pace_resume(&g->pace);
	g->events.ready(g->events.arg);
}

/* --- the port ----------------------------------------------------------------- */

static enum err hand_over(struct mail_smtp *g, const struct mail_out *m, struct str text)
{
	char to[MAIL_TO_BYTES_MAX + 1];
	struct letter *l = malloc(sizeof(*l));
	if (!l)
		return E_NOMEM;
	*l = (struct letter){ .g = g, .id = m->id };
	snprintf(to, sizeof(to), "%.*s", (int)m->to.n, m->to.p);
	bool soon = m->valid_ms > 0 && m->valid_ms < g->opts.deadline_ms;
	const struct client_peer peer = {
		.url = g->url.p,
		.user = g->opts.user,
		.password = g->password.p,
		.ca_file = g->opts.ca_file,
		.tls = g->opts.tls,
		.deadline_ms = soon ? m->valid_ms : g->opts.deadline_ms,
	};
	const struct client_letter letter = { .from = g->from.p, .to = to, .text = text };
	enum err e = client_mail(g->client, &peer, &letter,
				 (struct client_done){ .fn = on_end, .arg = l });
	if (e != OK)
		free(l);
	return e;
}

static enum err write_and_send(struct mail_smtp *g, const struct mail_out *m)
{
	struct buf b;
	buf_init(&b, LETTER_BYTES_MAX);
	mime_letter_put(&b, &(struct mime_letter){
				    .from = g->opts.from,
				    .from_name = g->opts.from_name,
				    .to = m->to,
				    .subject = m->subject,
				    .text = m->text,
				    .html = m->html,
				    .id = m->id,
				    .at = g->opts.clock->now(g->opts.clock),
				    .utc_offset_min = g->opts.utc_offset_min,
			    });
	enum err e = b.err == OK ? hand_over(g, m, buf_str(&b)) : b.err;
	buf_done(&b);
	return e;
}

static enum err submit(struct port_mail *p, const struct mail_out *m)
{
	struct mail_smtp *g = of(p);
	if (!mime_letter_good(m))
		return E_INPUT;
	try(pace_take(&g->pace));
	enum err e = write_and_send(g, m);
	if (e != OK)
		pace_drop(&g->pace);
	return e;
}

static size_t room(struct port_mail *p)
{
	return pace_room(&of(p)->pace);
}

static enum mail_link link_of(struct port_mail *p)
{
	static const enum mail_link links[] = {
		[PACE_FINE] = MAIL_LINK_FREE,
		[PACE_DOWN] = MAIL_LINK_DOWN,
		[PACE_DENIED] = MAIL_LINK_REFUSED,
	};
	return links[pace_state(&of(p)->pace)];
}

static void done(struct mail_smtp *g)
{
	pace_done(&g->pace);
	buf_done(&g->password);
	buf_done(&g->from);
	buf_done(&g->url);
	free(g);
}

static void stop(struct port_mail *p, int64_t drain_ms)
{
	struct mail_smtp *g = of(p);
	client_stop(g->client, drain_ms);
	done(g);
}

/* --- starting ----------------------------------------------------------------- */

/* What could end the host in a URL. */
static bool host_good(struct str host)
{
	static const struct str marks = STR("/@?#[]%\\");
	for (size_t i = 0; i < host.n; i++) {
		if (host.p[i] <= ' ' || host.p[i] > '~' || str_find(marks, host.p[i]) < marks.n)
			return false;
	}
	return host.n > 0;
}

static bool opts_good(const struct mail_smtp_opts *o)
{
	bool tls = o->tls == CLIENT_TLS_STARTTLS || o->tls == CLIENT_TLS_IMPLICIT;
	int64_t port;
	return host_good(o->relay.host) && scan_i64_all(o->relay.port, 1, UINT16_MAX, &port) &&
	       mime_address(o->from) && mime_line(o->from_name) && (tls || !o->user[0]) &&
	       o->window > 0 && o->window <= CLIENT_CALLS_MAX && o->deadline_ms > 0;
}

static void put_url(struct buf *b, const struct mail_smtp_opts *o)
{
	struct str host = o->relay.host;
	bool v6 = str_find(host, ':') < host.n;
	buf_put(b, o->tls == CLIENT_TLS_IMPLICIT ? STR("smtps://") : STR("smtp://"));
	buf_put(b, v6 ? STR("[") : STR(""));
	buf_put(b, host);
	buf_put(b, v6 ? STR("]:") : STR(":"));
	buf_put(b, o->relay.port);
	buf_c(b, '/');
	client_escape(b, str_sub(o->from, str_find(o->from, '@') + 1, o->from.n));
	buf_c(b, '\0');
}

static void put_strings(struct mail_smtp *g)
{
	buf_init(&g->url, 1024);
	buf_init(&g->from, 1024);
	buf_init(&g->password, 1024);
	put_url(&g->url, &g->opts);
	buf_put(&g->from, g->opts.from);
	buf_c(&g->from, '\0');
	buf_put(&g->password, g->opts.password.bytes);
	buf_c(&g->password, '\0');
}

enum err mail_smtp_start(const struct mail_smtp_opts *opts, const struct port_mail_events *events,
			 struct port_mail **ret)
{
	if (!opts_good(opts))
		return E_INPUT;
	struct mail_smtp *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	*g = (struct mail_smtp){
		.port = { .room = room, .submit = submit, .link = link_of, .stop = stop },
		.opts = *opts,
		.events = *events,
	};
	pace_init(&g->pace, opts->window);
	put_strings(g);
	const struct client_opts client = { .clock = opts->clock, .arg = g, .timer = on_timer };
	enum err e = g->url.err || g->from.err || g->password.err
			     ? E_NOMEM
			     : client_start(&client, &g->client);
	if (e != OK) {
		done(g);
		return e;
	}
	*ret = &g->port;
	return OK;
}

/* Forms for send.php and status.php, and the list of messages whose end is not known yet: only the
 * client's thread touches it. */
#include "gateway/sms_smsc.h"

#include "core/tstamp.h"
#include "gateway/smsc_answer.h"

#define FORM_BYTES_MAX 16384
#define URL_BYTES_MAX  512
#define POLL_MOST_MS   (10 * MINUTE_MS)
#define FOLLOW_MS      (25 * HOUR_MS) /* a message lives for a day at most */

enum { POLLS_MAX = 4 };

struct tracked {
	struct smsc *s;
	char id[SMS_ID_BYTES_MAX + 1]; /* empty: a free place */
	struct msisdn to;
	int64_t pause_ms, due_us, end_us;
	bool asked; /* an answer is on its way */
};

struct smsc {
	struct sms_http *g;
	int64_t poll_ms;
	size_t polls;
	char send_url[URL_BYTES_MAX], status_url[URL_BYTES_MAX];
	struct tracked list[SMS_SMSC_TRACKED_MAX];
};

static int64_t now_us(const struct smsc *s)
{
	const struct clock *c = sms_http_opts(s->g)->clock;
	return c->mono_us(c);
}

/* --- forms -------------------------------------------------------------------- */

static void put_field(struct buf *b, const char *name, struct str value)
{
	if (b->n)
		buf_c(b, '&');
	buf_put(b, str_c(name));
	buf_c(b, '=');
	client_escape(b, value);
}

/* Grown once: a buffer that moved would leave the password behind. */
static void begin_form(struct buf *b, const struct sms_http_opts *o)
{
	buf_init(b, FORM_BYTES_MAX);
	if (!buf_grow(b, FORM_BYTES_MAX))
		return;
	if (o->user.n)
		put_field(b, "login", o->user);
	put_field(b, o->user.n ? "psw" : "apikey", o->password.bytes);
	put_field(b, "fmt", STR("3"));
	put_field(b, "charset", STR("utf-8"));
}

static void put_phone(struct buf *b, const char *name, const struct msisdn *to)
{
	char digits[12];
	snprintf(digits, sizeof(digits), "7%s", to->d);
	put_field(b, name, str_c(digits));
}

/* hh:mm, from 00:01 to 24:00, and never longer than asked for if that can be said. */
static void put_validity(struct buf *b, int64_t valid_ms)
{
	char text[16];
	int minutes = valid_ms < DAY_MS ? (int)(valid_ms / MINUTE_MS) : 24 * 60;
	if (valid_ms == 0)
		return;
	if (minutes == 0)
		minutes = 1;
	snprintf(text, sizeof(text), "%02d:%02d", minutes / 60, minutes % 60);
	put_field(b, "valid", str_c(text));
}

static enum err post_form(struct smsc *s, const char *url, int64_t valid_ms, struct buf *b,
			  struct client_done done)
{
	const struct client_form form = { .body = buf_str(b) };
	enum err e = b->err == OK ? sms_http_post(s->g, url, valid_ms, &form, done) : b->err;
	buf_done(b);
	return e;
}

static enum err post(struct sms_http *g, const struct sms_out *m, const struct smpp_text *text,
		     struct client_done done)
{
	struct smsc *s = sms_http_own(g);
	const struct sms_http_opts *o = sms_http_opts(g);
	struct buf b;
	(void)text; /* splits by itself */
	begin_form(&b, o);
	put_phone(&b, "phones", &m->to);
	put_field(&b, "mes", m->text);
	if (o->sender.n)
		put_field(&b, "sender", o->sender);
	put_validity(&b, m->valid_ms);
	return post_form(s, s->send_url, m->valid_ms, &b, done);
}

static void read(const struct client_answer *a, struct sms_http_told *t)
{
	smsc_answer_send(a->body, t);
}

/* --- what became of it in the end --------------------------------------------- */

/* Asks again in the next pause, which is twice as long. */
static void ask_later(struct tracked *t)
{
	t->due_us = now_us(t->s) + t->pause_ms * 1000;
	t->pause_ms = t->pause_ms * 2 < POLL_MOST_MS ? t->pause_ms * 2 : POLL_MOST_MS;
}

static void arm(struct smsc *s)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < SMS_SMSC_TRACKED_MAX; i++) {
		const struct tracked *t = &s->list[i];
		if (t->id[0] && !t->asked && t->due_us < first)
			first = t->due_us;
	}
	int64_t now = now_us(s);
	if (first < INT64_MAX && s->polls < POLLS_MAX)
		sms_http_timer(s->g, first > now ? (first - now + 999) / 1000 : 0);
}

static void on_status(void *arg, const struct client_answer *a)
{
	struct tracked *t = arg;
	struct smsc *s = t->s;
	const struct port_sms_events *ev = sms_http_events(s->g);
	enum sms_final state = SMS_STATE_UNKNOWN;
	bool known = a->end == CLIENT_ANSWERED && a->status == 200 &&
		     smsc_answer_status(a->body, &state);
	bool over = known || now_us(s) >= t->end_us;
	s->polls--;
	t->asked = false;
	if (over && ev->receipt(ev->arg, str_c(t->id), state, STR("")) == OK)
		t->id[0] = '\0';
	else
		ask_later(t);
	arm(s);
}

static void ask(struct smsc *s, struct tracked *t)
{
	struct buf b;
	begin_form(&b, sms_http_opts(s->g));
	put_phone(&b, "phone", &t->to);
	put_field(&b, "id", str_c(t->id));
	const struct client_done done = { .fn = on_status, .arg = t };
	if (post_form(s, s->status_url, 0, &b, done) != OK) {
		ask_later(t);
		return;
	}
	t->asked = true;
	s->polls++;
}

static void timer(struct sms_http *g)
{
	struct smsc *s = sms_http_own(g);
	int64_t now = now_us(s);
	for (size_t i = 0; i < SMS_SMSC_TRACKED_MAX && s->polls < POLLS_MAX; i++) {
		struct tracked *t = &s->list[i];
		if (t->id[0] && !t->asked && t->due_us <= now)
			ask(s, t);
	}
	arm(s);
}

static void accepted(struct sms_http *g, const struct msisdn *to, const char *id)
{
	struct smsc *s = sms_http_own(g);
	size_t i = 0;
	while (i < SMS_SMSC_TRACKED_MAX && s->list[i].id[0])
		i++;
	if (i == SMS_SMSC_TRACKED_MAX)
		return;
	struct tracked *t = &s->list[i];
	*t = (struct tracked){
		.s = s,
		.to = *to,
		.pause_ms = s->poll_ms,
		.end_us = now_us(s) + FOLLOW_MS * 1000,
	};
	snprintf(t->id, sizeof(t->id), "%s", id);
	ask_later(t);
	arm(s);
}

/* --- the whole ---------------------------------------------------------------- */

static enum err put_url(char out[URL_BYTES_MAX], const char *dir, const char *page)
{
	bool slash = str_ends(str_c(dir), STR("/"));
	int n = snprintf(out, URL_BYTES_MAX, "%s%s%s", dir, slash ? "" : "/", page);
	return n > 0 && n < URL_BYTES_MAX ? OK : E_INPUT;
}

enum err sms_smsc_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			int64_t poll_ms, struct port_sms **ret)
{
	static const struct sms_http_ops ops = {
		.name = "smsc",
		.post = post,
		.read = read,
		.accepted = accepted,
		.timer = timer,
		.done = free,
	};
	struct smsc *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	s->poll_ms = poll_ms;
	enum err e = put_url(s->send_url, opts->url, "send.php");
	if (e == OK)
		e = put_url(s->status_url, opts->url, "status.php");
	if (e != OK) {
		free(s);
		return e;
	}
	try(sms_http_start(opts, events, &ops, s, ret));
	s->g = sms_http_of(*ret);
	return OK;
}

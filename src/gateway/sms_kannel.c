/* A POST with everything in headers and the text as its body: in a GET, password and code would
 * stand in Kannel's access log. */
#include "gateway/sms_kannel.h"

enum { HEADERS = 8, HEADER_BYTES_MAX = 512 };

/* Headers, and the space they are written in. */
struct headers {
	const char *v[HEADERS + 1];
	size_t n;
	char space[HEADERS][HEADER_BYTES_MAX];
	bool cut;
};

static void add(struct headers *h, const char *name, struct str value)
{
	char *line = h->space[h->n];
	int n = snprintf(line, HEADER_BYTES_MAX, "%s: %.*s", name, (int)value.n, value.p);
	h->cut |= n < 0 || n >= HEADER_BYTES_MAX;
	h->v[h->n++] = line;
}

/* Whole minutes, and never longer than asked for, but for the least that Kannel knows. */
static void add_validity(struct headers *h, int64_t valid_ms)
{
	char digits[24];
	int64_t minutes = valid_ms / MINUTE_MS;
	if (valid_ms == 0)
		return;
	snprintf(digits, sizeof(digits), "%lld", (long long)(minutes ? minutes : 1));
	add(h, "X-Kannel-Validity", str_c(digits));
}

static void write_headers(struct headers *h, const struct sms_http_opts *o, const struct sms_out *m,
			  bool wide)
{
	char to[16];
	snprintf(to, sizeof(to), "+7%s", m->to.d);
	add(h, "Content-Type", STR("text/plain; charset=UTF-8"));
	add(h, "X-Kannel-Username", o->user);
	add(h, "X-Kannel-Password", o->password.bytes);
	add(h, "X-Kannel-From", o->sender);
	add(h, "X-Kannel-To", str_c(to));
	add(h, "X-Kannel-Coding", wide ? STR("2") : STR("0"));
	add_validity(h, m->valid_ms);
}

static enum err post(struct sms_http *g, const struct sms_out *m, const struct smpp_text *text,
		     struct client_done done)
{
	struct headers h = { 0 };
	write_headers(&h, sms_http_opts(g), m, text->coding == SMPP_CODING_UCS2);
	const struct client_form form = { .body = m->text, .headers = h.v };
	enum err e =
		h.cut ? E_INPUT : sms_http_post(g, sms_http_opts(g)->url, m->valid_ms, &form, done);
	secret_wipe(&h, sizeof(h));
	return e;
}

/* 202 is "accepted" and "queued". Any other answer of success comes from something that is no
 * Kannel, or stands before one: it may have passed the message on. */
static void read(const struct client_answer *a, struct sms_http_told *t)
{
	t->outcome = a->status == 202 ? SENT_OK : SENT_UNKNOWN;
	t->state = a->status == 202 ? PACE_FINE : PACE_DENIED;
}

enum err sms_kannel_start(const struct sms_http_opts *opts, const struct port_sms_events *events,
			  struct port_sms **ret)
{
	static const struct sms_http_ops ops = { .name = "kannel", .post = post, .read = read };
	return sms_http_start(opts, events, &ops, NULL, ret);
}

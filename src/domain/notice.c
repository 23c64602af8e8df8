/* Whom a notice goes to, and what became of it. */
#include "domain/notice.h"

#include "core/buf.h"
#include "domain/email_row.h"
#include "domain/event.h"
#include "domain/limit.h"
#include "domain/outbox_text.h"
#include "q_outbox.h"

/* Each event has a notice of its own. */
static enum err put(const struct app *app, struct tx *tx, struct arena *a, struct outbox_message *m)
{
	struct buf key;
	int64_t id;
	buf_init(&key, OUTBOX_KEY_MAX);
	buf_put(&key, STR("notice:"));
	buf_i64(&key, id_next(app->ids));
	m->key = buf_str(&key);
	enum err e = key.err ? key.err : outbox_put(app, tx, a, m, &id);
	buf_done(&key);
	return e;
}

/* Right sign-ins are not limited, and each from a new device has a notice. Expected: E_LIMIT. */
static enum err count(const struct app *app, struct tx *tx, struct arena *a,
		      const struct outbox_message *m)
{
	struct buf subject;
	struct limit_take take = { .rule = limit_rule(app->conf, LIMIT_NOTICE), .waited = true };
	buf_init(&subject, LIMIT_KEY_MAX);
	buf_i64(&subject, m->subscriber_id);
	buf_c(&subject, '.');
	buf_put(&subject, message_name(m->text));
	take.subject = buf_str(&subject);
	enum err e = subject.err ? subject.err : limit_take(app, tx, a, &take);
	buf_done(&subject);
	return e == OK && !take.taken ? E_LIMIT : e;
}

enum err notice_put(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct msisdn msisdn, enum message_id text)
{
	struct q_email_find_row row;
	enum err e = email_row(app, tx, a, subscriber_id, &row);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	bool phone = row.contact_phone.d[0] && !tstamp_is_none(row.phone_confirmed);
	bool letter = !tstamp_is_none(row.confirmed) && message_form(text, OUTBOX_MAIL, LANG_RU);
	if (!phone && !letter)
		return OK;
	struct outbox_message m = {
		.kind = phone ? OUTBOX_SMS : OUTBOX_MAIL,
		.dest = phone ? msisdn_str(&row.contact_phone) : row.email,
		.text = text,
		.args = { .number = msisdn, .at = app_now(app) },
		.subscriber_id = subscriber_id,
	};
	e = count(app, tx, a, &m);
	if (e == E_LIMIT)
		return OK;
	try(e);
	return put(app, tx, a, &m);
}

/* --- listing -------------------------------------------------------------- */

struct listing {
	struct arena *a;
	struct q_outbox_notices_args args;
	struct q_outbox_notices_row *rows;
	size_t n;
};

static enum err read(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	return q_outbox_notices(tx, l->a, &l->args, &l->rows, &l->n);
}

static enum err mask(struct arena *a, const struct q_outbox_notices_row *row, struct str *ret)
{
	struct buf b;
	struct msisdn phone;
	buf_init(&b, 2 * OUTBOX_DEST_MAX);
	if (!str_eq(row->kind, outbox_kind_name(OUTBOX_SMS)))
		email_mask(&b, row->dest);
	else if (msisdn_parse(row->dest, &phone) == OK)
		msisdn_mask(&b, &phone);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

/* Expected: E_NOTFOUND (none that is shown, or of a newer program). */
static enum err notice_of(struct arena *a, const struct q_outbox_notices_row *row,
			  struct notice *ret)
{
	enum message_id text;
	enum event_kind kind;
	struct notice n = { .at = row->at };
	if (message_parse(row->message, &text) != OK || event_told(text, &kind) != OK ||
	    outbox_state_parse(row->state, &n.state) != OK)
		return E_NOTFOUND;
	n.what = event_text(kind);
	try(mask(a, row, &n.to));
	*ret = n;
	return OK;
}

enum err notice_list(const struct app *app, struct arena *a, const struct session *s, int64_t size,
		     struct notice_list *ret)
{
	/* One more, to see whether there are. */
	struct listing l = { .a = a, .args = { s->subscriber_id, size + 1 } };
	size_t most = (size_t)size;
	try(store_read(app->store, read, &l));
	struct notice *v = arena_array(a, l.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	size_t n = 0;
	for (size_t i = 0; i < l.n && i < most; i++) {
		enum err e = notice_of(a, &l.rows[i], &v[n]);
		if (e != E_NOTFOUND)
			try(e);
		n += e == OK;
	}
	*ret = (struct notice_list){ .n = n, .v = v, .more = l.n > most };
	return OK;
}

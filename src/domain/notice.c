/* Whom a notice goes to. */
#include "domain/notice.h"

#include "core/buf.h"
#include "domain/outbox.h"
#include "q_phone.h"

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

enum err notice_put(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		    struct msisdn msisdn, enum message_id text)
{
	struct q_phone_contact_row row;
	enum err e = q_phone_contact(tx, a, subscriber_id, &row);
	if (e == E_NOTFOUND)
		return OK;
	try(e);
	if (!row.contact_phone.d[0] || tstamp_is_none(row.confirmed))
		return OK;
	struct outbox_message m = {
		.kind = OUTBOX_SMS,
		.dest = msisdn_str(&row.contact_phone),
		.text = text,
		.args = { .number = msisdn, .at = app_now(app) },
		.subscriber_id = subscriber_id,
	};
	return put(app, tx, a, &m);
}

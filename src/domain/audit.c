/* The audit: written at its end, and proved from its beginning. */
#include "domain/audit.h"

#include <assert.h>

#include "core/secret.h"
#include "core/utf8.h"
#include "domain/keys.h"
#include "q_audit.h"

#define MAC_BYTES_MAX     4096
#define CHECK_ARENA_BYTES ((size_t)8 << 20)

static const struct {
	struct str name, text[LANG_N];
} actions[AUDIT_ACTION_N] = {
#define AUDIT(id, in_db, ru, en)                                                                   \
	[AUDIT_##id] = {                                                                           \
		.name = { in_db, sizeof(in_db) - 1 },                                              \
		.text = { [LANG_RU] = { ru, sizeof(ru) - 1 }, [LANG_EN] = { en, sizeof(en) - 1 } } \
	},
#include "domain/audit.def"
#undef AUDIT
};

struct actor audit_console(void)
{
	return (struct actor){ .who = STR("console") };
}

bool audit_reason_ok(struct str reason)
{
	return reason.n > 0 && reason.n <= AUDIT_REASON_MAX && utf8_clean(reason, false);
}

struct str audit_action_text(struct str name, enum lang lang)
{
	for (size_t i = 0; i < AUDIT_ACTION_N; i++) {
		if (str_eq(actions[i].name, name))
			return actions[i].text[lang];
	}
	return name;
}

/* --- the chain ------------------------------------------------------------ */

/* Each with its length in front, so that no two rows are the same bytes. */
static void put_text(struct buf *b, struct str s)
{
	buf_i64(b, (int64_t)s.n);
	buf_c(b, ':');
	buf_put(b, s);
}

static void put_number(struct buf *b, int64_t v)
{
	buf_i64(b, v);
	buf_c(b, '\n');
}

static enum err mac_of(const struct app *app, const struct q_audit_add_args *row,
		       struct str previous, unsigned char mac[KEYS_MAC_BYTES])
{
	const struct str texts[] = { row->who, row->action, row->subject, row->reason, previous };
	struct buf b;
	buf_init(&b, MAC_BYTES_MAX);
	put_number(&b, row->seq);
	put_number(&b, row->at.ms);
	put_number(&b, row->staff_id.has ? row->staff_id.v : 0);
	put_number(&b, row->subscriber_id.has ? row->subscriber_id.v : 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_text(&b, texts[i]);
	enum err e = b.err;
	if (e == OK)
		keys_mac(app->keys, "audit", buf_str(&b), mac);
	buf_done(&b);
	return e;
}

enum err audit_put(const struct app *app, struct tx *tx, struct arena *a,
		   const struct audit_entry *entry)
{
	unsigned char mac[KEYS_MAC_BYTES];
	struct q_audit_next_row next;
	assert(entry->by.who.n > 0 && entry->reason.n <= AUDIT_REASON_MAX);
	try(q_audit_next(tx, a, &next));
	struct q_audit_add_args row = {
		.seq = next.seq,
		.at = app_now(app),
		.staff_id = { .has = entry->by.staff_id != 0, .v = entry->by.staff_id },
		.who = entry->by.who,
		.action = actions[entry->action].name,
		.subscriber_id = { .has = entry->subscriber_id != 0, .v = entry->subscriber_id },
		.subject = entry->subject,
		.reason = entry->reason,
		.mac = { .p = (const char *)mac, .n = sizeof(mac) },
	};
	try(mac_of(app, &row, next.mac, mac));
	try(q_audit_add(tx, &row));
	return q_audit_end(tx, &(struct q_audit_end_args){ .seq = row.seq, .mac = row.mac });
}

/* --- reading -------------------------------------------------------------- */

struct listing {
	struct arena *a;
	int64_t before;
	struct q_audit_list_row *rows;
	size_t n;
};

static enum err read_list(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	return q_audit_list(tx, l->a, l->before, &l->rows, &l->n);
}

enum err audit_list(const struct app *app, struct arena *a, int64_t before, struct audit_list *ret)
{
	struct listing l = { .a = a, .before = before };
	try(store_read(app->store, read_list, &l));
	struct audit_row *v = arena_array(a, l.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < l.n; i++)
		v[i] = (struct audit_row){ l.rows[i].seq,    l.rows[i].at,	l.rows[i].who,
					   l.rows[i].action, l.rows[i].subject, l.rows[i].reason };
	bool more = l.n > AUDIT_PAGE;
	*ret = (struct audit_list){ .n = more ? AUDIT_PAGE : l.n, .v = v, .more = more };
	return OK;
}

/* --- proving -------------------------------------------------------------- */

struct checking {
	const struct app *app;
	struct arena *a;
	struct q_audit_head_row head;
	struct q_audit_after_row *rows;
	size_t n;
	int64_t seq; /* of the last row that was looked at */
	unsigned char mac[KEYS_MAC_BYTES];
	size_t mac_n; /* 0 before the first */
	void (*report)(void *arg, const struct check_fault *f);
	void *arg;
};

static enum err read_head(struct tx *tx, void *arg)
{
	struct checking *c = arg;
	return q_audit_head(tx, c->a, &c->head);
}

static enum err read_rows(struct tx *tx, void *arg)
{
	struct checking *c = arg;
	return q_audit_after(tx, c->a, c->seq, &c->rows, &c->n);
}

static void tell(const struct checking *c, int64_t seq, const char *what)
{
	c->report(c->arg,
		  &(struct check_fault){ .invariant = "I14", .audit_seq = seq, .what = what });
}

static struct str mac_so_far(const struct checking *c)
{
	return (struct str){ .p = (const char *)c->mac, .n = c->mac_n };
}

static enum err look(struct checking *c, const struct q_audit_after_row *row)
{
	unsigned char mac[KEYS_MAC_BYTES];
	const struct q_audit_add_args same = {
		.seq = row->seq,
		.at = row->at,
		.staff_id = row->staff_id,
		.who = row->who,
		.action = row->action,
		.subscriber_id = row->subscriber_id,
		.subject = row->subject,
		.reason = row->reason,
	};
	try(mac_of(c->app, &same, mac_so_far(c), mac));
	if (row->seq != c->seq + 1)
		tell(c, c->seq + 1, "a row of the audit is missing");
	else if (!secret_eq(row->mac, (struct str){ .p = (const char *)mac, .n = sizeof(mac) }))
		tell(c, row->seq, "a row of the audit, or one before it, is not as it was written");
	c->seq = row->seq;
	c->mac_n = row->mac.n < sizeof(c->mac) ? row->mac.n : sizeof(c->mac);
	memcpy(c->mac, row->mac.p, c->mac_n);
	return OK;
}

/* Rows that were added since the head was read are the next check's. */
static enum err look_at_all(struct checking *c)
{
	int64_t end = c->head.seq;
	unsigned char mac[KEYS_MAC_BYTES];
	size_t mac_n = c->head.mac.n < sizeof(mac) ? c->head.mac.n : sizeof(mac);
	memcpy(mac, c->head.mac.p, mac_n);
	do {
		arena_reset(c->a);
		try(store_read(c->app->store, read_rows, c));
		for (size_t i = 0; i < c->n && c->rows[i].seq <= end; i++)
			try(look(c, &c->rows[i]));
	} while (c->n > 0 && c->seq < end);
	if (c->seq != end || !secret_eq(mac_so_far(c), (struct str){ (const char *)mac, mac_n }))
		tell(c, end, "the audit does not end where it should");
	return OK;
}

enum err audit_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		     void *arg)
{
	struct checking c = { .app = app, .report = report, .arg = arg };
	c.a = arena_new(CHECK_ARENA_BYTES);
	if (!c.a)
		return E_NOMEM;
	enum err e = store_read(app->store, read_head, &c);
	if (e == OK)
		e = look_at_all(&c);
	arena_free(c.a);
	return e;
}

/* Events: written, listed, forgotten. */
#include "domain/event.h"

#include "domain/notice.h"
#include "q_event.h"

/* Beyond the ids of messages. */
#define EVENT_NO_NOTICE  MESSAGE_N
#define EVENT_OWN_NOTICE MESSAGE_N

enum list { CHANGES, SIGNINS };

static const struct {
	struct str name;
	enum list list;
	enum message_id notice;
	enum say_id say;
} kinds[EVENT_N] = {
#define EVENT(id, name_, list_, notice_, ru, en)                                                   \
	[EVENT_##id] = { .name = { .p = name_, .n = sizeof(name_) - 1 },                           \
			 .list = list_,                                                            \
			 .notice = notice_,                                                        \
			 .say = SAY_EVENT_##id },
#include "domain/event.def"
#undef EVENT
};

/* The notices that rooms write themselves, but for those that another event has too. */
static const struct {
	enum message_id notice;
	enum event_kind kind;
} others[] = {
	{ MESSAGE_PHONE_CHANGE_OLD, EVENT_PHONE_ASKED },
	{ MESSAGE_PHONE_CHANGE_TOLD, EVENT_PHONE_ASKED },
	{ MESSAGE_PHONE_CHANGE_NEW, EVENT_PHONE_ASKED },
	{ MESSAGE_PHONE_CHANGE_CANCELLED, EVENT_PHONE_CANCELLED },
	{ MESSAGE_EMAIL_CHANGE, EVENT_EMAIL_ASKED },
	{ MESSAGE_EMAIL_CHANGE_OFF, EVENT_EMAIL_CANCELLED },
	{ MESSAGE_EMAIL_OFF, EVENT_EMAIL_REMOVED },
};

bool event_notice(enum event_kind kind, enum message_id *ret)
{
	if (kinds[kind].notice == MESSAGE_N)
		return false;
	*ret = kinds[kind].notice;
	return true;
}

struct say event_text(enum event_kind kind)
{
	return (struct say){ .id = kinds[kind].say };
}

enum err event_told(enum message_id message, enum event_kind *ret)
{
	for (enum event_kind k = 0; k < EVENT_N; k++) {
		if (kinds[k].notice == message) {
			*ret = k;
			return OK;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i].notice == message) {
			*ret = others[i].kind;
			return OK;
		}
	}
	return E_NOTFOUND;
}

enum err event_put(const struct app *app, struct tx *tx, struct arena *a, const struct event_new *e)
{
	enum message_id notice;
	const struct q_event_put_args args = {
		.id = id_next(app->ids),
		.subscriber_id = e->subscriber_id,
		.signin = kinds[e->kind].list == SIGNINS,
		.kind = kinds[e->kind].name,
		.session_id = e->session_id,
		.device = e->device,
		.now = app_now(app),
	};
	try(q_event_put(tx, &args));
	if (!event_notice(e->kind, &notice))
		return OK;
	return notice_put(app, tx, a, e->subscriber_id, e->msisdn, notice);
}

enum err event_by(const struct app *app, struct tx *tx, struct arena *a, const struct session *s,
		  enum event_kind kind)
{
	const struct event_new e = {
		.kind = kind,
		.subscriber_id = s->subscriber_id,
		.msisdn = s->msisdn,
		.session_id = s->id,
	};
	return event_put(app, tx, a, &e);
}

/* --- listing -------------------------------------------------------------- */

struct rows {
	struct q_event_list_row *v;
	size_t n;
};

struct listing {
	struct arena *a;
	int64_t subscriber_id;
	int64_t size;
	struct rows signins, changes;
};

static enum err read(struct listing *l, struct tx *tx, bool signin, struct rows *ret)
{
	/* One more, to see whether there are. */
	const struct q_event_list_args args = { l->subscriber_id, signin, l->size + 1 };
	return q_event_list(tx, l->a, &args, &ret->v, &ret->n);
}

static enum err read_both(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	try(read(l, tx, true, &l->signins));
	return read(l, tx, false, &l->changes);
}

static bool parse(struct str name, enum event_kind *ret)
{
	for (enum event_kind k = 0; k < EVENT_N; k++) {
		if (str_eq(kinds[k].name, name)) {
			*ret = k;
			return true;
		}
	}
	return false;
}

/* A name that is not known is of a newer program, which ran on this store before. */
static enum err list_of(const struct listing *l, const struct rows *rows, struct event_list *ret)
{
	size_t n = 0;
	size_t most = (size_t)l->size;
	struct event *v = arena_array(l->a, rows->n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < rows->n && i < most; i++) {
		if (!parse(rows->v[i].kind, &v[n].kind))
			continue;
		v[n].what = event_text(v[n].kind);
		v[n].at = rows->v[i].at;
		v[n++].device = rows->v[i].device;
	}
	*ret = (struct event_list){ .n = n, .v = v, .more = rows->n > most };
	return OK;
}

enum err event_list(const struct app *app, struct arena *a, const struct session *s, int64_t size,
		    struct event_lists *ret)
{
	struct listing l = { .a = a, .subscriber_id = s->subscriber_id, .size = size };
	try(store_read(app->store, read_both, &l));
	try(list_of(&l, &l.signins, &ret->signins));
	return list_of(&l, &l.changes, &ret->changes);
}

/* --- cleaning ------------------------------------------------------------- */

struct expire {
	tstamp before;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	return q_event_expire(tx, x->before, &x->n);
}

enum err event_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .before = { app_now(app).ms - EVENT_KEEP_MS } };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}

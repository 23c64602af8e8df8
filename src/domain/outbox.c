/* Writing messages down, and the steps they may take. */
#include "domain/outbox.h"

#include <assert.h>

#include "domain/outbox_seal.h"
#include "domain/outbox_text.h"
#include "q_outbox.h"

static const struct {
	struct str name;
	unsigned next; /* a bit for each state that can follow */
} states[OUTBOX_STATE_N] = {
	[OUTBOX_QUEUED] = { { "queued", 6 }, 1u << OUTBOX_SENDING | 1u << OUTBOX_FAILED },
	[OUTBOX_SENDING] = { { "sending", 7 },
			     1u << OUTBOX_QUEUED | 1u << OUTBOX_SENT | 1u << OUTBOX_FAILED |
				     1u << OUTBOX_UNKNOWN },
	[OUTBOX_SENT] = { { "sent", 4 }, 1u << OUTBOX_DELIVERED | 1u << OUTBOX_FAILED },
	[OUTBOX_DELIVERED] = { { "delivered", 9 }, 0 },
	[OUTBOX_FAILED] = { { "failed", 6 }, 0 },
	[OUTBOX_UNKNOWN] = { { "unknown", 7 }, 0 },
};

struct str outbox_state_name(enum outbox_state s)
{
	return states[s].name;
}

enum err outbox_state_parse(struct str s, enum outbox_state *ret)
{
	for (enum outbox_state i = 0; i < OUTBOX_STATE_N; i++) {
		if (str_eq(states[i].name, s)) {
			*ret = i;
			return OK;
		}
	}
	return E_INPUT;
}

bool outbox_may_move(enum outbox_state from, enum outbox_state to)
{
	return states[from].next >> to & 1;
}

struct str outbox_kind_name(enum outbox_kind k)
{
	return k == OUTBOX_SMS ? STR("sms") : STR("mail");
}

static void assert_whole(const struct outbox_message *m)
{
	unsigned needs = message_needs(m->text);
	assert(message_form(m->text, m->kind, m->lang));
	assert((message_given(&m->args) & needs) == needs);
	assert(m->key.n > 0 && m->key.n <= OUTBOX_KEY_MAX);
	assert(m->dest.n > 0 && m->dest.n <= OUTBOX_DEST_MAX);
	assert(m->kind != OUTBOX_SMS || m->dest.n == 10);
	assert(m->valid_ms >= 0);
}

/* The message that has the key already, if it is the same one. */
static enum err find_first(struct tx *tx, struct arena *a, const struct outbox_message *m,
			   int64_t *ret_id)
{
	struct q_outbox_by_key_row row;
	try(q_outbox_by_key(tx, a, m->key, &row));
	if (!str_eq(row.kind, outbox_kind_name(m->kind)) || !str_eq(row.dest, m->dest) ||
	    !str_eq(row.message, message_name(m->text)))
		return E_CONFLICT;
	*ret_id = row.id;
	return OK;
}

enum err outbox_put(const struct app *app, struct tx *tx, struct arena *a,
		    const struct outbox_message *m, int64_t *ret_id)
{
	assert_whole(m);
	tstamp now = app_now(app);
	struct q_outbox_put_args args = {
		.id = id_next(app->ids),
		.key = m->key,
		.kind = outbox_kind_name(m->kind),
		.dest = m->dest,
		.message = message_name(m->text),
		.lang = m->lang == LANG_EN ? STR("en") : STR("ru"),
		.subscriber = { .has = m->subscriber_id != 0, .v = m->subscriber_id },
		.now = now,
		.deadline = m->valid_ms ? (tstamp){ now.ms + m->valid_ms } : TSTAMP_NONE,
	};
	int64_t n;
	try(outbox_seal(app, a, args.id, m->text, &m->args, &args.args));
	try(q_outbox_put(tx, &args, &n));
	if (n == 0)
		return find_first(tx, a, m, ret_id);
	*ret_id = args.id;
	return OK;
}

void outbox_wake(const struct app *app)
{
	if (app->waker)
		app->waker->wake(app->waker);
}

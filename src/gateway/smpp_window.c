/* Messages and their parts. An entry is free, or in ${order}, oldest first; entries that submit()
 * fills stand in ${order} at once, so the lock is held for whatever touches it. Events are called
 * without the lock: they may hand over more. */
#include "gateway/smpp_window.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/secret.h"

enum part_state { PART_WAITING, PART_FLYING, PART_ACCEPTED };

struct part {
	enum part_state state;
	uint32_t seq;
	uint64_t at;
	int64_t due_us;
	struct smpp_message_id id;
};

#define DETAIL_MAX 40

struct smpp_entry {
	int64_t id;
	struct msisdn to;
	struct smpp_text text;
	int64_t until_us;
	int64_t not_before_us;
	int64_t patience_us; /* given back then; INT64_MAX: nothing has failed yet */
	int failures;
	bool last_try; /* the next answer of SMPP_ANSWER_ONCE is its end */
	size_t flying, accepted;
	bool ended;                /* no more of it is sent; it settles when nothing flies */
	enum sent_outcome outcome; /* what it comes to, when ended; the worst of its parts */
	char detail[DETAIL_MAX];
	size_t detail_n;
	struct part parts[SMS_PARTS_MAX];
};

struct smpp_window {
	struct smpp_window_opts opts;
	pthread_mutex_t lock; /* for all up to `told` */
	struct smpp_entry *places;
	struct smpp_entry **order; /* those in use, oldest first */
	struct smpp_entry **unused;
	size_t used;
	bool open;
	bool told; /* the caller knows that there is room */
	uint8_t ref;
	size_t flying; /* these are the thread's */
};

static void lock(struct smpp_window *w)
{
	pthread_mutex_lock(&w->lock);
}

static void unlock(struct smpp_window *w)
{
	pthread_mutex_unlock(&w->lock);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- life --- */

enum err smpp_window_new(const struct smpp_window_opts *opts, struct smpp_window **ret)
{
	struct smpp_window *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	w->opts = *opts;
	pthread_mutex_init(&w->lock, NULL);
	w->places = calloc(opts->entries, sizeof(*w->places));
	w->order = calloc(opts->entries, sizeof(struct smpp_entry *));
	w->unused = calloc(opts->entries, sizeof(struct smpp_entry *));
	if (!w->places || !w->order || !w->unused) {
		smpp_window_free(w);
		return E_NOMEM;
	}
	for (size_t i = 0; i < opts->entries; i++)
		w->unused[i] = w->places + i;
	/* A number that starts anew with the program would join parts of two texts. */
	w->ref = (uint8_t)rnd_below(opts->rnd, 256);
	*ret = w;
	return OK;
}

void smpp_window_free(struct smpp_window *w)
{
	if (!w)
		return;
	assert(w->used == 0);
	pthread_mutex_destroy(&w->lock);
	free(w->places);
	free((void *)w->order);
	free((void *)w->unused);
	free(w);
}

/* --- handing over --- */

static void fill(struct smpp_window *w, struct smpp_entry *e, const struct sms_out *m,
		 int64_t now_us)
{
	e->id = m->id;
	e->to = m->to;
	e->until_us = m->valid_ms > 0 && m->valid_ms < (INT64_MAX - now_us) / 1000
			      ? now_us + m->valid_ms * 1000
			      : INT64_MAX;
	e->patience_us = INT64_MAX;
	w->order[w->used++] = e;
}

/* The place behind the last one in use. The lock is held. */
static struct smpp_entry *next_place(struct smpp_window *w)
{
	return w->unused[w->opts.entries - w->used - 1];
}

enum err smpp_window_add(struct smpp_window *w, const struct sms_out *m, int64_t now_us)
{
	enum err e = E_BUSY;
	lock(w);
	if (w->open && w->used < w->opts.entries) {
		struct smpp_entry *entry = next_place(w);
		e = smpp_text_split(m->text, w->ref, &entry->text);
		if (e == OK) {
			w->ref += entry->text.header;
			fill(w, entry, m, now_us);
		}
	}
	unlock(w);
	return e;
}

size_t smpp_window_room(struct smpp_window *w)
{
	lock(w);
	size_t n = w->open ? w->opts.entries - w->used : 0;
	w->told &= n > 0; /* who saw none waits to be told */
	unlock(w);
	return n;
}

void smpp_window_gate(struct smpp_window *w, bool open)
{
	lock(w);
	if (open && !w->open)
		w->told = false;
	w->open = open;
	unlock(w);
}

bool smpp_window_tells_room(struct smpp_window *w)
{
	lock(w);
	bool roomy = w->open && w->used <= w->opts.entries / 2;
	bool tell = roomy && !w->told;
	if (roomy || w->used > w->opts.entries / 2)
		w->told = roomy;
	unlock(w);
	return tell;
}

/* --- the end of a message --- */

/* Takes it out of the order and wipes it: a text may hold a code. The lock is held. */
static void give_place_back(struct smpp_window *w, struct smpp_entry *e)
{
	size_t i = 0;
	while (w->order[i] != e)
		i++;
	w->used--;
	memmove((void *)(w->order + i), (void *)(w->order + i + 1),
		(w->used - i) * sizeof(struct smpp_entry *));
	secret_wipe(e, sizeof(*e));
	w->unused[w->opts.entries - w->used - 1] = e;
}

static void tell(struct smpp_window *w, const struct smpp_entry *e)
{
	struct str ids[SMS_PARTS_MAX];
	size_t n = 0;
	bool all = e->outcome == SENT_OK;
	for (size_t i = 0; i < e->text.n; i++) {
		if (all || e->parts[i].id.n > 0)
			ids[n++] = smpp_message_id_str(&e->parts[i].id);
	}
	w->opts.events->sent(w->opts.events->arg, e->id, e->outcome, ids, n,
			     (struct str){ .p = e->detail, .n = e->detail_n });
}

/* Ends what has ended and flies no more. False: it is still there. */
static bool settle(struct smpp_window *w, struct smpp_entry *e)
{
	if (!e->ended || e->flying > 0)
		return false;
	/* A part of it is out: neither "not sent" nor "again" would be true of the whole. */
	if (e->outcome != SENT_OK && e->accepted > 0)
		e->outcome = SENT_UNKNOWN;
	tell(w, e);
	lock(w);
	give_place_back(w, e);
	unlock(w);
	return true;
}

static void note(struct smpp_entry *e, struct str detail)
{
	e->detail_n = detail.n < DETAIL_MAX ? detail.n : DETAIL_MAX;
	if (detail.p != e->detail)
		memcpy(e->detail, detail.p, e->detail_n);
}

/* The worst that any of its parts came to; what was said first stays. */
static void end(struct smpp_entry *e, enum sent_outcome outcome, struct str detail)
{
	static const int badness[] = {
		[SENT_OK] = 0, [SENT_RETRY] = 1, [SENT_REFUSED] = 2, [SENT_UNKNOWN] = 3
	};
	if (e->ended && badness[outcome] <= badness[e->outcome])
		return;
	e->ended = true;
	e->outcome = outcome;
	note(e, detail);
}

/* Entries that are there now. Others only add behind them, so they may be read without the lock. */
static size_t entries(struct smpp_window *w)
{
	lock(w);
	size_t n = w->used;
	unlock(w);
	return n;
}

/* Calls fn for each entry, and settles those that it has ended. */
static void each(struct smpp_window *w,
		 void (*fn)(struct smpp_window *w, struct smpp_entry *e, void *arg), void *arg)
{
	size_t n = entries(w);
	for (size_t i = 0; i < n;) {
		struct smpp_entry *e = w->order[i];
		fn(w, e, arg);
		if (settle(w, e))
			n--;
		else
			i++;
	}
}

/* --- sending --- */

static size_t waiting_part(const struct smpp_entry *e)
{
	size_t i = 0;
	while (i < e->text.n && e->parts[i].state != PART_WAITING)
		i++;
	return i;
}

static bool waits(const struct smpp_entry *e)
{
	return !e->ended && waiting_part(e) < e->text.n;
}

bool smpp_window_next(struct smpp_window *w, int64_t now_us, bool begun, struct smpp_next *ret)
{
	size_t n = entries(w);
	for (size_t i = 0; i < n; i++) {
		struct smpp_entry *e = w->order[i];
		if (!waits(e) || now_us < e->not_before_us || now_us >= e->until_us ||
		    (begun && e->accepted == 0))
			continue;
		*ret = (struct smpp_next){
			.entry = e,
			.part = waiting_part(e),
			.to = &e->to,
			.text = &e->text,
			.until_us = e->until_us,
		};
		return true;
	}
	return false;
}

void smpp_window_flies(struct smpp_window *w, const struct smpp_next *next, uint32_t seq,
		       uint64_t at, int64_t due_us)
{
	struct part *part = &next->entry->parts[next->part];
	assert(part->state == PART_WAITING);
	part->state = PART_FLYING;
	part->seq = seq;
	part->at = at;
	part->due_us = due_us;
	next->entry->flying++;
	w->flying++;
}

static void land(struct smpp_window *w, struct smpp_entry *e, struct part *part,
		 enum part_state state)
{
	part->state = state;
	e->flying--;
	w->flying--;
}

/* --- answers --- */

static struct part *find_part(struct smpp_entry *e, uint32_t seq)
{
	for (size_t i = 0; e->flying > 0 && i < e->text.n; i++) {
		if (e->parts[i].state == PART_FLYING && e->parts[i].seq == seq)
			return &e->parts[i];
	}
	return NULL;
}

static struct smpp_entry *find_entry(struct smpp_window *w, uint32_t seq, struct part **ret_part)
{
	size_t n = entries(w);
	for (size_t i = 0; i < n; i++) {
		struct smpp_entry *e = w->order[i];
		*ret_part = find_part(e, seq);
		if (*ret_part)
			return e;
	}
	return NULL;
}

static void accept(struct smpp_entry *e, struct part *part, const struct smpp_message_id *id)
{
	part->id = *id;
	e->accepted++;
	if (e->accepted == e->text.n)
		end(e, SENT_OK, STR(""));
}

/* Waits twice as long each time; a message is not worth more than the patience. */
static void put_off(struct smpp_window *w, struct smpp_entry *e, struct str detail, int64_t now_us)
{
	int shift = e->failures < 10 ? e->failures : 10;
	e->not_before_us = now_us + (w->opts.retry_us << shift);
	if (e->failures++ == 0)
		e->patience_us = sooner(e->patience_us, now_us + w->opts.patience_us);
	note(e, detail);
}

bool smpp_window_answer(struct smpp_window *w, uint32_t seq, enum smpp_answer answer,
			const struct smpp_message_id *id, struct str detail, int64_t now_us)
{
	struct part *part;
	struct smpp_entry *e = find_entry(w, seq, &part);
	if (!e)
		return false;
	land(w, e, part, answer == SMPP_ANSWER_ACCEPTED ? PART_ACCEPTED : PART_WAITING);
	if (answer == SMPP_ANSWER_ACCEPTED)
		accept(e, part, id);
	else if (answer == SMPP_ANSWER_NEVER || (answer == SMPP_ANSWER_ONCE && e->last_try))
		end(e, SENT_REFUSED, detail);
	else
		put_off(w, e, detail, now_us);
	e->last_try |= answer == SMPP_ANSWER_ONCE;
	settle(w, e);
	return true;
}

/* --- time --- */

struct tick {
	int64_t now_us;
	bool missed;
};

static void tick_entry(struct smpp_window *w, struct smpp_entry *e, void *arg)
{
	struct tick *t = arg;
	for (size_t i = 0; e->flying > 0 && i < e->text.n; i++) {
		if (e->parts[i].state != PART_FLYING || t->now_us < e->parts[i].due_us)
			continue;
		land(w, e, &e->parts[i], PART_WAITING);
		end(e, SENT_UNKNOWN, STR("no answer"));
		t->missed = true;
	}
	if (!waits(e))
		return;
	if (t->now_us >= e->until_us)
		end(e, SENT_RETRY, STR("late"));
	else if (t->now_us >= e->patience_us)
		end(e, SENT_RETRY, (struct str){ .p = e->detail, .n = e->detail_n });
}

bool smpp_window_tick(struct smpp_window *w, int64_t now_us)
{
	struct tick t = { .now_us = now_us };
	each(w, tick_entry, &t);
	return t.missed;
}

static int64_t entry_due_us(const struct smpp_entry *e, int64_t now_us)
{
	int64_t due_us = INT64_MAX;
	if (waits(e))
		due_us = sooner(e->until_us, e->patience_us);
	if (waits(e) && e->not_before_us > now_us)
		due_us = sooner(due_us, e->not_before_us);
	for (size_t i = 0; e->flying > 0 && i < e->text.n; i++) {
		if (e->parts[i].state == PART_FLYING)
			due_us = sooner(due_us, e->parts[i].due_us);
	}
	return due_us;
}

int64_t smpp_window_due_us(struct smpp_window *w, int64_t now_us)
{
	int64_t due_us = INT64_MAX;
	size_t n = entries(w);
	for (size_t i = 0; i < n; i++)
		due_us = sooner(due_us, entry_due_us(w->order[i], now_us));
	return due_us;
}

/* --- the connection's end, and ours --- */

static void give_back_entry(struct smpp_window *w, struct smpp_entry *e, void *arg)
{
	(void)w;
	if (e->flying == 0 && e->accepted == 0)
		end(e, SENT_RETRY, str_c(arg));
}

struct loss {
	uint64_t gone;
	int64_t patience_us;
};

static void lose_entry(struct smpp_window *w, struct smpp_entry *e, void *arg)
{
	const struct loss *loss = arg;
	for (size_t i = 0; e->flying > 0 && i < e->text.n; i++) {
		if (e->parts[i].state != PART_FLYING)
			continue;
		land(w, e, &e->parts[i], PART_WAITING);
		if (e->parts[i].at < loss->gone)
			end(e, SENT_UNKNOWN, STR("link lost"));
	}
	e->patience_us = sooner(e->patience_us, loss->patience_us);
	if (!e->ended)
		give_back_entry(w, e, "link lost");
}

void smpp_window_lost(struct smpp_window *w, uint64_t gone, int64_t now_us)
{
	struct loss loss = { .gone = gone, .patience_us = now_us + w->opts.patience_us };
	each(w, lose_entry, &loss);
	assert(w->flying == 0);
}

void smpp_window_give_back(struct smpp_window *w)
{
	each(w, give_back_entry, "stopped");
}

static void end_entry(struct smpp_window *w, struct smpp_entry *e, void *arg)
{
	(void)w;
	(void)arg;
	assert(e->flying == 0);
	end(e, SENT_RETRY, STR("stopped"));
}

void smpp_window_end(struct smpp_window *w)
{
	each(w, end_entry, NULL);
	assert(w->used == 0);
}

size_t smpp_window_flying(const struct smpp_window *w)
{
	return w->flying;
}

size_t smpp_window_begun(struct smpp_window *w)
{
	size_t begun = 0;
	size_t n = entries(w);
	for (size_t i = 0; i < n; i++)
		begun += w->order[i]->accepted > 0;
	return begun;
}

/* A pump. One thread takes, another settles meanwhile; messages are handed over by the first and by
 * the gateway's thread, whichever finds room first, so that the window stays full while a
 * transaction is being committed. A few more than there is room for are taken ahead for that: as
 * many as a centre of this pace needs, as whatever is held when the process dies becomes unknown.
 *
 * What goes back into the queue is settled by the thread that takes: were it settled by the other,
 * whose transaction may be run again when nobody knows its outcome, the message could have been
 * taken and handed over in between, and would go back a second time. */
#include "worker/pump.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "worker/post.h"

#define ARENA_BYTES_MAX                                                                            \
	((size_t)32 << 20) /* OUTBOX_BATCH_MAX letters, each in its longest form                   \
			    */

enum { AHEAD_MIN = 2, AHEAD_MAX = 64, HELD_MAX = 160, PAUSE_MS = 1000, LAST_TRIES = 5 };

_Static_assert(HELD_MAX <= POST_RESULTS_MAX, "what is held can be told");

/* What one transaction took. */
struct batch {
	struct batch *next;
	struct arena *a; /* holds all of it, this struct too */
	struct outbox_claim *v;
	size_t n, at; /* those before at are handed over */
};

/* What has been told and not settled: as it comes, and what is being settled. */
struct desk {
	struct post *coming; /* with the lock */
	struct post *going;  /* of the thread that settles it */
};

struct pump {
	const struct app *app;
	enum outbox_kind kind;
	int64_t worker;
	struct pump_port port;
	int bell; /* for the thread that takes */
	bool started;
	pthread_t taker, settler;
	atomic_flag handing;  /* somebody hands over */
	atomic_bool again;    /* and is to look once more before leaving */
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t told;  /* there is something for the thread that settles */
	struct desk back;     /* what goes back into the queue */
	struct desk over;     /* what became of the others */
	struct batch *first, **end;
	int64_t held[HELD_MAX]; /* taken and not settled */
	size_t n_held;
	size_t backlog; /* taken and not handed over */
	size_t ahead;   /* to be taken beyond what there is room for */
	bool look;      /* there may be something to take */
	bool stopping;
	bool ending; /* nothing is told any more */
	int64_t drain_ms;
	/* of the thread that takes */
	bool recount, stopped;
	int failures; /* in a row */
	int64_t tend_us;
	_Atomic int64_t taken, sent, tried_again, delivered, failed, unknown, dropped;
};

static void ring(struct pump *p)
{
	(void)eventfd_write(p->bell, 1);
}

static void count(_Atomic int64_t *counter, int64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* --- what the gateway tells ------------------------------------------------- */

/* Whether it is time to take more; with the lock held. */
static bool is_low(const struct pump *p)
{
	return p->look && p->backlog <= p->ahead / 2;
}

static void tell(struct pump *p, const struct outbox_result *r)
{
	bool back = r->outcome == OUTBOX_AGAIN || r->outcome == OUTBOX_BACK;
	pthread_mutex_lock(&p->lock);
	post_result(back ? p->back.coming : p->over.coming, r);
	bool take = is_low(p);
	if (!back)
		pthread_cond_signal(&p->told);
	pthread_mutex_unlock(&p->lock);
	if (back || take)
		ring(p);
}

void pump_sent(struct pump *p, int64_t id, enum sent_outcome outcome,
	       const struct str *provider_ids, size_t parts, struct str detail)
{
	static const enum outbox_outcome outcomes[] = {
		[SENT_OK] = OUTBOX_ACCEPTED,
		[SENT_RETRY] = OUTBOX_AGAIN,
		[SENT_REFUSED] = OUTBOX_REFUSED,
		[SENT_UNKNOWN] = OUTBOX_SILENT,
	};
	tell(p, &(struct outbox_result){ .id = id,
					 .outcome = outcomes[outcome],
					 .detail = detail,
					 .provider_ids = provider_ids,
					 .parts = parts });
}

enum err pump_receipt(struct pump *p, struct str provider_id, enum sms_final state,
		      struct str detail)
{
	const struct outbox_receipt r = { .provider_id = provider_id,
					  .delivered = state == SMS_DELIVERED,
					  .detail = detail };
	if (state == SMS_STATE_UNKNOWN)
		return OK; /* it says nothing: sent is what it stays */
	pthread_mutex_lock(&p->lock);
	enum err e = post_receipt(p->over.coming, &r);
	pthread_cond_signal(&p->told);
	pthread_mutex_unlock(&p->lock);
	return e;
}

/* There may be something to take. */
static void set_look(struct pump *p, bool look)
{
	pthread_mutex_lock(&p->lock);
	p->look |= look;
	pthread_mutex_unlock(&p->lock);
}

static void clear_look(struct pump *p)
{
	pthread_mutex_lock(&p->lock);
	p->look = false;
	pthread_mutex_unlock(&p->lock);
}

/* --- handing over ----------------------------------------------------------- */

static struct outbox_claim *next_claim(struct pump *p)
{
	struct outbox_claim *c = NULL;
	pthread_mutex_lock(&p->lock);
	if (p->first && !p->stopping)
		c = &p->first->v[p->first->at];
	pthread_mutex_unlock(&p->lock);
	return c;
}

/* By whoever holds ${p}->handing, or when nobody else can. */
static void pass_claim(struct pump *p)
{
	struct batch *done = NULL;
	pthread_mutex_lock(&p->lock);
	p->backlog--;
	if (++p->first->at == p->first->n) {
		done = p->first;
		p->first = done->next;
		if (!p->first)
			p->end = &p->first;
	}
	pthread_mutex_unlock(&p->lock);
	if (done)
		arena_free(done->a);
}

static void tell_own(struct pump *p, const struct outbox_claim *c, enum outbox_outcome outcome,
		     struct str detail)
{
	tell(p, &(struct outbox_result){ .id = c->id, .outcome = outcome, .detail = detail });
}

/* By the clock that says sooner that it is over: one of them may have been set back. */
static int64_t valid_ms_of(const struct pump *p, const struct outbox_claim *c)
{
	int64_t by_wall = c->deadline.ms - app_now(p->app).ms;
	int64_t by_mono = (c->until_us - p->app->clock->mono_us(p->app->clock)) / 1000;
	return by_wall < by_mono ? by_wall : by_mono;
}

/* False: there is no room. */
static bool hand_one(struct pump *p, const struct outbox_claim *c)
{
	int64_t valid_ms = tstamp_is_none(c->deadline) ? 0 : valid_ms_of(p, c);
	if (c->broken) {
		tell_own(p, c, OUTBOX_BROKEN, STR(""));
	} else if (!tstamp_is_none(c->deadline) && valid_ms <= 0) {
		tell_own(p, c, OUTBOX_LATE, STR(""));
	} else {
		enum err e = p->port.submit(p->port.port, c, valid_ms);
		if (e == E_BUSY)
			return false;
		if (e != OK)
			tell_own(p, c, e == E_INPUT ? OUTBOX_REFUSED : OUTBOX_AGAIN,
				 str_c(err_name(e)));
	}
	return true;
}

static void hand_all(struct pump *p)
{
	for (struct outbox_claim *c; (c = next_claim(p)) && hand_one(p, c);)
		pass_claim(p);
}

/* One at a time, and nobody waits: whoever comes meanwhile leaves word and goes. */
static void hand_over(struct pump *p)
{
	atomic_store(&p->again, true);
	while (atomic_load(&p->again)) {
		if (atomic_flag_test_and_set(&p->handing))
			return;
		atomic_store(&p->again, false);
		hand_all(p);
		atomic_flag_clear(&p->handing);
	}
}

void pump_ready(struct pump *p)
{
	hand_over(p);
	ring(p);
}

/* What was taken and not handed over goes back. */
static void put_back(struct pump *p)
{
	if (atomic_flag_test_and_set(&p->handing))
		return;
	if (p->first)
		set_look(p, true);
	while (p->first) {
		tell_own(p, &p->first->v[p->first->at], OUTBOX_BACK, STR(""));
		pass_claim(p);
	}
	atomic_flag_clear(&p->handing);
}

/* --- taking and settling ---------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many to take now. Nothing while the link is down: it would only have to go back. */
static size_t wanted(struct pump *p)
{
	pthread_mutex_lock(&p->lock);
	bool low = is_low(p) && !p->stopping;
	size_t n = p->ahead - least(p->ahead, p->backlog);
	size_t n_free = HELD_MAX - p->n_held;
	pthread_mutex_unlock(&p->lock);
	if (!low || !p->port.up(p->port.port))
		return 0;
	n += p->port.room(p->port.port);
	return least(least(n, OUTBOX_BATCH_MAX), n_free);
}

/* With the lock held. */
static void gather(struct desk *d)
{
	struct post *coming = d->coming;
	if (!post_empty(d->going))
		return;
	d->coming = d->going;
	d->going = coming;
}

/* With the lock held. */
static void let_go(struct pump *p, int64_t id)
{
	for (size_t i = 0; i < p->n_held; i++) {
		if (p->held[i] == id) {
			p->held[i] = p->held[--p->n_held];
			return;
		}
	}
}

static void count_result(struct pump *p, enum outbox_outcome outcome)
{
	switch (outcome) {
	case OUTBOX_ACCEPTED:
		count(&p->sent, 1);
		return;
	case OUTBOX_AGAIN:
		count(&p->tried_again, 1);
		return;
	case OUTBOX_SILENT:
		count(&p->unknown, 1);
		return;
	case OUTBOX_BACK:
		count(&p->taken, -1);
		return;
	default:
		count(&p->failed, 1);
		return;
	}
}

/* Twice what came back while the last transaction was committed. With the lock held. */
static void set_ahead(struct pump *p, size_t n_results)
{
	p->ahead = least(2 * n_results, AHEAD_MAX);
	if (p->ahead < AHEAD_MIN)
		p->ahead = AHEAD_MIN;
}

static void settled(struct pump *p, struct desk *d, const struct outbox_turn *t)
{
	pthread_mutex_lock(&p->lock);
	if (d == &p->over)
		set_ahead(p, t->n_results);
	for (size_t i = 0; i < t->n_results; i++)
		let_go(p, t->results[i].id);
	bool take = is_low(p);
	pthread_mutex_unlock(&p->lock);
	if (take)
		ring(p); /* there may have been HELD_MAX of them */
	for (size_t i = 0; i < t->n_results; i++)
		count_result(p, t->results[i].outcome);
	count(&p->delivered, t->n_arrived);
	count(&p->failed, t->n_undelivered + t->n_late + t->n_tried_out);
	count(&p->tried_again, -t->n_tried_out);
	count(&p->dropped, t->n_dropped);
	post_clear(d->going);
}

/* False: without memory for it; then it is not ours: a recount puts it back. */
static bool add_batch(struct pump *p, struct arena *a, const struct outbox_turn *t)
{
	struct batch *b = ARENA_NEW(a, struct batch);
	if (!b)
		return false;
	*b = (struct batch){ .a = a, .v = t->claims, .n = t->n_claims };
	count(&p->taken, (int64_t)b->n);
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < b->n; i++)
		p->held[p->n_held++] = b->v[i].id;
	*p->end = b;
	p->end = &b->next;
	p->backlog += b->n;
	pthread_mutex_unlock(&p->lock);
	return true;
}

static void pause_after(struct pump *p, enum err e)
{
	log_event(p->app->log, LOG_ERROR, "outbox.turn", log_const("error", err_name(e)));
	poll(NULL, 0, PAUSE_MS);
}

static void turn_failed(struct pump *p, enum err e)
{
	p->failures++;
	p->recount |= e == E_UNKNOWN || e == E_NOMEM;
	set_look(p, true);
	pause_after(p, e);
}

static enum err turn_in(struct pump *p, struct arena *a, struct outbox_turn *t, bool *ret_kept)
{
	try(outbox_turn(p->app, a, t));
	settled(p, &p->back, t);
	p->recount = false;
	p->failures = 0;
	*ret_kept = t->n_claims > 0 && add_batch(p, a, t);
	set_look(p, t->claim_max > 0 && t->n_claims == t->claim_max);
	return t->n_claims > 0 && !*ret_kept ? E_NOMEM : OK;
}

/* One transaction; false when there was nothing to do. */
static bool turn(struct pump *p)
{
	int64_t held[HELD_MAX];
	struct outbox_turn t = { .kind = p->kind,
				 .worker = p->worker,
				 .held = held,
				 .recount = p->recount,
				 .claim_max = wanted(p) };
	bool kept = false;
	pthread_mutex_lock(&p->lock);
	gather(&p->back);
	t.n_held = p->n_held;
	memcpy(held, p->held, p->n_held * sizeof(*held));
	pthread_mutex_unlock(&p->lock);
	post_fill(p->back.going, &t);
	if (post_empty(p->back.going) && t.claim_max == 0 && !t.recount)
		return false;
	if (t.claim_max > 0)
		clear_look(p);
	struct arena *a = arena_new(ARENA_BYTES_MAX);
	enum err e = a ? turn_in(p, a, &t, &kept) : E_NOMEM;
	if (!kept)
		arena_free(a);
	if (e != OK)
		turn_failed(p, e);
	return true;
}

/* What neither goes back nor is taken. It may be run as often as it takes: it ends where it was. */
static bool settle(struct pump *p)
{
	struct outbox_turn t = { .kind = p->kind, .worker = p->worker };
	struct arena *a = arena_new(ARENA_BYTES_MAX);
	post_fill(p->over.going, &t);
	enum err e = a ? outbox_turn(p->app, a, &t) : E_NOMEM;
	if (e == OK)
		settled(p, &p->over, &t);
	arena_free(a);
	if (e != OK)
		pause_after(p, e);
	return e == OK;
}

static void tend(struct pump *p)
{
	struct outbox_tending t = { 0 };
	int64_t now_us = p->app->clock->mono_us(p->app->clock);
	if (now_us < p->tend_us)
		return;
	p->tend_us = now_us + OUTBOX_RENEW_MS * 1000;
	enum err e = outbox_tend(p->app, p->kind, p->worker, &t);
	if (e != OK)
		log_event(p->app->log, LOG_ERROR, "outbox.tend", log_const("error", err_name(e)));
	if (t.n_lost > 0)
		log_event(p->app->log, LOG_WARN, "outbox.lost", log_int("messages", t.n_lost));
	if (t.n_late > 0)
		log_event(p->app->log, LOG_WARN, "outbox.late", log_int("messages", t.n_late));
	count(&p->unknown, t.n_lost);
	count(&p->failed, t.n_late);
}

/* --- the thread that settles ------------------------------------------------ */

/* False: there is nothing, and nothing will come. */
static bool wait_until_told(struct pump *p, bool *ret_ending)
{
	pthread_mutex_lock(&p->lock);
	gather(&p->over);
	while (post_empty(p->over.going) && !p->ending) {
		pthread_cond_wait(&p->told, &p->lock);
		gather(&p->over);
	}
	*ret_ending = p->ending;
	pthread_mutex_unlock(&p->lock);
	return !post_empty(p->over.going);
}

static void *settle_all(void *arg)
{
	struct pump *p = arg;
	bool ending;
	int failures = 0;
	while (failures < LAST_TRIES && wait_until_told(p, &ending))
		failures = settle(p) || !ending ? 0 : failures + 1;
	return NULL;
}

static void end_settling(struct pump *p)
{
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_signal(&p->told);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->settler, NULL);
}

/* --- the thread that takes -------------------------------------------------- */

static void wait_for_bell(struct pump *p)
{
	eventfd_t rung;
	struct pollfd fd = { .fd = p->bell, .events = POLLIN };
	if (poll(&fd, 1, -1) > 0)
		(void)eventfd_read(p->bell, &rung);
}

static bool asked_to_stop(struct pump *p)
{
	pthread_mutex_lock(&p->lock);
	bool stopping = p->stopping;
	pthread_mutex_unlock(&p->lock);
	return stopping;
}

/* Behind this no event comes any more. */
static void stop_port(struct pump *p)
{
	p->port.stop(p->port.port, p->drain_ms);
	p->stopped = true;
	put_back(p);
	end_settling(p);
}

/* True when everything is written down, or cannot be: then the leases run out, and it is unknown.
 */
static bool finished(const struct pump *p)
{
	bool open = p->recount || !post_empty(p->back.coming) || !post_empty(p->back.going);
	if (!p->stopped || (open && p->failures < LAST_TRIES))
		return false;
	if (p->n_held > 0)
		log_event(p->app->log, LOG_ERROR, "outbox.unsettled",
			  log_int("messages", (int64_t)p->n_held));
	return true;
}

static void *work(void *arg)
{
	struct pump *p = arg;
	do {
		if (!p->stopped && asked_to_stop(p))
			stop_port(p);
		if (!p->stopped && !p->port.up(p->port.port))
			put_back(p);
		tend(p);
		bool done = turn(p);
		if (!p->stopped)
			hand_over(p);
		if (!done && !p->stopped)
			wait_for_bell(p);
	} while (!finished(p));
	return NULL;
}

void pump_wake(struct pump *p)
{
	set_look(p, true);
	ring(p);
}

static bool desk_init(struct desk *d)
{
	d->coming = post_new();
	d->going = post_new();
	return d->coming && d->going;
}

static void desk_done(struct desk *d)
{
	post_free(d->coming);
	post_free(d->going);
}

enum err pump_new(const struct app *app, enum outbox_kind kind, struct pump **ret)
{
	struct pump *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->app = app;
	p->kind = kind;
	p->worker = id_next(app->ids);
	p->end = &p->first;
	p->look = true;
	p->ahead = AHEAD_MIN;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->told, NULL);
	p->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bool desks = desk_init(&p->back) && desk_init(&p->over);
	if (p->bell < 0 || !desks) {
		pump_free(p);
		return E_NOMEM;
	}
	*ret = p;
	return OK;
}

enum err pump_start(struct pump *p, const struct pump_port *port)
{
	p->port = *port;
	bool settles = pthread_create(&p->settler, NULL, settle_all, p) == 0;
	p->started = settles && pthread_create(&p->taker, NULL, work, p) == 0;
	if (p->started)
		return OK;
	p->port.stop(p->port.port, 0);
	if (settles)
		end_settling(p);
	return E_NOMEM;
}

void pump_ask_stop(struct pump *p, int64_t drain_ms)
{
	if (!p || !p->started)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	p->drain_ms = drain_ms;
	pthread_mutex_unlock(&p->lock);
	ring(p);
}

void pump_free(struct pump *p)
{
	if (!p)
		return;
	if (p->started)
		pthread_join(p->taker, NULL);
	if (p->bell >= 0)
		close(p->bell);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->told);
	desk_done(&p->back);
	desk_done(&p->over);
	free(p);
}

void pump_stats(const struct pump *p, struct worker_stats *sum)
{
	sum->taken += atomic_load_explicit(&p->taken, memory_order_relaxed);
	sum->sent += atomic_load_explicit(&p->sent, memory_order_relaxed);
	sum->again += atomic_load_explicit(&p->tried_again, memory_order_relaxed);
	sum->delivered += atomic_load_explicit(&p->delivered, memory_order_relaxed);
	sum->failed += atomic_load_explicit(&p->failed, memory_order_relaxed);
	sum->unknown += atomic_load_explicit(&p->unknown, memory_order_relaxed);
	sum->dropped += atomic_load_explicit(&p->dropped, memory_order_relaxed);
}

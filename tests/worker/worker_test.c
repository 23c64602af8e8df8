/* The worker against a gateway that the test plays: what is handed over, in which order, what
 * becomes of it, and what is left when it stops. */
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "support/sending.h"
#include "worker/worker.h"

enum { PLAYED_MAX = 64, PATIENCE_S = 60 };

/* --- a thief ---------------------------------------------------------------- */

static atomic_int bell_watched = -1;

/* In the place of libc's: whoever asks whether the bell rings is told so, and finds it emptied by
 * somebody else. */
int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	int (*real)(struct pollfd *, nfds_t, int);
	uint64_t rung;
	*(void **)&real = dlsym(RTLD_NEXT, "poll");
	int ready = real(fds, n, timeout_ms);
	if (n == 1 && timeout_ms == 0 && fds[0].fd == bell_watched && ready > 0)
		assert_int_equal(read(bell_watched, &rung, sizeof(rung)), sizeof(rung));
	return ready;
}

/* --- a gateway played by the test ------------------------------------------- */

struct played {
	struct port_sms sms; /* stands first */
	struct port_mail mail;
	struct port_sms_events to_sms;
	struct port_mail_events to_mail;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum sms_link link;
	size_t window, open; /* submitted and not answered */
	size_t n;
	struct {
		int64_t id, valid_ms;
		char to[64], text[512], subject[128];
		bool answered;
	} v[PLAYED_MAX];
	enum sent_outcome at_stop; /* for what is open then */
	bool stopped;
};

static size_t room(struct played *g)
{
	pthread_mutex_lock(&g->lock);
	size_t n = g->link == SMS_LINK_UP && g->open < g->window ? g->window - g->open : 0;
	pthread_mutex_unlock(&g->lock);
	return n;
}

static void print(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", (int)s.n, s.p ? s.p : "");
}

static enum err submit(struct played *g, int64_t id, struct str to, struct str subject,
		       struct str text, int64_t valid_ms)
{
	enum err e = E_BUSY;
	pthread_mutex_lock(&g->lock);
	if (g->link == SMS_LINK_UP && g->open < g->window && g->n < PLAYED_MAX) {
		g->v[g->n].id = id;
		g->v[g->n].valid_ms = valid_ms;
		g->v[g->n].answered = false;
		print(g->v[g->n].to, sizeof(g->v[g->n].to), to);
		print(g->v[g->n].subject, sizeof(g->v[g->n].subject), subject);
		print(g->v[g->n].text, sizeof(g->v[g->n].text), text);
		g->n++;
		g->open++;
		pthread_cond_broadcast(&g->changed);
		e = OK;
	}
	pthread_mutex_unlock(&g->lock);
	return e;
}

static size_t sms_room(struct port_sms *p)
{
	return room((struct played *)p);
}

static struct played *of_mail(struct port_mail *p)
{
	return (struct played *)((char *)p - offsetof(struct played, mail));
}

static size_t mail_room(struct port_mail *p)
{
	return room(of_mail(p));
}

static enum err sms_submit(struct port_sms *p, const struct sms_out *m)
{
	return submit((struct played *)p, m->id, msisdn_str(&m->to), STR(""), m->text, m->valid_ms);
}

static enum err mail_submit(struct port_mail *p, const struct mail_out *m)
{
	return submit(of_mail(p), m->id, m->to, m->subject, m->text, m->valid_ms);
}

static enum sms_link sms_link(struct port_sms *p)
{
	struct played *g = (struct played *)p;
	pthread_mutex_lock(&g->lock);
	enum sms_link link = g->link;
	pthread_mutex_unlock(&g->lock);
	return link;
}

static enum mail_link mail_link(struct port_mail *p)
{
	return sms_link(&of_mail(p)->sms) == SMS_LINK_UP ? MAIL_LINK_FREE : MAIL_LINK_DOWN;
}

/* What became of the ${i}th, as a gateway's thread tells it. */
static void answer(struct played *g, size_t i, enum sent_outcome outcome)
{
	char ids[2][32];
	pthread_mutex_lock(&g->lock);
	assert_true(i < g->n && !g->v[i].answered);
	g->v[i].answered = true;
	g->open--;
	int64_t id = g->v[i].id;
	pthread_mutex_unlock(&g->lock);
	snprintf(ids[0], sizeof(ids[0]), "%lld-1", (long long)id);
	snprintf(ids[1], sizeof(ids[1]), "%lld-2", (long long)id);
	const struct str parts[] = { str_c(ids[0]), str_c(ids[1]) };
	if (g->to_sms.sent)
		g->to_sms.sent(g->to_sms.arg, id, outcome, parts, outcome == SENT_OK ? 2 : 0,
			       STR("played"));
	else
		g->to_mail.sent(g->to_mail.arg, id, outcome, STR("played"));
}

static void ready(struct played *g)
{
	if (g->to_sms.ready)
		g->to_sms.ready(g->to_sms.arg);
	else
		g->to_mail.ready(g->to_mail.arg);
}

static void receipt(struct played *g, int64_t id, int part, enum sms_final state)
{
	char name[32];
	snprintf(name, sizeof(name), "%lld-%d", (long long)id, part);
	assert_int_equal(g->to_sms.receipt(g->to_sms.arg, str_c(name), state, STR("played")), OK);
}

static void set_link(struct played *g, enum sms_link link)
{
	pthread_mutex_lock(&g->lock);
	g->link = link;
	pthread_mutex_unlock(&g->lock);
}

static void stop(struct played *g)
{
	set_link(g, SMS_LINK_DOWN);
	for (size_t i = 0; i < g->n; i++)
		if (!g->v[i].answered)
			answer(g, i, g->at_stop);
	g->stopped = true;
}

static void sms_stop(struct port_sms *p, int64_t drain_ms)
{
	(void)drain_ms;
	stop((struct played *)p);
}

static void mail_stop(struct port_mail *p, int64_t drain_ms)
{
	(void)drain_ms;
	stop(of_mail(p));
}

static void play(struct played *g, size_t window)
{
	*g = (struct played){ .sms = { sms_room, sms_submit, sms_link, sms_stop },
			      .mail = { mail_room, mail_submit, mail_link, mail_stop },
			      .link = SMS_LINK_UP,
			      .window = window,
			      .at_stop = SENT_UNKNOWN };
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
}

/* Until ${n} have been handed over. */
static void wait_for(struct played *g, size_t n)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&g->lock);
	while (g->n < n)
		if (pthread_cond_timedwait(&g->changed, &g->lock, &until) != 0)
			fail_msg("%zu of %zu came", g->n, n);
	pthread_mutex_unlock(&g->lock);
}

/* --- the worker ------------------------------------------------------------- */

struct bell {
	struct waker base;
	int fd;
};

static void ring(const struct waker *w)
{
	assert_int_equal(eventfd_write(((const struct bell *)w)->fd, 1), 0);
}

struct site {
	struct kit *k;
	struct bell bell;
	struct worker *w;
	struct played g;
};

static void begin(struct site *s, struct kit *k, size_t window)
{
	s->k = k;
	s->bell = (struct bell){ .base = { ring }, .fd = eventfd(0, EFD_CLOEXEC) };
	assert_true(s->bell.fd >= 0);
	k->app.waker = &s->bell.base;
	play(&s->g, window);
	assert_int_equal(worker_new(&k->app, s->bell.fd, &s->w), OK);
	s->g.to_sms = worker_sms_events(s->w);
	assert_int_equal(worker_start(s->w, &s->g.sms, NULL), OK);
}

static void end(struct site *s)
{
	worker_stop(s->w, 0);
	assert_true(s->g.stopped);
	s->k->app.waker = NULL;
	close(s->bell.fd);
	pthread_cond_destroy(&s->g.changed);
	pthread_mutex_destroy(&s->g.lock);
}

static void put_many(struct kit *k, int n)
{
	char key[16];
	for (int i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "n%d", i);
		sending_code(k, key);
	}
}

static int64_t in_state(struct kit *k, const char *state)
{
	return kit_number(k, "SELECT count(*) FROM outbox WHERE state = '%s'", state);
}

/* Until so many are in a state. */
static void wait_state(struct kit *k, const char *state, int64_t n)
{
	for (int i = 0; i < PATIENCE_S * 100; i++) {
		if (in_state(k, state) == n)
			return;
		usleep(10000);
	}
	fail_msg("%lld are %s", (long long)in_state(k, state), state);
}

static void test_worker__sends_what_is_there_and_what_comes(void **state)
{
	struct kit *k = *state;
	struct site s;
	int64_t first = sending_code(k, "a");
	begin(&s, k, 10);
	wait_for(&s.g, 1);
	assert_int_equal(s.g.v[0].id, first);
	assert_string_equal(s.g.v[0].to, "9210000001");
	assert_string_equal(s.g.v[0].text, SENDING_TEXT);
	assert_int_equal(s.g.v[0].valid_ms, 5 * MINUTE_MS);
	answer(&s.g, 0, SENT_OK);
	wait_state(k, "sent", 1);
	int64_t second = sending_code(k, "b");
	wait_for(&s.g, 2);
	assert_int_equal(s.g.v[1].id, second);
	receipt(&s.g, first, 1, SMS_DELIVERED);
	receipt(&s.g, first, 2, SMS_STATE_UNKNOWN);
	receipt(&s.g, second, 1, SMS_DELIVERED); /* before its answer */
	receipt(&s.g, second, 2, SMS_DELIVERED);
	answer(&s.g, 1, SENT_OK);
	wait_state(k, "delivered", 1);
	receipt(&s.g, first, 2, SMS_EXPIRED);
	wait_state(k, "failed", 1);
	end(&s);
}

static void test_worker__keeps_to_the_window(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 2);
	put_many(k, 40);
	wait_for(&s.g, 2);
	for (size_t i = 0; i < 40; i++) {
		assert_true(s.g.n <= i + 2);
		answer(&s.g, i, SENT_OK);
		ready(&s.g);
		wait_for(&s.g, i + 3 < 40 ? i + 3 : 40);
	}
	wait_state(k, "sent", 40);
	assert_int_equal(s.g.n, 40);
	end(&s);
}

static void test_worker__writes_down_what_became_of_them(void **state)
{
	struct kit *k = *state;
	struct site s;
	struct worker_stats stats;
	begin(&s, k, 10);
	put_many(k, 4);
	wait_for(&s.g, 4);
	answer(&s.g, 0, SENT_OK);
	answer(&s.g, 1, SENT_RETRY);
	answer(&s.g, 2, SENT_REFUSED);
	answer(&s.g, 3, SENT_UNKNOWN);
	wait_state(k, "sending", 0);
	assert_int_equal(in_state(k, "sent"), 1);
	assert_int_equal(in_state(k, "queued"), 1);
	assert_int_equal(in_state(k, "failed"), 1);
	assert_int_equal(in_state(k, "unknown"), 1);
	clock_manual_add(&k->clock, 10000);
	outbox_wake(&k->app);
	wait_for(&s.g, 5);
	assert_int_equal(s.g.v[4].id, s.g.v[1].id);
	assert_int_equal(s.g.v[4].valid_ms, 5 * MINUTE_MS - 10000);
	worker_stats(s.w, &stats);
	assert_int_equal(stats.taken, 5);
	assert_int_equal(stats.sent, 1);
	assert_int_equal(stats.again, 1);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(stats.unknown, 1);
	end(&s);
}

static void test_worker__takes_nothing_while_the_link_is_down(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 10);
	put_many(k, 1);
	wait_for(&s.g, 1);
	set_link(&s.g, SMS_LINK_DOWN);
	sending_code(k, "later");
	answer(&s.g, 0, SENT_RETRY);
	wait_state(k, "queued", 2);
	set_link(&s.g, SMS_LINK_UP);
	ready(&s.g);
	wait_for(&s.g, 2);
	assert_int_equal(in_state(k, "queued"), 1);
	end(&s);
}

/* What was taken ahead for a link that went down is nobody's fault: no try is counted. */
static void test_worker__puts_back_what_it_took_ahead(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 1);
	put_many(k, 5);
	wait_for(&s.g, 1);
	wait_state(k, "sending", 1 + 2);
	set_link(&s.g, SMS_LINK_DOWN);
	outbox_wake(&k->app);
	wait_state(k, "queued", 4);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox WHERE tries > 0"), 0);
	set_link(&s.g, SMS_LINK_UP);
	answer(&s.g, 0, SENT_OK);
	ready(&s.g);
	wait_for(&s.g, 2);
	end(&s);
}

static void test_worker__never_hands_over_what_is_late(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 1);
	put_many(k, 3);
	wait_for(&s.g, 1);
	wait_state(k, "sending", 3);
	kit_minutes(k, 5);
	answer(&s.g, 0, SENT_OK);
	ready(&s.g);
	wait_state(k, "failed", 2);
	assert_int_equal(in_state(k, "sent"), 1);
	assert_int_equal(s.g.n, 1);
	end(&s);
}

/* However the clock is set while messages wait for room: they live no longer for it, and are late
 * all the same. */
static void test_worker__gives_no_validity_back_with_the_clock(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 1);
	put_many(k, 3);
	wait_for(&s.g, 1);
	assert_int_equal(s.g.v[0].valid_ms, 5 * MINUTE_MS);
	wait_state(k, "sending", 3);
	clock_manual_add(&k->clock, -DAY_MS);
	kit_minutes(k, 2);
	answer(&s.g, 0, SENT_OK);
	ready(&s.g);
	wait_for(&s.g, 2);
	assert_int_equal(s.g.v[1].valid_ms, 3 * MINUTE_MS);
	clock_manual_add(&k->clock, -DAY_MS);
	kit_minutes(k, 3);
	answer(&s.g, 1, SENT_OK);
	ready(&s.g);
	wait_state(k, "failed", 1);
	end(&s);
	assert_int_equal(s.g.n, 2);
}

/* A role that was taken over empties the bell, which waits for whoever reads it, again and again.
 */
static void test_worker__waits_for_no_bell_that_was_emptied(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 10);
	bell_watched = s.bell.fd;
	for (size_t n = 1; n <= 3; n++) {
		char key[16];
		snprintf(key, sizeof(key), "n%zu", n);
		sending_code(k, key);
		wait_for(&s.g, n);
	}
	end(&s);
	bell_watched = -1;
}

static void test_worker__leaves_nothing_open_when_it_stops(void **state)
{
	struct kit *k = *state;
	struct site s;
	begin(&s, k, 2);
	put_many(k, 6);
	wait_for(&s.g, 2);
	wait_state(k, "sending", 2 + 2);
	answer(&s.g, 0, SENT_OK);
	end(&s);
	assert_int_equal(in_state(k, "sending"), 0);
	assert_int_equal(in_state(k, "sent"), 1);
	assert_true(in_state(k, "unknown") >= 1);
	assert_int_equal(in_state(k, "unknown") + in_state(k, "queued"), 5);
	assert_int_equal(s.g.n, 1 + (size_t)in_state(k, "unknown"));
}

static void test_worker__sends_letters(void **state)
{
	struct kit *k = *state;
	struct played g;
	struct worker *w;
	play(&g, 3);
	assert_int_equal(worker_new(&k->app, -1, &w), OK);
	g.to_mail = worker_mail_events(w);
	sending_put(k, &(struct outbox_message){
			       .kind = OUTBOX_MAIL,
			       .dest = STR("anna@example.ru"),
			       .text = MESSAGE_EMAIL_CONFIRM,
			       .args = { .number = { "9215550123" }, .has_token = true },
			       .key = STR("a") });
	sending_code(k, "stays");
	assert_int_equal(worker_start(w, NULL, &g.mail), OK);
	wait_for(&g, 1);
	assert_string_equal(g.v[0].to, "anna@example.ru");
	assert_string_equal(g.v[0].subject, "Подтвердите адрес почты");
	assert_int_equal(g.v[0].valid_ms, 0);
	answer(&g, 0, SENT_OK);
	wait_state(k, "sent", 1);
	worker_stop(w, 0);
	assert_int_equal(in_state(k, "queued"), 1);
	assert_int_equal(g.n, 1);
}

/* Where there is no gateway codes wait no longer than they are good for. */
static void test_worker__fails_late_ones_without_a_gateway(void **state)
{
	struct kit *k = *state;
	struct worker *w;
	sending_code(k, "a");
	sending_notice(k, "b");
	assert_int_equal(worker_new(&k->app, -1, &w), OK);
	assert_int_equal(worker_start(w, NULL, NULL), OK);
	kit_minutes(k, 6);
	wait_state(k, "failed", 1);
	worker_stop(w, 0);
	assert_int_equal(in_state(k, "queued"), 1);
}

static void test_worker__stops_without_having_started(void **state)
{
	struct kit *k = *state;
	struct worker *w;
	worker_stop(NULL, 0);
	assert_int_equal(worker_new(&k->app, -1, &w), OK);
	worker_stop(w, 0);
	assert_int_equal(worker_new(&k->app, -1, &w), OK);
	assert_int_equal(worker_start(w, NULL, NULL), OK);
	worker_stop(w, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_worker__sends_what_is_there_and_what_comes),
		KIT_BOTH(test_worker__keeps_to_the_window),
		KIT_BOTH(test_worker__writes_down_what_became_of_them),
		KIT_BOTH(test_worker__takes_nothing_while_the_link_is_down),
		KIT_BOTH(test_worker__puts_back_what_it_took_ahead),
		KIT_BOTH(test_worker__never_hands_over_what_is_late),
		KIT_BOTH(test_worker__gives_no_validity_back_with_the_clock),
		KIT_BOTH(test_worker__waits_for_no_bell_that_was_emptied),
		KIT_BOTH(test_worker__leaves_nothing_open_when_it_stops),
		KIT_BOTH(test_worker__sends_letters),
		KIT_BOTH(test_worker__fails_late_ones_without_a_gateway),
		KIT_BOTH(test_worker__stops_without_having_started),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

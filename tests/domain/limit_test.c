/* Counters of attempts: never passed, never lost, given back by right tries only. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/limit.h"
#include "jobs/jobs.h"
#include "support/kit.h"

static struct limit_take take_of(struct kit *k, enum limit_id id, const char *subject)
{
	struct limit_take t = {
		.rule = limit_rule(&k->conf, id),
		.subject = str_c(subject),
		.waited = true,
	};
	assert_int_equal(limit_take_alone(&k->app, k->a, &t), OK);
	return t;
}

static bool take(struct kit *k, enum limit_id id, const char *subject)
{
	return take_of(k, id, subject).taken;
}

struct give {
	struct kit *k;
	const struct limit_take *t;
};

static enum err give_in(struct tx *tx, void *arg)
{
	const struct give *g = arg;
	return limit_give(&g->k->app, tx, g->k->a, g->t);
}

static void give(struct kit *k, const struct limit_take *t)
{
	assert_int_equal(store_write(k->app.store, give_in, &(struct give){ k, t }), OK);
}

static void test_limit__is_never_passed(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 3; i++)
		assert_true(take(k, LIMIT_FIRST_NUMBER, "1.1"));
	assert_false(take(k, LIMIT_FIRST_NUMBER, "1.1"));
	assert_true(take(k, LIMIT_FIRST_NUMBER, "2.1"));
	assert_int_equal(
		kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'first.number:1.1'"), 3);
}

static void test_limit__of_a_life_has_no_end(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 3; i++)
		assert_true(take(k, LIMIT_FIRST_NUMBER, "1.1"));
	kit_days(k, 10000);
	assert_false(take(k, LIMIT_FIRST_NUMBER, "1.1"));
}

static void test_limit__of_a_day_ends_at_the_operators_midnight(void **state)
{
	struct kit *k = *state;
	k->conf.limit_first_system_day = 1;
	assert_true(take(k, LIMIT_FIRST_SYSTEM, "")); /* 15:00 at the operator's */
	kit_minutes(k, 9 * 60 - 1);
	assert_false(take(k, LIMIT_FIRST_SYSTEM, ""));
	kit_minutes(k, 1);
	assert_true(take(k, LIMIT_FIRST_SYSTEM, ""));
}

static void test_limit__pauses_double(void **state)
{
	struct kit *k = *state;
	static const int minutes[] = { 0, 0, 1, 2, 4, 8, 15, 15, 15 };
	for (int i = 0; i < 9; i++) {
		struct limit_take t = take_of(k, LIMIT_PASSWORD_ACCOUNT, "1.1");
		assert_true(t.taken);
		int64_t pause_ms = limit_pause_ms(&t.rule, t.n);
		assert_int_equal(pause_ms, minutes[i] * MINUTE_MS);
		if (minutes[i] == 0)
			continue;
		assert_int_equal(t.open.ms, app_now(&k->app).ms + pause_ms);
		clock_manual_add(&k->clock, pause_ms - 1);
		struct limit_take early = take_of(k, LIMIT_PASSWORD_ACCOUNT, "1.1");
		assert_false(early.taken);
		assert_int_equal(early.open.ms,
				 t.open.ms); /* an early try does not make it longer */
		clock_manual_add(&k->clock, 1);
	}
	assert_true(take(k, LIMIT_PASSWORD_ACCOUNT, "1.1"));
	kit_minutes(k, 15);
	assert_false(take(k, LIMIT_PASSWORD_ACCOUNT, "1.1")); /* ten a day */
}

static void test_limit__a_pause_asks_for_a_form_that_waited(void **state)
{
	struct kit *k = *state;
	k->conf.limit_first_network_day = 2;
	assert_true(take(k, LIMIT_FIRST_NETWORK, "192.0.2.0/24"));
	assert_true(take(k, LIMIT_FIRST_NETWORK, "192.0.2.0/24"));
	assert_false(take(k, LIMIT_FIRST_NETWORK, "192.0.2.0/24"));
	clock_manual_add(&k->clock, 30000);
	struct limit_take t = {
		.rule = limit_rule(&k->conf, LIMIT_FIRST_NETWORK),
		.subject = STR("192.0.2.0/24"),
	};
	assert_int_equal(limit_take_alone(&k->app, k->a, &t), OK);
	assert_false(t.taken);
	t.waited = true;
	assert_int_equal(limit_take_alone(&k->app, k->a, &t), OK);
	assert_true(t.taken);
	assert_int_equal(t.open.ms, app_now(&k->app).ms + 60000);
}

static void test_limit__gives_back_one_try_of_its_own_window(void **state)
{
	struct kit *k = *state;
	struct limit_take wrong = take_of(k, LIMIT_PASSWORD_DEVICE, "d");
	struct limit_take right = take_of(k, LIMIT_PASSWORD_DEVICE, "d");
	give(k, &right);
	assert_int_equal(
		kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'password.device:d'"), 1);
	kit_minutes(k, 60);
	struct limit_take later = take_of(k, LIMIT_PASSWORD_DEVICE, "d");
	give(k, &wrong);
	assert_int_equal(later.n, 1);
	assert_int_equal(
		kit_number(k, "SELECT sum(n) FROM attempt_limit WHERE key = 'password.device:d'"),
		1);
	struct limit_take refused = { .rule = right.rule,
				      .subject = right.subject,
				      .win = later.win };
	give(k, &refused);
	assert_int_equal(
		kit_number(k, "SELECT sum(n) FROM attempt_limit WHERE key = 'password.device:d'"),
		1);
}

/* A right try between wrong ones must not buy the pause of a wrong one. */
static void test_limit__gives_back_only_its_own_pause(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 3; i++)
		assert_true(take(k, LIMIT_PASSWORD_ACCOUNT, "1.1"));
	kit_minutes(k, 1);
	struct limit_take right = take_of(k, LIMIT_PASSWORD_ACCOUNT, "1.1");
	assert_true(right.taken);
	kit_minutes(k, 2);
	struct limit_take wrong = take_of(k, LIMIT_PASSWORD_ACCOUNT, "1.1");
	assert_true(wrong.taken);
	give(k, &right);
	struct limit_take early = take_of(k, LIMIT_PASSWORD_ACCOUNT, "1.1");
	assert_false(early.taken);
	assert_int_equal(early.open.ms, wrong.open.ms);
}

static void test_limit__survives_a_kill(void **state)
{
	struct kit *k = *state;
	store_close(k->app.store);
	pid_t pid = fork();
	if (pid == 0) {
		/* A store of its own: no thread of the parent lives here. */
		const struct store_opts opts = { .url = k->url, .clock = k->app.clock };
		struct limit_take t = {
			.rule = limit_rule(&k->conf, LIMIT_FIRST_NUMBER),
			.subject = STR("1.1"),
			.waited = true,
		};
		if (store_open(&opts, &k->app.store) == OK &&
		    limit_take_alone(&k->app, k->a, &t) == OK && t.taken)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	k->app.store = NULL;
	kit_reopen(k);
	assert_int_equal(take_of(k, LIMIT_FIRST_NUMBER, "1.1").n, 2);
}

#define THREADS  16
#define TRIES    8
#define MOST     100 /* of the tries of all threads, so that every maximum is reached */
#define ROUND_MS (15 * MINUTE_MS)

struct race {
	struct kit *k;
	struct limit rule;
	_Atomic int taken;
	_Atomic int failed;
};

static void *race(void *arg)
{
	struct race *r = arg;
	struct arena *a = arena_new(1 << 20);
	for (int i = 0; i < TRIES; i++) {
		struct limit_take t = { .rule = r->rule, .subject = STR("it"), .waited = true };
		enum err e = limit_take_alone(&r->k->app, a, &t);
		atomic_fetch_add(&r->failed, e != OK);
		atomic_fetch_add(&r->taken, e == OK && t.taken);
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How many of all these tries, which come at one moment, may be taken when ${n} were before. */
static int64_t may_take(const struct limit *rule, int64_t n)
{
	int64_t left = least(rule->max - n, THREADS * TRIES);
	int64_t pause_in = rule->pause_from > n ? rule->pause_from - n : 1;
	return least(left, pause_in);
}

/* All at once, twice, with the longest pause between; what was taken is what was counted. */
static void race_for(struct kit *k, struct limit rule)
{
	struct race r = { .k = k, .rule = rule };
	pthread_t threads[THREADS];
	int64_t n = 0;
	for (int round = 0; round < 2; round++) {
		int64_t want = may_take(&rule, n);
		r.taken = 0;
		for (int i = 0; i < THREADS; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, race, &r), 0);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		n += r.taken;
		if (r.failed || r.taken != want ||
		    kit_number(k, "SELECT n FROM attempt_limit WHERE key = '%s:it'", rule.name) !=
			    n)
			fail_msg("%s, round %d: %d taken, not %lld; %d failed", rule.name, round,
				 r.taken, (long long)want, r.failed);
		clock_manual_add(&k->clock, ROUND_MS);
	}
}

/* Each limit that there is: whoever adds one to the list has it raced for. */
static void test_limit__each_holds_against_sixteen_threads(void **state)
{
	struct kit *k = *state;
	for (enum limit_id id = 0; id < LIMIT_N; id++) {
		struct limit rule = limit_rule(&k->conf, id);
		if (rule.max != LIMIT_ENDLESS || id == LIMIT_CODE_IN_SYSTEM) /* the caller's */
			rule.max = least(rule.max, MOST);
		assert_true(rule.pause_max_ms <= ROUND_MS);
		race_for(k, rule);
		clock_manual_add(&k->clock, -2 * ROUND_MS);
	}
}

static void test_limit__expires(void **state)
{
	struct kit *k = *state;
	int64_t n;
	assert_true(take(k, LIMIT_FIRST_NUMBER, "1.1"));
	assert_true(take(k, LIMIT_FIRST_SYSTEM, ""));
	assert_true(take(k, LIMIT_PASSWORD_DEVICE, "d"));
	assert_int_equal(limit_expire(&k->app, &n), OK);
	assert_int_equal(n, 0);
	kit_days(k, 4);
	assert_int_equal(limit_expire(&k->app, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt_limit"), 1);
}

static void test_limit__networks(void **state)
{
	(void)state;
	static const struct {
		const char *peer, *net;
	} cases[] = {
		{ "192.0.2.7", "192.0.2.0/24" },
		{ "10.20.30.255", "10.20.30.0/24" },
		{ "2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64" },
		{ "2001:db8::1", "2001:0db8:0000:0000::/64" },
		{ "2001:DB8:1:2::", "2001:0db8:0001:0002::/64" },
		{ "::1", "0000:0000:0000:0000::/64" },
		{ "::", "0000:0000:0000:0000::/64" },
		{ "fe80::1:2:3:4:5:6", "fe80:0000:0001:0002::/64" },
		{ "::2:3:4:5:6:7:8", "0000:0002:0003:0004::/64" },
		{ "", "local" },
		{ "unix", "local" },
		{ "192.0.2", "local" },
		{ "192.0.2.256", "local" },
		{ "fe80::1%eth0", "local" },
		{ "1:2:3::4:5:6:7:8:9", "local" },
	};
	struct arena *a = arena_new(1 << 16);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str net;
		assert_int_equal(limit_network(a, str_c(cases[i].peer), &net), OK);
		assert_string_equal(net.p, cases[i].net);
	}
	arena_free(a);
}

/* --- alerts --------------------------------------------------------------- */

struct gauge {
	struct limit_gauge base;
	int64_t shown;
};

static void show(const struct limit_gauge *g, int64_t alerts)
{
	((struct gauge *)(uintptr_t)g)->shown = alerts;
}

static int count_alerts(struct kit *k, const char *limit)
{
	char text[1 << 16], wanted[96];
	int n = 0;
	ssize_t bytes = pread(k->log_fd, text, sizeof(text) - 1, 0);
	assert_true(bytes >= 0);
	text[bytes] = '\0';
	snprintf(wanted, sizeof(wanted), "\"level\":\"error\",\"event\":\"alert\",\"limit\":\"%s\"",
		 limit);
	for (const char *p = text; (p = strstr(p, wanted)) != NULL; p++)
		n++;
	return n;
}

/* What the job shows; it runs each minute, in each process. */
static int64_t alerts(struct kit *k)
{
	struct gauge g = { .base = { .show = show }, .shown = -1 };
	k->app.alerts = &g.base;
	for (int i = 0; i < 3; i++)
		assert_int_equal(job_alert(&k->app), OK);
	k->app.alerts = NULL;
	return g.shown;
}

/* Strangers cannot reach what is kept for known devices: their last code is the one to look at. */
static void test_limit__alerts_when_strangers_have_had_their_codes(void **state)
{
	struct kit *k = *state;
	k->conf.limit_code_system_day = 5;
	assert_int_equal(limit_code_strangers(&k->conf), 4);
	for (int i = 0; i < 3; i++)
		assert_true(take(k, LIMIT_CODE_SYSTEM, ""));
	assert_int_equal(alerts(k), 0);
	assert_true(take(k, LIMIT_CODE_SYSTEM, ""));
	assert_int_equal(alerts(k), 1);
	assert_int_equal(count_alerts(k, "code.system"), 1);
}

static void test_limit__alerts_once_a_day_and_stays_up_till_midnight(void **state)
{
	struct kit *k = *state;
	k->conf.limit_first_system_day = 3;
	for (int day = 1; day <= 2; day++) {
		assert_int_equal(alerts(k), 0);
		take(k, LIMIT_FIRST_SYSTEM, "");
		take(k, LIMIT_FIRST_SYSTEM, "");
		assert_int_equal(alerts(k), 0);
		assert_true(take(k, LIMIT_FIRST_SYSTEM, ""));
		assert_int_equal(alerts(k), 1);
		for (int i = 0; i < 10; i++)
			assert_false(take(k, LIMIT_FIRST_SYSTEM, ""));
		assert_int_equal(count_alerts(k, "first.system"), day);
		kit_minutes(k, 8 * 60);
		assert_int_equal(alerts(k), 1);
		kit_reopen(k); /* another process, later */
		assert_int_equal(alerts(k), 1);
		assert_int_equal(count_alerts(k, "first.system"), day);
		kit_minutes(k, 16 * 60);
	}
	assert_int_equal(count_alerts(k, "password.system"), 0);
}

static void test_limit__alerts_of_a_storm_of_passwords(void **state)
{
	struct kit *k = *state;
	k->conf.limit_password_system_day = 5;
	for (int i = 0; i < 5; i++)
		take(k, LIMIT_PASSWORD_SYSTEM, "");
	assert_int_equal(alerts(k), 0); /* the next one is the first that waits */
	struct limit_take storm = take_of(k, LIMIT_PASSWORD_SYSTEM, "");
	assert_true(storm.taken);
	assert_int_equal(alerts(k), 1);
	assert_int_equal(count_alerts(k, "password.system"), 1);
	for (int i = 0; i < 3; i++)
		take(k, LIMIT_FIRST_NUMBER, "1.1"); /* of one number: nobody else's business */
	assert_int_equal(alerts(k), 1);
	k->conf.limit_first_system_day = 1;
	take(k, LIMIT_FIRST_SYSTEM, "");
	assert_int_equal(alerts(k), 2);
	give(k, &storm); /* it was right after all */
	assert_int_equal(alerts(k), 1);
}

enum { WATCHERS = 8 };

static void *run_alert(void *arg)
{
	struct kit *k = arg;
	return job_alert(&k->app) == OK ? k : NULL;
}

static void test_limit__alerts_once_by_many(void **state)
{
	struct kit *k = *state;
	pthread_t threads[WATCHERS];
	k->conf.limit_first_system_day = 1;
	take(k, LIMIT_FIRST_SYSTEM, "");
	for (int i = 0; i < WATCHERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_alert, k), 0);
	for (int i = 0; i < WATCHERS; i++) {
		void *done;
		pthread_join(threads[i], &done);
		assert_non_null(done);
	}
	assert_int_equal(count_alerts(k, "first.system"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_limit__is_never_passed),
		KIT_BOTH(test_limit__of_a_life_has_no_end),
		KIT_BOTH(test_limit__of_a_day_ends_at_the_operators_midnight),
		KIT_BOTH(test_limit__pauses_double),
		KIT_BOTH(test_limit__a_pause_asks_for_a_form_that_waited),
		KIT_BOTH(test_limit__gives_back_one_try_of_its_own_window),
		KIT_BOTH(test_limit__gives_back_only_its_own_pause),
		KIT_BOTH(test_limit__survives_a_kill),
		KIT_BOTH(test_limit__each_holds_against_sixteen_threads),
		KIT_BOTH(test_limit__expires),
		cmocka_unit_test(test_limit__networks),
		KIT_BOTH(test_limit__alerts_when_strangers_have_had_their_codes),
		KIT_BOTH(test_limit__alerts_once_a_day_and_stays_up_till_midnight),
		KIT_BOTH(test_limit__alerts_of_a_storm_of_passwords),
		KIT_BOTH(test_limit__alerts_once_by_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

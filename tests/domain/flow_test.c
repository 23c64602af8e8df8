/* One-time codes: who gets one, how often, and that a code opens once, in its own browser. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "domain/flow.h"
#include "support/sms.h"

#define PHONE   "9055550118"
#define BROWSER "browser one, thirty-two bytes..."

static struct msisdn phone_of(const char *text)
{
	struct msisdn m = { 0 };
	assert_int_equal(msisdn_parse(str_c(text), &m), OK);
	return m;
}

static struct flow_ask ask_of(struct kit *k, int n, enum flow_purpose purpose, const char *to)
{
	struct flow_ask ask = {
		.purpose = purpose,
		.browser = STR(BROWSER),
		.login = phone_of(kit_person(n).msisdn),
		.number_id = n,
		.epoch = 1,
	};
	(void)k;
	if (to)
		ask.to = phone_of(to);
	if (purpose == FLOW_CHANGE_PHONE)
		ask.new_phone = phone_of("9110000001");
	return ask;
}

static enum err send(struct kit *k, const struct flow_ask *ask)
{
	struct flow flow;
	return flow_send(&k->app, k->a, ask, &flow);
}

static enum err try_in(struct kit *k, const char *browser, enum flow_purpose purpose,
		       const char *code, struct flow *ret)
{
	return flow_try(&k->app, k->a, str_c(browser), purpose, (struct secret){ str_c(code) },
			ret);
}

static enum err try_code(struct kit *k, enum flow_purpose purpose, const char *code)
{
	struct flow flow;
	return try_in(k, BROWSER, purpose, code, &flow);
}

static const char *wrong(struct kit *k, const char *phone)
{
	return strcmp(sms_code(k, phone), "00000000") == 0 ? "00000001" : "00000000";
}

struct step {
	struct kit *k;
	int64_t id;
	enum flow_state from, to;
};

static enum err step_in(struct tx *tx, void *arg)
{
	const struct step *s = arg;
	return flow_step(&s->k->app, tx, s->id, s->from, s->to);
}

static enum err step(struct kit *k, int64_t id, enum flow_state from, enum flow_state to)
{
	return store_write(k->app.store, step_in, &(struct step){ k, id, from, to });
}

/* --- a code --------------------------------------------------------------- */

static void test_flow__a_code_opens_once(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(flow_send(&k->app, k->a, &ask, &flow), OK);
	assert_int_equal(flow.expires.ms, KIT_NOW_MS + 5 * MINUTE_MS);
	assert_int_equal(flow.again.ms, KIT_NOW_MS + MINUTE_MS);
	assert_int_equal(sms_count(k, PHONE), 1);
	const char *code = sms_code(k, PHONE);
	assert_int_equal(try_in(k, BROWSER, FLOW_RECOVER, code, &flow), OK);
	assert_int_equal(flow.number_id, 1);
	assert_int_equal(step(k, flow.id, FLOW_SENT, FLOW_PROVED), OK);
	assert_int_equal(step(k, flow.id, FLOW_SENT, FLOW_PROVED), E_CONFLICT);
	assert_int_equal(try_code(k, FLOW_RECOVER, code), E_NOTFOUND);
	assert_int_equal(flow_find(&k->app, k->a, STR(BROWSER), FLOW_RECOVER, &flow), OK);
	assert_int_equal(flow.state, FLOW_PROVED);
	assert_int_equal(step(k, flow.id, FLOW_PROVED, FLOW_USED), OK);
	assert_int_equal(flow_find(&k->app, k->a, STR(BROWSER), FLOW_RECOVER, &flow), E_NOTFOUND);
}

static void test_flow__a_code_is_read_as_people_copy_it(void **state)
{
	struct kit *k = *state;
	static const char *const not_codes[] = { "", "1234567", "123456789", "1234567x",
						 "١٢٣٤٥٦٧٨" };
	char typed[32];
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	for (size_t i = 0; i < sizeof(not_codes) / sizeof(not_codes[0]); i++)
		assert_int_equal(try_code(k, FLOW_RECOVER, not_codes[i]), E_INPUT);
	const char *code = sms_code(k, PHONE);
	snprintf(typed, sizeof(typed), " %.4s-%s ", code, code + 4);
	assert_int_equal(try_code(k, FLOW_RECOVER, typed), OK);
}

static void test_flow__has_three_tries(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	const char *code = sms_code(k, PHONE);
	for (int left = 2; left >= 0; left--) {
		assert_int_equal(try_in(k, BROWSER, FLOW_RECOVER, wrong(k, PHONE), &flow),
				 E_DENIED);
		assert_int_equal(flow.tries_left, left);
	}
	assert_int_equal(try_code(k, FLOW_RECOVER, code), E_NOTFOUND);
}

static void test_flow__ends_after_five_minutes(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	const char *code = sms_code(k, PHONE);
	clock_manual_add(&k->clock, 5 * MINUTE_MS - 1);
	assert_int_equal(try_code(k, FLOW_RECOVER, wrong(k, PHONE)), E_DENIED);
	clock_manual_add(&k->clock, 1);
	assert_int_equal(try_code(k, FLOW_RECOVER, code), E_NOTFOUND);
}

/* A7: a code is good for what it was sent for, in the browser that asked. */
static void test_flow__is_bound_to_browser_and_purpose(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	kit_issue(k, 1);
	kit_issue(k, 2);
	struct flow_ask ask = ask_of(k, 1, FLOW_CONFIRM_PHONE, PHONE);
	assert_int_equal(send(k, &ask), OK);
	const char *code = sms_code(k, PHONE);
	for (enum flow_purpose p = 0; p < FLOW_PURPOSE_N; p++) {
		if (p != FLOW_CONFIRM_PHONE)
			assert_int_equal(try_code(k, p, code), E_NOTFOUND);
	}
	assert_int_equal(try_in(k, "another browser", FLOW_CONFIRM_PHONE, code, &flow), E_NOTFOUND);
	/* Nor is it right for a flow of the same purpose in another browser. */
	struct flow_ask other = ask_of(k, 2, FLOW_CONFIRM_PHONE, "9055550119");
	other.browser = STR("another browser");
	assert_int_equal(send(k, &other), OK);
	assert_int_equal(try_in(k, "another browser", FLOW_CONFIRM_PHONE, code, &flow), E_DENIED);
	assert_int_equal(try_code(k, FLOW_CONFIRM_PHONE, code), OK);
}

static void test_flow__a_new_one_ends_the_old(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	const char *old = sms_code(k, PHONE);
	kit_minutes(k, 1);
	assert_int_equal(send(k, &ask), OK);
	assert_int_equal(sms_count(k, PHONE), 2);
	const char *new = sms_code(k, PHONE);
	if (strcmp(old, new) != 0)
		assert_int_equal(try_code(k, FLOW_RECOVER, old), E_DENIED);
	assert_int_equal(try_code(k, FLOW_RECOVER, new), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM flow WHERE state = 'dead'"), 1);
}

static void test_flow__asked_twice_in_a_minute_is_one(void **state)
{
	struct kit *k = *state;
	struct flow first;
	struct flow again;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(flow_send(&k->app, k->a, &ask, &first), OK);
	clock_manual_add(&k->clock, MINUTE_MS - 1);
	assert_int_equal(flow_send(&k->app, k->a, &ask, &again), OK);
	assert_int_equal(again.id, first.id);
	assert_int_equal(again.expires.ms, first.expires.ms);
	assert_int_equal(sms_count(k, PHONE), 1);
	assert_int_equal(try_code(k, FLOW_RECOVER, sms_code(k, PHONE)), OK);
}

/* A12: who asks for somebody's number does not end what its owner is in the middle of. */
static void test_flow__of_a_stranger_ends_none_of_the_owners(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask own = ask_of(k, 1, FLOW_RECOVER, PHONE);
	struct flow_ask stranger = own;
	stranger.browser = STR("a stranger");
	assert_int_equal(send(k, &own), OK);
	const char *code = sms_code(k, PHONE);
	kit_minutes(k, 2);
	assert_int_equal(send(k, &stranger), OK);
	assert_int_equal(sms_count(k, PHONE), 2);
	assert_int_equal(try_code(k, FLOW_RECOVER, code), OK);
}

static void test_flow__what_was_not_sent_cannot_be_guessed(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, NULL);
	/* Were its code known, it would not help: a seeded source makes the same again. */
	struct rnd_seeded rnd;
	rnd_seeded_init(&rnd, 7);
	int64_t code = (int64_t)rnd_below(&rnd.base, FLOW_CODES);
	char text[16];
	snprintf(text, sizeof(text), "%08lld", (long long)code);
	rnd_seeded_init(&rnd, 7);
	k->app.rnd = &rnd.base;
	assert_int_equal(flow_send(&k->app, k->a, &ask, &flow), OK);
	assert_int_equal(try_code(k, FLOW_RECOVER, text), E_DENIED);
	ask.to = phone_of(PHONE);
	ask.browser = STR("another");
	rnd_seeded_init(&rnd, 7);
	assert_int_equal(send(k, &ask), OK);
	assert_string_equal(sms_code(k, PHONE), text);
	assert_int_equal(try_in(k, "another", FLOW_RECOVER, text, &flow), OK);
	k->app.rnd = rnd_system();
}

/* --- limits --------------------------------------------------------------- */

static struct str browser_of(struct kit *k, int n)
{
	char text[32];
	struct str ret;
	snprintf(text, sizeof(text), "browser %d", n);
	assert_int_equal(arena_str(k->a, str_c(text), &ret), OK);
	return ret;
}

static void test_flow__strangers_get_three_a_day_and_one_a_minute(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	for (int i = 0; i < 6; i++) {
		ask.browser = browser_of(k, i);
		assert_int_equal(send(k, &ask), OK); /* never a word about it */
		clock_manual_add(&k->clock, MINUTE_MS / 2);
	}
	assert_int_equal(sms_count(k, PHONE), 3);
	kit_minutes(k, 60);
	assert_int_equal(send(k, &ask), OK);
	assert_int_equal(sms_count(k, PHONE), 3);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'code.system:'"),
			 3);
	kit_minutes(k, 12 * 60);
	assert_int_equal(send(k, &ask), OK);
	assert_int_equal(sms_count(k, PHONE), 4);
}

static void test_flow__a_part_is_kept_for_known_devices(void **state)
{
	struct kit *k = *state;
	char to[16];
	k->conf.limit_code_system_day = 10;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	for (int i = 0; i < 24; i++) {
		ask.browser = browser_of(k, i);
		snprintf(to, sizeof(to), "90555501%02d", i);
		ask.to = phone_of(to);
		ask.known_device = i >= 12;
		assert_int_equal(send(k, &ask), OK);
		assert_int_equal(sms_count(k, to), i < 8 || (i >= 12 && i < 14));
	}
	/* What was refused by one limit does not count for the other. */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt_limit WHERE key LIKE "
				       "'code.phone:%%' AND n > 0"),
			 10);
}

static void test_flow__who_is_signed_in_has_a_budget_of_their_own(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	struct flow_ask in = ask_of(k, 1, FLOW_CONFIRM_PHONE, PHONE);
	for (int i = 0; i < 4; i++) {
		ask.browser = browser_of(k, i);
		assert_int_equal(send(k, &ask), OK);
		kit_minutes(k, 1);
	}
	assert_int_equal(sms_count(k, PHONE), 3);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(send(k, &in), OK);
		kit_minutes(k, 1);
	}
	assert_int_equal(sms_count(k, PHONE), 13);
	assert_int_equal(flow_send(&k->app, k->a, &in, &flow), E_LIMIT);
	assert_int_equal(flow.again.ms, KIT_NOW_MS + 9 * HOUR_MS); /* midnight */
	assert_int_equal(sms_count(k, PHONE), 13);
	assert_int_equal(try_code(k, FLOW_CONFIRM_PHONE, "00000000"), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'code.in.system:'"),
			 10);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'code.system:'"),
			 3);
}

/* C2: one subscriber cannot have many phones rung up, many subscribers not one phone. */
static void test_flow__signed_in_is_counted_by_phone_and_by_number(void **state)
{
	struct kit *k = *state;
	char to[16];
	struct flow flow;
	kit_issue(k, 1);
	for (int i = 0; i < 14; i++) {
		snprintf(to, sizeof(to), "91100000%02d", i);
		struct flow_ask ask = ask_of(k, 1, FLOW_CONFIRM_PHONE, to);
		assert_int_equal(send(k, &ask), i < 10 ? OK : E_LIMIT);
		kit_minutes(k, 1);
	}
	for (int n = 2; n < 16; n++) {
		kit_issue(k, n);
		struct flow_ask ask = ask_of(k, n, FLOW_CONFIRM_PHONE, PHONE);
		ask.browser = browser_of(k, n);
		assert_int_equal(send(k, &ask), n < 12 ? OK : E_LIMIT);
		kit_minutes(k, 1);
	}
	/* Between two to one phone there is a minute, whoever asks. */
	struct flow_ask one = ask_of(k, 2, FLOW_REAUTH, "9119999999");
	struct flow_ask two = ask_of(k, 3, FLOW_REAUTH, "9119999999");
	two.browser = STR("another");
	assert_int_equal(send(k, &one), OK);
	clock_manual_add(&k->clock, 20000);
	assert_int_equal(flow_send(&k->app, k->a, &two, &flow), E_LIMIT);
	assert_int_equal(flow.again.ms, app_now(&k->app).ms + 40000);
}

/* --- networks ------------------------------------------------------------- */

#define NETWORK_COUNT "SELECT n FROM attempt_limit WHERE key = 'code.network:192.0.2.0/24'"

/* From one network, for nobody: a browser of its own each time. */
static enum err ask_from(struct kit *k, int browser, int64_t waited_s, struct flow *ret)
{
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, NULL);
	ask.browser = browser_of(k, browser);
	ask.number_id = ask.epoch = 0;
	ask.peer = STR("192.0.2.7");
	ask.waited_s = waited_s;
	return flow_send(&k->app, k->a, &ask, ret);
}

/* C3: one address does not use up what there is for all, and shuts out nobody behind it. */
static void test_flow__a_network_is_slowed_down(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	k->conf.limit_code_network_day = 3;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask_from(k, i, 0, &flow), OK);
		assert_int_equal(ask_from(k, i, 0, &flow), OK); /* pressed twice */
	}
	assert_int_equal(kit_number(k, NETWORK_COUNT), 3);
	assert_int_equal(ask_from(k, 9, 0, &flow), E_LIMIT);
	assert_int_equal(flow.again.ms, app_now(&k->app).ms + 30000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM flow"), 3); /* nothing was begun */
	assert_int_equal(ask_from(k, 9, 30, &flow), E_LIMIT);            /* early */
	clock_manual_add(&k->clock, 30000);
	assert_int_equal(ask_from(k, 9, 0, &flow), E_LIMIT); /* has not waited */
	assert_int_equal(ask_from(k, 9, 30, &flow), OK);
	assert_int_equal(ask_from(k, 10, 30, &flow), E_LIMIT); /* one at a time */
	assert_int_equal(flow.again.ms, app_now(&k->app).ms + 60000);
	assert_int_equal(kit_number(k, NETWORK_COUNT), 4);
}

static void test_flow__a_slow_network_is_nobody_elses(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	k->conf.limit_code_network_day = 1;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(ask_from(k, 1, 0, &flow), OK);
	ask.peer = STR("192.0.2.99");
	assert_int_equal(send(k, &ask), E_LIMIT);
	ask.known_device = true;
	assert_int_equal(send(k, &ask), OK);
	ask.known_device = false;
	ask.browser = STR("elsewhere");
	ask.peer = STR("198.51.100.1");
	kit_minutes(k, 1);
	assert_int_equal(send(k, &ask), OK);
	struct flow_ask in = ask_of(k, 1, FLOW_REAUTH, PHONE);
	in.peer = STR("192.0.2.99");
	assert_int_equal(send(k, &in), OK);
	assert_int_equal(kit_number(k, NETWORK_COUNT), 1);
}

/* A slow network's refusal leaves alone what its browser is in the middle of. */
static void test_flow__held_back_keeps_the_code_before(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	k->conf.limit_code_network_day = 1;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	ask.peer = STR("192.0.2.7");
	assert_int_equal(send(k, &ask), OK);
	const char *code = sms_code(k, PHONE);
	kit_minutes(k, 1);
	assert_int_equal(send(k, &ask), E_LIMIT);
	assert_int_equal(sms_count(k, PHONE), 1);
	assert_int_equal(try_in(k, BROWSER, FLOW_RECOVER, code, &flow), OK);
}

/* --- equal work ----------------------------------------------------------- */

struct work {
	int64_t statements, transactions, hashes;
};

static struct work work_of(struct kit *k, const struct flow_ask *ask)
{
	struct store_stats before;
	struct store_stats after;
	store_stats(k->app.store, &before);
	int64_t hashes = hasher_count(k->app.hasher);
	assert_int_equal(send(k, ask), OK);
	store_stats(k->app.store, &after);
	return (struct work){
		.statements = after.statements - before.statements,
		.transactions = after.transactions - before.transactions,
		.hashes = hasher_count(k->app.hasher) - hashes,
	};
}

static void test_flow__strangers_cost_the_same_whoever_they_ask_for(void **state)
{
	struct kit *k = *state;
	struct flow_ask asks[5];
	for (int i = 0; i < 5; i++) {
		kit_issue(k, i + 1);
		asks[i] = ask_of(k, i + 1, i == 1 ? FLOW_FIRST_SIGNIN : FLOW_RECOVER,
				 i == 2 ? NULL : "9055550118");
		asks[i].browser = browser_of(k, i);
	}
	asks[1].to = phone_of("9210000002");
	asks[4].number_id = asks[4].epoch = 0; /* unknown */
	asks[4].to = (struct msisdn){ 0 };
	struct work first = work_of(k, &asks[0]);
	for (int i = 1; i < 5; i++) { /* the fourth has its phone's minute against it */
		struct work work = work_of(k, &asks[i]);
		assert_int_equal(work.statements, first.statements);
		assert_int_equal(work.transactions, first.transactions);
		assert_int_equal(work.hashes, first.hashes);
	}
	k->conf.limit_code_system_day = 0; /* and the system's budget used up */
	asks[0].browser = STR("yet another");
	asks[0].to = phone_of("9055550120");
	struct work work = work_of(k, &asks[0]);
	assert_int_equal(work.statements, first.statements);
	assert_int_equal(work.transactions, first.transactions);
	assert_int_equal(sms_count(k, "9055550120"), 0);
}

/* Held back, too. */
static void test_flow__a_slow_network_costs_the_same_whoever_is_asked_for(void **state)
{
	struct kit *k = *state;
	struct store_stats stats[3];
	struct flow flow;
	k->conf.limit_code_network_day = 1;
	kit_issue(k, 1);
	assert_int_equal(ask_from(k, 1, 0, &flow), OK);
	store_stats(k->app.store, &stats[0]);
	assert_int_equal(ask_from(k, 2, 0, &flow), E_LIMIT);
	store_stats(k->app.store, &stats[1]);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	ask.peer = STR("192.0.2.7");
	assert_int_equal(send(k, &ask), E_LIMIT);
	store_stats(k->app.store, &stats[2]);
	assert_int_equal(stats[2].statements - stats[1].statements,
			 stats[1].statements - stats[0].statements);
}

/* --- races ---------------------------------------------------------------- */

#define WORKERS 16

struct race {
	struct kit *k;
	const char *code;
	bool one_browser;
	atomic_int next, right, wrong, none, held;
};

static void *guess(void *arg)
{
	struct race *race = arg;
	struct arena *a = arena_new(1 << 20);
	struct flow flow;
	enum err e = flow_try(&race->k->app, a, STR(BROWSER), FLOW_RECOVER,
			      (struct secret){ str_c(race->code) }, &flow);
	assert_true(e == OK || e == E_DENIED || e == E_NOTFOUND);
	atomic_fetch_add(e == OK ? &race->right : e == E_DENIED ? &race->wrong : &race->none, 1);
	arena_free(a);
	return NULL;
}

static void *ask_again(void *arg)
{
	struct race *race = arg;
	struct arena *a = arena_new(1 << 20);
	struct flow flow;
	char browser[32];
	snprintf(browser, sizeof(browser), "browser %d", atomic_fetch_add(&race->next, 1));
	struct flow_ask ask = ask_of(race->k, 1, FLOW_RECOVER, PHONE);
	ask.browser = race->one_browser ? STR(BROWSER) : str_c(browser);
	assert_int_equal(flow_send(&race->k->app, a, &ask, &flow), OK);
	arena_free(a);
	return NULL;
}

static void *ask_from_one_network(void *arg)
{
	struct race *race = arg;
	struct arena *a = arena_new(1 << 20);
	struct flow flow;
	char browser[32];
	snprintf(browser, sizeof(browser), "browser %d", atomic_fetch_add(&race->next, 1));
	struct flow_ask ask = ask_of(race->k, 1, FLOW_RECOVER, NULL);
	ask.browser = str_c(browser);
	ask.peer = STR("192.0.2.7");
	enum err e = flow_send(&race->k->app, a, &ask, &flow);
	assert_true(e == OK || e == E_LIMIT);
	atomic_fetch_add(&race->held, e == E_LIMIT);
	arena_free(a);
	return NULL;
}

static void run(struct race *race, void *(*worker)(void *))
{
	pthread_t threads[WORKERS];
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker, race), 0);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
}

static void test_flow__sixteen_at_once_do_not_outrun_their_network(void **state)
{
	struct kit *k = *state;
	struct race race = { .k = k };
	k->conf.limit_code_network_day = 5;
	kit_issue(k, 1);
	run(&race, ask_from_one_network);
	assert_int_equal(race.held, WORKERS - 5);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM flow"), 5);
	assert_int_equal(kit_number(k, NETWORK_COUNT), 5);
}

/* A6 */
static void test_flow__sixteen_at_once_have_three_tries(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	struct race race = { .k = k, .code = wrong(k, PHONE) };
	run(&race, guess);
	assert_int_equal(race.right, 0);
	assert_int_equal(race.wrong, 3);
	assert_int_equal(race.none, WORKERS - 3);
	assert_int_equal(kit_number(k, "SELECT max(tries) FROM flow"), 3);
}

static void test_flow__sixteen_at_once_get_one_code(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct race race = { .k = k };
	run(&race, ask_again);
	assert_int_equal(sms_count(k, PHONE), 1);
	/* Pressed sixteen times in one browser: the one code works. */
	kit_minutes(k, 1);
	race.one_browser = true;
	run(&race, ask_again);
	assert_int_equal(sms_count(k, PHONE), 2);
	assert_int_equal(try_code(k, FLOW_RECOVER, sms_code(k, PHONE)), OK);
}

/* --- the database --------------------------------------------------------- */

static void test_flow__steps_are_the_same_in_the_database(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	for (enum flow_state from = 0; from < FLOW_STATE_N; from++) {
		for (enum flow_state to = 0; to < FLOW_STATE_N; to++) {
			if (from == to)
				continue;
			kit_sql(k, "DELETE FROM flow");
			kit_sql(k,
				"INSERT INTO flow (id, purpose, browser, login, state, code_hash, "
				"tries, digits, created_ms, expires_ms) VALUES (1, 'recover', %s, "
				"'9210000001', '%s', %s, 0, 0, 1, 2)",
				k->kind == KIT_SQLITE ? "x'01'" : "'\\x01'",
				flow_state_name(from).p,
				from != FLOW_SENT       ? "NULL"
				: k->kind == KIT_SQLITE ? "x'02'"
							: "'\\x02'");
			bool refused =
				kit_sql_refused(k, "UPDATE flow SET state = '%s', code_hash = NULL",
						flow_state_name(to).p);
			assert_int_equal(refused, !flow_may_step(from, to));
		}
	}
}

static void test_flow__the_database_holds_the_tries(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	assert_true(kit_sql_refused(k, "UPDATE flow SET tries = 4"));
	assert_int_equal(try_code(k, FLOW_RECOVER, wrong(k, PHONE)), E_DENIED);
	assert_true(kit_sql_refused(k, "UPDATE flow SET tries = 0"));
	assert_true(kit_sql_refused(k, "UPDATE flow SET code_hash = NULL"));
	assert_true(kit_sql_refused(k, "UPDATE flow SET purpose = 'reauth'"));
	assert_true(kit_sql_refused(k, "UPDATE flow SET login = '9210000002'"));
}

static void count_fault(void *arg, const struct check_fault *f)
{
	assert_string_equal(f->invariant, "I10");
	assert_true(f->flow_id != 0);
	++*(int *)arg;
}

static void test_flow__check_names_what_was_changed_by_hand(void **state)
{
	struct kit *k = *state;
	int n = 0;
	kit_issue(k, 1);
	for (int i = 0; i < 3; i++) {
		struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, NULL);
		ask.browser = browser_of(k, i);
		assert_int_equal(send(k, &ask), OK);
	}
	assert_int_equal(flow_check(&k->app, count_fault, &n), OK);
	assert_int_equal(n, 0);
	if (k->kind == KIT_SQLITE)
		kit_sql(k, "PRAGMA ignore_check_constraints = ON; DROP TRIGGER flow_step;"
			   "UPDATE flow SET tries = 4 WHERE id = (SELECT max(id) FROM flow);"
			   "UPDATE flow SET state = 'used' WHERE id = (SELECT min(id) FROM flow)");
	else
		kit_sql(k, "ALTER TABLE flow DISABLE TRIGGER ALL;"
			   "ALTER TABLE flow DROP CONSTRAINT flow_tries_check;"
			   "ALTER TABLE flow DROP CONSTRAINT flow_check;"
			   "UPDATE flow SET tries = 4 WHERE id = (SELECT max(id) FROM flow);"
			   "UPDATE flow SET state = 'used' WHERE id = (SELECT min(id) FROM flow)");
	assert_int_equal(flow_check(&k->app, count_fault, &n), OK);
	assert_int_equal(n, 2);
}

static void test_flow__is_forgotten_after_a_day(void **state)
{
	struct kit *k = *state;
	int64_t n;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	assert_int_equal(send(k, &ask), OK);
	kit_days(k, 1);
	assert_int_equal(flow_expire(&k->app, &n), OK);
	assert_int_equal(n, 0);
	kit_minutes(k, 6);
	assert_int_equal(flow_expire(&k->app, &n), OK);
	assert_int_equal(n, 1);
}

/* J1: so is a code of a clock that was wrong; it stands in nobody's way. */
static void test_flow__of_the_future_is_over(void **state)
{
	struct kit *k = *state;
	int64_t n;
	kit_issue(k, 1);
	struct flow_ask ask = ask_of(k, 1, FLOW_RECOVER, PHONE);
	kit_minutes(k, 60);
	assert_int_equal(send(k, &ask), OK);
	const char *code = sms_code(k, PHONE);
	kit_minutes(k, -60);
	assert_int_equal(try_code(k, FLOW_RECOVER, code), E_NOTFOUND);
	ask.to = phone_of("9055550119");
	assert_int_equal(send(k, &ask), OK);
	assert_int_equal(try_code(k, FLOW_RECOVER, sms_code(k, "9055550119")), OK);
	kit_days(k, -2);
	assert_int_equal(flow_expire(&k->app, &n), OK);
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_flow__a_code_opens_once),
		KIT_BOTH(test_flow__a_code_is_read_as_people_copy_it),
		KIT_BOTH(test_flow__has_three_tries),
		KIT_BOTH(test_flow__ends_after_five_minutes),
		KIT_BOTH(test_flow__is_bound_to_browser_and_purpose),
		KIT_BOTH(test_flow__a_new_one_ends_the_old),
		KIT_BOTH(test_flow__asked_twice_in_a_minute_is_one),
		KIT_BOTH(test_flow__of_a_stranger_ends_none_of_the_owners),
		KIT_BOTH(test_flow__what_was_not_sent_cannot_be_guessed),
		KIT_BOTH(test_flow__strangers_get_three_a_day_and_one_a_minute),
		KIT_BOTH(test_flow__a_part_is_kept_for_known_devices),
		KIT_BOTH(test_flow__who_is_signed_in_has_a_budget_of_their_own),
		KIT_BOTH(test_flow__signed_in_is_counted_by_phone_and_by_number),
		KIT_BOTH(test_flow__a_network_is_slowed_down),
		KIT_BOTH(test_flow__a_slow_network_is_nobody_elses),
		KIT_BOTH(test_flow__held_back_keeps_the_code_before),
		KIT_BOTH(test_flow__strangers_cost_the_same_whoever_they_ask_for),
		KIT_BOTH(test_flow__a_slow_network_costs_the_same_whoever_is_asked_for),
		KIT_BOTH(test_flow__sixteen_at_once_do_not_outrun_their_network),
		KIT_BOTH(test_flow__sixteen_at_once_have_three_tries),
		KIT_BOTH(test_flow__sixteen_at_once_get_one_code),
		KIT_BOTH(test_flow__steps_are_the_same_in_the_database),
		KIT_BOTH(test_flow__the_database_holds_the_tries),
		KIT_BOTH(test_flow__check_names_what_was_changed_by_hand),
		KIT_BOTH(test_flow__is_forgotten_after_a_day),
		KIT_BOTH(test_flow__of_the_future_is_over),
	};
	return cmocka_run_group_tests_name("domain/flow", tests, NULL, NULL);
}

/* Guessing on a moved clock against the real sign-in: how many guesses the limits let through, and
 * what that gives the guesser, simulated and computed. The figures are printed. */
#include <pthread.h>
#include <stdio.h>

#include "domain/device.h"
#include "domain/odds.h"
#include "domain/recover.h"
#include "domain/signin_step.h"
#include "support/authenticator.h"
#include "support/sms.h"

#define SEED         UINT64_C(20261123)
#define UNREGISTERED 600
#define ADDRESSES    10000
#define DIGITS       10000
#define WORLDS       1000

struct guesser {
	struct kit *k;
	struct rnd_seeded rnd;
	struct arena *a; /* reset after each try */
	int hits;
	bool by_mail; /* how codes are asked for */
};

static struct guesser guesser(struct kit *k)
{
	struct guesser g = { .k = k, .a = arena_new(1 << 20) };
	rnd_seeded_init(&g.rnd, SEED);
	return g;
}

static int below(struct guesser *g, int n)
{
	return (int)rnd_below(&g->rnd.base, (uint64_t)n);
}

struct peer {
	char s[32];
};

/* Each in a network of its own. */
static struct peer peer_of(int address)
{
	struct peer p;
	snprintf(p.s, sizeof(p.s), "11.%d.%d.1", address / 256, address % 256);
	return p;
}

static enum err try_once(struct guesser *g, const char *msisdn, const char *password, int address,
			 int64_t waited_s, int64_t *ret_wait_s)
{
	struct signin_done done;
	struct peer peer = peer_of(address);
	const struct signin_try t = {
		.login = str_c(msisdn),
		.password = { str_c(password) },
		.peer = str_c(peer.s),
		.device = STR("x"),
		.device_cookie = STR(""),
		.waited_s = waited_s,
	};
	enum err e = signin_try(&g->k->app, g->a, &t, &done, ret_wait_s);
	arena_reset(g->a);
	g->hits += e == OK;
	assert_true(e == OK || e == E_DENIED || e == E_LIMIT);
	return e;
}

static void print_odds(const char *what, int64_t odds)
{
	struct buf b;
	buf_init(&b, 64);
	odds_print(&b, odds);
	print_message("    %s %.*s\n", what, (int)b.n, b.p);
	buf_done(&b);
}

/* --- the first sign-in ---------------------------------------------------- */

/* A day of guessing at unregistered numbers in turn, from another address each time; guesses
 * compared. */
static int64_t guess_a_day(struct guesser *g, int tries, int *ret_next)
{
	int64_t wait_s;
	char digits[5];
	int32_t day = date_days(app_today(&g->k->app));
	for (int i = 0; i < tries; i++) {
		struct kit_person p = kit_person(1 + (*ret_next)++ % UNREGISTERED);
		snprintf(digits, sizeof(digits), "%04u", (unsigned)below(g, DIGITS));
		(void)try_once(g, p.msisdn, digits, below(g, ADDRESSES), 0, &wait_s);
	}
	return kit_number(g->k,
			  "SELECT n FROM attempt_limit WHERE key = 'first.system:' AND win = %d",
			  (int)day);
}

/* In how many of WORLDS one of so many guesses would have been right. */
static int64_t takeovers(struct guesser *g, int64_t guesses)
{
	int64_t n = 0;
	for (int world = 0; world < WORLDS; world++) {
		bool hit = false;
		for (int64_t i = 0; i < guesses; i++)
			hit |= below(g, DIGITS) == 0;
		n += hit;
	}
	return n;
}

/* Within four standard deviations of what is expected. */
static void check_simulated(int64_t simulated, int64_t of, int64_t odds)
{
	int64_t expected = (int64_t)((unsigned __int128)odds * (uint64_t)of / (uint64_t)ODDS_ONE);
	int64_t off = simulated - expected;
	if (off * off > 16 * (expected + 1))
		fail_msg("simulated %lld of %lld, expected %lld", (long long)simulated,
			 (long long)of, (long long)expected);
}

static void run_first(struct kit *k, int days)
{
	struct guesser g = guesser(k);
	int next = 0;
	int64_t taken = 0;
	int64_t guesses = 0;
	for (int n = 1; n <= UNREGISTERED; n++)
		kit_issue(k, n);
	for (int day = 0; day < days; day++) {
		int64_t compared = guess_a_day(&g, 80, &next);
		assert_true(compared <= k->conf.limit_first_system_day);
		guesses += compared;
		taken += takeovers(&g, compared);
		kit_days(k, 1);
	}
	int64_t computed = odds_any(k->conf.limit_first_system_day, DIGITS);
	print_message("    seed %llu: %d days, %d numbers, %d addresses: %lld guesses compared, %d "
		      "right\n",
		      (unsigned long long)SEED, days, UNREGISTERED, ADDRESSES, (long long)guesses,
		      g.hits);
	print_odds("takeover of any number in a day, computed: ", computed);
	print_odds("                               simulated: ",
		   taken * (ODDS_ONE / (days * WORLDS)));
	print_odds("in all these days, computed:               ", odds_any(guesses, DIGITS));
	check_simulated(taken, (int64_t)days * WORLDS, computed);
	arena_free(g.a);
}

static void test_attack__first_sign_in(void **state)
{
	struct kit *k = *state;
	run_first(k, 30);
	/* Three guesses a number is all there ever is. */
	assert_int_equal(
		kit_number(k, "SELECT max(n) FROM attempt_limit WHERE key LIKE 'first.number:%%'"),
		3);
}

static void test_attack__first_sign_in_on_postgres(void **state)
{
	run_first(*state, 5);
}

/* --- passwords ------------------------------------------------------------ */

/* One account from ten thousand addresses, a try a minute for a day: ten a day are compared, and
 * never two without the pause between them. */
static void test_attack__one_password_from_everywhere(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	int64_t wait_s;
	kit_register(k, 1);
	for (int minute = 0; minute < 24 * 60; minute++) {
		(void)try_once(&g, kit_person(1).msisdn, "не тот пароль", below(&g, ADDRESSES), 0,
			       &wait_s);
		kit_minutes(k, 1);
	}
	struct limit rule = limit_rule(&k->conf, LIMIT_PASSWORD_ACCOUNT);
	int64_t computed = odds_tries(&rule, DAY_MS);
	int64_t most = kit_number(
		k, "SELECT max(n) FROM attempt_limit WHERE key = 'password.account:1.1'");
	print_message("    tries at one account compared in a day: computed %lld, simulated %lld\n",
		      (long long)computed, (long long)most);
	assert_int_equal(most, computed);
	print_odds("takeover in a year of a password that one in a million has: ",
		   odds_any(365 * computed, 1000000));
	arena_free(g.a);
}

/* One network that waits as long as it is told, for six hours. */
static void test_attack__many_passwords_from_one_network(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	int64_t until = app_now(&k->app).ms + 6 * HOUR_MS;
	int64_t compared = 0;
	int64_t waited_s = 0;
	while (app_now(&k->app).ms < until) {
		char msisdn[16];
		int64_t wait_s = 0;
		snprintf(msisdn, sizeof(msisdn), "92%08d", below(&g, 100000000));
		enum err e = try_once(&g, msisdn, "не тот пароль", 1, waited_s, &wait_s);
		compared += e == E_DENIED;
		waited_s = e == E_LIMIT ? wait_s : 0;
		clock_manual_add(&k->clock, waited_s * 1000);
	}
	struct limit rule = limit_rule(&k->conf, LIMIT_PASSWORD_NETWORK);
	int64_t computed = 6 * odds_tries(&rule, HOUR_MS);
	print_message("    tries of one network in six hours: computed %lld, simulated %lld\n",
		      (long long)computed, (long long)compared);
	assert_true(compared <= computed);
	assert_true(compared >= computed - computed / 10);
	arena_free(g.a);
}

/* --- codes ---------------------------------------------------------------- */

#define SUBSCRIBERS 400
#define TINY_SPACE  1000
#define SMALL_SPACE 100000 /* where simulated worlds see something happen at all */

/* So many registered numbers, each with a contact phone of its own. */
static void people(struct kit *k, int n)
{
	for (int i = 1; i <= n; i++) {
		kit_issue(k, i);
		kit_sql(k,
			"INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, "
			"name_fold, contact_phone, phone_confirmed_ms, email, passport_mask, city, "
			"registered_ms) VALUES (%d, %d, 1, 'Ким', 'Ян', '', 'ким ян', '90500%05d', "
			"1, '', '', '', 1)",
			i, i, i);
	}
}

/* And each a confirmed address. */
static void addresses(struct kit *k)
{
	k->conf.mail_gateway = STR("log");
	k->conf.http_origin = STR("https://lk.test");
	kit_sql(k, "UPDATE subscriber SET email = CAST(id AS TEXT) || '@example.ru', "
		   "email_confirmed_ms = 1");
}

static struct msisdn number(int n)
{
	struct msisdn m;
	assert_int_equal(msisdn_parse(str_c(kit_person(n).msisdn), &m), OK);
	return m;
}

/* From anywhere. */
static void ask_code(struct guesser *g, int n, const char *browser, struct str device)
{
	struct flow flow;
	struct peer peer = peer_of(below(g, ADDRESSES));
	const struct recover_ask ask = { .login = number(n),
					 .browser = str_c(browser),
					 .device_cookie = device,
					 .peer = str_c(peer.s),
					 .by_mail = g->by_mail };
	assert_int_equal(recover_ask(&g->k->app, g->a, &ask, &flow), OK);
	arena_reset(g->a);
}

/* All three tries of a browser, at random. */
static void guess_code(struct guesser *g, const char *browser)
{
	char code[16];
	struct flow flow;
	for (int i = 0; i < FLOW_TRIES; i++) {
		snprintf(code, sizeof(code), "%08u", (unsigned)below(g, (int)FLOW_CODES));
		enum err e = recover_try(&g->k->app, g->a, str_c(browser),
					 (struct secret){ str_c(code) }, &flow);
		assert_true(e == OK || e == E_DENIED);
		g->hits += e == OK;
		arena_reset(g->a);
	}
}

static int64_t messages(struct kit *k)
{
	return kit_number(k, "SELECT count(*) FROM outbox");
}

/* In how many of WORLDS one of so many guesses in ${space} would have been right. */
static int64_t worlds_won(struct guesser *g, int64_t guesses, int space)
{
	int64_t n = 0;
	for (int world = 0; world < WORLDS; world++) {
		bool hit = false;
		for (int64_t i = 0; i < guesses; i++)
			hit |= below(g, space) == 0;
		n += hit;
	}
	return n;
}

/* A5: a code for everybody in turn, by SMS and by letter, each from another browser, and three
 * guesses at each. */
static void run_spraying(struct kit *k, int days)
{
	struct guesser g = guesser(k);
	char browser[32];
	int64_t most = 0;
	int64_t won = 0;
	people(k, SUBSCRIBERS);
	addresses(k);
	for (int day = 0; day < days; day++) {
		int64_t before = messages(k);
		for (int i = 0; i < 300; i++) {
			snprintf(browser, sizeof(browser), "sprayer %d %d", day, i);
			g.by_mail = i % 2;
			ask_code(&g, 1 + (day * 300 + i) % SUBSCRIBERS, browser, STR(""));
			guess_code(&g, browser);
		}
		int64_t sent = messages(k) - before;
		assert_true(sent <= k->conf.limit_code_system_day);
		most = sent > most ? sent : most;
		won += worlds_won(&g, sent * FLOW_TRIES, SMALL_SPACE);
		kit_days(k, 1);
	}
	int64_t computed = limit_code_strangers(&k->conf) * FLOW_TRIES;
	print_message("    guesses at a code that was sent, a day: computed %lld, simulated %lld; "
		      "%d right\n",
		      (long long)computed, (long long)most * FLOW_TRIES, g.hits);
	assert_int_equal(most * FLOW_TRIES, computed);
	print_odds("takeover of any account in a day, computed:     ",
		   odds_any(computed, FLOW_CODES));
	print_odds("were there 100,000 codes only, computed:        ",
		   odds_any(computed, SMALL_SPACE));
	print_odds("                               simulated:       ",
		   won * (ODDS_ONE / (days * WORLDS)));
	check_simulated(won, (int64_t)days * WORLDS, odds_any(computed, SMALL_SPACE));
	arena_free(g.a);
}

static void test_attack__recovery_spraying(void **state)
{
	run_spraying(*state, 3);
}

static void test_attack__recovery_spraying_on_postgres(void **state)
{
	run_spraying(*state, 1);
}

/* A5 at one account: an ask a minute for a day, by SMS and by letter in turn. A letter has tries
 * of its own, and no more of them than an SMS. */
static void test_attack__one_account_by_both_ways(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	char browser[32];
	people(k, 1);
	addresses(k);
	kit_minutes(k, 9 * 60); /* from midnight on */
	for (int i = 0; i < 24 * 60; i++) {
		snprintf(browser, sizeof(browser), "guesser %d", i);
		g.by_mail = i % 2;
		ask_code(&g, 1, browser, STR(""));
		guess_code(&g, browser);
		kit_minutes(k, 1);
	}
	int64_t computed = 2 * k->conf.limit_code_phone_day * FLOW_TRIES;
	int64_t simulated = messages(k) * FLOW_TRIES;
	int64_t won = worlds_won(&g, simulated, TINY_SPACE);
	print_message("    guesses at codes of one account, a day: computed %lld, simulated %lld; "
		      "%d right\n",
		      (long long)computed, (long long)simulated, g.hits);
	assert_int_equal(simulated, computed);
	assert_int_equal(letter_count(k, "1@example.ru"), k->conf.limit_code_phone_day);
	print_odds("takeover of one account in a day, computed:     ",
		   odds_any(computed, FLOW_CODES));
	print_odds("were there 1,000 codes only, computed:          ",
		   odds_any(computed, TINY_SPACE));
	print_odds("                               simulated:       ", won * (ODDS_ONE / WORLDS));
	check_simulated(won, WORLDS, odds_any(computed, TINY_SPACE));
	arena_free(g.a);
}

/* C2: everything at one phone, two tries a minute for a day, by strangers and by twelve
 * subscribers who all name it as their own. */
static void test_attack__bombing_a_third_person(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	char browser[32];
	struct flow flow;
	people(k, 12);
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9050099999'");
	kit_minutes(k, 9 * 60); /* from midnight on */
	for (int minute = 0; minute < 24 * 60; minute++) {
		snprintf(browser, sizeof(browser), "bomber %d", minute);
		ask_code(&g, 1 + minute % 12, browser, STR(""));
		const struct flow_ask in = {
			.purpose = FLOW_CONFIRM_PHONE,
			.browser = str_c(browser),
			.login = number(1 + minute % 12),
			.number_id = 1 + minute % 12,
			.epoch = 1,
			.to = { "9050099999" },
		};
		enum err e = flow_send(&k->app, g.a, &in, &flow);
		assert_true(e == OK || e == E_LIMIT);
		arena_reset(g.a);
		clock_manual_add(&k->clock, MINUTE_MS);
	}
	int64_t computed = k->conf.limit_code_phone_day + k->conf.limit_code_in_phone_day;
	print_message("    messages to one phone in a day: computed %lld, simulated %lld\n",
		      (long long)computed, (long long)sms_count(k, "9050099999"));
	assert_int_equal(sms_count(k, "9050099999"), computed);
	assert_int_equal(messages(k), computed);
	/* Nobody else pays for it. */
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9050011111' WHERE id = 1");
	ask_code(&g, 1, "its owner", STR(""));
	assert_int_equal(sms_count(k, "9050011111"), 1);
	arena_free(g.a);
}

/* C3: strangers use up what there is for strangers; owners with a known device still recover, and
 * who is signed in does not notice. */
static void test_attack__draining_the_budget(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	char browser[32];
	struct str device;
	struct flow flow;
	people(k, SUBSCRIBERS);
	for (int i = 0; i < 500; i++) {
		snprintf(browser, sizeof(browser), "drain %d", i);
		ask_code(&g, 1 + i % SUBSCRIBERS, browser, STR(""));
	}
	int64_t computed = limit_code_strangers(&k->conf);
	print_message("    codes that strangers drew in a day: computed %lld, simulated %lld\n",
		      (long long)computed, (long long)messages(k));
	assert_int_equal(messages(k), computed);
	assert_int_equal(device_make(&k->app, k->a, SUBSCRIBERS, 1, &device), OK);
	ask_code(&g, SUBSCRIBERS, "an owner, a stranger's browser", STR(""));
	assert_int_equal(messages(k), computed);
	ask_code(&g, SUBSCRIBERS, "an owner, a known one", device);
	assert_int_equal(messages(k), computed + 1);
	const struct flow_ask in = {
		.purpose = FLOW_CONFIRM_PHONE,
		.browser = STR("signed in"),
		.login = number(1),
		.number_id = 1,
		.epoch = 1,
		.to = { "9050000001" },
	};
	assert_int_equal(flow_send(&k->app, g.a, &in, &flow), OK);
	assert_int_equal(messages(k), computed + 2);
	arena_free(g.a);
}

/* Codes that one network draws until ${until}, asking for everybody in turn and waiting out
 * whatever it is told to. */
static int64_t drain_alone(struct guesser *g, tstamp until)
{
	char browser[32];
	struct flow flow;
	int64_t waited_s = 0;
	int64_t before = messages(g->k);
	for (int i = 0; app_now(&g->k->app).ms < until.ms; i++) {
		snprintf(browser, sizeof(browser), "alone %d", i);
		const struct recover_ask ask = { .login = number(1 + i % SUBSCRIBERS),
						 .browser = str_c(browser),
						 .device_cookie = STR(""),
						 .peer = STR("192.0.2.1"),
						 .waited_s = waited_s };
		enum err e = recover_ask(&g->k->app, g->a, &ask, &flow);
		assert_true(e == OK || e == E_LIMIT);
		waited_s = 0;
		if (e == E_LIMIT) {
			waited_s = (flow.again.ms - app_now(&g->k->app).ms) / 1000;
			clock_manual_add(&g->k->clock, waited_s * 1000);
		}
		arena_reset(g->a);
	}
	return messages(g->k) - before;
}

/* C3 from one address: without the limit all that strangers have in a day would be gone at once. */
static void test_attack__draining_the_budget_from_one_network(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	struct limit rule = limit_rule(&k->conf, LIMIT_CODE_NETWORK);
	people(k, SUBSCRIBERS);
	kit_minutes(k, 9 * 60); /* from midnight on */
	tstamp begin = app_now(&k->app);
	int64_t computed = odds_tries(&rule, HOUR_MS);
	int64_t hour = drain_alone(&g, (tstamp){ begin.ms + HOUR_MS });
	print_message("    codes that one network drew in its first hour: computed %lld, simulated "
		      "%lld of %lld\n",
		      (long long)computed, (long long)hour,
		      (long long)limit_code_strangers(&k->conf));
	assert_int_equal(hour, computed);
	hour += drain_alone(&g, (tstamp){ begin.ms + 12 * HOUR_MS });
	computed = odds_tries(&rule, 12 * HOUR_MS);
	print_message("    in half a day:                                 computed %lld, simulated "
		      "%lld\n",
		      (long long)computed, (long long)hour);
	assert_int_equal(hour, computed);
	assert_true(hour < limit_code_strangers(&k->conf));
	/* Others ask as before, and nobody who is behind the same address is shut out. */
	ask_code(&g, SUBSCRIBERS, "from elsewhere", STR(""));
	assert_int_equal(messages(k), hour + 1);
	arena_free(g.a);
}

/* --- the second factor ---------------------------------------------------- */

/* Who knows the password guesses the code from ever new devices, a try a minute for a day. */
static int64_t guess_totp_a_day(struct guesser *g)
{
	struct signin_done step;
	struct signin_done done;
	for (int minute = 0; minute < 24 * 60; minute++) {
		char code[8];
		struct problems problems = { 0 };
		kit_minutes(g->k, 1);
		if (minute % 4 == 0)
			assert_int_equal(
				kit_signin(g->k, kit_person(1).msisdn, KIT_PASSWORD, &step), OK);
		snprintf(code, sizeof(code), "%06u", (unsigned)below(g, TOTP_CODES));
		const struct signin_code t = {
			.browser = { .p = (const char *)step.token, .n = SESSION_TOKEN_BYTES },
			.code = { str_c(code) },
			.device = STR("x"),
			.device_cookie = STR(""),
		};
		enum err e = signin_step_try(&g->k->app, g->a, &t, &problems, &done);
		assert_true(e == OK || e == E_INPUT);
		g->hits += e == OK;
		arena_reset(g->a);
		arena_reset(g->k->a);
	}
	return kit_number(g->k, "SELECT max(n) FROM attempt_limit WHERE key LIKE "
				"'totp.account:%%'");
}

/* In how many of WORLDS one of so many guesses a day was right within a year, against the codes
 * that are right at one time of each day. */
static int64_t totp_won(struct guesser *g, int64_t guesses_a_day)
{
	int64_t won = 0;
	for (int world = 0; world < WORLDS; world++) {
		unsigned char bytes[TOTP_KEY_BYTES];
		bool hit = false;
		g->rnd.base.fill(&g->rnd.base, bytes, sizeof(bytes));
		struct secret key = { { .p = (const char *)bytes, .n = sizeof(bytes) } };
		for (int64_t day = 0; day < 365; day++) {
			struct totp_code right[TOTP_CODES_RIGHT];
			char code[TOTP_DIGITS + 1];
			for (int i = 0; i < TOTP_CODES_RIGHT; i++)
				assert_int_equal(totp_code_of(key, day * 2880 + i, &right[i]), OK);
			for (int64_t n = 0; n < guesses_a_day; n++) {
				snprintf(code, sizeof(code), "%06u",
					 (unsigned)below(g, TOTP_CODES));
				for (int i = 0; i < TOTP_CODES_RIGHT; i++)
					hit |= strcmp(code, right[i].d) == 0;
			}
		}
		won += hit;
	}
	return won;
}

static void test_attack__guessing_the_second_factor(void **state)
{
	struct kit *k = *state;
	struct guesser g = guesser(k);
	struct totp_spares spares;
	struct limit rule = limit_rule(&k->conf, LIMIT_TOTP_ACCOUNT);
	struct session s = kit_register(k, 1);
	authenticator_on(k, &s, &spares);
	kit_minutes(k, 9 * 60); /* from midnight on */
	int64_t computed = odds_tries(&rule, DAY_MS);
	int64_t compared = guess_totp_a_day(&g);
	int64_t odds = odds_any(365 * computed, TOTP_CODES / TOTP_CODES_RIGHT);
	int64_t won = totp_won(&g, compared);
	print_message("    tries at a second factor compared in a day: computed %lld, simulated "
		      "%lld; %d right\n",
		      (long long)computed, (long long)compared, g.hits);
	assert_int_equal(compared, computed);
	print_odds("takeover in a year, the password known, computed:  ", odds);
	print_odds("                                        simulated: ",
		   won * (ODDS_ONE / WORLDS));
	check_simulated(won, WORLDS, odds);
	arena_free(g.a);
}

/* --- sixteen at once ------------------------------------------------------ */

#define WORKERS 16

struct race {
	struct kit *k;
	int first; /* of the numbers that this one asks for */
	bool signed_in;
};

static void *ask_many(void *arg)
{
	struct race *race = arg;
	struct arena *a = arena_new(1 << 20);
	struct flow flow;
	char browser[32];
	for (int i = 0; i < 4; i++) {
		int n = race->first + i;
		struct peer peer = peer_of(n);
		snprintf(browser, sizeof(browser), "racer %d %d", n, race->signed_in);
		const struct flow_ask in = {
			.purpose = race->signed_in ? FLOW_REAUTH : FLOW_RECOVER,
			.browser = str_c(browser),
			.login = number(n),
			.number_id = n,
			.epoch = 1,
			.to = { "9050000000" },
			.peer = str_c(peer.s),
		};
		struct flow_ask ask = in;
		ask.to.d[8] = (char)('0' + n % 20 / 10); /* twenty phones */
		ask.to.d[9] = (char)('0' + n % 10);
		enum err e = flow_send(&race->k->app, a, &ask, &flow);
		assert_true(e == OK || e == E_LIMIT);
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

static void race_for_codes(struct kit *k, bool signed_in)
{
	pthread_t threads[WORKERS];
	struct race races[WORKERS];
	for (int i = 0; i < WORKERS; i++) {
		races[i] = (struct race){ k, 1 + 4 * i, signed_in };
		assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &races[i]), 0);
	}
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
}

/* The system's limit and each phone's minute hold whoever comes first; nothing counted twice or
 * lost. */
static void test_attack__sixteen_at_once_pass_no_limit(void **state)
{
	struct kit *k = *state;
	k->conf.limit_code_system_day = 10; /* eight for strangers */
	people(k, 4 * WORKERS);
	race_for_codes(k, false);
	assert_int_equal(messages(k), 8);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'code.system:'"),
			 8);
	assert_int_equal(kit_number(k, "SELECT max(n) FROM attempt_limit WHERE key LIKE "
				       "'code.phone:%%'"),
			 1);
	race_for_codes(k, true);
	assert_int_equal(messages(k), 8 + 20); /* a phone a minute */
	assert_int_equal(
		kit_number(k, "SELECT max(c) FROM (SELECT count(*) AS c FROM outbox WHERE message "
			      "= 'reauth_code' GROUP BY dest) AS per_phone"),
		1);
}

/* --- the arithmetic ------------------------------------------------------- */

static void test_attack__arithmetic(void **state)
{
	(void)state;
	static const struct {
		int64_t guesses, space;
		const char *text;
	} cases[] = {
		{ 60, 10000, "0.0060" },        { 60, 1000, "0.058" },
		{ 3, 10000, "0.00030" },        { 3000, 10000, "0.26" },
		{ 0, 10000, "0.00" },           { 1, 2, "0.50" },
		{ 10, 1000000, "0.000010" },    { 1000000, 10000, "1.00" },
		{ 1, 20000000, "0.000000050" },
	};
	struct buf b;
	buf_init(&b, 64);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b.n = 0;
		odds_print(&b, odds_any(cases[i].guesses, cases[i].space));
		if (!str_eq(buf_str(&b), str_c(cases[i].text)))
			fail_msg("%s, want %s", b.p, cases[i].text);
	}
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "test_attack__first_sign_in", test_attack__first_sign_in, kit_setup_sqlite,
		  kit_teardown, NULL },
		{ "test_attack__first_sign_in_on_postgres", test_attack__first_sign_in_on_postgres,
		  kit_setup_postgres, kit_teardown, NULL },
		{ "test_attack__one_password_from_everywhere",
		  test_attack__one_password_from_everywhere, kit_setup_sqlite, kit_teardown, NULL },
		{ "test_attack__many_passwords_from_one_network",
		  test_attack__many_passwords_from_one_network, kit_setup_sqlite, kit_teardown,
		  NULL },
		{ "test_attack__recovery_spraying", test_attack__recovery_spraying,
		  kit_setup_sqlite, kit_teardown, NULL },
		{ "test_attack__recovery_spraying_on_postgres",
		  test_attack__recovery_spraying_on_postgres, kit_setup_postgres, kit_teardown,
		  NULL },
		{ "test_attack__one_account_by_both_ways", test_attack__one_account_by_both_ways,
		  kit_setup_sqlite, kit_teardown, NULL },
		{ "test_attack__bombing_a_third_person", test_attack__bombing_a_third_person,
		  kit_setup_sqlite, kit_teardown, NULL },
		KIT_BOTH(test_attack__draining_the_budget),
		KIT_BOTH(test_attack__draining_the_budget_from_one_network),
		{ "test_attack__guessing_the_second_factor",
		  test_attack__guessing_the_second_factor, kit_setup_sqlite, kit_teardown, NULL },
		KIT_BOTH(test_attack__sixteen_at_once_pass_no_limit),
		cmocka_unit_test(test_attack__arithmetic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

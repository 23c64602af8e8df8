/* Guessing on a moved clock against the real sign-in: how many guesses the limits let through, and
 * what that gives the guesser, simulated and computed. The figures are printed. */
#include <stdio.h>

#include "domain/odds.h"
#include "domain/signin.h"
#include "support/kit.h"

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

static enum err try_once(struct guesser *g, const char *msisdn, const char *password, int address,
			 int64_t waited_s, int64_t *ret_wait_s)
{
	char peer[32];
	struct signin_done done;
	snprintf(peer, sizeof(peer), "11.%d.%d.1", address / 256, address % 256);
	const struct signin_try t = {
		.login = str_c(msisdn),
		.password = { str_c(password) },
		.peer = str_c(peer),
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
		cmocka_unit_test(test_attack__arithmetic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

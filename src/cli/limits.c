/* `kabinet limits [--explain]`: the limits on attempts as configured, and what they are worth
 * against the attacks of docs/threat-model.md, section 4. */
#include "cli/cli.h"
#include "domain/flow.h"
#include "domain/odds.h"
#include "domain/totp.h"

#define OUT_BYTES_MAX 65536

/* What is attacked, as in the threat model. */
#define DIGITS 10000 /* four digits */
#define DIGITS_KNOWN                                                                               \
	1000 /* who knows the first 15: three digits and the check digit that follows from them */
#define NEIGHBOURS 20 /* guesses for the holder of a neighbouring card of a sequential batch */
#define PASSWORDS                                                                                  \
	1000000 /* a weak password that is not on the list: one of so many, each as likely */
#define CODES_OF_A_MOMENT                                                                          \
	(TOTP_CODES / TOTP_CODES_RIGHT) /* one of so many codes of a second factor is right */
#define SPARES     (TOTP_SPARES / TOTP_SPARE_N) /* the same of codes on paper */
#define REGISTERED 5400
#define NETWORKS   10000

static void print_settings(struct buf *b, const struct config *conf)
{
	static const struct {
		const char *section, *key, *help;
		size_t offset;
	} settings[] = {
#define CONF_STR(section, key, dflt, help)
#define CONF_TEXT(section, key, dflt, max, help)
#define CONF_BOOL(section, key, dflt, help)
#define CONF_ENUM(section, key, dflt, choices, help)
#define CONF_ADDR(section, key, dflt, help)
#define CONF_ASCII(section, key, dflt, max, help)
#define CONF_INT(section, key, dflt, min, max, help)                                               \
	{ #section, #key, help, offsetof(struct config, section##_##key) },
#include "core/config.def"
#undef CONF_STR
#undef CONF_TEXT
#undef CONF_BOOL
#undef CONF_ENUM
#undef CONF_ADDR
#undef CONF_ASCII
#undef CONF_INT
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int64_t value;
		if (strcmp(settings[i].section, "limit") != 0)
			continue;
		memcpy(&value, (const char *)conf + settings[i].offset, sizeof(value));
		buf_put(b, str_c(settings[i].key));
		buf_put(b, STR(" = "));
		buf_i64(b, value);
		buf_put(b, STR("  ; "));
		buf_put(b, str_c(settings[i].help));
		buf_c(b, '\n');
	}
}

/* 1 - (1 - 1/space)^guesses */
static void print_odds(struct buf *b, const char *what, int64_t guesses, int64_t space)
{
	buf_put(b, STR("  "));
	odds_print(b, odds_any(guesses, space));
	buf_put(b, STR("  "));
	buf_put(b, str_c(what));
	buf_put(b, STR(" ("));
	buf_i64(b, guesses);
	buf_put(b, STR(" guesses of "));
	buf_i64(b, space);
	buf_put(b, STR(")\n"));
}

static void explain_first(struct buf *b, const struct config *conf)
{
	int64_t day = conf->limit_first_system_day;
	int64_t number = conf->limit_first_number_life;
	if (!str_eq(conf->signin_activation, STR("iccid4"))) {
		buf_put(b, STR("First sign-in by ICCID digits alone: closed (activation = "));
		buf_put(b, conf->signin_activation);
		buf_put(b, STR(").\n"));
		return;
	}
	buf_put(b, STR("First sign-in by ICCID digits, however many addresses guess:\n"));
	print_odds(b, "any number in a day", day, DIGITS);
	print_odds(b, "any number in 24 hours over a midnight", 2 * day, DIGITS);
	print_odds(b, "any number in a day, the first 15 digits known", day, DIGITS_KNOWN);
	print_odds(b, "one number, ever", number, DIGITS);
	print_odds(b, "one number, ever, the first 15 digits known", number, DIGITS_KNOWN);
	buf_put(b, STR("  "));
	odds_print(b, (number < NEIGHBOURS ? number : NEIGHBOURS) * ODDS_ONE / NEIGHBOURS);
	buf_put(b, STR("  one number, ever, by the holder of a neighbouring card of a sequential "
		       "batch\n"
		       "          (about 20 endings to try: leave such a batch to the office)\n"));
}

static void print_count(struct buf *b, int64_t n, const char *what)
{
	buf_put(b, STR("  "));
	buf_i64(b, n);
	buf_put(b, STR("  "));
	buf_put(b, str_c(what));
	buf_c(b, '\n');
}

/* First the code of some flow, then the digits, which have three tries once it was right. */
static void explain_first_code(struct buf *b, const struct config *conf)
{
	int64_t code = odds_any(conf->limit_code_system_day * FLOW_TRIES, FLOW_CODES);
	int64_t digits = odds_any(FLOW_TRIES, DIGITS);
	if (str_eq(conf->signin_activation, STR("office")))
		return;
	buf_put(b, STR("  "));
	odds_print(b, (int64_t)((unsigned __int128)code * (uint64_t)digits / ODDS_ONE));
	buf_put(b, STR("  first sign-in: any number in a day, by a code to the SIM card and then "
		       "its digits\n"));
}

/* Of a network that waits out whatever it is told to. */
static void explain_code_network(struct buf *b, const struct config *conf)
{
	struct limit network = limit_rule(conf, LIMIT_CODE_NETWORK);
	int64_t strangers = limit_code_strangers(conf);
	int64_t hour = odds_tries(&network, HOUR_MS);
	int64_t day = odds_tries(&network, DAY_MS);
	print_count(b, hour < strangers ? hour : strangers,
		    "of these at most by one network in its first hour");
	print_count(b, day < strangers ? day : strangers, "of these at most by one network");
	print_count(b, (strangers + hour - 1) / hour,
		    "networks at least, to use up within an hour what there is for strangers");
}

static void explain_code(struct buf *b, const struct config *conf)
{
	int64_t system = conf->limit_code_system_day * FLOW_TRIES;
	int64_t phone = conf->limit_code_phone_day * FLOW_TRIES;
	int64_t both = 2 * phone; /* by SMS and by letter, each with a counter of its own */
	int64_t strangers = limit_code_strangers(conf);
	buf_put(b, STR("Guessing a code that was sent to another's phone, three tries each:\n"));
	print_odds(b, "recovery: any account in a day, however many addresses", system, FLOW_CODES);
	print_odds(b, "recovery: any account in a year", 365 * system, FLOW_CODES);
	print_odds(b, "recovery: one account in a day, by SMS", phone, FLOW_CODES);
	print_odds(b, "recovery: one account in a day, by SMS and by letter", both, FLOW_CODES);
	print_odds(b, "signed in: one account in a day (re-authentication, change of phone)",
		   conf->limit_code_in_phone_day * FLOW_TRIES, FLOW_CODES);
	explain_first_code(b, conf);
	buf_put(b, STR("Codes in a day; in 24 hours over a midnight twice as many:\n"));
	print_count(b, conf->limit_code_phone_day, "to one phone, whoever asks without signing in");
	print_count(b, conf->limit_code_phone_day,
		    "besides to one confirmed address; they are among the codes to all phones");
	print_count(b, conf->limit_code_in_phone_day,
		    "besides to one phone, and for one number, by who is signed in");
	print_count(b, strangers, "to all phones, asked for by strangers");
	explain_code_network(b, conf);
	print_count(b, conf->limit_code_system_day - strangers,
		    "besides kept for known devices, which strangers cannot use up");
	print_count(b, conf->limit_code_in_each_day,
		    "for each registered subscriber: the budget of who is signed in, which\n"
		    "     recovery neither uses nor waits for");
}

/* A day of tries that wait out every pause, whose windows are hours. */
static int64_t network_day(struct limit rule, int64_t pause_from)
{
	rule.pause_from = pause_from;
	return 24 * odds_tries(&rule, HOUR_MS);
}

static void explain_password(struct buf *b, const struct config *conf)
{
	struct limit account = limit_rule(conf, LIMIT_PASSWORD_ACCOUNT);
	struct limit network = limit_rule(conf, LIMIT_PASSWORD_NETWORK);
	int64_t account_day = odds_tries(&account, DAY_MS);
	int64_t slowed = network_day(network, 1);
	int64_t all = conf->limit_password_system_day + NETWORKS * slowed;
	if (all > REGISTERED * account_day)
		all = REGISTERED * account_day;
	buf_put(b, STR("Guessing a password that one in a million would have:\n"));
	print_odds(b, "one account in a day, unknown device", account_day, PASSWORDS);
	print_odds(b, "one account in a year, unknown device", 365 * account_day, PASSWORDS);
	print_odds(b, "one account in a day, a known device in foreign hands",
		   24 * conf->limit_password_device_hour, PASSWORDS);
	print_odds(b, "any account in a day from one network",
		   network_day(network, network.pause_from), PASSWORDS);
	print_odds(b, "any of 5,400 accounts in a day from 10,000 networks", all, PASSWORDS);
}

/* Of who knows the password, or has got the code by SMS: what the second factor still keeps. */
static void explain_totp(struct buf *b, const struct config *conf)
{
	struct limit account = limit_rule(conf, LIMIT_TOTP_ACCOUNT);
	struct limit in = limit_rule(conf, LIMIT_TOTP_IN);
	int64_t day = odds_tries(&account, DAY_MS);
	buf_put(b,
		STR("Guessing a code of the second factor (six digits, three right at a time), the "
		    "password known:\n"));
	print_odds(b, "one account in a day, unknown device", day, CODES_OF_A_MOMENT);
	print_odds(b, "one account in a year, unknown device", 365 * day, CODES_OF_A_MOMENT);
	print_odds(b, "one account in a day, a known device in foreign hands",
		   24 * conf->limit_totp_device_hour, CODES_OF_A_MOMENT);
	print_odds(b, "one account in a day, an open session in foreign hands",
		   odds_tries(&in, DAY_MS), CODES_OF_A_MOMENT);
	print_odds(b, "one account in a year by codes on paper, ten of 50 bits", 365 * day, SPARES);
}

enum err cli_limits(const struct cli *c)
{
	bool explain = c->argc == 1 && strcmp(c->argv[0], "--explain") == 0;
	if (c->argc != 0 && !explain)
		return cli_usage(c, "limits");
	struct buf b;
	buf_init(&b, OUT_BYTES_MAX);
	print_settings(&b, c->app->conf);
	if (explain) {
		buf_c(&b, '\n');
		explain_first(&b, c->app->conf);
		explain_password(&b, c->app->conf);
		explain_totp(&b, c->app->conf);
		explain_code(&b, c->app->conf);
	}
	enum err e = b.err;
	cli_out(c, buf_str(&b));
	buf_done(&b);
	return e;
}

/* Recovering a password, and signing in for the first time by a code. */
#include <stdio.h>

#include "domain/email_change.h"
#include "domain/number.h"
#include "domain/recover.h"
#include "support/sms.h"

#define PHONE   "9055550118" /* of kit_registration() */
#define BROWSER "the browser"
#define WANT    "другой трамвай 5"

static enum err ask_in(struct kit *k, const char *browser, const char *msisdn)
{
	struct flow flow;
	struct recover_ask ask = { .browser = str_c(browser), .device_cookie = STR("") };
	assert_int_equal(msisdn_parse(str_c(msisdn), &ask.login), OK);
	return recover_ask(&k->app, k->a, &ask, &flow);
}

static enum err ask(struct kit *k, const char *msisdn)
{
	return ask_in(k, BROWSER, msisdn);
}

static enum err type_code_in(struct kit *k, const char *browser, const char *code)
{
	struct flow flow;
	return recover_try(&k->app, k->a, str_c(browser), (struct secret){ str_c(code) }, &flow);
}

static enum err type_code(struct kit *k, const char *code)
{
	return type_code_in(k, BROWSER, code);
}

static enum err finish_in(struct kit *k, const char *browser, const char *last4, const char *want,
			  struct say *ret_fault, struct signin_done *ret)
{
	struct problems problems = { 0 };
	struct recover_new new = {
		.browser = str_c(browser),
		.last4 = { str_c(last4) },
		.want = { str_c(want) },
		.device = STR("Android, Chrome"),
	};
	enum err e = recover_finish(&k->app, k->a, &new, &problems, ret);
	*ret_fault = problems.n ? problems.v[0].say : (struct say){ 0 };
	assert_int_equal(e == E_INPUT, problems.n > 0);
	return e;
}

static enum err finish(struct kit *k, const char *last4, const char *want, struct say *ret_fault,
		       struct signin_done *ret)
{
	return finish_in(k, BROWSER, last4, want, ret_fault, ret);
}

static void prove_in(struct kit *k, const char *browser, int n, const char *phone)
{
	kit_minutes(k, 1);
	assert_int_equal(ask_in(k, browser, kit_person(n).msisdn), OK);
	assert_int_equal(type_code_in(k, browser, sms_code(k, phone)), OK);
}

static void prove(struct kit *k, int n, const char *phone)
{
	prove_in(k, BROWSER, n, phone);
}

static void confirm(struct kit *k, int n)
{
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1 WHERE number_id = %d", n);
}

/* --- a new password ------------------------------------------------------- */

static void test_recover__sets_a_password_and_ends_the_sessions(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	enum message_id text;
	kit_register(k, 1);
	confirm(k, 1);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "", WANT, &fault, &done), OK);
	assert_int_equal(done.kind, SESSION_FULL);
	assert_true(done.device_cookie.n > 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	struct session s = kit_session(k, &done);
	assert_int_equal(s.number_id, 1);
	struct message_args args = sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_PASSWORD_CHANGED);
	assert_string_equal(args.number.d, kit_person(1).msisdn);
	assert_int_equal(args.at.ms, app_now(&k->app).ms);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), E_DENIED);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, WANT, &done), OK);
	/* Once. */
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
}

static void test_recover__needs_the_code_first(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	confirm(k, 1);
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
	assert_int_equal(type_code(k, sms_code(k, PHONE)), OK);
	kit_minutes(k, 15);
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
}

static void test_recover__of_a_phone_never_confirmed_asks_for_the_digits(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_NEEDED);
	assert_int_equal(finish(k, "12x4", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_FORM);
	assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_WRONG);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	/* The right one was given back, the wrong one was not. */
	assert_int_equal(
		kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'recover.digits:1.1'"), 1);
}

/* What is typed must be right, whoever types it. */
static void test_recover__of_a_confirmed_phone_refuses_wrong_digits_too(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	confirm(k, 1);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_WRONG);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
}

static void test_recover__has_three_tries_at_the_digits_for_life(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	prove(k, 1, PHONE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
		assert_int_equal(fault.id, SAY_LAST4_WRONG);
	}
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_OVER);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_NOTFOUND);
	kit_days(k, 1);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_OVER);
}

static void test_recover__gets_its_tries_back_from_the_office(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	struct number_reopen what = { .by = audit_console(), .reason = STR("паспорт показан") };
	kit_register(k, 1);
	prove(k, 1, PHONE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
	assert_int_equal(msisdn_parse(str_c(kit_person(1).msisdn), &what.msisdn), OK);
	assert_int_equal(number_reopen(&k->app, k->a, &what), OK);
	assert_int_equal(number_reopen(&k->app, k->a, &what), E_CONFLICT);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
}

static void test_recover__the_new_password_has_its_rules(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *want;
		enum say_id say;
	} cases[] = {
		{ "", SAY_REQUIRED },
		{ "коротко", SAY_PASSWORD_SHORT },
		{ "password1", SAY_PASSWORD_COMMON },
		{ "соколова1", SAY_PASSWORD_OWN },
		{ "9210000001", SAY_PASSWORD_OWN },
	};
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	confirm(k, 1);
	prove(k, 1, PHONE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(finish(k, "", cases[i].want, &fault, &done), E_INPUT);
		assert_int_equal(fault.id, cases[i].say);
	}
	assert_int_equal(finish(k, "", WANT, &fault, &done), OK);
}

/* Who came by import is registered without a password. */
static void test_recover__gives_the_imported_their_first_password(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_issue(k, 1);
	kit_sql(k, "UPDATE sim SET state = 'registered' WHERE id = 1;"
		   "INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, "
		   "name_fold, contact_phone, email, passport_mask, city, imported_ms, "
		   "registered_ms) VALUES (501, 1, 1, 'Ким', 'Ян', '', 'ким ян', '" PHONE
		   "', '', '', '', 1, 1)");
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_NEEDED);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	assert_int_equal(kit_session(k, &done).subscriber_id, 501);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, WANT, &done), OK);
}

/* A8: what the old phone proved is worth nothing once there is a new one. */
static void test_recover__proves_nothing_after_the_phone_was_changed(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	confirm(k, 1);
	prove(k, 1, PHONE);
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9110000001'");
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
}

/* A10: nor once the number has another owner. */
static void test_recover__ends_with_the_epoch(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	confirm(k, 1);
	prove(k, 1, PHONE);
	kit_sql(k, "UPDATE number SET epoch = 2 WHERE id = 1");
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_NOTFOUND);
	kit_minutes(k, 2);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(sms_count(k, PHONE), 1);
}

/* Somebody had the phone in the hand for a minute: once its owner has a new password, what they
 * have proved is worth nothing. */
static void test_recover__ends_the_recoveries_of_other_browsers(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	kit_register(k, 2);
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9055550119' WHERE number_id = 2");
	confirm(k, 1);
	confirm(k, 2);
	prove_in(k, "a thief", 1, PHONE);
	prove_in(k, "a neighbour", 2, "9055550119");
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, "", WANT, &fault, &done), OK);
	assert_int_equal(finish_in(k, "a thief", "", "трамвай мой", &fault, &done), E_NOTFOUND);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, WANT, &done), OK);
	assert_int_equal(finish_in(k, "a neighbour", "", WANT, &fault, &done), OK);
}

static void test_recover__ends_with_a_change_of_the_password(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	struct problems problems = { 0 };
	struct session s = kit_register(k, 1);
	struct password_change change = { .now = { STR(KIT_PASSWORD) },
					  .want = { STR(WANT) },
					  .device = STR("x") };
	confirm(k, 1);
	prove_in(k, "a thief", 1, PHONE);
	assert_int_equal(subscriber_change_password(&k->app, k->a, &s, &change, &problems, &done),
			 OK);
	assert_int_equal(finish_in(k, "a thief", "", "трамвай мой", &fault, &done), E_NOTFOUND);
}

static void test_recover__goes_on_after_a_busy_moment(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	prove(k, 1, PHONE);
	k->conf.argon2_in_flight = 0;
	k->conf.argon2_queue_max = 0;
	kit_argon2(k);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_BUSY);
	k->conf.argon2_in_flight = 2;
	kit_argon2(k);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	assert_int_equal(
		kit_number(k, "SELECT n FROM attempt_limit WHERE key = 'recover.digits:1.1'"), 0);
}

/* Digits and code were right: that the store failed afterwards uses up none of the three for life.
 */
static void test_recover__tries_that_were_right_do_not_count_when_the_store_fails(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct say fault;
	kit_register(k, 1);
	prove(k, 1, PHONE);
	kit_sql(k, "ALTER TABLE outbox RENAME TO outbox_away");
	for (int i = 0; i < 3; i++)
		assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_STORE);
	kit_sql(k, "ALTER TABLE outbox_away RENAME TO outbox");
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_INPUT);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key = "
				       "'recover.digits:1.1'"),
			 0);
	prove(k, 1, PHONE);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
}

/* Who has been right was no stranger: their network has the code back, and once. */
static void test_recover__a_right_code_does_not_count_for_the_network(void **state)
{
	static const char count[] = "SELECT n FROM attempt_limit WHERE key = 'code.network:local'";
	struct kit *k = *state;
	kit_register(k, 1);
	assert_int_equal(ask_in(k, "another", "9219999999"), OK);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(kit_number(k, count), 2);
	assert_int_equal(type_code(k, "00000000"), E_DENIED);
	assert_int_equal(kit_number(k, count), 2);
	assert_int_equal(type_code(k, sms_code(k, PHONE)), OK);
	assert_int_equal(type_code(k, sms_code(k, PHONE)), E_NOTFOUND);
	assert_int_equal(kit_number(k, count), 1);
}

/* --- whom a code goes to -------------------------------------------------- */

static void test_recover__sends_nothing_where_there_is_nobody(void **state)
{
	struct kit *k = *state;
	assert_int_equal(ask(k, "9219999999"), OK);
	kit_register(k, 1);
	kit_sql(k, "UPDATE subscriber SET contact_phone = NULL");
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	kit_issue(k, 2);
	kit_days(k, 31); /* the days of the first sign-in are over */
	assert_int_equal(ask(k, kit_person(2).msisdn), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(type_code(k, "12345678"), E_DENIED);
}

static void test_recover__before_registration_goes_to_the_card_itself(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct signin_done done;
	struct say fault;
	enum message_id text;
	for (int i = 0; i < 3; i++) /* the tries for life */
		assert_int_equal(kit_signin(k, p.msisdn, "0000", &done), E_DENIED);
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), E_DENIED);
	prove(k, 1, p.msisdn);
	(void)sms_last(k, p.msisdn, &text);
	assert_int_equal(text, MESSAGE_FIRST_CODE);
	assert_int_equal(finish(k, "", "", &fault, &done), E_INPUT);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(finish(k, "0000", "", &fault, &done), E_INPUT);
		assert_int_equal(fault.id, SAY_LAST4_WRONG);
	}
	assert_int_equal(finish(k, p.last4, "", &fault, &done), OK);
	assert_int_equal(done.kind, SESSION_FIRST);
	assert_int_equal(kit_session(k, &done).number_id, 1);
}

static void test_recover__gives_three_new_tries_with_each_code(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct signin_done done;
	struct say fault;
	for (int code = 0; code < 2; code++) {
		prove(k, 1, p.msisdn);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(finish(k, "0000", "", &fault, &done), E_INPUT);
			assert_int_equal(fault.id, i < 2 ? SAY_LAST4_WRONG : SAY_LAST4_OVER);
		}
		assert_int_equal(finish(k, p.last4, "", &fault, &done), E_NOTFOUND);
	}
}

static void test_recover__is_the_way_in_under_each_policy(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct signin_done done;
	struct say fault;
	k->conf.signin_activation = STR("office");
	assert_int_equal(ask(k, p.msisdn), OK);
	assert_int_equal(sms_count(k, p.msisdn), 0);
	k->conf.signin_activation = STR("iccid4+sms");
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), E_DENIED);
	prove(k, 1, p.msisdn);
	assert_int_equal(finish(k, p.last4, "", &fault, &done), OK);
}

/* The system's budget of guessed digits closes the short way, not this one. */
static void test_recover__is_open_when_the_systems_budget_is_used_up(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct signin_done done;
	struct say fault;
	k->conf.limit_first_system_day = 1;
	kit_issue(k, 2);
	assert_int_equal(kit_signin(k, kit_person(2).msisdn, "0000", &done), E_DENIED);
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), E_DENIED);
	prove(k, 1, p.msisdn);
	assert_int_equal(finish(k, p.last4, "", &fault, &done), OK);
}

/* --- equal work ----------------------------------------------------------- */

static int64_t statements_of(struct kit *k, const char *browser, const char *msisdn)
{
	int64_t before = kit_statements(k);
	int64_t hashes = hasher_count(k->app.hasher);
	assert_int_equal(ask_in(k, browser, msisdn), OK);
	assert_int_equal(hasher_count(k->app.hasher), hashes);
	return kit_statements(k) - before;
}

static void test_recover__costs_the_same_whoever_is_asked_for(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	kit_register(k, 2);
	kit_issue(k, 3);
	kit_register(k, 4);
	kit_sql(k, "UPDATE subscriber SET contact_phone = NULL WHERE number_id = 2");
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9055550119' WHERE number_id = 4");
	int64_t want = statements_of(k, "one", kit_person(1).msisdn);
	assert_int_equal(statements_of(k, "two", kit_person(2).msisdn), want);
	assert_int_equal(statements_of(k, "three", kit_person(3).msisdn), want);
	assert_int_equal(statements_of(k, "four", kit_person(4).msisdn), want);
	assert_int_equal(statements_of(k, "five", "9219999999"), want);
	assert_int_equal(statements_of(k, "six", kit_person(1).msisdn), want); /* too soon */
}

/* Wrong codes too. */
static void test_recover__wrong_codes_cost_the_same(void **state)
{
	struct kit *k = *state;
	int64_t spent[2][3];
	kit_register(k, 1);
	for (int known = 0; known < 2; known++) {
		kit_minutes(k, 1);
		assert_int_equal(ask(k, known ? kit_person(1).msisdn : "9219999999"), OK);
		for (int i = 0; i < 3; i++) {
			int64_t before = kit_statements(k);
			assert_int_equal(type_code(k, "00000000"), E_DENIED);
			spent[known][i] = kit_statements(k) - before;
		}
	}
	assert_memory_equal(spent[0], spent[1], sizeof(spent[0]));
}

/* --- by letter ------------------------------------------------------------ */

#define ADDRESS "anna@example.ru" /* of kit_registration() */

static enum err ask_by_mail(struct kit *k, const char *browser, const char *msisdn)
{
	struct flow flow;
	struct recover_ask ask = {
		.browser = str_c(browser),
		.device_cookie = STR(""),
		.by_mail = true,
	};
	assert_int_equal(msisdn_parse(str_c(msisdn), &ask.login), OK);
	return recover_ask(&k->app, k->a, &ask, &flow);
}

static struct session begin_mail(struct kit *k, bool phone_confirmed)
{
	struct session s = kit_register(k, 1);
	k->conf.mail_gateway = STR("log");
	k->conf.http_origin = STR("https://lk.test");
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = 1, phone_confirmed_ms = %s",
		phone_confirmed ? "1" : "NULL");
	return s;
}

static void hold_another(struct kit *k, const struct session *s, const char *address)
{
	tstamp open;
	enum message_id text;
	struct email_link link;
	struct problems problems = { 0 };
	const struct email_change change = { str_c(address), { STR(KIT_PASSWORD) } };
	assert_int_equal(email_change_ask(&k->app, k->a, s, LANG_RU, &change, &problems, &open),
			 OK);
	struct message_args args = letter_last(k, address, &text);
	assert_int_equal(email_link_confirm(&k->app, k->a, str_c(message_link(k, &args)), &link),
			 OK);
	assert_true(link.held);
}

static void prove_by_mail(struct kit *k)
{
	kit_minutes(k, 1);
	assert_int_equal(ask_by_mail(k, BROWSER, kit_person(1).msisdn), OK);
	assert_int_equal(type_code(k, letter_code(k, ADDRESS)), OK);
}

static void test_recover__by_a_letter(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct signin_done done;
	enum message_id text;
	(void)begin_mail(k, true);
	prove_by_mail(k);
	assert_int_equal(sms_count(k, PHONE), 0);
	/* A letter proves less than an SMS: the digits are asked for even so. */
	assert_int_equal(finish(k, "", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_NEEDED_MAIL);
	assert_int_equal(finish(k, "0000", WANT, &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_LAST4_WRONG);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	(void)sms_last(k, PHONE, &text); /* the other contact hears of it */
	assert_int_equal(text, MESSAGE_PASSWORD_CHANGED);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, WANT, &done), OK);
}

static void test_recover__by_a_letter_tells_the_address_where_no_phone_is_confirmed(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct signin_done done;
	enum message_id text;
	(void)begin_mail(k, false);
	prove_by_mail(k);
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	(void)letter_last(k, ADDRESS, &text);
	assert_int_equal(text, MESSAGE_PASSWORD_CHANGED);
	assert_int_equal(sms_count(k, PHONE), 0);
}

static void test_recover__only_the_newest_code_counts_by_whichever_way(void **state)
{
	struct kit *k = *state;
	(void)begin_mail(k, true);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	const char *sms = sms_code(k, PHONE);
	assert_int_equal(ask_by_mail(k, BROWSER, kit_person(1).msisdn), OK); /* at once */
	assert_int_equal(type_code(k, sms), E_DENIED);
	assert_int_equal(ask_by_mail(k, BROWSER, kit_person(1).msisdn), OK); /* pressed twice */
	assert_int_equal(letter_count(k, ADDRESS), 1);
	const char *letter = letter_code(k, ADDRESS);
	kit_minutes(k, 1);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(type_code(k, letter), E_DENIED);
	assert_int_equal(type_code(k, sms_code(k, PHONE)), OK);
}

static void test_recover__sends_letters_to_confirmed_addresses_only(void **state)
{
	struct kit *k = *state;
	(void)begin_mail(k, true);
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = NULL");
	assert_int_equal(ask_by_mail(k, "one", kit_person(1).msisdn), OK);
	assert_int_equal(ask_by_mail(k, "two", "9219999999"), OK);
	kit_issue(k, 2);
	assert_int_equal(ask_by_mail(k, "three", kit_person(2).msisdn), OK);
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = 1");
	k->conf.mail_gateway = STR("none");
	assert_int_equal(ask_by_mail(k, "four", kit_person(1).msisdn), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	k->conf.mail_gateway = STR("log");
	assert_int_equal(ask_by_mail(k, "five", kit_person(1).msisdn), OK);
	assert_int_equal(letter_count(k, ADDRESS), 1);
}

/* A8: not to an address within its day of hold, and not after the one that it went to was changed.
 */
static void test_recover__by_a_letter_follows_what_is_in_force(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct signin_done done;
	struct session s = begin_mail(k, true);
	hold_another(k, &s, "thief@example.ru");
	prove_by_mail(k);
	assert_int_equal(letter_count(k, "thief@example.ru"), 1); /* the link */
	kit_sql(k, "UPDATE subscriber SET email = 'else@example.ru'");
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), E_NOTFOUND);
	kit_sql(k, "UPDATE subscriber SET email = '" ADDRESS "'");
	assert_int_equal(finish(k, kit_person(1).last4, WANT, &fault, &done), OK);
	/* And who recovers takes everything back. */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM email_change WHERE "
				       "state = 'cancelled'"),
			 1);
}

static void test_recover__an_address_gets_three_codes_a_day(void **state)
{
	struct kit *k = *state;
	(void)begin_mail(k, true);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(ask_by_mail(k, BROWSER, kit_person(1).msisdn), OK);
		kit_minutes(k, 1);
	}
	assert_int_equal(letter_count(k, ADDRESS), 3);
	/* The phone has its own. */
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(sms_count(k, PHONE), 1);
}

static void test_recover__letters_use_the_budget_of_all_codes(void **state)
{
	struct kit *k = *state;
	(void)begin_mail(k, true);
	k->conf.limit_code_system_day = 1;
	k->conf.limit_code_reserve_percent = 0;
	assert_int_equal(ask_by_mail(k, BROWSER, kit_person(1).msisdn), OK);
	assert_int_equal(ask(k, kit_person(1).msisdn), OK);
	assert_int_equal(letter_count(k, ADDRESS), 1);
	assert_int_equal(sms_count(k, PHONE), 0);
}

static void test_recover__by_a_letter_costs_the_same_whoever_is_asked_for(void **state)
{
	struct kit *k = *state;
	int64_t spent[5];
	(void)begin_mail(k, true);
	kit_register(k, 2);
	kit_issue(k, 3);
	static const char *const logins[] = { "9210000001", "9210000002", "9210000003",
					      "9219999999", "9210000001" /* too soon */ };
	static const char *const browsers[] = { "one", "two", "three", "four", "five" };
	for (size_t i = 0; i < 5; i++) {
		int64_t before = kit_statements(k);
		assert_int_equal(ask_by_mail(k, browsers[i], logins[i]), OK);
		spent[i] = kit_statements(k) - before;
		assert_int_equal(spent[i], spent[0]);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_recover__sets_a_password_and_ends_the_sessions),
		KIT_BOTH(test_recover__needs_the_code_first),
		KIT_BOTH(test_recover__of_a_phone_never_confirmed_asks_for_the_digits),
		KIT_BOTH(test_recover__of_a_confirmed_phone_refuses_wrong_digits_too),
		KIT_BOTH(test_recover__has_three_tries_at_the_digits_for_life),
		KIT_BOTH(test_recover__gets_its_tries_back_from_the_office),
		KIT_BOTH(test_recover__the_new_password_has_its_rules),
		KIT_BOTH(test_recover__gives_the_imported_their_first_password),
		KIT_BOTH(test_recover__proves_nothing_after_the_phone_was_changed),
		KIT_BOTH(test_recover__ends_with_the_epoch),
		KIT_BOTH(test_recover__ends_the_recoveries_of_other_browsers),
		KIT_BOTH(test_recover__ends_with_a_change_of_the_password),
		KIT_BOTH(test_recover__goes_on_after_a_busy_moment),
		KIT_BOTH(test_recover__tries_that_were_right_do_not_count_when_the_store_fails),
		KIT_BOTH(test_recover__a_right_code_does_not_count_for_the_network),
		KIT_BOTH(test_recover__sends_nothing_where_there_is_nobody),
		KIT_BOTH(test_recover__before_registration_goes_to_the_card_itself),
		KIT_BOTH(test_recover__gives_three_new_tries_with_each_code),
		KIT_BOTH(test_recover__is_the_way_in_under_each_policy),
		KIT_BOTH(test_recover__is_open_when_the_systems_budget_is_used_up),
		KIT_BOTH(test_recover__costs_the_same_whoever_is_asked_for),
		KIT_BOTH(test_recover__wrong_codes_cost_the_same),
		KIT_BOTH(test_recover__by_a_letter),
		KIT_BOTH(test_recover__by_a_letter_tells_the_address_where_no_phone_is_confirmed),
		KIT_BOTH(test_recover__only_the_newest_code_counts_by_whichever_way),
		KIT_BOTH(test_recover__sends_letters_to_confirmed_addresses_only),
		KIT_BOTH(test_recover__by_a_letter_follows_what_is_in_force),
		KIT_BOTH(test_recover__an_address_gets_three_codes_a_day),
		KIT_BOTH(test_recover__letters_use_the_budget_of_all_codes),
		KIT_BOTH(test_recover__by_a_letter_costs_the_same_whoever_is_asked_for),
	};
	return cmocka_run_group_tests_name("domain/recover", tests, NULL, NULL);
}

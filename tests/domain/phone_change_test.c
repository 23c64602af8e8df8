/* Changing the contact phone: what it takes, the day of hold, and the ways to stop it. */
#include <sodium.h>

#include "domain/email_change.h"
#include "domain/phone_change.h"
#include "domain/recover.h"
#include "support/sms.h"

#define OLD     "9055550118" /* of kit_registration() */
#define NEW     "9110000001"
#define BROWSER "the browser"
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static struct phone_ask ask_of(const struct session *s)
{
	return (struct phone_ask){ .session = s, .browser = STR(BROWSER) };
}

static struct session subscriber(struct kit *k, int n, bool confirmed)
{
	struct session s = kit_register(k, n);
	if (confirmed)
		kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1 WHERE number_id = %d", n);
	k->conf.http_origin = STR("https://lk.test");
	return s;
}

static enum err ask(struct kit *k, const struct session *s, const char *to, const char *password,
		    struct say *ret_fault)
{
	struct flow flow;
	struct problems problems = { 0 };
	struct phone_ask who = ask_of(s);
	struct phone_change change = { .now = { str_c(password) } };
	assert_int_equal(msisdn_parse(str_c(to), &change.to), OK);
	enum err e = phone_change_ask(&k->app, k->a, &who, &change, &problems, &flow);
	*ret_fault = problems.n ? problems.v[0].say : (struct say){ 0 };
	return e;
}

static enum err type_code(struct kit *k, const struct session *s, const char *code)
{
	struct flow flow;
	struct phone_ask who = ask_of(s);
	return phone_change_try(&k->app, k->a, &who, (struct secret){ str_c(code) }, &flow);
}

/* Asked and proved. */
static void begin(struct kit *k, const struct session *s, bool confirmed)
{
	struct say fault;
	assert_int_equal(ask(k, s, NEW, KIT_PASSWORD, &fault), OK);
	assert_int_equal(type_code(k, s, sms_code(k, confirmed ? OLD : NEW)), OK);
}

static struct phone phone_now(struct kit *k, const struct session *s)
{
	struct phone phone;
	assert_int_equal(phone_find(&k->app, k->a, s, &phone), OK);
	return phone;
}

static void settle(struct kit *k)
{
	int64_t n;
	assert_int_equal(phone_change_settle(&k->app, &n), OK);
}

static const char *link_end(struct kit *k)
{
	enum message_id text;
	struct message_args args = sms_last(k, OLD, &text);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_OLD);
	assert_true(args.has_token);
	size_t n = sodium_base64_ENCODED_LEN(sizeof(args.token), VARIANT);
	char *end = arena_alloc(k->a, n);
	assert_non_null(end);
	return sodium_bin2base64(end, n, args.token, sizeof(args.token), VARIANT);
}

/* --- a confirmed phone ---------------------------------------------------- */

static void test_phone_change__is_held_for_a_day(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	struct phone phone = phone_now(k, &s);
	assert_string_equal(phone.contact.d, OLD);
	assert_true(phone.confirmed && phone.held && !phone.at_once);
	assert_string_equal(phone.next.d, NEW);
	assert_int_equal(phone.due.ms, KIT_NOW_MS + DAY_MS);
	struct message_args args = sms_last(k, NEW, &text);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_NEW);
	assert_int_equal(args.at.ms, phone.due.ms);
	(void)link_end(k);
	clock_manual_add(&k->clock, DAY_MS - 1);
	settle(k);
	assert_string_equal(phone_now(k, &s).contact.d, OLD);
	clock_manual_add(&k->clock, 1);
	settle(k);
	phone = phone_now(k, &s);
	assert_string_equal(phone.contact.d, NEW);
	assert_false(phone.confirmed || phone.held); /* it has proved nothing yet */
	settle(k);
}

static void test_phone_change__takes_the_password(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, 1, true);
	assert_int_equal(ask(k, &s, NEW, "", &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_REQUIRED);
	assert_int_equal(ask(k, &s, NEW, "не тот пароль", &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_PASSWORD_WRONG);
	assert_int_equal(ask(k, &s, OLD, KIT_PASSWORD, &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_PHONE_KNOWN);
	assert_int_equal(ask(k, &s, kit_person(1).msisdn, KIT_PASSWORD, &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_PHONE_SAME); /* the number does not work yet */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	for (int i = 0; i < 2; i++)
		(void)ask(k, &s, NEW, "не тот пароль", &fault);
	assert_int_equal(ask(k, &s, NEW, KIT_PASSWORD, &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_PASSWORD_TRIES);
}

static void test_phone_change__takes_the_code_of_the_old_phone(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, 1, true);
	assert_int_equal(ask(k, &s, NEW, KIT_PASSWORD, &fault), OK);
	assert_int_equal(sms_count(k, NEW), 0);
	assert_int_equal(sms_count(k, OLD), 1);
	assert_int_equal(type_code(k, &s, "00000000"), E_DENIED);
	assert_false(phone_now(k, &s).held);
	const char *code = sms_code(k, OLD);
	/* By now it is no longer the contact phone. */
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9110000002'");
	assert_int_equal(type_code(k, &s, code), E_NOTFOUND);
	assert_false(phone_now(k, &s).held);
}

static void test_phone_change__there_is_one_at_a_time(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	assert_int_equal(ask(k, &s, "9110000002", KIT_PASSWORD, &fault), E_CONFLICT);
	kit_minutes(k, 1);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), OK);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), OK); /* pressed twice */
	assert_int_equal(ask(k, &s, "9110000002", KIT_PASSWORD, &fault), OK);
}

static void test_phone_change__without_an_origin_tells_without_a_link(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, 1, true);
	k->conf.http_origin = STR("");
	begin(k, &s, true);
	assert_false(sms_last(k, OLD, &text).has_token);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_TOLD);
}

/* What the office, or an import, has changed meanwhile is not undone. */
static void test_phone_change__comes_into_force_for_the_phone_it_was_asked_at(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9110000002'");
	int64_t told = kit_number(k, "SELECT count(*) FROM event");
	kit_days(k, 1);
	settle(k);
	struct phone phone = phone_now(k, &s);
	assert_string_equal(phone.contact.d, "9110000002");
	assert_true(phone.confirmed);
	assert_false(phone.held);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), told);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM phone_change WHERE state = 'cancelled'"), 1);
}

static void test_phone_change__does_not_come_into_force_for_who_has_gone(void **state)
{
	static const char *const gone[] = { "UPDATE subscriber SET closed_ms = 1",
					    "UPDATE number SET epoch = 2" };
	struct kit *k = *state;
	for (int i = 0; i < 2; i++) {
		struct session s = subscriber(k, 1 + i, true);
		begin(k, &s, true);
		kit_sql(k, "%s WHERE %s = %d", gone[i], i == 0 ? "number_id" : "id", 1 + i);
		kit_days(k, 1);
		settle(k);
		assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber WHERE "
					       "contact_phone = '" NEW "'"),
				 0);
		assert_int_equal(
			kit_number(k,
				   "SELECT count(*) FROM phone_change WHERE state = 'cancelled'"),
			1 + i);
	}
}

/* --- stopping it ---------------------------------------------------------- */

static void test_phone_change__is_cancelled_in_the_profile(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), OK);
	assert_false(phone_now(k, &s).held);
	(void)sms_last(k, OLD, &text);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_CANCELLED);
	(void)sms_last(k, NEW, &text);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_CANCELLED);
	kit_days(k, 2);
	settle(k);
	assert_string_equal(phone_now(k, &s).contact.d, OLD);
}

static void test_phone_change__is_refused_by_the_link(void **state)
{
	struct kit *k = *state;
	struct phone_change_held held;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	struct str token = str_c(link_end(k));
	assert_int_equal(phone_change_find(&k->app, k->a, token, &held), OK);
	assert_string_equal(held.next.d, NEW);
	assert_int_equal(phone_change_find(&k->app, k->a, STR("AAAAAAAAAAAAAAAAAAAAAA"), &held),
			 E_NOTFOUND);
	assert_int_equal(phone_change_refuse(&k->app, k->a, STR("")), E_NOTFOUND);
	assert_int_equal(phone_change_refuse(&k->app, k->a, token), OK);
	assert_int_equal(phone_change_refuse(&k->app, k->a, token), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
	assert_false(phone_now(k, &s).held);
}

static void change_email(struct kit *k, const struct session *s)
{
	tstamp open;
	enum message_id text;
	struct email_link link;
	struct problems problems = { 0 };
	const struct email_change change = { STR("new@example.ru"), { STR(KIT_PASSWORD) } };
	k->conf.mail_gateway = STR("log");
	assert_int_equal(email_change_ask(&k->app, k->a, s, LANG_RU, &change, &problems, &open),
			 OK);
	struct message_args args = letter_last(k, "new@example.ru", &text);
	struct str token = str_c(message_link(k, &args));
	assert_int_equal(email_link_confirm(&k->app, k->a, token, &link), OK);
	assert_true(link.held);
}

/* Whoever is in with the password had the whole day for both. */
static void test_phone_change__the_link_stops_a_change_of_email_too(void **state)
{
	struct kit *k = *state;
	struct email email;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	struct str token = str_c(link_end(k));
	change_email(k, &s);
	assert_int_equal(phone_change_refuse(&k->app, k->a, token), OK);
	assert_int_equal(email_find(&k->app, k->a, &s, &email), OK);
	assert_false(email.held || email.confirmed);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
}

static void test_phone_change__the_link_ends_with_the_day(void **state)
{
	struct kit *k = *state;
	struct phone_change_held held;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	struct str token = str_c(link_end(k));
	kit_days(k, 1);
	assert_int_equal(phone_change_find(&k->app, k->a, token, &held), E_NOTFOUND);
	assert_int_equal(phone_change_refuse(&k->app, k->a, token), E_NOTFOUND);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), E_CONFLICT);
	settle(k);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), E_CONFLICT);
}

/* A10: the link of who had the number before throws nobody out. */
static void test_phone_change__the_link_ends_with_the_epoch(void **state)
{
	struct kit *k = *state;
	struct phone_change_held held;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	struct str token = str_c(link_end(k));
	kit_sql(k, "UPDATE number SET epoch = 2 WHERE id = 1");
	assert_int_equal(phone_change_find(&k->app, k->a, token, &held), E_NOTFOUND);
	assert_int_equal(phone_change_refuse(&k->app, k->a, token), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session WHERE number_id = 1"), 1);
}

static void test_phone_change__what_has_ended_stays_so(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), OK);
	assert_true(kit_sql_refused(k, "UPDATE phone_change SET state = 'held'"));
	assert_true(kit_sql_refused(k, "UPDATE phone_change SET state = 'done'"));
}

/* --- A8: change the phone, then recover ------------------------------------- */

static int64_t recovery_goes_to(struct kit *k, const char *phone)
{
	struct flow flow;
	struct recover_ask who = { .browser = STR("a thief"), .device_cookie = STR("") };
	int64_t before = sms_count(k, phone);
	kit_minutes(k, 2);
	assert_int_equal(msisdn_parse(str_c(kit_person(1).msisdn), &who.login), OK);
	assert_int_equal(recover_ask(&k->app, k->a, &who, &flow), OK);
	return sms_count(k, phone) - before;
}

static void test_phone_change__does_not_recover_within_the_day(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	assert_int_equal(recovery_goes_to(k, NEW), 0);
	assert_int_equal(recovery_goes_to(k, OLD), 1);
	kit_days(k, 1);
	settle(k);
	assert_int_equal(recovery_goes_to(k, OLD), 0);
	assert_int_equal(recovery_goes_to(k, NEW), 1);
}

static void recover(struct kit *k, const char *phone, const char *last4)
{
	struct flow flow;
	struct problems problems = { 0 };
	struct signin_done done;
	struct recover_new new = { .browser = STR("a thief"),
				   .last4 = { str_c(last4) },
				   .want = { STR("другой трамвай 5") },
				   .device = STR("x") };
	assert_int_equal(recovery_goes_to(k, phone), 1);
	assert_int_equal(recover_try(&k->app, k->a, STR("a thief"),
				     (struct secret){ str_c(sms_code(k, phone)) }, &flow),
			 OK);
	assert_int_equal(recover_finish(&k->app, k->a, &new, &problems, &done), OK);
}

/* Who recovers by the old phone takes everything back. */
static void test_phone_change__ends_with_a_recovery(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, true);
	begin(k, &s, true);
	recover(k, OLD, "");
	assert_false(phone_now(k, &s).held);
	kit_days(k, 2);
	settle(k);
	assert_string_equal(phone_now(k, &s).contact.d, OLD);
}

/* --- a phone that was never confirmed --------------------------------------- */

static void test_phone_change__of_an_unconfirmed_phone_is_at_once(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, false);
	begin(k, &s, false);
	struct phone phone = phone_now(k, &s);
	assert_string_equal(phone.contact.d, NEW);
	assert_true(phone.confirmed && phone.held && phone.at_once);
	assert_int_equal(sms_count(k, OLD), 1);
	(void)link_end(k);
	/* But it does not recover: the old one does, with the digits. */
	assert_int_equal(recovery_goes_to(k, NEW), 0);
	assert_int_equal(recovery_goes_to(k, OLD), 1);
	kit_days(k, 1);
	settle(k);
	assert_false(phone_now(k, &s).held);
	assert_true(phone_now(k, &s).confirmed);
	assert_int_equal(recovery_goes_to(k, NEW), 1);
}

static void test_phone_change__of_an_unconfirmed_phone_can_be_taken_back(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, false);
	begin(k, &s, false);
	assert_int_equal(phone_change_refuse(&k->app, k->a, str_c(link_end(k))), OK);
	struct phone phone = phone_now(k, &s);
	assert_string_equal(phone.contact.d, OLD);
	assert_false(phone.confirmed || phone.held);
	/* Whoever has the number of a slip in the hand does not throw its owner out. */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
}

static void test_phone_change__at_once_ends_with_a_recovery(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, false);
	begin(k, &s, false);
	recover(k, OLD, kit_person(1).last4);
	assert_string_equal(phone_now(k, &s).contact.d, OLD);
	assert_false(phone_now(k, &s).confirmed);
}

static void test_phone_change__gives_one_to_who_has_none(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1, false);
	kit_sql(k, "UPDATE subscriber SET contact_phone = NULL");
	begin(k, &s, false);
	assert_string_equal(phone_now(k, &s).contact.d, NEW);
	assert_int_equal(recovery_goes_to(k, NEW), 0);
	kit_days(k, 1);
	settle(k);
	assert_int_equal(recovery_goes_to(k, NEW), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_phone_change__is_held_for_a_day),
		KIT_BOTH(test_phone_change__comes_into_force_for_the_phone_it_was_asked_at),
		KIT_BOTH(test_phone_change__does_not_come_into_force_for_who_has_gone),
		KIT_BOTH(test_phone_change__takes_the_password),
		KIT_BOTH(test_phone_change__takes_the_code_of_the_old_phone),
		KIT_BOTH(test_phone_change__there_is_one_at_a_time),
		KIT_BOTH(test_phone_change__without_an_origin_tells_without_a_link),
		KIT_BOTH(test_phone_change__is_cancelled_in_the_profile),
		KIT_BOTH(test_phone_change__is_refused_by_the_link),
		KIT_BOTH(test_phone_change__the_link_stops_a_change_of_email_too),
		KIT_BOTH(test_phone_change__the_link_ends_with_the_day),
		KIT_BOTH(test_phone_change__the_link_ends_with_the_epoch),
		KIT_BOTH(test_phone_change__what_has_ended_stays_so),
		KIT_BOTH(test_phone_change__does_not_recover_within_the_day),
		KIT_BOTH(test_phone_change__ends_with_a_recovery),
		KIT_BOTH(test_phone_change__of_an_unconfirmed_phone_is_at_once),
		KIT_BOTH(test_phone_change__of_an_unconfirmed_phone_can_be_taken_back),
		KIT_BOTH(test_phone_change__at_once_ends_with_a_recovery),
		KIT_BOTH(test_phone_change__gives_one_to_who_has_none),
	};
	return cmocka_run_group_tests_name("domain/phone_change", tests, NULL, NULL);
}

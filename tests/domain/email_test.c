/* The e-mail address: confirmed by a link, changed with a day of hold, given up. */
#include "domain/email_change.h"
#include "domain/phone_change.h"
#include "support/sms.h"

#define PHONE "9055550118" /* of kit_registration() */
#define OWN   "anna@example.ru"
#define NEW   "anna.new@example.ru"

static struct session subscriber(struct kit *k, bool phone_confirmed, bool confirmed)
{
	k->conf.http_origin = STR("https://lk.test");
	k->conf.mail_gateway = STR("log");
	struct session s = kit_register(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = %s, email_confirmed_ms = %s",
		phone_confirmed ? "1" : "NULL", confirmed ? "1" : "NULL");
	return s;
}

static struct email now(struct kit *k, const struct session *s)
{
	struct email email;
	assert_int_equal(email_find(&k->app, k->a, s, &email), OK);
	/* The office finds them by this address, and by no other. */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM find_word WHERE word LIKE '%%@%%'"),
			 email.address.n > 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM find_word JOIN subscriber s "
				       "ON s.id = subscriber_id WHERE word = s.email"),
			 email.address.n > 0);
	return email;
}

static enum err send_link(struct kit *k, const struct session *s, tstamp *ret_open)
{
	return email_send(&k->app, k->a, s, LANG_RU, ret_open);
}

static enum err ask(struct kit *k, const struct session *s, const char *to, const char *password,
		    struct say *ret_fault)
{
	tstamp open;
	struct problems problems = { 0 };
	const struct email_change change = { .to = str_c(to), .now = { str_c(password) } };
	enum err e = email_change_ask(&k->app, k->a, s, LANG_RU, &change, &problems, &open);
	*ret_fault = problems.n ? problems.v[0].say : (struct say){ 0 };
	return e;
}

static struct str link_to(struct kit *k, const char *address)
{
	enum message_id text;
	struct message_args args = letter_last(k, address, &text);
	assert_int_equal(text, MESSAGE_EMAIL_CONFIRM);
	return str_c(message_link(k, &args));
}

static enum err follow(struct kit *k, struct str token)
{
	struct email_link link;
	return email_link_confirm(&k->app, k->a, token, &link);
}

static void begin(struct kit *k, const struct session *s)
{
	struct say fault;
	assert_int_equal(ask(k, s, NEW, KIT_PASSWORD, &fault), OK);
	assert_int_equal(follow(k, link_to(k, NEW)), OK);
	assert_true(now(k, s).held);
}

static void settle(struct kit *k)
{
	int64_t n;
	assert_int_equal(email_settle(&k->app, &n), OK);
}

/* --- the address of the registration --------------------------------------- */

static void test_email__is_confirmed_by_the_link(void **state)
{
	struct kit *k = *state;
	tstamp open;
	enum message_id text;
	struct email_link link;
	struct session s = subscriber(k, true, false);
	assert_true(email_may_confirm(&(struct email){ .address = STR(OWN) }));
	assert_int_equal(send_link(k, &s, &open), OK);
	struct email email = now(k, &s);
	assert_true(email.asked && !email.confirmed && !email.held);
	assert_int_equal(email.until.ms, KIT_NOW_MS + DAY_MS);
	struct str token = link_to(k, OWN);
	for (int i = 0; i < 3; i++) { /* a scanner of mail looks at it again and again */
		assert_int_equal(email_link_find(&k->app, k->a, token, &link), OK);
		assert_true(str_eq(link.address, STR(OWN)));
	}
	assert_false(now(k, &s).confirmed);
	assert_int_equal(email_link_confirm(&k->app, k->a, token, &link), OK);
	assert_false(link.held);
	email = now(k, &s);
	assert_true(email.confirmed && !email.asked && !email.held);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_EMAIL_ON);
	/* One use. */
	assert_int_equal(follow(k, token), E_NOTFOUND);
	assert_int_equal(email_link_find(&k->app, k->a, token, &link), E_NOTFOUND);
	assert_int_equal(send_link(k, &s, &open), E_CONFLICT);
}

static void test_email__a_newer_link_ends_the_one_before(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct session s = subscriber(k, false, false);
	assert_int_equal(send_link(k, &s, &open), OK);
	struct str first = link_to(k, OWN);
	assert_int_equal(send_link(k, &s, &open), OK); /* pressed twice */
	assert_int_equal(letter_count(k, OWN), 1);
	kit_minutes(k, 1);
	assert_int_equal(send_link(k, &s, &open), OK);
	assert_int_equal(letter_count(k, OWN), 2);
	assert_int_equal(follow(k, first), E_NOTFOUND);
	assert_int_equal(follow(k, link_to(k, OWN)), OK);
	assert_int_equal(sms_count(k, PHONE), 0); /* which nobody has confirmed */
}

static void test_email__a_link_works_for_a_day(void **state)
{
	struct kit *k = *state;
	tstamp open;
	int64_t n;
	struct session s = subscriber(k, false, false);
	assert_int_equal(send_link(k, &s, &open), OK);
	struct str token = link_to(k, OWN);
	clock_manual_add(&k->clock, DAY_MS);
	assert_int_equal(follow(k, token), E_NOTFOUND);
	assert_false(now(k, &s).asked);
	assert_int_equal(send_link(k, &s, &open), OK);
	assert_int_equal(follow(k, link_to(k, OWN)), OK);
	kit_days(k, 3);
	assert_int_equal(email_expire(&k->app, &n), OK);
	assert_int_equal(n, 2);
}

static void test_email__a_link_is_of_one_kind(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct email_link link;
	static const char *const bad[] = { "", "A", "AAAAAAAAAAAAAAAAAAAAAA", "ы",
					   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	struct session s = subscriber(k, false, false);
	assert_int_equal(send_link(k, &s, &open), OK);
	struct str token = link_to(k, OWN);
	assert_int_equal(email_stop_find(&k->app, k->a, token, &link), E_NOTFOUND);
	assert_int_equal(email_stop_by(&k->app, k->a, token), E_NOTFOUND);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(follow(k, str_c(bad[i])), E_NOTFOUND);
		assert_int_equal(email_stop_by(&k->app, k->a, str_c(bad[i])), E_NOTFOUND);
	}
	/* What is kept is no link. */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM email_change WHERE "
				       "length(link_hash) = 32"),
			 1);
}

/* C2: nobody's mailbox is filled, however many who are signed in give it as theirs. */
static void test_email__an_address_gets_three_links_a_day(void **state)
{
	struct kit *k = *state;
	tstamp open = { 0 };
	struct session s = subscriber(k, false, false);
	struct session other = kit_register(k, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_link(k, i == 1 ? &other : &s, &open), OK);
		kit_minutes(k, 2);
	}
	kit_sql(k, "UPDATE subscriber SET email = 'Anna@Example.ru' WHERE number_id = 2");
	assert_int_equal(email_cancel(&k->app, k->a, &other), OK);
	assert_int_equal(send_link(k, &other, &open), E_LIMIT);
	assert_true(open.ms > app_now(&k->app).ms + HOUR_MS); /* at midnight */
	assert_int_equal(letter_count(k, OWN), 3);
	assert_int_equal(letter_count(k, "Anna@Example.ru"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt_limit WHERE key LIKE '%%@%%'"),
			 0);
}

static void test_email__a_number_sends_ten_links_a_day(void **state)
{
	struct kit *k = *state;
	tstamp open = { 0 };
	struct session s = subscriber(k, false, false);
	for (int i = 0; i < 10; i++) {
		kit_sql(k,
			"UPDATE email_change SET state = 'cancelled' WHERE state = 'asked';"
			"UPDATE subscriber SET email = 'a%d@example.ru'",
			i);
		assert_int_equal(send_link(k, &s, &open), OK);
	}
	kit_sql(k, "UPDATE email_change SET state = 'cancelled' WHERE state = 'asked';"
		   "UPDATE subscriber SET email = 'a@example.ru'");
	assert_int_equal(send_link(k, &s, &open), E_LIMIT);
	assert_int_equal(letter_count(k, "a@example.ru"), 0);
}

static void test_email__nothing_is_sent_without_a_carrier_or_an_origin(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct say fault;
	struct session s = subscriber(k, false, false);
	k->conf.mail_gateway = STR("none");
	assert_int_equal(send_link(k, &s, &open), E_CONFLICT);
	assert_int_equal(ask(k, &s, NEW, KIT_PASSWORD, &fault), E_CONFLICT);
	k->conf.mail_gateway = STR("log");
	k->conf.http_origin = STR("");
	k->conf.http_listen = STR("192.0.2.1:80");
	assert_int_equal(send_link(k, &s, &open), E_CONFLICT);
	k->conf.http_listen = STR("127.0.0.1:8080");
	assert_int_equal(send_link(k, &s, &open), OK);
}

/* An import takes what a relay would not. */
static void test_email__what_is_no_address_is_not_confirmed(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct session s = subscriber(k, false, false);
	kit_sql(k, "UPDATE subscriber SET email = 'a b@c.ru'");
	assert_int_equal(send_link(k, &s, &open), E_CONFLICT);
	kit_sql(k, "UPDATE subscriber SET email = ''");
	kit_sql(k, "DELETE FROM find_word WHERE word LIKE '%%@%%'");
	assert_int_equal(send_link(k, &s, &open), E_CONFLICT);
}

static void test_email__the_link_ends_with_the_epoch(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct session s = subscriber(k, false, false);
	assert_int_equal(send_link(k, &s, &open), OK);
	struct str token = link_to(k, OWN);
	kit_sql(k, "UPDATE number SET epoch = epoch + 1");
	assert_int_equal(follow(k, token), E_NOTFOUND);
	kit_sql(k, "UPDATE number SET epoch = epoch - 1; UPDATE subscriber SET closed_ms = 1");
	assert_int_equal(follow(k, token), E_NOTFOUND);
}

/* --- another address --------------------------------------------------------- */

static void test_email__another_counts_after_a_day(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	struct email email = now(k, &s);
	assert_true(str_eq(email.address, STR(OWN)) && email.confirmed);
	assert_true(str_eq(email.next, STR(NEW)));
	assert_int_equal(email.until.ms, KIT_NOW_MS + DAY_MS);
	struct message_args sms = sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_EMAIL_CHANGE);
	assert_int_equal(sms.at.ms, email.until.ms);
	struct message_args letter = letter_last(k, OWN, &text);
	assert_int_equal(text, MESSAGE_EMAIL_CHANGE);
	assert_memory_equal(sms.token, letter.token, sizeof(sms.token));
	clock_manual_add(&k->clock, DAY_MS - 1);
	settle(k);
	assert_true(str_eq(now(k, &s).address, STR(OWN)));
	clock_manual_add(&k->clock, 1);
	settle(k);
	email = now(k, &s);
	assert_true(str_eq(email.address, STR(NEW)) && email.confirmed && !email.held);
	settle(k);
}

static void test_email__until_its_link_is_followed_nothing_changes(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, true, true);
	assert_int_equal(ask(k, &s, NEW, KIT_PASSWORD, &fault), OK);
	assert_int_equal(sms_count(k, PHONE), 0);
	kit_days(k, 2);
	settle(k);
	struct email email = now(k, &s);
	assert_true(str_eq(email.address, STR(OWN)) && email.confirmed && !email.asked);
}

static void test_email__another_takes_the_password(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, true, true);
	assert_int_equal(ask(k, &s, "anna@", KIT_PASSWORD, &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_EMAIL_FORM);
	assert_int_equal(ask(k, &s, " " OWN " ", KIT_PASSWORD, &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_EMAIL_KNOWN);
	assert_int_equal(ask(k, &s, NEW, "не тот пароль", &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_PASSWORD_WRONG);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(ask(k, &s, " " NEW " ", KIT_PASSWORD, &fault), OK);
	assert_int_equal(letter_count(k, NEW), 1);
}

static void test_email__there_is_one_change_at_a_time(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	assert_int_equal(ask(k, &s, "third@example.ru", KIT_PASSWORD, &fault), E_CONFLICT);
	assert_int_equal(email_cancel(&k->app, k->a, &s), OK);
	assert_int_equal(email_cancel(&k->app, k->a, &s), E_NOTFOUND);
	assert_int_equal(ask(k, &s, "third@example.ru", KIT_PASSWORD, &fault), OK);
	/* A link to another address ends the one under way. */
	assert_int_equal(ask(k, &s, "fourth@example.ru", KIT_PASSWORD, &fault), OK);
	assert_int_equal(follow(k, link_to(k, "third@example.ru")), E_NOTFOUND);
	assert_int_equal(follow(k, link_to(k, "fourth@example.ru")), OK);
}

static void test_email__is_refused_by_the_link_in_the_notice(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct email_link link;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	struct message_args args = letter_last(k, OWN, &text);
	struct str token = str_c(message_link(k, &args));
	assert_int_equal(email_stop_find(&k->app, k->a, token, &link), OK);
	assert_true(str_eq(link.address, STR(NEW)) && link.held);
	assert_int_equal(email_stop_by(&k->app, k->a, token), OK);
	assert_int_equal(email_stop_by(&k->app, k->a, token), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
	assert_false(now(k, &s).held);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_EMAIL_CHANGE_OFF);
	(void)letter_last(k, OWN, &text);
	assert_int_equal(text, MESSAGE_EMAIL_CHANGE_OFF);
	kit_days(k, 2);
	settle(k);
	assert_true(str_eq(now(k, &s).address, STR(OWN)));
}

static void test_email__the_link_in_the_notice_ends_with_the_day(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct email_link link;
	struct session s = subscriber(k, true, false);
	begin(k, &s);
	assert_int_equal(letter_count(k, OWN), 0); /* an address that nobody has confirmed */
	struct message_args args = sms_last(k, PHONE, &text);
	struct str token = str_c(message_link(k, &args));
	kit_days(k, 1);
	assert_int_equal(email_stop_find(&k->app, k->a, token, &link), E_NOTFOUND);
	assert_int_equal(email_stop_by(&k->app, k->a, token), E_NOTFOUND);
}

static void change_phone(struct kit *k, const struct session *s)
{
	struct flow flow;
	struct problems problems = { 0 };
	const struct phone_ask who = { .session = s, .browser = STR("the browser") };
	const struct phone_change change = { { "9110000001" }, { STR(KIT_PASSWORD) } };
	assert_int_equal(phone_change_ask(&k->app, k->a, &who, &change, &problems, &flow), OK);
	const struct secret code = { str_c(sms_code(k, PHONE)) };
	assert_int_equal(phone_change_try(&k->app, k->a, &who, code, &flow), OK);
}

/* Whoever is in with the password had the whole day for both. */
static void test_email__the_link_in_the_notice_stops_a_change_of_phone_too(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct phone phone;
	struct session s = subscriber(k, true, true);
	change_phone(k, &s);
	begin(k, &s);
	struct message_args args = letter_last(k, OWN, &text);
	assert_int_equal(email_stop_by(&k->app, k->a, str_c(message_link(k, &args))), OK);
	assert_int_equal(phone_find(&k->app, k->a, &s, &phone), OK);
	assert_false(phone.held);
	(void)sms_last(k, "9110000001", &text);
	assert_int_equal(text, MESSAGE_PHONE_CHANGE_CANCELLED);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
}

/* The number has another owner, whose sessions are none of the old one's business. */
static void test_email__the_link_in_the_notice_ends_with_the_epoch(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	struct message_args args = sms_last(k, PHONE, &text);
	struct str token = str_c(message_link(k, &args));
	kit_sql(k, "UPDATE number SET epoch = epoch + 1");
	assert_int_equal(email_stop_by(&k->app, k->a, token), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
}

static void test_email__what_has_ended_stays_so(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	assert_true(kit_sql_refused(k, "UPDATE email_change SET state = 'asked'"));
	assert_true(kit_sql_refused(k, "UPDATE email_change SET address = 'else@example.ru'"));
	assert_int_equal(email_cancel(&k->app, k->a, &s), OK);
	assert_true(kit_sql_refused(k, "UPDATE email_change SET state = 'held'"));
	assert_true(kit_sql_refused(k, "UPDATE email_change SET state = 'done'"));
}

/* --- none --------------------------------------------------------------------- */

static enum err give_up(struct kit *k, const struct session *s, const char *password)
{
	struct problems problems = { 0 };
	enum err e = email_remove(&k->app, k->a, s, (struct secret){ str_c(password) }, &problems);
	assert_int_equal(e == E_INPUT, problems.n > 0);
	return e;
}

static void test_email__can_be_given_up(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = subscriber(k, true, true);
	begin(k, &s);
	assert_int_equal(give_up(k, &s, "не тот пароль"), E_INPUT);
	assert_true(now(k, &s).confirmed);
	assert_int_equal(give_up(k, &s, KIT_PASSWORD), OK);
	struct email email = now(k, &s);
	assert_true(email.address.n == 0 && !email.confirmed && !email.held);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_EMAIL_OFF);
	(void)letter_last(k, OWN, &text);
	assert_int_equal(text, MESSAGE_EMAIL_OFF);
	assert_int_equal(give_up(k, &s, KIT_PASSWORD), E_NOTFOUND);
	kit_days(k, 2);
	settle(k);
	assert_int_equal(now(k, &s).address.n, 0);
}

/* The link that was on its way to what was given up leads nowhere: following it must not begin a
 * change that nobody has proved. */
static void test_email__a_link_ends_when_its_address_is_given_up(void **state)
{
	struct kit *k = *state;
	tstamp open;
	struct session s = subscriber(k, true, false);
	assert_int_equal(send_link(k, &s, &open), OK);
	struct str token = link_to(k, OWN);
	assert_int_equal(give_up(k, &s, KIT_PASSWORD), OK);
	assert_int_equal(sms_count(k, PHONE), 0);
	assert_int_equal(follow(k, token), E_NOTFOUND);
}

static void test_email__who_has_none_gets_one_after_a_day(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, true, false);
	kit_sql(k, "UPDATE subscriber SET email = ''");
	kit_sql(k, "DELETE FROM find_word WHERE word LIKE '%%@%%'");
	begin(k, &s);
	assert_int_equal(now(k, &s).address.n, 0);
	kit_days(k, 1);
	settle(k);
	assert_true(str_eq(now(k, &s).address, STR(NEW)));
	assert_true(now(k, &s).confirmed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_email__is_confirmed_by_the_link),
		KIT_BOTH(test_email__a_newer_link_ends_the_one_before),
		KIT_BOTH(test_email__a_link_works_for_a_day),
		KIT_BOTH(test_email__a_link_is_of_one_kind),
		KIT_BOTH(test_email__an_address_gets_three_links_a_day),
		KIT_BOTH(test_email__a_number_sends_ten_links_a_day),
		KIT_BOTH(test_email__nothing_is_sent_without_a_carrier_or_an_origin),
		KIT_BOTH(test_email__what_is_no_address_is_not_confirmed),
		KIT_BOTH(test_email__the_link_ends_with_the_epoch),
		KIT_BOTH(test_email__another_counts_after_a_day),
		KIT_BOTH(test_email__until_its_link_is_followed_nothing_changes),
		KIT_BOTH(test_email__another_takes_the_password),
		KIT_BOTH(test_email__there_is_one_change_at_a_time),
		KIT_BOTH(test_email__is_refused_by_the_link_in_the_notice),
		KIT_BOTH(test_email__the_link_in_the_notice_stops_a_change_of_phone_too),
		KIT_BOTH(test_email__the_link_in_the_notice_ends_with_the_day),
		KIT_BOTH(test_email__the_link_in_the_notice_ends_with_the_epoch),
		KIT_BOTH(test_email__what_has_ended_stays_so),
		KIT_BOTH(test_email__can_be_given_up),
		KIT_BOTH(test_email__a_link_ends_when_its_address_is_given_up),
		KIT_BOTH(test_email__who_has_none_gets_one_after_a_day),
	};
	return cmocka_run_group_tests_name("domain/email", tests, NULL, NULL);
}

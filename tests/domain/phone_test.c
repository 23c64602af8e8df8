/* Confirming the contact phone. */
#include "domain/phone.h"

#include "domain/subscriber.h"
#include "support/sms.h"

#define PHONE   "9055550118" /* of kit_registration() */
#define BROWSER "the browser"

static struct phone_ask ask_of(const struct session *s)
{
	return (struct phone_ask){ .session = s, .browser = STR(BROWSER) };
}

static enum err send(struct kit *k, const struct session *s)
{
	struct flow flow;
	struct phone_ask ask = ask_of(s);
	return phone_send(&k->app, k->a, &ask, &flow);
}

static enum err confirm(struct kit *k, const struct session *s, const char *code)
{
	struct flow flow;
	struct phone_ask ask = ask_of(s);
	return phone_confirm(&k->app, k->a, &ask, (struct secret){ str_c(code) }, &flow);
}

static bool confirmed(struct kit *k, const struct session *s)
{
	struct phone phone;
	assert_int_equal(phone_find(&k->app, k->a, s, &phone), OK);
	return phone.confirmed;
}

static void test_phone__is_confirmed_by_a_code(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	enum message_id text;
	struct session s = kit_register(k, 1);
	assert_false(subscriber_phone_confirmed(&s));
	assert_int_equal(send(k, &s), OK);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_PHONE_CODE);
	assert_int_equal(confirm(k, &s, "00000000"), E_DENIED);
	assert_false(confirmed(k, &s));
	const char *code = sms_code(k, PHONE);
	assert_int_equal(confirm(k, &s, code), OK);
	assert_true(confirmed(k, &s));
	assert_int_equal(confirm(k, &s, code), E_NOTFOUND);
	assert_int_equal(send(k, &s), E_CONFLICT); /* nothing left to confirm */
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	struct session again = kit_session(k, &done);
	assert_true(subscriber_phone_confirmed(&again));
}

static void test_phone__another_by_now_is_not_confirmed(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	assert_int_equal(send(k, &s), OK);
	const char *code = sms_code(k, PHONE);
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9110000001'");
	assert_int_equal(confirm(k, &s, code), E_NOTFOUND);
	assert_false(confirmed(k, &s));
	kit_sql(k, "UPDATE subscriber SET contact_phone = NULL");
	assert_int_equal(send(k, &s), E_CONFLICT);
}

/* The same browser signs in with another number: its code is of no use there. */
static void test_phone__a_code_is_of_one_subscriber(void **state)
{
	struct kit *k = *state;
	struct session one = kit_register(k, 1);
	struct session two = kit_register(k, 2);
	assert_int_equal(send(k, &one), OK);
	assert_int_equal(confirm(k, &two, sms_code(k, PHONE)), E_NOTFOUND);
	assert_false(confirmed(k, &one));
	assert_false(confirmed(k, &two));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_phone__is_confirmed_by_a_code),
		KIT_BOTH(test_phone__another_by_now_is_not_confirmed),
		KIT_BOTH(test_phone__a_code_is_of_one_subscriber),
	};
	return cmocka_run_group_tests_name("domain/phone", tests, NULL, NULL);
}

/* Signing in with a second factor. */
#include "domain/signin_step.h"

#include "domain/recover.h"
#include "support/authenticator.h"
#include "support/sms.h"

#define PHONE "9055550118" /* of kit_registration() */
#define WANT  "другой трамвай 5"

struct person {
	struct session s;
	struct totp_spares spares;
};

static struct person subscriber(struct kit *k)
{
	struct person p = { .s = kit_register(k, 1) };
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	authenticator_on(k, &p.s, &p.spares);
	return p;
}

static struct str token_of(const struct signin_done *done)
{
	return (struct str){ .p = (const char *)done->token, .n = SESSION_TOKEN_BYTES };
}

static struct signin_done password(struct kit *k)
{
	struct signin_done done;
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	assert_true(done.code_needed);
	assert_int_equal(done.device_cookie.n, 0);
	return done;
}

static enum err code_from(struct kit *k, const struct signin_done *step, const char *typed,
			  struct str device_cookie, struct say *ret_fault, struct signin_done *ret)
{
	struct problems problems = { 0 };
	const struct signin_code t = {
		.browser = token_of(step),
		.code = { str_c(typed) },
		.device = STR("Android, Chrome"),
		.device_cookie = device_cookie,
	};
	enum err e = signin_step_try(&k->app, k->a, &t, &problems, ret);
	*ret_fault = problems.n ? problems.v[0].say : (struct say){ 0 };
	assert_int_equal(e == E_INPUT, problems.n > 0);
	return e;
}

static enum err code(struct kit *k, const struct signin_done *step, const char *typed,
		     struct signin_done *ret)
{
	struct say fault;
	return code_from(k, step, typed, STR(""), &fault, ret);
}

static void test_signin_step__the_password_alone_opens_nothing(void **state)
{
	struct kit *k = *state;
	struct session s;
	struct msisdn number;
	(void)subscriber(k);
	int64_t before = kit_number(k, "SELECT count(*) FROM session");
	struct signin_done step = password(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), before);
	assert_int_equal(session_find(&k->app, k->a, token_of(&step), &s), E_NOTFOUND);
	assert_int_equal(signin_step_find(&k->app, k->a, token_of(&step), &number), OK);
	assert_string_equal(number.d, kit_person(1).msisdn);
	assert_int_equal(signin_step_find(&k->app, k->a, STR("another browser"), &number),
			 E_NOTFOUND);
	/* It was right: nothing of it stays counted. */
	assert_int_equal(kit_number(k,
				    "SELECT coalesce(sum(n), 0) FROM attempt_limit WHERE key LIKE "
				    "'password.account%%'"),
			 0);
}

static void test_signin_step__the_code_opens_the_session(void **state)
{
	struct kit *k = *state;
	struct signin_done done, other;
	struct person p = subscriber(k);
	struct signin_done step = password(k);
	struct totp_code right = authenticator_next(k, p.s.subscriber_id);
	assert_int_equal(code(k, &step, right.d, &done), OK);
	assert_int_equal(done.kind, SESSION_FULL);
	assert_true(done.device_cookie.n > 0);
	assert_int_equal(kit_session(k, &done).subscriber_id, p.s.subscriber_id);
	enum message_id text;
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_SIGNIN_NEW_DEVICE);
	/* Once, and the code too. */
	assert_int_equal(code(k, &step, right.d, &other), E_NOTFOUND);
	step = password(k);
	assert_int_equal(code(k, &step, right.d, &other), E_INPUT);
	assert_int_equal(code(k, &step, p.spares.v[0], &other), OK);
	step = password(k);
	assert_int_equal(code(k, &step, p.spares.v[0], &other), E_INPUT);
}

static void test_signin_step__lives_five_minutes(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	int64_t n;
	struct person p = subscriber(k);
	struct signin_done step = password(k);
	kit_minutes(k, 5);
	assert_int_equal(code(k, &step, p.spares.v[0], &done), E_NOTFOUND);
	clock_manual_add(&k->clock, 1);
	assert_int_equal(signin_step_expire(&k->app, &n), OK);
	assert_int_equal(n, 1);
	step = password(k);
	kit_minutes(k, -6); /* J1 */
	assert_int_equal(code(k, &step, p.spares.v[0], &done), E_NOTFOUND);
}

static void test_signin_step__ends_with_the_password(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct person p = subscriber(k);
	struct signin_done step = password(k);
	struct problems problems = { 0 };
	const struct password_change change = {
		.now = { STR(KIT_PASSWORD) },
		.want = { STR(WANT) },
		.device = STR(""),
	};
	assert_int_equal(subscriber_change_password(&k->app, k->a, &p.s, &change, &problems, &done),
			 OK);
	assert_int_equal(code(k, &step, p.spares.v[0], &done), E_NOTFOUND);
}

static void test_signin_step__a_known_device_has_its_own_tries(void **state)
{
	struct kit *k = *state;
	struct signin_done known, done;
	struct say fault;
	struct person p = subscriber(k);
	struct signin_done step = password(k);
	assert_int_equal(code(k, &step, p.spares.v[0], &known), OK);
	step = password(k);
	for (int i = 0; i < 3; i++)
		assert_int_equal(code(k, &step, "000-000", &done), E_INPUT);
	assert_int_equal(code_from(k, &step, p.spares.v[1], STR(""), &fault, &done), E_INPUT);
	assert_int_equal(fault.id, SAY_PASSWORD_TRIES);
	int64_t before = sms_count(k, PHONE);
	assert_int_equal(code_from(k, &step, p.spares.v[1], known.device_cookie, &fault, &done),
			 OK);
	assert_int_equal(sms_count(k, PHONE), before); /* no news to anybody */
}

/* The code was right: that the store failed afterwards uses up no try. */
static void test_signin_step__a_right_code_does_not_count_when_the_store_fails(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct person p = subscriber(k);
	struct signin_done step = password(k);
	kit_sql(k, "ALTER TABLE event RENAME TO event_away");
	for (int i = 0; i < 3; i++)
		assert_int_equal(code(k, &step, p.spares.v[0], &done), E_STORE);
	kit_sql(k, "ALTER TABLE event_away RENAME TO event");
	assert_int_equal(kit_number(k, "SELECT coalesce(sum(n), 0) FROM attempt_limit WHERE key "
				       "LIKE 'totp%%'"),
			 0);
	assert_int_equal(code(k, &step, p.spares.v[0], &done), OK);
}

/* --- recovery --------------------------------------------------------------- */

static enum err recover(struct kit *k, const char *typed, struct say *ret_fault)
{
	struct problems problems = { 0 };
	struct signin_done done;
	const struct recover_new new = {
		.browser = STR("the browser"),
		.last4 = { STR("") },
		.want = { STR(WANT) },
		.code = { str_c(typed) },
		.device = STR(""),
	};
	enum err e = recover_finish(&k->app, k->a, &new, &problems, &done);
	*ret_fault = problems.n ? problems.v[0].say : (struct say){ 0 };
	return e;
}

static void test_signin_step__an_sms_does_not_get_around_the_code(void **state)
{
	struct kit *k = *state;
	struct say fault;
	struct flow flow;
	bool asks;
	struct person p = subscriber(k);
	struct recover_ask ask = { .browser = STR("the browser"),
				   .login = p.s.msisdn,
				   .device_cookie = STR("") };
	assert_int_equal(recover_ask(&k->app, k->a, &ask, &flow), OK);
	assert_int_equal(recover_try(&k->app, k->a, STR("the browser"),
				     (struct secret){ str_c(sms_code(k, PHONE)) }, &flow),
			 OK);
	assert_int_equal(recover_asks_code(&k->app, k->a, &flow, &asks), OK);
	assert_true(asks);
	assert_int_equal(recover(k, "", &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_TOTP_NEEDED);
	assert_int_equal(recover(k, "000000", &fault), E_INPUT);
	assert_int_equal(fault.id, SAY_TOTP_WRONG);
	assert_int_equal(recover(k, p.spares.v[7], &fault), OK);
	struct totp totp;
	assert_int_equal(totp_find(&k->app, k->a, p.s.subscriber_id, &totp), OK);
	assert_true(totp.on);
	assert_int_equal(totp.spare_left, TOTP_SPARE_N - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_signin_step__the_password_alone_opens_nothing),
		KIT_BOTH(test_signin_step__the_code_opens_the_session),
		KIT_BOTH(test_signin_step__lives_five_minutes),
		KIT_BOTH(test_signin_step__ends_with_the_password),
		KIT_BOTH(test_signin_step__a_known_device_has_its_own_tries),
		KIT_BOTH(test_signin_step__a_right_code_does_not_count_when_the_store_fails),
		KIT_BOTH(test_signin_step__an_sms_does_not_get_around_the_code),
	};
	return cmocka_run_group_tests_name("domain/signin_step", tests, NULL, NULL);
}

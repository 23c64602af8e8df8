/* The contact phone as a browser sees it, and what stays locked until it is confirmed. */
#include "support/authenticator.h"
#include "support/sms.h"
#include "support/visitor.h"
#include "web/guard.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PHONE    "9055550118"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int type_code(struct visitor *v, const char *code, const char *next)
{
	return POST_FORM(v, "/phone", { STR("code"), str_c(code) }, { STR("next"), str_c(next) });
}

static void test_phone__is_confirmed_from_the_home_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/home");
	assert_true(visitor_sees(v, "Подтвердить телефон"));
	assert_true(visitor_sees(v, "•••-••-18"));
	assert_int_equal(visitor_post(v, "/phone/send", NULL, 0), 303);
	assert_true(visitor_at(v, "/phone"));
	visitor_get(v, "/phone");
	assert_true(visitor_sees(v, "autocomplete=\"one-time-code\""));
	assert_true(visitor_sees(v, "с 15:01"));
	assert_false(visitor_sees(v, "Код не отправлен"));
	assert_false(visitor_sees(v, "555-01-18"));
	assert_int_equal(type_code(v, "1", ""), 422);
	assert_int_equal(type_code(v, "00000000", ""), 422);
	assert_true(visitor_sees(v, "еще 2\u00a0попытки"));
	assert_int_equal(type_code(v, sms_code(k, PHONE), ""), 303);
	assert_true(visitor_at(v, "/home?done=phone"));
	visitor_get(v, "/home?done=phone");
	assert_true(visitor_sees(v, "Телефон подтвержден"));
	assert_false(visitor_sees(v, "Подтвердить телефон"));
	visitor_get(v, "/phone");
	assert_true(visitor_at(v, "/profile"));
	visitor_get(v, "/profile");
	assert_false(visitor_sees(v, "Не подтвержден<"));
	visitor_free(v);
}

static void test_phone__is_confirmed_on_the_way_to_a_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/phone?next=/history?kind=fees");
	assert_true(visitor_sees(v, "откроется после подтверждения"));
	struct str next = visitor_field(v, "next");
	assert_true(str_eq(next, STR("/history?kind=fees")));
	assert_int_equal(POST_FORM(v, "/phone/send", { STR("next"), next }), 303);
	assert_true(visitor_at(v, "/phone?next=%2fhistory%3fkind%3dfees"));
	visitor_get(v, "/phone?next=%2fhistory%3fkind%3dfees");
	assert_int_equal(type_code(v, "00000000", "/history?kind=fees"), 422);
	assert_true(str_eq(visitor_field(v, "next"), STR("/history?kind=fees")));
	assert_int_equal(type_code(v, sms_code(k, PHONE), "/history?kind=fees"), 303);
	assert_true(visitor_at(v, "/history?kind=fees"));
	visitor_free(v);
}

static void test_phone__leads_on_only_to_our_own_pages(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_post(v, "/phone/send", NULL, 0);
	visitor_get(v, "/phone");
	assert_int_equal(type_code(v, sms_code(k, PHONE), "//evil.test/"), 303);
	assert_true(visitor_at(v, "/home"));
	visitor_free(v);
}

static void test_phone__a_code_asked_too_often_says_when(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2); /* with the same contact phone */
	visitor_post(v, "/phone/send", NULL, 0);
	visitor_post(v, "/phone/send", NULL, 0);
	assert_true(visitor_at(v, "/phone")); /* pressed twice: the one under way */
	assert_int_equal(visitor_post(other, "/phone/send", NULL, 0), 429);
	assert_true(visitor_sees(other, "Код не отправлен"));
	assert_true(visitor_sees(other, "23\u00a0ноября, 15:01"));
	assert_int_equal(sms_count(k, PHONE), 1);
	visitor_free(other);
	visitor_free(v);
}

static void test_phone__after_three_wrong_codes_a_new_one(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_post(v, "/phone/send", NULL, 0);
	visitor_get(v, "/phone");
	const char *code = sms_code(k, PHONE);
	for (int i = 0; i < 2; i++)
		assert_int_equal(type_code(v, "00000000", ""), 422);
	assert_int_equal(type_code(v, "00000000", ""), 303);
	assert_true(visitor_at(v, "/phone?over=1"));
	visitor_get(v, "/phone?over=1");
	assert_true(visitor_sees(v, "больше не действуют"));
	assert_true(visitor_sees(v, "Получить код по SMS"));
	assert_int_equal(type_code(v, code, ""), 303);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber WHERE "
				       "phone_confirmed_ms IS NOT NULL"),
			 0);
	visitor_free(v);
}

/* The session ends between the code and the page it was to open: that page is still the aim. */
static void test_phone__leads_on_after_signing_in_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	POST_FORM(v, "/phone/send", { STR("next"), STR("/history") });
	visitor_get(v, "/phone?next=/history");
	kit_minutes(k, 31);
	assert_int_equal(type_code(v, sms_code(k, PHONE), "/history"), 403);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(kit_person(1).msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), visitor_field(v, "next") },
				   { STR("keep"), visitor_field(v, "keep") }),
			 200);
	assert_true(str_eq(visitor_field(v, "next"), STR("/history")));
	visitor_free(v);
}

/* --- another phone ------------------------------------------------------------ */

static int ask_change(struct visitor *v, const char *phone, const char *password)
{
	assert_int_equal(visitor_get(v, "/phone/change"), 200);
	return POST_FORM(v, "/phone/change", { STR("phone"), str_c(phone) },
			 { STR("now"), str_c(password) });
}

static int type_change_code(struct visitor *v, const char *code)
{
	return POST_FORM(v, "/phone/change/code", { STR("code"), str_c(code) });
}

static void test_phone__is_changed_with_a_day_of_hold(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	assert_int_equal(ask_change(v, "911 00", KIT_PASSWORD), 422);
	assert_true(str_eq(visitor_field(v, "phone"), STR("911 00")));
	assert_false(visitor_sees(v, KIT_PASSWORD));
	assert_int_equal(ask_change(v, "911 000-00-01", "не тот пароль"), 422);
	assert_true(visitor_sees(v, "id=\"now-e\""));
	assert_int_equal(ask_change(v, "911 000-00-01", KIT_PASSWORD), 303);
	assert_true(visitor_at(v, "/phone/change/code"));
	visitor_get(v, "/phone/change/code");
	assert_true(visitor_sees(v, "905\u00a0•••-••-18"));
	assert_int_equal(visitor_post(v, "/phone/change/again", NULL, 0), 303);
	assert_int_equal(sms_count(k, PHONE), 1); /* within the minute */
	visitor_get(v, "/phone/change/code");
	assert_int_equal(type_change_code(v, "00000000"), 422);
	assert_int_equal(type_change_code(v, sms_code(k, PHONE)), 303);
	assert_true(visitor_at(v, "/profile?done=phone-held"));
	visitor_get(v, "/profile?done=phone-held");
	assert_true(visitor_sees(v, "24\u00a0ноября, 15:00"));
	assert_true(visitor_sees(v, "911\u00a0•••-••-01"));
	visitor_get(v, "/phone/change");
	assert_true(visitor_at(v, "/profile")); /* one at a time */
	visitor_get(v, "/profile");
	assert_int_equal(visitor_post(v, "/phone/change/cancel", NULL, 0), 303);
	visitor_get(v, "/profile?done=phone-off");
	assert_true(visitor_sees(v, "Смена телефона отменена"));
	assert_false(visitor_sees(v, "911\u00a0•••-••-01"));
	visitor_free(v);
}

/* The page stood open overnight. */
static void test_phone__is_not_cancelled_once_it_is_in_force(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	assert_int_equal(ask_change(v, "9110000001", KIT_PASSWORD), 303);
	visitor_get(v, "/phone/change/code");
	assert_int_equal(type_change_code(v, sms_code(k, PHONE)), 303);
	kit_days(k, 1);
	assert_int_equal(visitor_signin(v, kit_person(1).msisdn, KIT_PASSWORD), 303);
	visitor_get(v, "/profile");
	assert_int_equal(visitor_post(v, "/phone/change/cancel", NULL, 0), 303);
	assert_true(visitor_at(v, "/profile?done=phone-late"));
	visitor_get(v, "/profile?done=phone-late");
	assert_true(visitor_sees(v, "Отменить уже нельзя"));
	visitor_free(v);
}

static const char *link_of(struct kit *k, char target[64])
{
	enum message_id text;
	char end[32];
	struct message_args args = sms_last(k, PHONE, &text);
	assert_true(args.has_token);
	sodium_bin2base64(end, sizeof(end), args.token, sizeof(args.token),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	snprintf(target, 64, "/c?t=%s", end);
	return target;
}

static void test_phone__a_stale_page_of_a_code_that_is_over_begins_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	snprintf(v->csrf, sizeof(v->csrf), "%032d", 0);
	assert_int_equal(POST_FORM(v, "/phone/change/code", { STR("code"), STR("12345678") }), 403);
	assert_true(visitor_sees(v, "больше не действуют"));
	assert_true(visitor_field(v, "phone").p != NULL);
	visitor_free(v);
}

/* To look at the link does nothing: programs look at links in messages. */
static void test_phone__is_kept_by_the_link_in_the_notice(void **state)
{
	struct kit *k = *state;
	char target[64];
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_new(k);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	k->conf.http_origin = STR("http://lk.test");
	assert_int_equal(ask_change(v, "911 000-00-01", KIT_PASSWORD), 303);
	visitor_get(v, "/phone/change/code");
	assert_int_equal(type_change_code(v, sms_code(k, PHONE)), 303);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(visitor_get(stranger, link_of(k, target)), 200);
		assert_true(visitor_sees(stranger, "Отменить смену"));
		assert_true(visitor_sees(stranger, "911\u00a0•••-••-01"));
	}
	assert_int_equal(visitor_get(v, "/home"), 200);
	visitor_get(stranger, target);
	assert_int_equal(POST_FORM(stranger, "/c", { STR("t"), visitor_field(stranger, "t") }),
			 303);
	assert_true(visitor_at(stranger, "/c?done=1"));
	visitor_get(stranger, "/c?done=1");
	assert_true(visitor_sees(stranger, "Смена отменена"));
	assert_int_equal(visitor_get(v, "/home"), 303); /* signed out */
	assert_int_equal(visitor_get(stranger, target), 200);
	assert_true(visitor_sees(stranger, "больше не действует"));
	assert_int_equal(visitor_get(stranger, "/c?t=%22%3E%3Cscript%3E"), 200);
	assert_false(visitor_sees(stranger, "<script>"));
	visitor_free(stranger);
	visitor_free(v);
}

static void test_phone__unconfirmed_is_changed_at_once(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	assert_int_equal(ask_change(v, "911 000-00-01", KIT_PASSWORD), 303);
	visitor_get(v, "/phone/change/code");
	assert_int_equal(type_change_code(v, sms_code(k, "9110000001")), 303);
	assert_true(visitor_at(v, "/profile?done=phone-at-once"));
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "911\u00a0000-00-01"));
	assert_false(visitor_sees(v, "Не подтвержден<"));
	assert_true(visitor_sees(v, "код придет на прежний"));
	visitor_free(v);
}

/* --- where a second factor is on ---------------------------------------------- */

static struct visitor *protected(struct kit *k, int64_t *ret_subscriber_id)
{
	struct totp_spares spares;
	struct visitor *v = visitor_full(k, 1);
	struct session s = { .msisdn = { "9210000001" } };
	s.subscriber_id = kit_number(k, "SELECT id FROM subscriber WHERE number_id = 1");
	s.id = kit_number(k, "SELECT id FROM session");
	authenticator_on(k, &s, &spares);
	*ret_subscriber_id = s.subscriber_id;
	return v;
}

static struct http_pair sent_back(struct kit *k, struct visitor *v, const char *name)
{
	struct http_pair pair = { .name = str_c(name) };
	assert_int_equal(arena_str(k->a, visitor_field(v, name), &pair.value), OK);
	return pair;
}

/* Sends the form by way of the page that asks for the code; what was typed comes back. */
static void ask_change_by_code(struct kit *k, struct visitor *v, int64_t subscriber_id)
{
	assert_int_equal(visitor_get(v, "/phone/change"), 303);
	assert_true(visitor_at(v, "/reauth?next=/phone/change"));
	visitor_get(v, "/profile");
	assert_int_equal(POST_FORM(v, "/phone/change", { STR("phone"), STR("911 000-00-01") },
				   { STR("now"), STR(KIT_PASSWORD) }),
			 403);
	assert_true(visitor_sees(v, "Подтвердите, что это вы"));
	assert_false(visitor_sees(v, "корова"));
	struct totp_code code = authenticator_next(k, subscriber_id);
	const struct http_pair next = sent_back(k, v, "next");
	const struct http_pair keep = sent_back(k, v, "keep");
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), STR("000000") }, next, keep), 422);
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), str_c(code.d) }, next, keep), 200);
	assert_true(visitor_sees(v, "Код подошел"));
	assert_true(str_eq(visitor_field(v, "phone"), STR("911 000-00-01")));
	assert_false(visitor_sees(v, "aria-invalid"));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM flow"), 0);
	assert_int_equal(POST_FORM(v, "/phone/change", sent_back(k, v, "phone"),
				   { STR("now"), STR(KIT_PASSWORD) }),
			 303);
	assert_true(visitor_at(v, "/phone/change/code"));
	visitor_get(v, "/phone/change/code");
}

/* A8: session, password and the phone in the hand are not enough. */
static void test_phone__is_changed_by_the_second_factor_too(void **state)
{
	struct kit *k = *state;
	int64_t subscriber_id;
	struct visitor *v = protected(k, &subscriber_id);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	ask_change_by_code(k, v, subscriber_id);
	assert_int_equal(type_change_code(v, sms_code(k, PHONE)), 303);
	assert_true(visitor_at(v, "/profile?done=phone-held"));
	visitor_free(v);
}

/* Nor where the code would go to the new phone and put it in place at once. */
static void test_phone__unconfirmed_is_changed_by_the_second_factor_too(void **state)
{
	struct kit *k = *state;
	int64_t subscriber_id;
	struct visitor *v = protected(k, &subscriber_id);
	ask_change_by_code(k, v, subscriber_id);
	assert_int_equal(type_change_code(v, sms_code(k, "9110000001")), 303);
	assert_true(visitor_at(v, "/profile?done=phone-at-once"));
	visitor_free(v);
}

/* S4, S9: who may enter what. */
static void test_phone__locks_what_wants_it_confirmed(void **state)
{
	(void)state;
	static const struct session first = { .kind = SESSION_FIRST, .phone_confirmed = true };
	static const struct session full = { .kind = SESSION_FULL };
	static const struct session confirmed = { .kind = SESSION_FULL, .phone_confirmed = true };
	static const struct session fresh = { .kind = SESSION_FULL, .factor = true, .fresh = true };
	static const struct session factor = { .kind = SESSION_FULL, .factor = true };
	static const struct {
		enum access access;
		const struct session *session;
		enum guard_entry entry;
	} cases[] = {
		{ ACCESS_ANYONE, NULL, GUARD_OPEN },
		{ ACCESS_ANYONE, &first, GUARD_OPEN },
		{ ACCESS_ANYONE, &full, GUARD_OPEN },
		{ ACCESS_FIRST, NULL, GUARD_SIGNIN },
		{ ACCESS_FIRST, &first, GUARD_OPEN },
		{ ACCESS_FIRST, &full, GUARD_HOME },
		{ ACCESS_SUBSCRIBER, NULL, GUARD_SIGNIN },
		{ ACCESS_SUBSCRIBER, &first, GUARD_REGISTER },
		{ ACCESS_SUBSCRIBER, &full, GUARD_OPEN },
		{ ACCESS_SUBSCRIBER, &confirmed, GUARD_OPEN },
		{ ACCESS_CONFIRMED, NULL, GUARD_SIGNIN },
		{ ACCESS_CONFIRMED, &first, GUARD_REGISTER },
		{ ACCESS_CONFIRMED, &full, GUARD_CONFIRM },
		{ ACCESS_CONFIRMED, &confirmed, GUARD_OPEN },
		{ ACCESS_FACTOR, NULL, GUARD_SIGNIN },
		{ ACCESS_FACTOR, &first, GUARD_REGISTER },
		{ ACCESS_FACTOR, &full, GUARD_OPEN },
		{ ACCESS_FACTOR, &factor, GUARD_REAUTH },
		{ ACCESS_FACTOR, &fresh, GUARD_OPEN },
		{ ACCESS_ENROL, NULL, GUARD_SIGNIN },
		{ ACCESS_ENROL, &first, GUARD_REGISTER },
		{ ACCESS_ENROL, &full, GUARD_OPEN },
		{ ACCESS_ENROL, &confirmed, GUARD_REAUTH },
		{ ACCESS_ENROL, &factor, GUARD_OPEN },
		{ ACCESS_ENROL, &fresh, GUARD_OPEN },
		{ ACCESS_FRESH, NULL, GUARD_SIGNIN },
		{ ACCESS_FRESH, &first, GUARD_REGISTER },
		{ ACCESS_FRESH, &confirmed, GUARD_REAUTH },
		{ ACCESS_FRESH, &fresh, GUARD_OPEN },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(guard_entry(cases[i].access, cases[i].session), cases[i].entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_phone__is_confirmed_from_the_home_page),
		KIT_BOTH(test_phone__is_changed_with_a_day_of_hold),
		KIT_BOTH(test_phone__is_not_cancelled_once_it_is_in_force),
		KIT_BOTH(test_phone__is_kept_by_the_link_in_the_notice),
		KIT_BOTH(test_phone__is_changed_by_the_second_factor_too),
		cmocka_unit_test(test_phone__locks_what_wants_it_confirmed),
#define T(name) cmocka_unit_test_setup_teardown(test_phone__##name, kit_setup_sqlite, kit_teardown)
		T(is_confirmed_on_the_way_to_a_page),
		T(unconfirmed_is_changed_at_once),
		T(unconfirmed_is_changed_by_the_second_factor_too),
		T(leads_on_only_to_our_own_pages),
		T(leads_on_after_signing_in_again),
		T(a_stale_page_of_a_code_that_is_over_begins_again),
		T(a_code_asked_too_often_says_when),
		T(after_three_wrong_codes_a_new_one),
#undef T
	};
	return cmocka_run_group_tests_name("web/phone", tests, NULL, NULL);
}

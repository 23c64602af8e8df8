/* The second factor as a browser sees it. */
#include "support/authenticator.h"
#include "support/sms.h"
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define PHONE "9055550118"

static int64_t subscriber_id(struct kit *k)
{
	return kit_number(k, "SELECT id FROM subscriber WHERE number_id = 1");
}

static int post_code(struct visitor *v, const char *path, struct totp_code code)
{
	return POST_FORM(v, path, { STR("code"), str_c(code.d) });
}

/* The nth code of the page that shows them. */
static void spare_of(struct visitor *v, int n, char ret[TOTP_SPARE_CHARS + 1])
{
	const char *p = v->text.p;
	for (int i = 0; i <= n; i++) {
		p = memmem(p, v->text.n - (size_t)(p - v->text.p), "<li class=\"num\">", 16);
		assert_non_null(p);
		p += 16;
	}
	snprintf(ret, TOTP_SPARE_CHARS + 1, "%.11s", p);
}

/* By an SMS to the contact phone. */
static void prove_by_sms(struct kit *k, struct visitor *v)
{
	visitor_get(v, "/reauth?next=/security");
	POST_FORM(v, "/reauth/send", { STR("next"), STR("/security") });
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), str_c(sms_code(k, PHONE)) },
				   { STR("next"), STR("/security") }),
			 303);
	assert_true(visitor_at(v, "/security"));
}

/* Switched on by the pages, with the phone confirmed. */
static struct visitor *protected(struct kit *k, char spare[TOTP_SPARE_CHARS + 1])
{
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	prove_by_sms(k, v);
	assert_int_equal(visitor_get(v, "/security"), 200);
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR("не тот пароль") }), 422);
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 303);
	assert_true(visitor_at(v, "/totp"));
	assert_int_equal(visitor_get(v, "/totp"), 200);
	assert_int_equal(post_code(v, "/totp/on", (struct totp_code){ "000000" }), 422);
	assert_int_equal(post_code(v, "/totp/on", authenticator_code(k, subscriber_id(k), 0)), 200);
	spare_of(v, 0, spare);
	assert_int_equal(visitor_get(v, "/security"), 200);
	assert_true(visitor_sees(v, "Включен"));
	return v;
}

static void test_totp__the_picture_needs_the_session(void **state)
{
	struct kit *k = *state;
	char spare[TOTP_SPARE_CHARS + 1];
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	visitor_get(v, "/security");
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 303);
	assert_int_equal(visitor_get(v, "/totp/qr.svg"), 200);
	assert_string_equal(v->resp.content_type, "image/svg+xml");
	assert_true(visitor_sees(v, "<svg xmlns="));
	assert_false(visitor_sees(v, "style"));
	assert_true(str_eq(visitor_header(v, "Cache-Control"), STR("no-store")));
	assert_int_equal(visitor_get(other, "/totp/qr.svg"), 404);
	visitor_get(v, "/totp");
	assert_int_equal(post_code(v, "/totp/on", authenticator_code(k, subscriber_id(k), 0)), 200);
	spare_of(v, 9, spare);
	assert_int_equal(strlen(spare), TOTP_SPARE_CHARS);
	/* The key and the codes are shown once. */
	assert_int_equal(visitor_get(v, "/totp/qr.svg"), 404);
	assert_int_equal(visitor_get(v, "/totp"), 303);
	visitor_free(other);
	visitor_free(v);
}

/* A9: password and an open session do not shut the owner out by a device of the thief's own. */
static void test_totp__switching_on_takes_a_code_to_the_confirmed_phone(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *thief = visitor_new(k);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	assert_int_equal(visitor_signin(thief, kit_person(1).msisdn, KIT_PASSWORD), 303);
	assert_int_equal(visitor_get(thief, "/security"), 200);
	assert_null(visitor_field(thief, "now").p);
	assert_int_equal(POST_FORM(thief, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 403);
	assert_true(visitor_sees(thief, "Подтвердите, что это вы"));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM totp"), 0);
	prove_by_sms(k, v);
	visitor_get(v, "/security");
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 303);
	/* Nor does the thief see what the owner is about to enrol. */
	assert_int_equal(visitor_get(thief, "/totp"), 303);
	assert_int_equal(visitor_get(thief, "/totp/qr.svg"), 303);
	visitor_get(v, "/totp");
	assert_int_equal(post_code(v, "/totp/on", authenticator_code(k, subscriber_id(k), 0)), 200);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	assert_int_equal(visitor_get(thief, "/security"), 303);
	assert_int_equal(visitor_get(v, "/security"), 200);
	visitor_free(thief);
	visitor_free(v);
}

/* A9: nor does a phone that took the place of one never confirmed, before its day is over. */
static void test_totp__a_phone_changed_at_once_proves_nothing_for_a_day(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/phone/change");
	assert_int_equal(POST_FORM(v, "/phone/change", { STR("phone"), STR("9110000001") },
				   { STR("now"), STR(KIT_PASSWORD) }),
			 303);
	visitor_get(v, "/phone/change/code");
	assert_int_equal(POST_FORM(v, "/phone/change/code",
				   { STR("code"), str_c(sms_code(k, "9110000001")) }),
			 303);
	assert_true(visitor_at(v, "/profile?done=phone-at-once"));
	kit_minutes(k, 2);
	int64_t sent = sms_count(k, "9110000001");
	assert_int_equal(visitor_get(v, "/reauth?next=/security"), 200);
	assert_true(visitor_sees(v, "код на него ничего не подтверждает"));
	assert_int_equal(POST_FORM(v, "/reauth/send", { STR("next"), STR("/security") }), 303);
	assert_int_equal(sms_count(k, "9110000001"), sent);
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), STR("12345678") }), 200);
	assert_true(visitor_sees(v, "код на него ничего не подтверждает"));
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 403);
	kit_sql(k, "UPDATE phone_change SET state = 'done'"); /* the day is over */
	assert_int_equal(POST_FORM(v, "/reauth/send", { STR("next"), STR("/security") }), 303);
	assert_int_equal(sms_count(k, "9110000001"), sent + 1);
	visitor_free(v);
}

static void test_totp__signing_in_asks_for_the_code(void **state)
{
	struct kit *k = *state;
	char spare[TOTP_SPARE_CHARS + 1];
	visitor_free(protected(k, spare));
	struct visitor *v = visitor_new(k);
	visitor_get(v, "/?next=/history");
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(kit_person(1).msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), STR("/history") }),
			 303);
	assert_true(visitor_at(v, "/signin/code?next=/history"));
	assert_int_equal(visitor_get(v, "/history"), 303);
	assert_int_equal(visitor_get(v, "/signin/code?next=/history"), 200);
	assert_true(visitor_sees(v, "autocomplete=\"one-time-code\""));
	assert_true(visitor_sees(v, "inputmode=\"numeric\""));
	assert_true(str_eq(visitor_field(v, "next"), STR("/history")));
	assert_int_equal(post_code(v, "/signin/code", (struct totp_code){ "000000" }), 422);
	assert_false(visitor_sees(v, "000000"));
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("swap"), STR("1") }), 200);
	assert_false(visitor_sees(v, "inputmode=\"numeric\""));
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("spare"), STR("1") },
				   { STR("code"), str_c(spare) }, { STR("next"), STR("/history") }),
			 303);
	assert_true(visitor_at(v, "/history"));
	assert_int_equal(visitor_get(v, "/history"), 200);
	assert_non_null(visitor_cookie(v, "__Host-kabinet-device"));
	/* Who has just given a code is not asked for another for five minutes. */
	assert_int_equal(visitor_get(v, "/totp/change"), 200);
	kit_minutes(k, 6);
	assert_int_equal(visitor_get(v, "/totp/change"), 303);
	visitor_free(v);
}

static void test_totp__too_late_begins_again_with_the_form_kept(void **state)
{
	struct kit *k = *state;
	char spare[TOTP_SPARE_CHARS + 1];
	visitor_free(protected(k, spare));
	struct visitor *v = visitor_new(k);
	visitor_get(v, "/");
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(kit_person(1).msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), STR("/phone/change") },
				   { STR("keep"), STR("phone=9110000001") }),
			 200);
	assert_true(str_eq(visitor_field(v, "keep"), STR("phone=9110000001")));
	kit_minutes(k, 5);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), str_c(spare) },
				   { STR("next"), STR("/phone/change") },
				   { STR("keep"), STR("phone=9110000001") }),
			 403);
	assert_true(str_eq(visitor_field(v, "keep"), STR("phone=9110000001")));
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(kit_person(1).msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), STR("/phone/change") },
				   { STR("keep"), STR("phone=9110000001") }),
			 200);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), str_c(spare) },
				   { STR("next"), STR("/phone/change") },
				   { STR("keep"), STR("phone=9110000001") }),
			 200);
	assert_true(str_eq(visitor_field(v, "phone"), STR("9110000001")));
	visitor_free(v);
}

static void test_totp__switching_off_takes_code_and_password(void **state)
{
	struct kit *k = *state;
	char spare[TOTP_SPARE_CHARS + 1];
	struct visitor *v = protected(k, spare);
	assert_int_equal(visitor_get(v, "/totp/change"), 303);
	assert_true(visitor_at(v, "/reauth?next=/totp/change"));
	assert_int_equal(visitor_get(v, "/reauth?next=/totp/change"), 200);
	/* The form itself does not get around it. */
	assert_int_equal(POST_FORM(v, "/totp/off", { STR("now"), STR(KIT_PASSWORD) }), 403);
	assert_true(visitor_sees(v, "Подтвердите, что это вы"));
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), STR("000000") }), 422);
	struct totp_code code = authenticator_next(k, subscriber_id(k));
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), str_c(code.d) },
				   { STR("next"), STR("/totp/change") }),
			 303);
	assert_true(visitor_at(v, "/totp/change"));
	assert_int_equal(visitor_get(v, "/totp/change"), 200);
	assert_int_equal(POST_FORM(v, "/totp/spares", { STR("x"), STR("") }), 200);
	assert_false(visitor_sees(v, spare));
	kit_minutes(k, 6); /* it counts for five */
	assert_int_equal(visitor_get(v, "/totp/change"), 303);
	visitor_get(v, "/reauth");
	assert_int_equal(post_code(v, "/reauth", authenticator_next(k, subscriber_id(k))), 303);
	assert_int_equal(visitor_get(v, "/totp/change"), 200);
	assert_int_equal(POST_FORM(v, "/totp/off", { STR("now"), STR("не тот пароль") }), 422);
	assert_int_equal(POST_FORM(v, "/totp/off", { STR("now"), STR(KIT_PASSWORD) }), 303);
	assert_true(visitor_at(v, "/security?off=1"));
	struct visitor *other = visitor_new(k);
	assert_int_equal(visitor_signin(other, kit_person(1).msisdn, KIT_PASSWORD), 303);
	assert_true(visitor_at(other, "/home"));
	visitor_free(other);
	visitor_free(v);
}

/* The codes on paper stand in the answer to a form. Reloading it sends the form again. */
static void test_totp__reloading_the_codes_on_paper_does_not_say_that_it_is_off(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/security");
	assert_int_equal(POST_FORM(v, "/totp", { STR("now"), STR(KIT_PASSWORD) }), 303);
	visitor_get(v, "/totp");
	struct totp_code code = authenticator_code(k, subscriber_id(k), 0);
	assert_int_equal(post_code(v, "/totp/on", code), 200);
	assert_int_equal(post_code(v, "/totp/on", code), 303);
	assert_true(visitor_at(v, "/security?on=1"));
	visitor_get(v, "/security?on=1");
	assert_true(visitor_sees(v, "Код для входа уже включен"));
	assert_false(visitor_sees(v, "Начните еще раз"));
	visitor_free(v);
}

/* The session ends while the code is being looked for: what it was for is still the aim. */
static void test_totp__reauthentication_survives_signing_in_again(void **state)
{
	struct kit *k = *state;
	char spare[TOTP_SPARE_CHARS + 1];
	struct visitor *v = protected(k, spare);
	assert_int_equal(visitor_get(v, "/reauth?next=/totp/change"), 200);
	kit_minutes(k, 31);
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), STR("123456") },
				   { STR("next"), STR("/totp/change") },
				   { STR("keep"), STR("a=b") }),
			 403);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(kit_person(1).msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), visitor_field(v, "next") },
				   { STR("keep"), visitor_field(v, "keep") }),
			 200);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), str_c(spare) },
				   { STR("next"), visitor_field(v, "next") },
				   { STR("keep"), visitor_field(v, "keep") }),
			 200);
	assert_true(visitor_sees(v, "Подтвердите, что это вы"));
	assert_true(str_eq(visitor_field(v, "next"), STR("/totp/change")));
	assert_true(str_eq(visitor_field(v, "keep"), STR("a=b")));
	/* Proved once is enough, also in another tab. */
	struct totp_code code = authenticator_next(k, subscriber_id(k));
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), str_c(code.d) },
				   { STR("next"), STR("/totp/change") }),
			 303);
	assert_int_equal(visitor_get(v, "/reauth?next=/totp/change"), 303);
	assert_true(visitor_at(v, "/totp/change"));
	visitor_free(v);
}

/* Where there is no second factor, by an SMS to the confirmed phone. */
static void test_totp__reauthentication_by_an_sms(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/reauth");
	assert_true(visitor_at(v, "/phone"));
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	assert_int_equal(visitor_get(v, "/totp/change"), 303);
	assert_int_equal(visitor_get(v, "/reauth?next=/totp/change"), 200);
	assert_false(visitor_sees(v, "Код не отправлен"));
	assert_int_equal(POST_FORM(v, "/reauth/send", { STR("next"), STR("/totp/change") }), 303);
	assert_true(visitor_at(v, "/reauth?next=/totp/change"));
	assert_int_equal(visitor_get(v, "/reauth?next=/totp/change"), 200);
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), STR("00000000") }), 422);
	assert_int_equal(POST_FORM(v, "/reauth", { STR("code"), str_c(sms_code(k, PHONE)) },
				   { STR("next"), STR("/totp/change") }),
			 303);
	assert_true(visitor_at(v, "/totp/change"));
	assert_int_equal(visitor_get(v, "/totp/change"), 303); /* fresh, and nothing to change */
	assert_true(visitor_at(v, "/security"));
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_totp__the_picture_needs_the_session),
		KIT_BOTH(test_totp__switching_on_takes_a_code_to_the_confirmed_phone),
		KIT_BOTH(test_totp__a_phone_changed_at_once_proves_nothing_for_a_day),
		KIT_BOTH(test_totp__signing_in_asks_for_the_code),
		KIT_BOTH(test_totp__too_late_begins_again_with_the_form_kept),
		KIT_BOTH(test_totp__switching_off_takes_code_and_password),
		KIT_BOTH(test_totp__reloading_the_codes_on_paper_does_not_say_that_it_is_off),
		KIT_BOTH(test_totp__reauthentication_survives_signing_in_again),
		KIT_BOTH(test_totp__reauthentication_by_an_sms),
	};
	return cmocka_run_group_tests_name("web/totp", tests, NULL, NULL);
}

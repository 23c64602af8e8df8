/* A form whose POST failed comes back in its error page: to be sent again, or to be filled in where
 * it had secrets. */
#include "support/visitor.h"

#include <string.h>

#define NEW_PASSWORD "другой трамвай 5"

/* No store answers until this is called again with false. */
static void stop_store(struct kit *k, bool stop)
{
	kit_sql(k, stop ? "ALTER TABLE session RENAME TO session_gone"
			: "ALTER TABLE session_gone RENAME TO session");
}

/* --- as it is: a form without secrets ---------------------------------------- */

static void test_again__a_form_without_secrets_is_sent_again_as_it_was(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_new(k);
	visitor_signin(other, kit_person(1).msisdn, KIT_PASSWORD);
	visitor_get(v, "/security");
	struct str id;
	assert_int_equal(arena_str(k->a, visitor_field(v, "id"), &id), OK);
	stop_store(k, true);
	assert_int_equal(POST_FORM(v, "/security/sessions/end", { STR("id"), id }), 503);
	assert_true(str_eq(visitor_header(v, "Retry-After"), STR("60")));
	assert_true(visitor_sees(v, "action=\"/security/sessions/end\""));
	assert_true(visitor_sees(v, ">Отправить еще раз<"));
	assert_true(str_eq(visitor_field(v, "id"), id));
	stop_store(k, false);
	assert_int_equal(
		POST_FORM(v, "/security/sessions/end", { STR("id"), visitor_field(v, "id") }), 303);
	assert_int_equal(visitor_get(other, "/home"), 303);
	visitor_free(other);
	visitor_free(v);
}

static void test_again__a_button_alone_is_pressed_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	stop_store(k, true);
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 503);
	assert_true(visitor_sees(v, "action=\"/signout\""));
	assert_false(visitor_sees(v, "сохранилось"));
	stop_store(k, false);
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	visitor_free(v);
}

/* --- back to the form: a form with secrets ------------------------------------ */

static size_t carried(struct visitor *v, struct http_pair *form, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct str value = visitor_field(v, form[i].name.p);
		if (!value.n)
			continue;
		assert_true(str_eq(value, form[i].value));
		form[kept++] = form[i];
	}
	return kept;
}

static void test_again__a_form_with_secrets_is_led_back_to(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX];
	size_t n = visitor_form(form);
	form[0].value = STR("Д'Артаньян-\"Ко\" <&%41+ё>");
	stop_store(k, true);
	assert_int_equal(visitor_post(v, "/register", form, n), 503);
	assert_true(visitor_sees(v, "action=\"/again?to=/register\""));
	assert_true(visitor_sees(v, ">Вернуться к форме<"));
	assert_true(visitor_sees(v, "кроме пароля"));
	assert_false(visitor_sees(v, KIT_PASSWORD));
	assert_int_equal(carried(v, form, n), n - 2); /* without the empty one and the password */
	/* Pressed too early, nothing is lost. */
	assert_int_equal(visitor_post(v, "/again?to=/register", form, n - 2), 503);
	assert_true(visitor_sees(v, "action=\"/again?to=/register\""));
	assert_true(str_eq(visitor_field(v, "family"), form[0].value));
	stop_store(k, false);
	assert_int_equal(visitor_post(v, "/again?to=/register", form, n - 2), 200);
	assert_true(visitor_sees(v, "action=\"/register\""));
	assert_true(visitor_sees(v, "введите пароль"));
	assert_false(visitor_sees(v, "aria-invalid"));
	assert_true(str_eq(visitor_field(v, "family"), form[0].value));
	assert_true(visitor_sees(v, "name=\"consent\" value=\"yes\" checked"));
	n = visitor_form(form);
	assert_int_equal(visitor_post(v, "/register", form, n), 303);
	assert_true(visitor_at(v, "/home"));
	visitor_free(v);
}

static void test_again__a_form_of_secrets_alone_is_led_back_to(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	stop_store(k, true);
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR(KIT_PASSWORD) },
				   { STR("want"), STR(NEW_PASSWORD) }),
			 503);
	assert_false(visitor_sees(v, "трамвай"));
	assert_false(visitor_sees(v, "корова"));
	assert_false(visitor_sees(v, "сохранилось"));
	stop_store(k, false);
	assert_int_equal(visitor_post(v, "/again?to=/profile/password", NULL, 0), 200);
	assert_true(visitor_sees(v, "action=\"/profile/password\""));
	visitor_free(v);
}

/* The slow lane is full: http/ refuses, no handler runs, nothing is looked up. */
static void test_again__a_full_lane_loses_nothing(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct visitor *v = visitor_new(k);
	visitor_get(v, "/?next=/history");
	int64_t before = kit_statements(k);
	const struct http_pair form[] = {
		{ STR("csrf"), str_c(v->csrf) },     { STR("login"), str_c(p.msisdn) },
		{ STR("password"), str_c(p.last4) }, { STR("next"), STR("/history") },
		{ STR("unknown"), STR("planted") },
	};
	visitor_refused_post(v, "/signin", form, 5, 503);
	assert_int_equal(kit_statements(k), before);
	assert_true(visitor_sees(v, "action=\"/again?to=/signin\""));
	assert_true(str_eq(visitor_field(v, "login"), str_c(p.msisdn)));
	assert_true(str_eq(visitor_field(v, "next"), STR("/history")));
	assert_null(visitor_field(v, "password").p);
	assert_false(visitor_sees(v, "planted"));
	assert_int_equal(POST_FORM(v, "/again?to=/signin", { STR("login"), str_c(p.msisdn) },
				   { STR("next"), STR("/history") }),
			 200);
	assert_true(str_eq(visitor_field(v, "login"), str_c(p.msisdn)));
	assert_true(str_eq(visitor_field(v, "next"), STR("/history")));
	visitor_free(v);
}

static void test_again__in_english(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/home?lang=en");
	stop_store(k, true);
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 503);
	assert_true(visitor_sees(v, ">Send again<"));
	stop_store(k, false);
	visitor_free(v);
}

/* --- who may ------------------------------------------------------------------- */

static void test_again__nothing_is_offered_to_other_sites(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	stop_store(k, true);
	v->says.origin = STR("http://evil.test");
	assert_int_equal(POST_FORM(v, "/security/sessions/end", { STR("id"), STR("planted") }),
			 503);
	assert_false(visitor_sees(v, "<form"));
	assert_false(visitor_sees(v, "planted"));
	stop_store(k, false);
	visitor_free(v);
}

/* A token that is not right never becomes so by an error page: the form is looked at first. */
static void test_again__a_stale_form_is_led_back_to(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	const struct http_pair form[] = { { STR("csrf"), STR("0") }, { STR("id"), STR("17") } };
	stop_store(k, true);
	visitor_post_raw(v, "/security/sessions/end", form, 2);
	assert_true(visitor_sees(v, "action=\"/again?to=/security/sessions/end\""));
	stop_store(k, false);
	assert_int_equal(visitor_post(v, "/again?to=/security/sessions/end", NULL, 0), 200);
	/* And one that got stale on the error page comes back as any other. */
	assert_int_equal(visitor_post_raw(v, "/again?to=/security/sessions/end", form, 2), 403);
	assert_true(visitor_sees(v, "Страница устарела"));
	visitor_free(v);
}

static void test_again__the_way_back_asks_for_the_same_session(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX];
	size_t n = visitor_form(form);
	struct visitor *full = visitor_full(k, 2);
	kit_minutes(k, 31);
	assert_int_equal(visitor_post(v, "/again?to=/register", form, n), 403);
	assert_true(visitor_sees(v, "Сеанс закончился"));
	assert_true(str_eq(visitor_field(v, "next"), STR("/register")));
	assert_true(visitor_field(v, "keep").n > 0);
	visitor_signin(full, kit_person(2).msisdn, KIT_PASSWORD);
	visitor_get(full, "/profile");
	assert_int_equal(visitor_post(full, "/again?to=/register", form, n), 303);
	assert_true(visitor_at(full, "/home"));
	visitor_free(full);
	visitor_free(v);
}

static void test_again__only_our_forms_are_shown(void **state)
{
	static const char *const targets[] = {
		"/again",
		"/again?to=",
		"/again?to=/home",
		"/again?to=/again",
		"/again?to=//evil.test",
		"/again?to=https://evil.test/",
	};
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		assert_int_equal(visitor_post(v, targets[i], NULL, 0), 403);
		assert_int_equal(visitor_get(v, targets[i]), 303);
		assert_true(visitor_at(v, "/"));
	}
	visitor_get(v, "/again?to=/profile/password");
	assert_true(visitor_at(v, "/profile"));
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) KIT_BOTH(test_again__##name)
		T(a_form_without_secrets_is_sent_again_as_it_was),
		T(a_button_alone_is_pressed_again),
		T(a_form_with_secrets_is_led_back_to),
		T(a_form_of_secrets_alone_is_led_back_to),
		T(a_full_lane_loses_nothing),
		T(in_english),
		T(nothing_is_offered_to_other_sites),
		T(a_stale_form_is_led_back_to),
		T(the_way_back_asks_for_the_same_session),
		T(only_our_forms_are_shown),
#undef T
	};
	return cmocka_run_group_tests_name("web/again", tests, NULL, NULL);
}

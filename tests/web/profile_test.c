/* The profile as a browser sees it: the password, and the sessions of oneself and of others. */
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Signs in again, as another browser. */
static struct visitor *again(struct kit *k, int n, const char *agent)
{
	struct kit_person p = kit_person(n);
	struct visitor *v = visitor_new(k);
	v->says.user_agent = str_c(agent);
	assert_int_equal(visitor_signin(v, p.msisdn, KIT_PASSWORD), 303);
	assert_int_equal(visitor_get(v, "/profile"), 200);
	return v;
}

static bool inside(struct visitor *v)
{
	return visitor_get(v, "/home") == 200;
}

static int end_session(struct visitor *v, struct str id)
{
	visitor_get(v, "/profile");
	return POST_FORM(v, "/profile/sessions/end", { STR("id"), id });
}

static void test_profile__sessions(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *phone =
		again(k, 1, "Mozilla/5.0 (Linux; Android 13; K) Chrome/150.0 Mobile");
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "Android, Chrome"));
	struct str id; /* of the other one: the current has no button */
	assert_int_equal(arena_str(k->a, visitor_field(v, "id"), &id), OK);
	assert_int_equal(end_session(v, id), 303);
	assert_true(visitor_at(v, "/profile?done=session"));
	/* Pressed twice, or it had ended by itself while the page was open: what was asked is so.
	 */
	assert_int_equal(end_session(v, id), 303);
	assert_true(visitor_at(v, "/profile?done=session"));
	visitor_get(v, "/profile?done=session");
	assert_true(visitor_sees(v, "Сеанс на том устройстве закончен"));
	assert_false(visitor_sees(v, "Android, Chrome"));
	assert_false(inside(phone));
	assert_true(inside(v));
	visitor_free(phone);
	visitor_free(v);
}

static void test_profile__others_end_together(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_full(k, 2);
	struct visitor *others[] = { again(k, 1, "a"), again(k, 1, "b") };
	visitor_get(v, "/profile");
	assert_int_equal(visitor_post(v, "/profile/sessions/others", NULL, 0), 303);
	assert_true(inside(v));
	assert_true(inside(stranger));
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(inside(others[i]));
		visitor_free(others[i]);
	}
	visitor_free(stranger);
	visitor_free(v);
}

static struct str id_of(struct kit *k, int64_t number)
{
	char text[32];
	struct str id;
	int64_t n = kit_number(k, "SELECT id FROM session WHERE number_id = %d", (int)number);
	snprintf(text, sizeof(text), "%lld", (long long)n);
	assert_int_equal(arena_str(k->a, str_c(text), &id), OK);
	return id;
}

/* threat-model.md, rule 6: what is somebody else's looks like what is not there. */
static void test_profile__the_session_of_another_is_out_of_reach(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	struct visitor *second = again(k, 2, "a");
	struct visitor *first = visitor_first(k, 3);
	struct str theirs; /* as their own page names it */
	visitor_get(second, "/profile");
	assert_int_equal(arena_str(k->a, visitor_field(second, "id"), &theirs), OK);
	struct str ids[] = { STR("123456789"), id_of(k, 3), theirs };
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_int_equal(end_session(v, ids[i]), 404);
		assert_true(visitor_sees(v, "Такой страницы нет"));
	}
	assert_true(inside(other));
	visitor_free(second);
	assert_int_equal(visitor_get(first, "/register"), 200);
	visitor_free(first);
	visitor_free(other);
	visitor_free(v);
}

static void test_profile__ids_that_are_none(void **state)
{
	static const char *const ids[] = { "0",   "-1", "x",  "1x", "99999999999999999999",
					   "1 2", "-",  "1-", "-00" };
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < COUNT(ids); i++)
		assert_int_equal(end_session(v, str_c(ids[i])), 404);
	assert_int_equal(end_session(v, STR("")), 422);
	assert_true(inside(v));
	visitor_free(v);
}

static void test_profile__a_new_password(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = again(k, 1, "b");
	struct visitor *stranger = visitor_new(k);
	visitor_get(v, "/profile");
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR("not this one") },
				   { STR("want"), STR("другой трамвай 5") }),
			 422);
	assert_true(visitor_sees(v, "id=\"now-e\""));
	assert_false(visitor_sees(v, "not this one") || visitor_sees(v, "трамвай"));
	assert_true(inside(other));
	visitor_get(v, "/profile");
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR(KIT_PASSWORD) },
				   { STR("want"), STR("другой трамвай 5") }),
			 303);
	visitor_get(v, "/profile?done=password");
	assert_true(visitor_sees(v, "Пароль сохранен"));
	assert_false(inside(other));
	assert_int_equal(visitor_signin(stranger, p.msisdn, KIT_PASSWORD), 403);
	assert_int_equal(visitor_signin(stranger, p.msisdn, "другой трамвай 5"), 303);
	visitor_free(stranger);
	visitor_free(other);
	visitor_free(v);
}

/* A link from elsewhere can name only what the program says itself. */
static void test_profile__notices_are_a_closed_list(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	assert_int_equal(visitor_get(v, "/profile?done=%3Cscript%3Ealert(1)%3C/script%3E"), 200);
	assert_false(visitor_sees(v, "role=\"status\""));
	assert_false(visitor_sees(v, "alert(1)</script>"));
	visitor_free(v);
}

static void test_profile__signing_out_is_a_post(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/signout");
	assert_true(inside(v));
	visitor_get(v, "/profile");
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	assert_true(visitor_at(v, "/?out=1"));
	assert_false(inside(v));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_profile__the_session_of_another_is_out_of_reach),
		KIT_BOTH(test_profile__a_new_password),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_profile__##name, kit_setup_sqlite, kit_teardown)
		T(sessions),
		T(others_end_together),
		T(ids_that_are_none),
		T(notices_are_a_closed_list),
		T(signing_out_is_a_post),
#undef T
	};
	return cmocka_run_group_tests_name("web/profile", tests, NULL, NULL);
}

/* The profile as a browser sees it: the password, and signing out. */
#include "support/visitor.h"

#include <string.h>

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
		KIT_BOTH(test_profile__a_new_password),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_profile__##name, kit_setup_sqlite, kit_teardown)
		T(notices_are_a_closed_list),
		T(signing_out_is_a_post),
#undef T
	};
	return cmocka_run_group_tests_name("web/profile", tests, NULL, NULL);
}

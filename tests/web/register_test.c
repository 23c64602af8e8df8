/* The registration as a browser sees it: nothing typed is lost, nothing typed runs, nothing is done
 * twice. */
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct http_pair *pair_of(struct http_pair *form, const char *name)
{
	for (size_t i = 0; i < VISITOR_FORM_MAX; i++) {
		if (str_eq(form[i].name, str_c(name)))
			return &form[i];
	}
	fail_msg("no field %s", name);
	return NULL;
}

static int send(struct visitor *v, const char *name, const char *value)
{
	struct http_pair form[VISITOR_FORM_MAX] = { 0 };
	size_t n = visitor_form(form);
	if (name)
		pair_of(form, name)->value = str_c(value);
	return visitor_post(v, "/register", form, n);
}

static bool marked(const struct visitor *v, const char *name)
{
	char id[64];
	snprintf(id, sizeof(id), "id=\"%s-e\"", name);
	return visitor_sees(v, id);
}

/* Whoever has no passport at hand, or wants to sign in with another number, can leave. */
static void test_register__can_be_left(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	assert_int_equal(visitor_get(v, "/register"), 200);
	assert_true(visitor_sees(v, "action=\"/signout\""));
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	assert_int_equal(visitor_get(v, "/"), 200);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 0);
	visitor_free(v);
}

static void test_register__opens_the_cabinet(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	/* As offices are written. */
	assert_int_equal(send(v, "house", "17/2, литера А, строение 3"), 303);
	assert_true(visitor_at(v, "/home"));
	assert_int_equal(visitor_get(v, "/home"), 200);
	assert_true(visitor_sees(v, "Анна С."));
	assert_non_null(visitor_cookie(v, "__Host-kabinet-device"));
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "•• •• ••••78"));
	assert_false(visitor_sees(v, "123478"));
	assert_false(visitor_sees(v, "Садовая"));
	visitor_get(v, "/security");
	assert_true(visitor_sees(v, "Linux, Firefox"));
	visitor_free(v);
}

static void test_register__each_fault_is_beside_its_field(void **state)
{
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "family", "" },
		{ "family", "Ивaнов" },
		{ "given", "1" },
		{ "birth", "31.02.1985" },
		{ "birth", "01.01.2020" },
		{ "contact_phone", "12" },
		{ "email", "x" },
		{ "passport", "12345" },
		{ "passport_issued", "x" },
		{ "passport_code", "7" },
		{ "passport_by", " " },
		{ "city", "" },
		{ "street", "" },
		{ "house", "" },
		{ "password", "12345678" },
		{ "password", "" },
		{ "consent", "" },
		{ "city", "\xE2\x80\xAE" },
		{ "contact_phone", "9210000001" },
	};
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(send(v, cases[i].name, cases[i].value), 422);
		if (!marked(v, cases[i].name))
			fail_msg("%s «%s»", cases[i].name, cases[i].value);
		assert_true(visitor_sees(v, "Исправьте 1"));
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 0);
	visitor_free(v);
}

/* The form's faults and the domain's come in one answer. */
static void test_register__all_faults_at_once(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX] = { 0 };
	size_t n = visitor_form(form);
	pair_of(form, "birth")->value = STR("x");
	pair_of(form, "passport")->value = STR("1");
	pair_of(form, "password")->value = STR("short");
	assert_int_equal(visitor_post(v, "/register", form, n), 422);
	assert_true(marked(v, "birth") && marked(v, "passport") && marked(v, "password"));
	assert_true(str_eq(visitor_field(v, "birth"), STR("x")));
	assert_true(str_eq(visitor_field(v, "street"), STR("Садовая")));
	assert_true(visitor_sees(v, "name=\"consent\" value=\"yes\" checked"));
	visitor_free(v);
}

static void test_register__what_is_typed_never_runs(void **state)
{
	static const char *const hostile[] = {
		"\"><script>alert(1)</script>",
		"'><img src=x onerror=alert(1)>",
		"</textarea><script>alert(1)</script>",
		"</title><svg/onload=alert(1)>",
		"{{ x }}{% end %}&quot;&#34;",
		"\" autofocus onfocus=\"alert(1)",
		"javascript:alert(1)//",
	};
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	for (size_t h = 0; h < COUNT(hostile); h++) {
		struct http_pair form[VISITOR_FORM_MAX] = { 0 };
		size_t n = visitor_form(form);
		for (size_t i = 0; i < n; i++)
			form[i].value = str_c(hostile[h]);
		assert_int_equal(visitor_post(v, "/register", form, n), 422);
		assert_false(visitor_sees(v, "<script>alert") || visitor_sees(v, "<img src=x") ||
			     visitor_sees(v, "<svg/") || visitor_sees(v, "\" autofocus onfocus"));
		for (size_t i = 0; i < n; i++) {
			struct str back = visitor_field(v, form[i].name.p);
			bool shown = !str_eq(form[i].name, STR("password")) &&
				     !str_eq(form[i].name, STR("consent"));
			if (shown && !str_eq(back, str_c(hostile[h])))
				fail_msg("%s: «%.*s»", form[i].name.p, (int)back.n, back.p);
		}
		assert_int_equal(visitor_field(v, "password").n, 0);
	}
	visitor_free(v);
}

/* What was accepted as a name is escaped on every page that shows it. */
static void test_register__a_name_from_the_store_never_runs(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	static const char *const targets[] = { "/home", "/history", "/profile", "/help" };
	kit_sql(k, "UPDATE subscriber SET family = '<script>alert(1)</script>', "
		   "given = '\"><img src=x onerror=alert(1)>', patronymic = '<b>', city = '<i>', "
		   "email = '\"><script>alert(1)</script>'");
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_int_equal(visitor_get(v, targets[i]), 200);
		assert_true(visitor_sees(v, "&lt;img src=x"));
		assert_false(visitor_sees(v, "<script>alert") || visitor_sees(v, "<img src=x") ||
			     visitor_sees(v, "<b>\n") || visitor_sees(v, "<i>"));
	}
	visitor_free(v);
}

/* Fields that are no fields of the form change nothing (mass assignment). */
static void test_register__other_fields_are_ignored(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	kit_issue(k, 2);
	struct http_pair form[VISITOR_FORM_MAX + 4] = { 0 };
	size_t n = visitor_form(form);
	form[n++] = (struct http_pair){ STR("number_id"), STR("2") };
	form[n++] = (struct http_pair){ STR("subscriber_id"), STR("7") };
	form[n++] = (struct http_pair){ STR("epoch"), STR("9") };
	form[n++] = (struct http_pair){ STR("balance_kop"), STR("100000") };
	assert_int_equal(visitor_post(v, "/register", form, n), 303);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM subscriber WHERE number_id = 1 AND epoch = 1"),
		1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber WHERE number_id = 2"), 0);
	assert_int_equal(kit_number(k, "SELECT balance_kop FROM account WHERE id = 1001"), 0);
	visitor_free(v);
}

/* Led out with a reason, and not back to an empty form. */
static void must_be_told(struct visitor *v)
{
	assert_true(visitor_at(v, "/?late=1"));
	assert_int_equal(visitor_get(v, "/?late=1"), 200);
	assert_true(visitor_sees(v, "Этот номер уже зарегистрирован"));
	visitor_free(v);
}

/* The card was taken back while the form was open. With faults or without: an answer, no crash. */
static void test_register__too_late(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	kit_sql(k, "UPDATE sim SET state = 'retired' WHERE id = 1");
	assert_int_equal(send(v, "birth", "x"), 303);
	must_be_told(v);
	v = visitor_first(k, 2);
	kit_sql(k, "UPDATE sim SET state = 'retired' WHERE id = 2");
	assert_int_equal(send(v, NULL, NULL), 303);
	must_be_told(v);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 0);
}

static void test_register__twice(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	char token[64];
	snprintf(token, sizeof(token), "%s", visitor_cookie(v, "__Host-kabinet"));
	char csrf[sizeof(v->csrf)];
	memcpy(csrf, v->csrf, sizeof(csrf));
	assert_int_equal(send(v, NULL, NULL), 303);
	char full[64];
	snprintf(full, sizeof(full), "%s", visitor_cookie(v, "__Host-kabinet"));
	/* The second press went out with the old cookie: it is asked to sign in, and nothing is
	 * made twice. */
	visitor_set_cookie(v, "__Host-kabinet", token);
	memcpy(v->csrf, csrf, sizeof(csrf));
	assert_int_equal(send(v, NULL, NULL), 403);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 1);
	/* With the new cookie it is led home. */
	visitor_set_cookie(v, "__Host-kabinet", full);
	visitor_get(v, "/profile");
	assert_int_equal(send(v, NULL, NULL), 303);
	assert_true(visitor_at(v, "/home"));
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_register__opens_the_cabinet),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_register__##name, kit_setup_sqlite, kit_teardown)
		T(can_be_left),
		T(each_fault_is_beside_its_field),
		T(all_faults_at_once),
		T(what_is_typed_never_runs),
		T(a_name_from_the_store_never_runs),
		T(other_fields_are_ignored),
		T(too_late),
		T(twice),
#undef T
	};
	return cmocka_run_group_tests_name("web/register", tests, NULL, NULL);
}

/* S9: what a page that wants the contact phone confirmed looks like to who has not done it. No page
 * of the product does yet; here the site has two rows more. */
#include "support/sms.h"
#include "support/visitor.h"
#include "views.h"
#include "web/site.h"

#include <string.h>

#define PHONE    "9055550118"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum err locked_show(struct req *r)
{
	const struct typed_recover *typed = TYPED(r, recover);
	if (!typed)
		return E_NOMEM;
	struct web_recover recover = { .login = typed->login };
	struct out o = web_out(r);
	v_recover_show(&o, .page = &r->page, .recover = &recover);
	return OK;
}

static enum err locked_send(struct req *r)
{
	return web_redirect(r, STR("/home?sent=1"));
}

static const struct route locked[] = {
	{ .method = HTTP_GET,
	  .path = { "/locked", 7 },
	  .handler = locked_show,
	  .access = ACCESS_CONFIRMED,
	  .lane = ROUTE_READ,
	  .name = "locked_show" },
	{ .method = HTTP_POST,
	  .path = { "/locked", 7 },
	  .handler = locked_send,
	  .access = ACCESS_CONFIRMED,
	  .lane = ROUTE_WORK,
	  .form = &form_table_recover,
	  .back = locked_show,
	  .page = { "/locked", 7 },
	  .name = "locked_send" },
};

/* The subscribers' site with these behind its own. */
struct wider {
	struct site site;
	struct route routes[256];
};

static struct site *wide_site(struct kit *k)
{
	struct wider *w = arena_alloc(k->a, sizeof(*w));
	const struct site *own = web_subscribers();
	assert_non_null(w);
	assert_true(own->routes_n + COUNT(locked) <= COUNT(w->routes));
	w->site = *own;
	memcpy(w->routes, own->routes, own->routes_n * sizeof(*own->routes));
	memcpy(w->routes + own->routes_n, locked, sizeof(locked));
	w->site.routes = w->routes;
	w->site.routes_n += COUNT(locked);
	return &w->site;
}

static struct visitor *on_wide_site(struct visitor *v)
{
	web_free(v->web);
	v->web = web_new(&v->k->app, wide_site(v->k));
	assert_non_null(v->web);
	return v;
}

static int send_locked(struct visitor *v)
{
	return POST_FORM(v, "/locked", { STR("login"), STR("9210000002") });
}

/* The page says why, sends the code, and offers another phone and what to do without an SMS. */
static void must_say_why(struct visitor *v, const char *const texts[], size_t n)
{
	assert_true(visitor_at(v, "/phone?next=/locked"));
	assert_int_equal(visitor_get(v, "/phone?next=/locked"), 200);
	for (size_t i = 0; i < n; i++) {
		if (!visitor_sees(v, texts[i]))
			fail_msg("no «%s»", texts[i]);
	}
	assert_true(visitor_sees(v, "action=\"/phone/send\""));
	assert_true(visitor_sees(v, "href=\"/phone/change\""));
	assert_true(visitor_sees(v, "href=\"tel:"));
	assert_true(str_eq(visitor_field(v, "next"), STR("/locked")));
}

static const char *const russian[] = { "Эта страница откроется после подтверждения телефона",
				       "Получить код по SMS", "Не приходит SMS?",
				       "Укажите другой контактный телефон" };
static const char *const english[] = { "This page opens once the phone is confirmed",
				       "Get a code by SMS", "The SMS does not come?",
				       "Give another contact phone" };

static void confirm(struct kit *k, struct visitor *v)
{
	assert_int_equal(POST_FORM(v, "/phone/send", { STR("next"), STR("/locked") }), 303);
	assert_int_equal(visitor_get(v, "/phone?next=/locked"), 200);
	assert_int_equal(POST_FORM(v, "/phone", { STR("code"), str_c(sms_code(k, PHONE)) },
				   { STR("next"), STR("/locked") }),
			 303);
	assert_true(visitor_at(v, "/locked"));
}

static void test_locked__says_why_and_opens_with_the_code(void **state)
{
	struct kit *k = *state;
	struct visitor *v = on_wide_site(visitor_full(k, 1));
	assert_int_equal(visitor_get(v, "/locked"), 303);
	must_say_why(v, russian, COUNT(russian));
	confirm(k, v);
	assert_int_equal(visitor_get(v, "/locked"), 200);
	assert_int_equal(send_locked(v), 303);
	assert_true(visitor_at(v, "/home?sent=1"));
	visitor_free(v);
}

static void test_locked__says_so_in_english(void **state)
{
	struct kit *k = *state;
	struct visitor *v = on_wide_site(visitor_full(k, 1));
	visitor_get(v, "/help?lang=en");
	assert_int_equal(visitor_get(v, "/locked"), 303);
	must_say_why(v, english, COUNT(english));
	visitor_free(v);
}

/* A form too, whose page was open before: nothing of it is done. */
static void test_locked__stops_a_form(void **state)
{
	struct kit *k = *state;
	struct visitor *v = on_wide_site(visitor_full(k, 1));
	visitor_get(v, "/home");
	assert_int_equal(send_locked(v), 303);
	must_say_why(v, russian, COUNT(russian));
	confirm(k, v);
	assert_int_equal(visitor_get(v, "/locked"), 200);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = NULL");
	assert_int_equal(send_locked(v), 303);
	assert_true(visitor_at(v, "/phone?next=/locked"));
	visitor_free(v);
}

/* Who is not signed in, or not registered, is led there first; always open is what S9 says. */
static void test_locked__comes_after_the_other_doors(void **state)
{
	static const char *const open[] = { "/home",  "/history", "/profile",     "/security",
					    "/phone", "/help",    "/phone/change" };
	struct kit *k = *state;
	struct visitor *nobody = on_wide_site(visitor_new(k));
	struct visitor *first = on_wide_site(visitor_first(k, 1));
	struct visitor *full = on_wide_site(visitor_full(k, 2));
	assert_int_equal(visitor_get(nobody, "/locked"), 303);
	assert_true(visitor_at(nobody, "/?next=/locked"));
	assert_int_equal(visitor_get(first, "/locked"), 303);
	assert_true(visitor_at(first, "/register"));
	for (size_t i = 0; i < COUNT(open); i++)
		assert_int_equal(visitor_get(full, open[i]), 200);
	visitor_free(full);
	visitor_free(first);
	visitor_free(nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_locked__says_why_and_opens_with_the_code),
		KIT_BOTH(test_locked__stops_a_form),
#define T(name) cmocka_unit_test_setup_teardown(test_locked__##name, kit_setup_sqlite, kit_teardown)
		T(says_so_in_english),
		T(comes_after_the_other_doors),
#undef T
	};
	return cmocka_run_group_tests_name("web/locked", tests, NULL, NULL);
}

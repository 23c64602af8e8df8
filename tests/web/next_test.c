/* Where the field `next` leads, whoever wrote it. */
#include "support/visitor.h"

static void test_next__leads_only_to_our_own_pages(void **state)
{
	static const struct {
		const char *next, *to;
	} cases[] = {
		{ "/history", "/history" },
		{ "/profile", "/profile" },
		{ "/register", "/home" },
		{ "/", "/home" },
		{ "/signout", "/home" },
		{ "/nowhere", "/home" },
		{ "https://evil.test/", "/home" },
		{ "//evil.test", "/home" },
		{ "/\\evil.test", "/home" },
		{ "/history?from=2026-01-01&to=2026-02-03&kind=payments",
		  "/history?from=2026-01-01&to=2026-02-03&kind=payments" },
		{ "/history.csv?kind=charges", "/history?kind=charges" },
		{ "/profile?", "/profile" },
		{ "/history?x=%0d%0aSet-Cookie:", "/history" },
		{ "/history?x=%0d%0a", "/history?x=%0d%0a" },
		{ "/history?x=//evil.test", "/history" },
		{ "/history?x=\\", "/history" },
		{ "/history?x=\"><b>", "/history" },
		{ "/history?x#y", "/history" },
		{ "/history?x=я", "/history" },
		{ "?/history", "/home" },
		{ "/nowhere?x=1", "/home" },
		{ "/history\tx", "/home" },
		{ "javascript:alert(1)", "/home" },
		{ "", "/home" },
	};
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		visitor_set_cookie(v, "__Host-kabinet", NULL);
		visitor_get(v, "/");
		POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
			  { STR("password"), STR(KIT_PASSWORD) },
			  { STR("next"), str_c(cases[i].next) });
		/* One with a control character is a fault of its field, not a place to go. */
		bool led = visitor_at(v, cases[i].to) || v->resp.status == 422;
		if (!led)
			fail_msg("«%s»", cases[i].next);
	}
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_next__leads_only_to_our_own_pages,
						kit_setup_sqlite, kit_teardown),
	};
	return cmocka_run_group_tests_name("web/next", tests, NULL, NULL);
}

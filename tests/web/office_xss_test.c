/* Two hundred texts that try to become markup or script, through every field that staff see: none
 * comes out of a page as anything but text. */
#include "support/colleague.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* How they get out of where they stand … */
static const char *const leaves[] = {
	"", "\"", "'", "\">", "'>", "</td>", "</title>", "-->", "]]>", "</script>",
};

/* … and what they would do then. No two are the same, so each is looked for by itself. */
static const char *const does[] = {
	"<script>alert(1)</script>",
	"<ScRiPt src=//e.test/x>",
	"<img src=x onerror=alert(1)>",
	"<svg onload=alert(1)>",
	"<svg/onload=alert(1)>",
	"<iframe src=javascript:alert(1)>",
	"<body onload=alert(1)>",
	"<details open ontoggle=alert(1)>",
	"<a href=javascript:alert(1)>x</a>",
	"<form action=//e.test><button>",
	"<base href=//e.test/>",
	"<meta http-equiv=refresh content=0>",
	"<link rel=stylesheet href=//e.test>",
	"<style>*{display:none}</style>",
	"<object data=//e.test>",
	"<math href=javascript:alert(1)>",
	"<input autofocus onfocus=alert(1)>",
	"<video><source onerror=alert(1)>",
	"\" autofocus onfocus=alert(1) x=\"",
	"' autofocus onfocus=alert(1) x='",
};

_Static_assert(COUNT(leaves) * COUNT(does) == 200, "two hundred");

static void name_them(struct kit *k, const char *login, const char *name)
{
	char doubled[256];
	size_t n = 0;
	for (const char *p = name; *p && n + 2 < sizeof(doubled); p++) {
		if (*p == '\'')
			doubled[n++] = '\'';
		doubled[n++] = *p;
	}
	doubled[n] = '\0';
	kit_sql(k, "UPDATE staff SET name = '%s' WHERE login = '%s'", doubled, login);
}

/* What may not stand in a page as it is: the tag itself. */
static void assert_text_only(struct visitor *v, const char *target, const char *what)
{
	assert_int_equal(visitor_get(v, target), 200);
	if (visitor_sees(v, what))
		fail_msg("%s: %s stands there as it is", target, what);
	assert_true(visitor_sees(v, "&lt;") || visitor_sees(v, "&#3") || visitor_sees(v, "&quot;"));
}

/* As the name of who acts and of whom it is done to, as a reason, and in a form that comes back. */
static void go_through(struct kit *k, struct visitor *v, const char *id, const char *payload,
		       const char *tag)
{
	name_them(k, "anna", payload);
	name_them(k, "boris", payload);
	assert_text_only(v, "/home", tag);
	assert_text_only(v, "/staff", tag);
	assert_int_equal(POST_FORM(v, "/staff", { STR("name"), str_c(payload) },
				   { STR("login"), str_c(payload) }, { STR("role"), STR("clerk") }),
			 422);
	assert_false(visitor_sees(v, tag));
	assert_int_equal(POST_FORM(v, "/staff/disable", { STR("id"), str_c(id) },
				   { STR("reason"), str_c(payload) }),
			 303);
	assert_text_only(v, "/audit", tag);
	assert_int_equal(POST_FORM(v, "/staff/enable", { STR("id"), str_c(id) },
				   { STR("reason"), str_c(payload) }),
			 303);
	assert_text_only(v, "/staff", tag);
}

static void test_office__shows_hostile_text_as_text(void **state)
{
	struct kit *k = *state;
	char payload[128], id[24];
	struct visitor *v = colleague_at_work(k, "anna", "administrator");
	colleague_add(k, "boris", "clerk");
	snprintf(id, sizeof(id), "%lld",
		 (long long)kit_number(k, "SELECT id FROM staff WHERE login = 'boris'"));
	assert_int_equal(visitor_get(v, "/staff"), 200);
	for (size_t i = 0; i < COUNT(leaves) * COUNT(does); i++) {
		const char *tag = does[i % COUNT(does)];
		snprintf(payload, sizeof(payload), "%s%s", leaves[i / COUNT(does)], tag);
		go_through(k, v, id, payload, tag);
		arena_reset(k->a);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit WHERE reason LIKE '%%=%%'"),
			 360);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* The same pages come from both. */
		cmocka_unit_test_setup_teardown(test_office__shows_hostile_text_as_text,
						kit_setup_sqlite, kit_teardown),
	};
	return cmocka_run_group_tests_name("web/office_xss", tests, NULL, NULL);
}

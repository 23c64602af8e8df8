/* The history by its address: periods, kinds, and the same as a file for a spreadsheet. */
#include "support/books.h"
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What the two date fields show. */
static void must_show(const struct visitor *v, const char *from, const char *to)
{
	if (!str_eq(visitor_field(v, "from"), str_c(from)) ||
	    !str_eq(visitor_field(v, "to"), str_c(to)))
		fail_msg("%.*s to %.*s, not %s to %s", (int)visitor_field(v, "from").n,
			 visitor_field(v, "from").p, (int)visitor_field(v, "to").n,
			 visitor_field(v, "to").p, from, to);
}

static void test_history__periods(void **state)
{
	/* Today is 2026-11-23: without a period the last month and this one. */
	static const struct {
		const char *query, *from, *to, *fault;
	} cases[] = {
		{ "", "2026-10-01", "2026-11-23", NULL },
		{ "?from=2026-01-31&to=2026-02-28", "2026-01-31", "2026-02-28", NULL },
		{ "?from=31.01.2026&to=28.02.2026", "2026-01-31", "2026-02-28", NULL },
		{ "?from=2026-03-01", "2026-03-01", "2026-11-23", NULL },
		{ "?to=2026-10-05", "2026-10-01", "2026-10-05", NULL },
		{ "?from=&to=", "2026-10-01", "2026-11-23", NULL },
		{ "?from=2026-05-05&to=2026-05-05", "2026-05-05", "2026-05-05", NULL },
		{ "?from=2026-01-01&to=2026-12-31", "2026-01-01", "2026-12-31", NULL },
		{ "?from=2020-02-29&to=2023-02-28", "2020-02-29", "2023-02-28", NULL },
		{ "?from=2020-02-29&to=2023-03-01", "2020-02-29", "2023-03-01",
		  "Показать можно до 3" },
		{ "?from=2000-01-01&to=2003-01-01", "2000-01-01", "2003-01-01", NULL },
		{ "?from=1900-01-01&to=2199-12-31", "1900-01-01", "2199-12-31", "Нужна дата" },
		{ "?from=2026-02-02&to=2026-02-01", "2026-02-02", "2026-02-01",
		  "Первый день позже" },
		{ "?from=2026-02-30", "2026-02-30", "2026-11-23", "Нужна дата" },
		{ "?from=x&to=%D0%BF", "x", "п", "Нужна дата" },
		{ "?from=0001-01-01&to=0001-12-31", "0001-01-01", "0001-12-31", "Нужна дата" },
		{ "?from=9999-01-01&to=9999-12-31", "9999-01-01", "9999-12-31", "Нужна дата" },
		{ "?from=9997-01-01&to=9998-12-31", "9997-01-01", "9998-12-31", "Нужна дата" },
		{ "?from=0000-01-01", "0000-01-01", "2026-11-23", "Нужна дата" },
		{ "?to=2098-12-31&from=2096-01-01", "2096-01-01", "2098-12-31", NULL },
		{ "?from=99999999999999999999", "99999999999999999999", "2026-11-23",
		  "Нужна дата" },
	};
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	char target[128];
	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(target, sizeof(target), "/history%s", cases[i].query);
		assert_int_equal(visitor_get(v, target), 200);
		must_show(v, cases[i].from, cases[i].to);
		if (cases[i].fault && !visitor_sees(v, cases[i].fault))
			fail_msg("%s: no «%s»", cases[i].query, cases[i].fault);
		assert_int_equal(visitor_sees(v, "role=\"alert\""), cases[i].fault != NULL);
		snprintf(target, sizeof(target), "/history.csv%s", cases[i].query);
		assert_int_equal(visitor_get(v, target), cases[i].fault ? 303 : 200);
	}
	visitor_free(v);
}

static void test_history__links_to_neighbours(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/history?from=2026-10-01&to=2026-11-23&kind=charges");
	assert_true(visitor_sees(
		v, "href=\"/history?from=2026-08-01&amp;to=2026-09-30&amp;kind=charges\""));
	assert_true(visitor_sees(
		v, "href=\"/history?from=2026-10-01&amp;to=2026-11-23&amp;kind=payments\""));
	assert_true(visitor_sees(
		v, "href=\"/history.csv?from=2026-10-01&amp;to=2026-11-23&amp;kind=charges\""));
	/* A link leads to a page that can be shown. */
	visitor_get(v, "/history?from=2023-11-23&to=2026-11-23");
	assert_true(visitor_sees(v, "from=2020-12-01&amp;to=2023-11-22"));
	visitor_get(v, "/history?from=2020-12-01&to=2023-11-22");
	assert_false(visitor_sees(v, "role=\"alert\""));
	visitor_get(v, "/history?from=2000-01-01&to=2000-02-29");
	assert_false(visitor_sees(v, "from=1999"));
	visitor_free(v);
}

static void post(struct kit *k, const char *key, int64_t kop, const char *title, const char *note)
{
	struct entry e = books_entry(key, 1001, kop, app_now(&k->app));
	int64_t id;
	bool fresh;
	e.title = str_c(title);
	e.note = str_c(note);
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	clock_manual_add(&k->clock, 1000);
}

static void test_history__csv(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	post(k, "a", -124960, "=HYPERLINK(\"http://evil\")", "+7");
	post(k, "b", -5, "-1", "@SUM(A1)");
	post(k, "c", 100000000, "обычный; платеж", "\"в кавычках\"");
	post(k, "d", -1, "\tcmd|' /C calc'!A0", "a=1");
	assert_int_equal(visitor_get(v, "/history.csv"), 200);
	assert_string_equal(v->resp.content_type, "text/csv; charset=utf-8");
	assert_true(str_eq(visitor_header(v, "Content-Disposition"),
			   STR("attachment; filename=\"kabinet-2026-10-01-2026-11-23.csv\"")));
	assert_true(str_eq(visitor_header(v, "Cache-Control"), STR("no-store")));
	assert_true(str_eq(visitor_header(v, "X-Content-Type-Options"), STR("nosniff")));
	assert_true(str_starts(v->text, STR("\xEF\xBB\xBF"
					    "Дата;Вид;Что;")));
	assert_true(visitor_sees(v, ";\"'=HYPERLINK(\"\"http://evil\"\")\";"));
	assert_true(visitor_sees(v, ";\"'+7\";-1249,60;"));
	assert_true(visitor_sees(v, ";\"'-1\";"));
	assert_true(visitor_sees(v, ";\"'@SUM(A1)\";-0,05;"));
	assert_true(visitor_sees(v, ";\"обычный; платеж\";"));
	assert_true(visitor_sees(v, ";\"\"\"в кавычках\"\"\";1000000,00;"));
	assert_true(visitor_sees(v, ";\"'\tcmd|' /C calc'!A0\";"));
	assert_true(visitor_sees(v, ";\"a=1\";-0,01;998750,34\r\n"));
	visitor_free(v);
}

/* Every line has its seven cells, whatever is in them. */
static void test_history__csv_keeps_its_shape(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	post(k, "a", -100, "две\nстроки", "x\"; y\"\r\n;;\"");
	post(k, "b", -100, "", "");
	assert_int_equal(visitor_get(v, "/history.csv"), 200);
	size_t cells = 1;
	size_t lines = 0;
	bool quoted = false;
	for (size_t i = 0; i < v->text.n; i++) {
		char c = v->text.p[i];
		quoted ^= c == '"';
		if (!quoted && c == ';')
			cells++;
		if (quoted || c != '\n')
			continue;
		assert_int_equal(cells, 7);
		cells = 1;
		lines++;
	}
	assert_false(quoted);
	assert_int_equal(lines, 3);
	visitor_free(v);
}

static void test_history__kinds(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	post(k, "a", -700, "списано", "");
	post(k, "b", 900, "внесено", "");
	visitor_get(v, "/history?kind=payments");
	assert_true(visitor_sees(v, "внесено") && !visitor_sees(v, "списано"));
	visitor_get(v, "/history?kind=charges");
	assert_true(!visitor_sees(v, "внесено") && visitor_sees(v, "списано"));
	visitor_get(v, "/history?kind=%3Cb%3E");
	assert_true(visitor_sees(v, "внесено") && visitor_sees(v, "списано"));
	visitor_get(v, "/history.csv?kind=charges&lang=en");
	assert_true(!visitor_sees(v, "внесено") && visitor_sees(v, "списано"));
	assert_true(visitor_sees(v, "Date;Kind;What;"));
	visitor_free(v);
}

/* Nobody sees another's movements, however they ask. */
static void test_history__is_ones_own(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	post(k, "a", -700, "чужое", "");
	const char *const targets[] = { "/home", "/history", "/history?account=1001&number=1&id=1",
					"/history.csv", "/history.csv?account_id=1001" };
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_int_equal(visitor_get(other, targets[i]), 200);
		assert_false(visitor_sees(other, "чужое"));
		visitor_get(v, targets[i]);
		assert_true(visitor_sees(v, "чужое"));
	}
	visitor_free(other);
	visitor_free(v);
}

/* What came in files says whose it was, by the name that people know, and not which file it was. */
static void test_history__sources_have_names(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct entry e = books_entry("a", 1001, -700, app_now(&k->app));
	int64_t id;
	bool fresh;
	e.source = STR("megafon:2611.csv");
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	e = books_entry("b", 1001, 900, app_now(&k->app));
	e.source = STR("robokassa:registry.csv");
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	assert_int_equal(visitor_get(v, "/history"), 200);
	assert_true(visitor_sees(v, ">МегаФон<"));
	assert_true(visitor_sees(v, ">Платежная система robokassa<"));
	assert_false(visitor_sees(v, ".csv<"));
	visitor_free(v);
}

static void test_history__what_comes_from_files_is_escaped(void **state)
{
	static const char hostile[] = "\"><script>alert(1)</script>'&<!--";
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct entry e = books_entry("a", 1001, -700, app_now(&k->app));
	int64_t id;
	bool fresh;
	e.title = e.detail = e.note = str_c(hostile);
	e.source = STR("<script>alert(1)</script>:a.csv");
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	static const char *const targets[] = { "/home", "/history" };
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_int_equal(visitor_get(v, targets[i]), 200);
		assert_false(visitor_sees(v, "<script>alert"));
		assert_false(visitor_sees(v, "<!--"));
		assert_true(visitor_sees(v, "&lt;script&gt;alert(1)"));
	}
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_history__csv),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_history__##name, kit_setup_sqlite, kit_teardown)
		T(periods),
		T(links_to_neighbours),
		T(csv_keeps_its_shape),
		T(kinds),
		T(is_ones_own),
		T(sources_have_names),
		T(what_comes_from_files_is_escaped),
#undef T
	};
	return cmocka_run_group_tests_name("web/history", tests, NULL, NULL);
}

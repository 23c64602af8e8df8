/* Forms and queries, byte by byte. */
#include "http/form.h"
#include "http/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct parsed {
	struct arena *a;
	struct http_pair *pairs;
	size_t n;
};

/* Parses a copy that ends where its memory ends, so that a sanitizer sees one byte too many. */
static enum err parse(struct parsed *p, struct str text, bool lines)
{
	p->a = arena_new(1 << 20);
	assert_non_null(p->a);
	char *copy = arena_alloc(p->a, text.n);
	assert_non_null(copy);
	memcpy(copy, text.p, text.n);
	p->n = 0;
	return http_form_parse(p->a, copy, text.n, lines, &p->pairs, &p->n);
}

static void assert_pair(const struct parsed *p, size_t i, struct str name, struct str value)
{
	assert_true(i < p->n);
	assert_true(str_eq(p->pairs[i].name, name));
	assert_true(str_eq(p->pairs[i].value, value));
}

static void assert_refused(struct str text)
{
	struct parsed p;
	assert_int_equal(parse(&p, text, true), E_INPUT);
	assert_int_equal(p.n, 0);
	arena_free(p.a);
}

static void test_form__pairs(void **state)
{
	(void)state;
	struct parsed p;
	assert_int_equal(parse(&p, STR("a=1&b+c=%D0%B6+%2b%2B&d&e=f=g"), false), OK);
	assert_int_equal(p.n, 4);
	assert_pair(&p, 0, STR("a"), STR("1"));
	assert_pair(&p, 1, STR("b c"), STR("\xd0\xb6 ++"));
	assert_pair(&p, 2, STR("d"), STR(""));
	assert_pair(&p, 3, STR("e"), STR("f=g"));
	arena_free(p.a);
}

static void test_form__nothing(void **state)
{
	(void)state;
	struct parsed p;
	assert_int_equal(parse(&p, STR(""), false), OK);
	assert_int_equal(p.n, 0);
	arena_free(p.a);
	assert_int_equal(parse(&p, STR("&&"), false), OK);
	assert_int_equal(p.n, 0);
	arena_free(p.a);
}

static void test_form__empty_pieces_are_skipped(void **state)
{
	(void)state;
	struct parsed p;
	assert_int_equal(parse(&p, STR("&a=1&&b=2&"), false), OK);
	assert_int_equal(p.n, 2);
	assert_pair(&p, 1, STR("b"), STR("2"));
	arena_free(p.a);
}

static void test_form__bad_escapes(void **state)
{
	(void)state;
	assert_refused(STR("a=%"));
	assert_refused(STR("a=%4"));
	assert_refused(STR("a=%4g"));
	assert_refused(STR("a=%g4"));
	assert_refused(STR("a=%%41"));
	assert_refused(STR("%=1"));
	assert_refused(STR("a=%4&b=1"));
	assert_refused(STR("a=%u0431"));
}

static void test_form__bad_text(void **state)
{
	(void)state;
	assert_refused(STR("a=%00"));
	assert_refused(STR("a=\0"));
	assert_refused(STR("a=%1b"));
	assert_refused(STR("a=%7f"));
	assert_refused(STR("a=%c2%80"));
	assert_refused(STR("a=%80"));
	assert_refused(STR("a=%c0%80"));
	assert_refused(STR("a=%ed%a0%80"));
	assert_refused(STR("a=%f5%80%80%80"));
	assert_refused(STR("a=%d0"));
	assert_refused(STR("a%0a=1"));
	assert_refused(STR("%ff=1"));
}

static void test_form__lines_only_where_allowed(void **state)
{
	(void)state;
	struct parsed p;
	assert_int_equal(parse(&p, STR("a=1%0D%0A%092"), true), OK);
	assert_pair(&p, 0, STR("a"), STR("1\r\n\t2"));
	arena_free(p.a);
	assert_int_equal(parse(&p, STR("a=1%0D%0A%092"), false), E_INPUT);
	arena_free(p.a);
}

static void test_form__a_name_once(void **state)
{
	(void)state;
	assert_refused(STR("a=1&a=1"));
	assert_refused(STR("a=1&b=2&%61"));
	assert_refused(STR("=1"));
	assert_refused(STR("="));
	struct parsed p;
	assert_int_equal(parse(&p, STR("a=1&A=2&a+=3"), false), OK);
	arena_free(p.a);
}

static enum err parse_many(int n)
{
	char text[2048];
	size_t used = 0;
	for (int i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "f%d=1&", i);
	struct parsed p;
	enum err e = parse(&p, (struct str){ .p = text, .n = used }, false);
	assert_int_equal(p.n, e == OK ? n : 0);
	arena_free(p.a);
	return e;
}

static void test_form__number_of_fields(void **state)
{
	(void)state;
	assert_int_equal(parse_many(HTTP_FIELDS_MAX), OK);
	assert_int_equal(parse_many(HTTP_FIELDS_MAX + 1), E_INPUT);
}

static void test_form__marks_people_paste(void **state)
{
	(void)state;
	assert_true(http_text_ok(STR("\xe2\x80\xaa+7 921\xe2\x80\xac\xef\xbb\xbf"), false));
	assert_true(http_text_ok(STR("\xf0\x9f\x98\x80"), false));
}

static void test_form__tokens(void **state)
{
	(void)state;
	assert_true(http_token_ok(STR("X-Forwarded-For")));
	assert_true(http_token_ok(STR("!#$%&'*+-.^_`|~09azAZ")));
	assert_false(http_token_ok(STR("")));
	assert_false(http_token_ok(STR("a b")));
	assert_false(http_token_ok(STR("a\0")));
	assert_false(http_token_ok(STR("\xd0\xb6")));
	assert_false(http_token_ok(STR("a:")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form__pairs),
		cmocka_unit_test(test_form__nothing),
		cmocka_unit_test(test_form__empty_pieces_are_skipped),
		cmocka_unit_test(test_form__bad_escapes),
		cmocka_unit_test(test_form__bad_text),
		cmocka_unit_test(test_form__lines_only_where_allowed),
		cmocka_unit_test(test_form__a_name_once),
		cmocka_unit_test(test_form__number_of_fields),
		cmocka_unit_test(test_form__marks_people_paste),
		cmocka_unit_test(test_form__tokens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

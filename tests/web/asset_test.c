/* Style sheet, script and pictures: one copy in each encoding, asked for once. */
#include "support/visitor.h"

#include <string.h>

#include "assets.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The address of the style sheet, as a page names it. */
static const struct asset *style(struct visitor *v)
{
	static char url[64];
	static const char mark[] = "<link rel=\"stylesheet\" href=\"";
	visitor_get(v, "/help");
	const char *at = memmem(v->text.p, v->text.n, mark, sizeof(mark) - 1);
	assert_non_null(at);
	at += sizeof(mark) - 1;
	size_t n = strcspn(at, "\"");
	assert_true(n < sizeof(url));
	memcpy(url, at, n);
	url[n] = '\0';
	const struct asset *a = asset_find(str_c(url));
	assert_non_null(a);
	return a;
}

static void test_asset__encodings(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	const struct asset *a = style(v);
	const struct {
		const char *accept;
		struct str coding, body;
	} cases[] = {
		{ "", { 0 }, a->plain },
		{ "identity", { 0 }, a->plain },
		{ "gzip", STR("gzip"), a->gzip },
		{ "gzip, deflate, br", STR("br"), a->br },
		{ "GZIP;q=1.0, BR;q=0", STR("gzip"), a->gzip },
		{ "br;q=0, gzip;q=0.000", { 0 }, a->plain },
		{ "*", STR("br"), a->br },
		{ "brotli, xgzip", { 0 }, a->plain },
	};
	assert_true(a->br.n && a->gzip.n && a->br.n < a->gzip.n && a->gzip.n < a->plain.n);
	for (size_t i = 0; i < COUNT(cases); i++) {
		v->says.accept_encoding = str_c(cases[i].accept);
		assert_int_equal(visitor_get(v, a->url.p), 200);
		if (!str_eq(v->text, cases[i].body))
			fail_msg("«%s»", cases[i].accept);
		assert_true(str_eq(visitor_header(v, "Content-Encoding"), cases[i].coding));
		assert_true(str_eq(visitor_header(v, "Vary"), STR("Accept-Encoding")));
		assert_true(str_eq(visitor_header(v, "X-Content-Type-Options"), STR("nosniff")));
		assert_true(str_eq(visitor_header(v, "Cache-Control"),
				   STR("public, max-age=31536000, immutable")));
		assert_string_equal(v->resp.content_type, "text/css; charset=utf-8");
	}
	visitor_free(v);
}

static void test_asset__not_sent_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	const struct asset *a = style(v);
	v->says.if_none_match = a->etag;
	assert_int_equal(visitor_get(v, a->url.p), 304);
	assert_int_equal(v->text.n, 0);
	assert_true(str_eq(visitor_header(v, "ETag"), a->etag));
	v->says.if_none_match = STR("\"other\"");
	assert_int_equal(visitor_get(v, a->url.p), 200);
	v->says.if_none_match = STR("*");
	assert_int_equal(visitor_head(v, a->url.p), 304);
	visitor_free(v);
}

static void test_asset__never_the_store_nor_a_cookie(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	const struct asset *a = style(v);
	int64_t before = kit_statements(k);
	assert_int_equal(visitor_get(v, a->url.p), 200);
	assert_null(visitor_header(v, "Set-Cookie").p);
	assert_int_equal(visitor_get(v, "/a/nothing.css"), 404);
	assert_int_equal(kit_statements(k), before);
	visitor_free(v);
}

static void test_asset__unknown(void **state)
{
	static const char *const paths[] = { "/a/",
					     "/a",
					     "/a/../main.c",
					     "/a//etc/passwd",
					     "/a/kabinet.css",
					     "/a/kabinet.00000000.css" };
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	for (size_t i = 0; i < COUNT(paths); i++)
		assert_int_equal(visitor_get(v, paths[i]), 404);
	const struct asset *a = style(v);
	assert_int_equal(visitor_post(v, a->url.p, NULL, 0), 404);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_asset__##name, kit_setup_sqlite, kit_teardown)
		T(encodings),
		T(not_sent_again),
		T(never_the_store_nor_a_cookie),
		T(unknown),
#undef T
	};
	return cmocka_run_group_tests_name("web/asset", tests, NULL, NULL);
}

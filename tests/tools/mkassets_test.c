/* The packer of assets from outside: names, hashes, what it leaves out, and that the look-up finds
 * all of it. */
#include "tool.h"

static void pack(struct tool *t)
{
	tool_run(t, "mkdir -p %s/gen && build/tools/mkassets %s/gen %s/assets", t->dir, t->dir,
		 t->dir);
}

static void say_map(struct tool *t)
{
	pack(t);
	assert_int_equal(t->status, 0);
	tool_run(t, "cat %s/gen/assets.map", t->dir);
}

static void test_mkassets__url_follows_content(void **state)
{
	struct tool *t = *state;
	char before[256];

	tool_write(t, "assets/css/a.css", "p { color: red; }\n");
	say_map(t);
	assert_int_equal(strncmp(t->said, "css/a.css /a/a.", 15), 0);
	assert_int_equal(strlen(t->said), strlen("css/a.css /a/a.12345678.css\n"));
	snprintf(before, sizeof before, "%.200s", t->said);
	tool_write(t, "assets/css/a.css", "/* only a comment more */\np { color: red; }\n");
	say_map(t);
	assert_string_equal(t->said, before);
	tool_write(t, "assets/css/a.css", "p { color: tan; }\n");
	say_map(t);
	assert_string_not_equal(t->said, before);
}

static void test_mkassets__lists_symbols(void **state)
{
	struct tool *t = *state;

	tool_write(t, "assets/img/i.svg",
		   "<svg><symbol id=\"one\"/>\n\t<symbol id=\"two\"/></svg>\n");
	say_map(t);
	tool_said(t, "img/i.svg#one /a/i.");
	tool_said(t, ".svg#two\n");
}

static void test_mkassets__unknown_type(void **state)
{
	struct tool *t = *state;

	tool_write(t, "assets/a.exe", "x");
	pack(t);
	assert_int_equal(t->status, 1);
	tool_said(t, "a.exe: nobody knows the type");
}

static const char program[] =
	"#include \"assets.h\"\n"
	"#include <stdio.h>\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"\tconst struct asset *a = asset_find(str_c(argv[1]));\n"
	"\tif (!a)\n\t\treturn 3;\n"
	"\tstruct str s = argc < 3 ? a->plain : argv[2][0] == 'g' ? a->gzip : a->br;\n"
	"\tif (argc > 2 && argv[2][0] == 't')\n\t\ts = str_c(a->type);\n"
	"\tif (argc > 2 && argv[2][0] == 'e')\n\t\ts = a->etag;\n"
	"\tfwrite(s.p, 1, s.n, stdout);\n"
	"\treturn 0;\n"
	"}\n";

static void build(struct tool *t)
{
	pack(t);
	assert_int_equal(t->status, 0);
	tool_write(t, "gen/main.c", program);
	tool_run(t,
		 "gcc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Werror -Isrc -I%s/gen "
		 "-o %s/run %s/gen/*.c",
		 t->dir, t->dir, t->dir);
	if (t->status)
		fail_msg("%s", t->said);
}

static void want(struct tool *t, const char *name, const char *how, const char *content)
{
	tool_run(t, "%s/run $(grep '^%s ' %s/gen/assets.map | cut -d' ' -f2) %s", t->dir, name,
		 t->dir, how);
	assert_int_equal(t->status, 0);
	assert_string_equal(t->said, content);
}

static void test_mkassets__gives_back(void **state)
{
	static const char css[] = "/* out */\n\tp::before {\n\t\tcontent: \"/* stays */\\\" /* "
				  "this too */\";\n\t}\n\n"
				  "a { color: red; }\na { color: red; }\na { color: red; }\n";
	static const char css_out[] =
		"p::before {\ncontent: \"/* stays */\\\" /* this too */\";\n}\n"
		"a { color: red; }\na { color: red; }\na { color: red; }\n";
	struct tool *t = *state;
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	tool_write(t, "assets/css/a.css", css);
	tool_write(t, "assets/js/a.js",
		   "// out\nlet a = \"// stays\"; // as does this\n  a = 'x';\n");
	tool_write_n(t, "assets/img/a.png", bytes, sizeof bytes);
	build(t);
	want(t, "css/a.css", "", css_out);
	want(t, "css/a.css", "g | gunzip", css_out);
	want(t, "css/a.css", "b | brotli -dc", css_out);
	want(t, "css/a.css", "t", "text/css; charset=utf-8");
	want(t, "js/a.js", "", "let a = \"// stays\"; // as does this\na = 'x';\n");
	want(t, "img/a.png", "g", ""); /* compressed it would be larger */
	tool_run(t,
		 "%s/run $(grep a.png %s/gen/assets.map | cut -d' ' -f2) | cmp - "
		 "%s/assets/img/a.png",
		 t->dir, t->dir, t->dir);
	assert_int_equal(t->status, 0);
	tool_run(t, "%s/run /a/a.png", t->dir);
	assert_int_equal(t->status, 3);
	tool_run(t, "%s/run ''", t->dir);
	assert_int_equal(t->status, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_mkassets__url_follows_content),
		TEST(test_mkassets__lists_symbols),
		TEST(test_mkassets__unknown_type),
		TEST(test_mkassets__gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

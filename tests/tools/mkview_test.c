/* The compiler of templates from outside: what it refuses, in which line, and what its C prints. */
#include "tool.h"

#define HEAD    "{% view x(const struct thing *t, struct str s, text label, int64_t n) %}\n"
#define INCLUDE "{% include \"thing.h\" %}\n"

static const char thing[] =
	"#include \"core/secret.h\"\n"
	"#include \"web/put.h\"\n"
	"enum colour { COLOUR_RED, COLOUR_BLUE };\n"
	"struct row { struct str name; int64_t n; bool last; };\n"
	"struct thing { struct str name; struct url url; bool on; money sum; size_t many;\n"
	"\tstruct { const struct row *v; size_t n; } rows; enum colour colour;\n"
	"\tstruct { struct str inner; } deep; char *raw; struct secret secret; };\n";

static void compile(struct tool *t, const char *view)
{
	tool_write(t, "gen/assets.map",
		   "css/a.css /a/a.1.css\nimg/icons.svg /a/i.2.svg\nimg/icons.svg#home "
		   "/a/i.2.svg#home\n");
	tool_write(t, "views/en.txt", "Привет\nHello\n\nминута|минуты|минут\nminute|minutes\n");
	tool_write(t, "gen/thing.h", thing);
	tool_write(t, "views/x.html", view);
	tool_run(t, "build/tools/mkview %s/gen %s/views", t->dir, t->dir);
}

/* --- refusals -------------------------------------------------------------- */

static const struct {
	const char *body;
	const char *says;
} refused[] = {
	{ "<{{ s }}>", "x.html:3: a value has its place" },
	{ "<b{{ s }}>", "its place in text and in quoted" },
	{ "<p class={{ s }}>", "its place in text and in quoted" },
	{ "<p class=a>", "needs double quotes" },
	{ "<p class='a'>", "needs double quotes" },
	{ "<p {{ s }}>", "its place in text and in quoted" },
	{ "<p onclick=\"x()\">", "onclick has no place" },
	{ "<p ONCLICK=\"x()\">", "onclick has no place" },
	{ "<p style=\"{{ s }}\">", "style has no place" },
	{ "<a href=\"/\" style=\"a\">", "style has no place" },
	{ "<iframe srcdoc=\"a\">", "<iframe> has no place" },
	{ "<p srcdoc=\"a\">", "srcdoc has no place" },
	{ "<style>p{}</style>", "<style> has no place" },
	{ "<script>alert(1)</script>", "without src" },
	{ "<script src=\"/a.js\">x</script>", "no code inside <script>" },
	{ "<script src=\"/a.js\">{{ s }}</script>", "its place in text and in quoted" },
	{ "<title><b></b></title>", "no elements inside <title>" },
	{ "<textarea>{{ s }}<p></textarea>", "no elements inside <textarea>" },
	{ "<!-- {{ s }} -->", "comments are" },
	{ "<!DOCTYPE svg>", "only <!DOCTYPE html>" },
	{ "<meta http-equiv=\"refresh\" content=\"0\">", "http-equiv has no place" },
	{ "<a href=\"javascript:x\">", "begins with '/', '?' or '#'" },
	{ "<a href=\"//host/\">", "another host" },
	{ "<a href=\"{{ s }}{{ s }}\">", "written {{ x | query }}" },
	{ "<a href=\"/x/{{ s }}\">", "written {{ x | query }}" },
	{ "<a href=\"{{ s | query }}\">", "comes after '?'" },
	{ "<a href=\"/{{ s | query }}\">", "comes after '?'" },
	{ "<a href=\"{% each r in t.rows %}/{% end %}\">", "no loops inside of an address" },
	{ "<p title=\"a<b\">", "is a quote missing?" },
	{ "<p title=\"a\"class=\"b\">", "white space, '/' or '>'" },
	{ "<p title=\"a", "the file ends inside <p>" },
	{ "<p", "the file ends inside <p>" },
	{ "a < b", "written &lt;" },
	{ "</b x=\"1\">", "no attribute" },
	{ "{% if t.on %}", "the block of line 3 has no {% end %}" },
	{ "{% if t.on %}<p{% end %}>", "end at different places" },
	{ "{% if t.on %}<p title=\"{% else %}<p {% end %}", "end at different places" },
	{ "{% each r in t.rows %}<p title=\"{% end %}\">", "end at different places" },
	{ "{% end %}", "nothing to end" },
	{ "{% else %}", "nothing to be else of" },
	{ "{% if t.on %}{% else %}{% else %}{% end %}", "nothing to be else of" },
	{ "{% each r in t.rows %}{% elif t.on %}{% end %}", "nothing to be else of" },
	{ "{% if %}{% end %}", "a value is wanted" },
	{ "{% if 1 %}{% end %}", "alone is no condition" },
	{ "{% if t.on && %}{% end %}", "a value is wanted" },
	{ "{% if (t.on %}{% end %}", "is wanted here, not" },
	{ "{% if t.on; 1 %}{% end %}", "is not understood" },
	{ "{{ t.name() }}", "is too much" },
	{ "{{ t.name + 1 }}", "is not understood" },
	{ "{{ t. }}", "a member's name is wanted" },
	{ "{{ q.name }}", "'q' is no parameter" },
	{ "{{ s", "'}}' is missing" },
	{ "{% if t.on", "'%}' is missing" },
	{ "{# never closed", "'#}' is missing" },
	{ "{% each t in t.rows %}{% end %}", "a new name is wanted" },
	{ "{% wobble %}", "'wobble' is no directive" },
	{ "{% icon nothing %}", "has no symbol 'nothing'" },
	{ "<p title=\"{% icon home %}\">", "in text only" },
	{ "<link href=\"{% asset css/b.css %}\">", "there is no asset 'css/b.css'" },
	{ "{% asset css/a.css %}", "in href or src only" },
	{ "{% plural n \"минута\" %}", "three forms are wanted" },
	{ "{% call y(t) %}", "there is no view 'y'" },
	{ "{% call x(t, q: 1) %}", "no parameter 'q'" },
	{ "{% call x(s: s) %}", "x needs 't'" },
	{ "{% call x(t, t) %}", "given twice" },
	{ "{% call x(t, s: \"Привет\") %}", "only parameters of the type text" },
	{ "{% call x(t, label: \"<b>\") %}", "no markup in a text" },
	{ "{% call x(t %}", "is wanted here, not" },
	{ "<p title=\"{% call x(t) %}\">", "in text only" },
	{ "<p class=\"Привет\">", "in the attribute class are not translated" },
	{ "a\001b", "a control character" },
	{ "{% if t.on %}{% body %}{% end %}", "outside of blocks" },
};

static void test_mkview__refuses(void **state)
{
	struct tool *t = *state;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		char view[1024];

		snprintf(view, sizeof view, "%s%s\n", HEAD INCLUDE, refused[i].body);
		compile(t, view);
		if (t->status != 1)
			fail_msg("taken: %s", refused[i].body);
		tool_said(t, refused[i].says);
	}
}

static const struct {
	const char *view;
	const char *says;
} heads[] = {
	{ "", "x.html:1: the first line is {% view x" },
	{ "<p>", "the first line is {% view x" },
	{ "{% view y() %}\n", "the first line is {% view x" },
	{ "{% view x( %}\n", "the first line is {% view x" },
	{ "{% view x(char *p) %}\n", "a pointer is declared like" },
	{ "{% view x(const struct a **p) %}\n", "a pointer is declared like" },
	{ "{% view x(int) %}\n", "needs a type and a name" },
	{ "{% view x(int a, int a) %}\n", "two parameters of one name" },
	{ "{% view x(int a[3]) %}\n", "a parameter is declared like" },
	{ "{% view x() %}\n{% include <a.h> %}\n", "x.html:2: write {% include" },
	{ "{% view x() %}\n{% include \"a.h\n", "'%}' is missing" },
	{ "{% view x() %}\n{% wrap nobody() %}\n", "x.html:2: there is no view 'nobody'" },
	{ "{% view x() %}\n{% wrap x() %}\n", "x cannot wrap this" },
};

static void test_mkview__refuses_heads(void **state)
{
	struct tool *t = *state;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		compile(t, heads[i].view);
		if (t->status != 1)
			fail_msg("taken: %s", heads[i].view);
		tool_said(t, heads[i].says);
	}
}

/* --- what the compiler of C refuses, in the template's line ---------------- */

static const struct {
	const char *body;
	const char *says;
} not_c[] = {
	{ "<p>\n{{ t.nmae }}", "x.html:4" },
	{ "{{ t.raw }}", "x.html:3" },
	{ "{{ t.secret }}", "x.html:3" },
	{ "{{ t.colour }}", "x.html:3" },
	{ "{{ t.url }}", "x.html:3" },
	{ "<a href=\"{{ t.name }}\">", "x.html:3" },
	{ "{{ t.name | wobble }}", "x.html:3" },
	{ "\n{% if t.deep %}{% end %}", "x.html:4" },
	{ "{% if t.on %}{{ t.name }}\n{% end %}\n{% each r in t.name %}{% end %}", "x.html:5" },
	{ "{% call x(t: t.name, s: s) %}", "x.html:3" },
};

static void syntax(struct tool *t)
{
	tool_run(t,
		 "gcc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Isrc -I%s/gen "
		 "%s/gen/views.c",
		 t->dir, t->dir);
}

static void test_mkview__compile_errors_name_the_template(void **state)
{
	struct tool *t = *state;

	for (size_t i = 0; i < sizeof not_c / sizeof *not_c; i++) {
		char view[1024];

		snprintf(view, sizeof view, "%s%s\n", HEAD INCLUDE, not_c[i].body);
		compile(t, view);
		if (t->status != 0)
			fail_msg("%s: %s", not_c[i].body, t->said);
		syntax(t);
		if (t->status == 0)
			fail_msg("compiled: %s", not_c[i].body);
		tool_said(t, not_c[i].says);
	}
}

/* --- what is printed ------------------------------------------------------- */

static const char program[] =
	"#include \"views.h\"\n"
	"#include <stdio.h>\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"\tstruct row rows[] = { { STR(\"<one>\"), 1, false }, { STR(\"two\"), 22, true } };\n"
	"\tstruct thing t = { .name = STR(\"a&b\"), .url = { STR(\"/u?a=1&b=2\") }, .on = true,\n"
	"\t\t.sum = { -124960 }, .many = 5, .rows = { rows, argc > 2 ? 0 : 2 }, .colour = "
	"COLOUR_BLUE };\n"
	"\tstruct buf b;\n"
	"\tstruct out o = { .b = &b, .lang = argv[1][0] == 'e' ? LANG_EN : LANG_RU };\n"
	"\tbuf_init(&b, 1 << 16);\n"
	"\tv_x(&o, .t = &t, .s = STR(\"\\\"'<>\"), .n = 21);\n"
	"\tfwrite(b.p, 1, b.n, stdout);\n"
	"\treturn b.err != OK;\n"
	"}\n";

static void build(struct tool *t, const char *body)
{
	char view[4096];

	snprintf(view, sizeof view, "%s%s", HEAD INCLUDE, body);
	compile(t, view);
	if (t->status != 0)
		fail_msg("%s", t->said);
	tool_write(t, "gen/main.c", program);
	tool_run(t,
		 "cd src && gcc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -g -I. -I%s/gen -o "
		 "%s/run %s/gen/main.c"
		 " %s/gen/views.c web/put.c web/put_say.c domain/say.c core/buf.c core/str.c "
		 "core/money.c"
		 " core/msisdn.c core/tstamp.c core/scan.c core/punct.c core/email.c"
		 " core/utf8.c core/arena.c -lutf8proc",
		 t->dir, t->dir, t->dir, t->dir);
	if (t->status != 0)
		fail_msg("%s", t->said);
}

static void prints(struct tool *t, const char *args, const char *want)
{
	tool_run(t, "%s/run %s", t->dir, args);
	assert_int_equal(t->status, 0);
	assert_string_equal(t->said, want);
}

static void test_mkview__prints(void **state)
{
	struct tool *t = *state;

	build(t,
	      "<p title=\"{{ s }}\">{{ t.name }} {{ t.sum }}</p>\n"
	      "<a href=\"{{ t.url }}\">a</a><a href=\"/o/{{ n | query }}?q={{ t.name | query }}#{{ "
	      "s | query }}\">b</a>\n"
	      "{# nothing\nof this #}\n"
	      "<i{% if t.on %} class=\"on{% if t.colour == COLOUR_BLUE %} blue{% end %}\"{% end %}>"
	      "{% if !t.on || (t.many > 3 && n == 21) %}yes{% else %}no{% end %}</i>\n"
	      "{% each r in t.rows %}<li>{{ r.name }}{% if !r.last %},{% end %}</li>{% else "
	      "%}<li>none</li>{% end %}\n");
	prints(t, "ru",
	       "<p title=\"&quot;&#39;&lt;&gt;\">a&amp;b −1\xc2\xa0"
	       "249,60\xc2\xa0₽</p>\n"
	       "<a href=\"/u?a=1&amp;b=2\">a</a><a href=\"/o/21?q=a%26b#%22%27%3c%3e\">b</a>\n"
	       "<i class=\"on blue\">yes</i>\n"
	       "<li>&lt;one&gt;,</li><li>two</li>\n");
	tool_run(t, "%s/run ru empty", t->dir);
	tool_said(t, "<li>none</li>");
}

static void test_mkview__speaks_both_languages(void **state)
{
	struct tool *t = *state;

	build(t, "<p aria-label=\"Привет\">\n   Привет   </p>{{ n }} {% plural n \"минута\" "
		 "\"минуты\" \"минут\" %}\n"
		 "<b>{% if label %}{{ label }}{% else %}{% call x(t, label: \"Привет\") %}{% end "
		 "%}</b>");
	tool_run(t, "%s/run en", t->dir);
	tool_said(t, "<p aria-label=\"Hello\">\nHello </p>21 minutes\n<b><p");
	tool_said(t, "<b>Hello</b></b>");
	tool_run(t, "%s/run ru", t->dir);
	tool_said(t, "<p aria-label=\"Привет\">\nПривет </p>21 минута\n<b>");
	tool_said(t, "<b>Привет</b></b>");
}

static void test_mkview__wraps(void **state)
{
	struct tool *t = *state;

	tool_write(t, "views/frame.html",
		   "{% view frame(const struct thing *t, text title) %}\n" INCLUDE
		   "<h1>{{ title }} {{ t.name }}</h1>\n{% body %}\n<hr>\n");
	build(t, "{% wrap frame(t, title: \"Привет\") %}\n<p>{{ n }}</p>\n");
	prints(t, "en", "<h1>Hello a&amp;b</h1>\n<p>21</p>\n\n<hr>\n");
}

/* --- texts ----------------------------------------------------------------- */

static void test_mkview__strict(void **state)
{
	struct tool *t = *state;

	compile(t, HEAD INCLUDE "<p>Пока</p>\n");
	assert_int_equal(t->status, 0);
	tool_said(t, "x.html:3: no English for «Пока»");
	tool_run(t, "build/tools/mkview --strict %s/gen %s/views", t->dir, t->dir);
	assert_int_equal(t->status, 1);
	tool_said(t, "en.txt:1: nobody uses «Привет»");
	tool_write(t, "views/en.txt",
		   "Пока\nBye\n\n[view x]\nПока\nSee you\n\n[view y]\nПока\nNo\n");
	tool_run(t, "build/tools/mkview %s/gen %s/views && cat %s/gen/views.c", t->dir, t->dir,
		 t->dir);
	tool_said(t, "See you");
	assert_null(strstr(t->said, "Bye"));
}

/* Of the product's own views: this is what holds en.txt complete. */
static void test_mkview__every_text_has_its_english(void **state)
{
	struct tool *t = *state;

	tool_run(t, "build/tools/mkassets %s assets && build/tools/mkview --strict %s views",
		 t->dir, t->dir);
	if (t->status != 0)
		fail_msg("%s", t->said);
}

static void test_mkview__bad_texts(void **state)
{
	static const char *const bad[][2] = {
		{ "Да\n", "en.txt:1: no English under" },
		{ "Да\n\nНет\nNo\n", "en.txt:1: no English under" },
		{ "Да\n<b>yes</b>\n", "no markup" },
		{ "Да\nYes\n\nДа\nYea\n", "en.txt:4: this text is already on line 1" },
		{ "[section]\n", "a section is written" },
	};
	struct tool *t = *state;

	compile(t, HEAD INCLUDE "");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tool_write(t, "views/en.txt", bad[i][0]);
		tool_run(t, "build/tools/mkview %s/gen %s/views", t->dir, t->dir);
		assert_int_equal(t->status, 1);
		tool_said(t, bad[i][1]);
	}
}

/* What did not change is not written: nothing is compiled again for it. */
static void test_mkview__leaves_the_unchanged_alone(void **state)
{
	struct tool *t = *state;

	compile(t, HEAD INCLUDE "<p>a</p>");
	tool_run(t, "touch -d 2001-01-01 %s/gen/views.c %s/gen/views.h", t->dir, t->dir);
	compile(t, HEAD INCLUDE "<p>b</p>");
	tool_run(t, "find %s/gen -name 'views.*' -newermt 2020-01-01 -printf '%%f '", t->dir);
	assert_string_equal(t->said, "views.c ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_mkview__refuses),
		TEST(test_mkview__refuses_heads),
		TEST(test_mkview__compile_errors_name_the_template),
		TEST(test_mkview__prints),
		TEST(test_mkview__speaks_both_languages),
		TEST(test_mkview__wraps),
		TEST(test_mkview__strict),
		TEST(test_mkview__every_text_has_its_english),
		TEST(test_mkview__bad_texts),
		TEST(test_mkview__leaves_the_unchanged_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

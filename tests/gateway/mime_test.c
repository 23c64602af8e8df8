/* Letters as bytes: what RFC 2047, 2045 and 5322 ask, and what hostile values would like. */
#include "gateway/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct str put(struct buf *b, void (*fn)(struct buf *b, struct str s), struct str s)
{
	buf_init(b, 1 << 20);
	fn(b, s);
	assert_int_equal(b->err, OK);
	return buf_str(b);
}

static void check(void (*fn)(struct buf *b, struct str s), struct str s, const char *want)
{
	struct buf b;
	struct str got = put(&b, fn, s);
	if (!str_eq(got, str_c(want)))
		fail_msg("got\n%.*s\nwant\n%s", (int)got.n, got.p, want);
	buf_done(&b);
}

static void put_subject(struct buf *b, struct str s)
{
	mime_header(b, STR("Subject"), s);
}

static void test_mime__words(void **state)
{
	(void)state;
	check(put_subject, STR("Your code"), "Subject: Your code\r\n");
	check(put_subject, STR("Код"), "Subject: =?UTF-8?B?0JrQvtC0?=\r\n");
	check(put_subject, STR("see =?UTF-8?B?eA==?="),
	      "Subject: =?UTF-8?B?c2VlID0/VVRGLTg/Qj9lQT09Pz0=?=\r\n");
}

/* Every length and place of wide characters: lines of at most 76, words of at most 75, each decodes
 * to whole code points. */
static void test_mime__words_of_every_length(void **state)
{
	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		for (size_t n = 1; n < 60; n++) {
			struct buf in;
			struct buf b;
			buf_init(&in, 4096);
			for (size_t i = 0; i < lead; i++)
				buf_c(&in, 'x');
			for (size_t i = 0; i < n; i++)
				buf_put(&in, i % 3 ? STR("ё") : STR("😀"));
			struct str rest = put(&b, put_subject, buf_str(&in));
			struct str line;
			assert_true(str_ends(rest, STR("?=\r\n")));
			while (str_cut(&rest, '\n', &line)) {
				if (line.n == 0)
					break;
				assert_in_range(line.n, 1, 77);
				assert_true(str_ends(line, STR("?=\r")));
				/* 3 bytes are 4 characters: a word that ends a code point in the
				 * middle would have a continuation byte begin the next. */
				size_t at = str_find(line, 'B') + 2;
				assert_int_equal((line.n - 3 - at) % 4, 0);
				static const char digits[] =
					"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
				const char *digit = strchr(digits, line.p[at]);
				/* The first six bits 10xxxx are the digits g to v. */
				assert_true(!digit || digit - digits < 32 || digit - digits > 47);
			}
			buf_done(&b);
			buf_done(&in);
		}
	}
}

static void test_mime__no_second_header(void **state)
{
	(void)state;
	assert_true(mime_line(STR("Обычная тема — да")));
	assert_false(mime_line(STR("a\r\nBcc: x@example.com")));
	assert_false(mime_line(STR("a\nb")));
	assert_false(mime_line(STR("a\rb")));
	assert_false(mime_line((struct str){ .p = "a\0b", .n = 3 }));
	assert_false(mime_line(STR("a\xFF")));
	assert_false(mime_line(STR("a\xE2\x80\xA8z"))); /* U+2028 */
}

static void test_mime__addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "a@b", "petrov.ivan+kabinet@mail.example.ru",
					    "o'neill@example.com", "иван@пример.рф" };
	static const char *const bad[] = { "",
					   "a",
					   "@b",
					   "a@",
					   "a@b@c",
					   "a b@c",
					   "a@b\r\nRCPT TO:<c@d>",
					   "<a@b>",
					   "a@b>",
					   "a,b@c",
					   "a@b;c",
					   "\"a\"@b",
					   "a@[127.0.0.1]" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(mime_address(str_c(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mime_address(str_c(bad[i])));
	char longest[255];
	memset(longest, 'a', sizeof(longest));
	longest[9] = '@';
	assert_true(mime_address((struct str){ .p = longest, .n = 254 }));
	assert_false(mime_address((struct str){ .p = longest, .n = 255 }));
}

static void test_mime__quoted(void **state)
{
	(void)state;
	check(mime_quoted, STR(""), "");
	check(mime_quoted, STR("plain"), "plain\r\n");
	check(mime_quoted, STR("a=b\n"), "a=3Db\r\n");
	check(mime_quoted, STR("ё\n"), "=D1=91\r\n");
	check(mime_quoted, STR("one\ntwo\r\n\nthree"), "one\r\ntwo\r\n\r\nthree\r\n");
	check(mime_quoted, STR("blank \ntab\t\n in side\n"), "blank=20\r\ntab=09\r\n in side\r\n");
	check(mime_quoted, STR(".\n..x.\n"), "=2E\r\n=2E.x.\r\n");
	check(mime_quoted, STR("a\rb\n"), "a=0Db\r\n");
	check(mime_quoted,
	      STR("1234567890123456789012345678901234567890123456789012345678901234567"
		  "89012345678\n"),
	      "123456789012345678901234567890123456789012345678901234567890123456789012345=\r\n"
	      "678\r\n");
}

static void check_lines(struct str got, size_t max)
{
	struct str line;
	while (str_cut(&got, '\n', &line)) {
		if (!got.p && line.n == 0)
			break;
		assert_true(str_ends(line, STR("\r")));
		assert_in_range(line.n, 1, max + 1);
	}
}

static void test_mime__lines_are_short(void **state)
{
	(void)state;
	char text[400];
	for (size_t n = 0; n < sizeof(text); n++) {
		for (size_t i = 0; i < n; i++)
			text[i] = "x .=\xD1\x91\t"[(i * i + n) % 7];
		struct buf b;
		check_lines(put(&b, mime_quoted, (struct str){ .p = text, .n = n }), 76);
		buf_done(&b);
		check_lines(put(&b, mime_base64, (struct str){ .p = text, .n = n }), 76);
		buf_done(&b);
	}
}

static void test_mime__base64(void **state)
{
	(void)state;
	check(mime_base64, STR(""), "");
	check(mime_base64, STR("a"), "YQ0K\r\n");
	check(mime_base64, STR("a\n"), "YQ0K\r\n");
	check(mime_base64, STR("a\r\n\nb\n"), "YQ0KDQpiDQo=\r\n");
}

static struct mime_letter sample(void)
{
	return (struct mime_letter){
		.from = STR("noreply@lk.example.ru"),
		.from_name = STR("Смарт Кард"),
		.to = STR("petrov@mail.example.ru"),
		.subject = STR("Code"),
		.text = STR("Hello\n"),
		.id = 42,
		.at = { INT64_C(1795435200000) },
		.utc_offset_min = 180,
	};
}

static void put_letter(struct buf *b, struct str unused)
{
	struct mime_letter l = sample();
	(void)unused;
	mime_letter_put(b, &l);
}

static void test_mime__letter(void **state)
{
	(void)state;
	check(put_letter, STR(""),
	      "Date: Mon, 23 Nov 2026 15:00:00 +0300\r\n"
	      "From: =?UTF-8?B?0KHQvNCw0YDRgiDQmtCw0YDQtA==?=\r\n"
	      " <noreply@lk.example.ru>\r\n"
	      "To: petrov@mail.example.ru\r\n"
	      "Subject: Code\r\n"
	      "Message-ID: <42.kabinet@lk.example.ru>\r\n"
	      "Auto-Submitted: auto-generated\r\n"
	      "X-Auto-Response-Suppress: All\r\n"
	      "MIME-Version: 1.0\r\n"
	      "Content-Type: text/plain; charset=UTF-8\r\n"
	      "Content-Transfer-Encoding: quoted-printable\r\n"
	      "\r\n"
	      "Hello\r\n");
}

static void put_twins(struct buf *b, struct str html)
{
	struct mime_letter l = sample();
	l.html = html;
	l.text = STR("Ваш код\n--=_kabinet--\n");
	l.to = STR("иван@пример.рф");
	l.utc_offset_min = -210;
	mime_letter_put(b, &l);
}

static void test_mime__twins(void **state)
{
	(void)state;
	struct buf b;
	struct str got = put(&b, put_twins, STR("<p>--=_kabinet--</p>\n--=_kabinet\n"));
	buf_c(&b, '\0');
	const char *body = strstr(got.p, "\r\n\r\n");
	assert_non_null(strstr(got.p, "Date: Mon, 23 Nov 2026 08:30:00 -0330\r\n"));
	assert_non_null(strstr(got.p, "To: undisclosed-recipients:;\r\n"));
	assert_string_equal(body, "\r\n\r\n--=_kabinet\r\n"
				  "Content-Type: text/plain; charset=UTF-8\r\n"
				  "Content-Transfer-Encoding: base64\r\n"
				  "\r\n"
				  "0JLQsNGIINC60L7QtA0KLS09X2thYmluZXQtLQ0K\r\n"
				  "\r\n--=_kabinet\r\n"
				  "Content-Type: text/html; charset=UTF-8\r\n"
				  "Content-Transfer-Encoding: quoted-printable\r\n"
				  "\r\n"
				  "<p>--=3D_kabinet--</p>\r\n--=3D_kabinet\r\n"
				  "\r\n--=_kabinet--\r\n");
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mime__words),
		cmocka_unit_test(test_mime__words_of_every_length),
		cmocka_unit_test(test_mime__no_second_header),
		cmocka_unit_test(test_mime__addresses),
		cmocka_unit_test(test_mime__quoted),
		cmocka_unit_test(test_mime__lines_are_short),
		cmocka_unit_test(test_mime__base64),
		cmocka_unit_test(test_mime__letter),
		cmocka_unit_test(test_mime__twins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

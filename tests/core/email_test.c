/* Addresses of e-mail. */
#include "core/email.h"

#include "check.h"

static void test_email__what_is_one(void **state)
{
	(void)state;
	static const char *const good[] = { "ivan@mail.ru", "o'neil+lk@lk.example.ru",
					    "иван@почта.рф", "a@b.c" };
	static const char *const bad[] = { "",          "ivan",          "@mail.ru", "ivan@",
					   "ivan@ru",   "i van@mail.ru", "a@b@c.ru", "a..b@mail.ru",
					   "a@1.2.3.4", "<a@b.ru>",      "a@-b.ru" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(email_valid(str_c(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(email_valid(str_c(bad[i])));
}

/* The protocol of mail has room for so many bytes, whatever the letters. */
static void test_email__is_as_long_as_a_path_of_smtp(void **state)
{
	(void)state;
	char text[EMAIL_BYTES_MAX + 2];
	memset(text, 'a', sizeof(text));
	text[10] = '@';
	for (size_t i = 20; i + 2 < sizeof(text); i += 50)
		text[i] = '.';
	assert_true(email_valid((struct str){ .p = text, .n = EMAIL_BYTES_MAX }));
	assert_false(email_valid((struct str){ .p = text, .n = EMAIL_BYTES_MAX + 1 }));
}

static void check_mask(const char *email, const char *want)
{
	struct buf b;
	buf_init(&b, 512);
	email_mask(&b, str_c(email));
	check_str(buf_str(&b), str_c(want));
	buf_done(&b);
}

static void test_email__mask(void **state)
{
	(void)state;
	check_mask("petrova@example.ru", "p•••@example.ru");
	check_mask("я@почта.рф", "я•••@почта.рф");
	check_mask("", "");
	check_mask("@x", "•••@x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_email__what_is_one),
		cmocka_unit_test(test_email__is_as_long_as_a_path_of_smtp),
		cmocka_unit_test(test_email__mask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

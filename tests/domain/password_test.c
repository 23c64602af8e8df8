/* The rules for passwords. */
#include "support/kit.h"

#include "domain/password.h"

static enum say_id problem(const char *typed, struct say *ret)
{
	struct arena *a = arena_new(1 << 20);
	struct iccid cards[1];
	struct password_owner owner = {
		.n_iccids = 1,
		.iccids = cards,
		.family = STR("Ли-Корсакова"),
		.given = STR("Фёдор"),
		.patronymic = STR(""),
	};
	struct secret password;
	assert_int_equal(msisdn_parse(STR("9215550123"), &owner.msisdn), OK);
	assert_int_equal(iccid_parse(STR("8970101000000484811"), &cards[0]), OK);
	assert_int_equal(password_normal(a, (struct secret){ str_c(typed) }, &password), OK);
	assert_int_equal(password_problem(a, password, &owner, ret), OK);
	arena_free(a);
	return ret->id;
}

static void test_password__rules(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		enum say_id id;
	} cases[] = {
		{ "корова на крыше", SAY_NONE },
		{ "xkcd-936-forever", SAY_NONE },
		{ "семьсемь", SAY_NONE }, /* eight letters, sixteen bytes */
		{ "семьсем", SAY_PASSWORD_SHORT },
		{ "        ", SAY_PASSWORD_SHORT },
		{ "password", SAY_PASSWORD_COMMON },
		{ "PassWord1", SAY_PASSWORD_COMMON },
		{ " password1 ", SAY_PASSWORD_COMMON },
		{ "12345678", SAY_PASSWORD_COMMON },
		{ "1q2w3e4r", SAY_PASSWORD_COMMON },
		{ "йцукенгш", SAY_PASSWORD_COMMON },  /* qwertyui */
		{ "зфыыцщкв", SAY_PASSWORD_COMMON },  /* password */
		{ "gfhjkm123", SAY_PASSWORD_COMMON }, /* пароль123 */
		{ "пароль123", SAY_PASSWORD_COMMON },
		{ "aaaaaaaa",
		  SAY_PASSWORD_COMMON }, /* such are not on the list: they have no end */
		{ "ЯЯЯЯЯЯЯЯЯЯ", SAY_PASSWORD_COMMON },
		{ "abcdefgh", SAY_PASSWORD_COMMON },
		{ "hgfedcba", SAY_PASSWORD_COMMON },
		{ "АБВГДЕЖЗ", SAY_PASSWORD_COMMON },
		{ "фисвуапр", SAY_PASSWORD_COMMON }, /* abcdefgh */
		{ "23456789", SAY_PASSWORD_COMMON },
		{ "aaaaaaab1", SAY_NONE },
		{ "9215550123", SAY_PASSWORD_OWN },
		{ "8 921555 0123", SAY_PASSWORD_OWN },
		{ "my5550123no", SAY_PASSWORD_OWN },
		{ "my-55501-no", SAY_NONE }, /* five digits of the number */
		{ "484811-sim", SAY_PASSWORD_OWN },
		{ "48114811", SAY_PASSWORD_OWN },
		{ "481148114811481", SAY_PASSWORD_OWN },
		{ "корсакова-2026", SAY_PASSWORD_OWN },
		{ "КОРСАКОВА!!", SAY_PASSWORD_OWN },
		{ "rjhcfrjdf77", SAY_PASSWORD_OWN }, /* корсакова in the Latin layout */
		{ "мой фЁдОр 1", SAY_PASSWORD_OWN },
		{ "федор и кот", SAY_PASSWORD_OWN },
		{ "лилилили-9", SAY_NONE }, /* «Ли» is too short to count */
		{ "пять\xe2\x80\xae"
		  "шесть",
		  SAY_BAD_TEXT },
		{ "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", SAY_BAD_TEXT },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct say say;
		if (problem(cases[i].typed, &say) != cases[i].id)
			fail_msg("\"%s\": %d, want %d", cases[i].typed, (int)say.id,
				 (int)cases[i].id);
	}
}

static void test_password__says_how_short_and_how_long(void **state)
{
	(void)state;
	struct say say;
	assert_int_equal(problem("семь семь"
				 "\xd0\xb8\xcc\x86", /* и with a breve, composed to й */
				 &say),
			 SAY_NONE);
	assert_int_equal(problem("abcd\xd0\xb8\xcc\x86", &say), SAY_PASSWORD_SHORT);
	assert_int_equal(say.a, 5);
	assert_int_equal(say.b, 8);
	char text[2 * 129 + 1] = "";
	for (int i = 0; i < 129; i++)
		memcpy(text + 2 * i, i % 2 ? "ж" : "ш", 3);
	assert_int_equal(problem(text, &say), SAY_PASSWORD_LONG);
	assert_int_equal(say.a, 128);
	text[2 * 128] = '\0';
	assert_int_equal(problem(text, &say), SAY_NONE);
}

static void test_password__normal_form(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct secret s;
	assert_int_equal(password_normal(a, (struct secret){ STR(" \xd0\xb8\xcc\x86  1 ") }, &s),
			 OK);
	assert_true(str_eq(s.bytes, STR("й 1")));
	assert_int_equal(password_normal(a, (struct secret){ STR("\xff ") }, &s), OK);
	assert_true(str_eq(s.bytes, STR("\xff ")));
	assert_int_equal(password_normal(a, (struct secret){ STR("") }, &s), OK);
	assert_int_equal(s.bytes.n, 0);
	arena_free(a);
}

/* Every line of the list is found, which also proves that it is sorted; its neighbours are not. */
static void test_password__finds_every_common_one(void **state)
{
	(void)state;
	static const char list[] =
#include "domain/password_common.def"
		;
	struct str rest = { .p = list, .n = sizeof(list) - 2 };
	struct str line;
	int n = 0;
	while (str_cut(&rest, '\n', &line)) {
		char more[64];
		assert_true(line.n >= 8 && line.n < sizeof(more));
		assert_true(password_common(line));
		memcpy(more, line.p, line.n);
		more[line.n] = '\x01';
		assert_false(password_common((struct str){ .p = more, .n = line.n + 1 }));
		n++;
	}
	assert_int_equal(n, 17950);
	assert_false(password_common(STR("")));
	assert_false(password_common(STR("\n")));
	assert_false(password_common(STR("!")));
	assert_false(password_common(STR("~~~~~~~~~~")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_password__rules),
		cmocka_unit_test(test_password__says_how_short_and_how_long),
		cmocka_unit_test(test_password__normal_form),
		cmocka_unit_test(test_password__finds_every_common_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

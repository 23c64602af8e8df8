/* The texts: in both languages, with the same placeholders, without what no text of ours may hold.
 */
#include "domain/say.h"

#include "core/utf8.h"
#include "support/kit.h"

static bool holds(struct str s, const char *part)
{
	return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void test_say__speaks_both_languages(void **state)
{
	(void)state;
	assert_int_equal(say_text(SAY_NONE, LANG_RU).n, 0);
	for (enum say_id id = SAY_NONE + 1; id < SAY_N; id++) {
		struct str ru = say_text(id, LANG_RU);
		struct str en = say_text(id, LANG_EN);
		assert_true(ru.n > 0 && en.n > 0);
		assert_true(utf8_clean(ru, false) && utf8_clean(en, false));
		if (holds(ru, "{a") != holds(en, "{a") || holds(ru, "{b") != holds(en, "{b"))
			fail_msg("%s", ru.p);
		if (holds(ru, "!") || holds(en, "!"))
			fail_msg("%s", ru.p);
	}
}

/* Word for word as in the threat model. */
static void test_say__refuses_sign_in_with_one_text(void **state)
{
	(void)state;
	assert_true(str_eq(say_text(SAY_SIGNIN_REFUSED, LANG_RU),
			   STR("Номер или пароль не подошли. Проверьте оба и попробуйте еще раз. "
			       "После нескольких "
			       "ошибок вход закрывается до 15 минут; пароль можно восстановить")));
}

static void test_say__keeps_the_first_fault_of_a_field(void **state)
{
	(void)state;
	struct problems p = { 0 };
	problems_add(&p, "email", (struct say){ .id = SAY_REQUIRED });
	problems_add(&p, "email", (struct say){ .id = SAY_EMAIL_FORM });
	problems_add(&p, "birth", (struct say){ .id = SAY_DATE_FORM });
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].say.id, SAY_REQUIRED);
	assert_string_equal(p.v[1].field, "birth");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_say__speaks_both_languages),
		cmocka_unit_test(test_say__refuses_sign_in_with_one_text),
		cmocka_unit_test(test_say__keeps_the_first_fault_of_a_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

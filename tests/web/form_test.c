/* Forms by their tables: what is typed, what the handler gets, what is said beside the field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/form.h"

struct fixture {
	struct arena *a;
	struct form_registration form;
	struct typed_registration typed;
	struct problems problems;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	f->a = arena_new(1 << 20);
	*state = f;
	return f->a ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_free(f->a);
	test_free(f);
	return 0;
}

static void read_one(struct fixture *f, const char *name, const char *value)
{
	const struct http_pair pair = { .name = str_c(name), .value = str_c(value) };
	assert_int_equal(form_read(&form_table_registration, f->a, &pair, 1, &f->form,
				   (struct field *)&f->typed, &f->problems),
			 OK);
	form_mark(&form_table_registration, (struct field *)&f->typed, &f->problems);
}

static void test_form__missing_fields_are_named(void **state)
{
	struct fixture *f = *state;
	read_one(f, "family", "Кравцова");
	assert_int_equal(f->typed.family.err.id, SAY_NONE);
	assert_true(str_eq(f->form.family, STR("Кравцова")));
	assert_int_equal(f->typed.given.err.id, SAY_REQUIRED);
	assert_int_equal(f->typed.patronymic.err.id, SAY_NONE);
	assert_int_equal(f->typed.building.err.id, SAY_NONE);
}

static void test_form__white_space_alone_is_missing(void **state)
{
	struct fixture *f = *state;
	read_one(f, "family", " \xC2\xA0 ");
	assert_int_equal(f->typed.family.err.id, SAY_REQUIRED);
	assert_int_equal(f->typed.family.value.n, 4); /* and stays as it was typed */
}

static void test_form__a_bad_date_keeps_what_was_typed(void **state)
{
	struct fixture *f = *state;
	read_one(f, "birth", "31.02.1985");
	assert_int_equal(f->typed.birth.err.id, SAY_DATE_NONE);
	assert_true(str_eq(f->typed.birth.value, STR("31.02.1985")));
	assert_int_equal(f->form.birth.year, 0);
}

static void test_form__a_short_phone_is_counted(void **state)
{
	struct fixture *f = *state;
	read_one(f, "contact_phone", "921 555-01-2");
	assert_int_equal(f->typed.contact_phone.err.id, SAY_PHONE_DIGITS);
	assert_int_equal(f->typed.contact_phone.err.a, 9);
}

static void test_form__a_phone_in_any_form(void **state)
{
	struct fixture *f = *state;
	read_one(f, "contact_phone", "+7 (921) 555-01-23");
	assert_int_equal(f->typed.contact_phone.err.id, SAY_NONE);
	assert_true(str_eq(msisdn_str(&f->form.contact_phone), STR("9215550123")));
}

static void test_form__a_secret_is_never_given_back(void **state)
{
	struct fixture *f = *state;
	read_one(f, "password", " четыре слова подряд ");
	assert_int_equal(f->typed.password.value.n, 0);
	assert_true(str_eq(f->form.password.bytes, STR(" четыре слова подряд ")));
}

/* What a phone book copies around a number is no fault of who pastes it; in the middle it is shown
 * as one. */
static void test_form__marks_that_nobody_sees_count_as_blanks_at_the_ends(void **state)
{
	struct fixture *f = *state;
	read_one(f, "contact_phone", "\xE2\x80\xAA+7 921 123-45-67\xE2\x80\xAC");
	assert_int_equal(f->typed.contact_phone.err.id, SAY_NONE);
	assert_true(str_eq(f->typed.contact_phone.value, STR("+7 921 123-45-67")));
	f->problems.n = 0;
	read_one(f, "family", "\xEF\xBB\xBFКравцова");
	assert_int_equal(f->typed.family.err.id, SAY_NONE);
	read_one(f, "family", "Крав\xE2\x80\xAEцова");
	assert_int_equal(f->typed.family.err.id, SAY_BAD_TEXT);
}

static void test_form__broken_text_is_refused_and_not_shown(void **state)
{
	struct fixture *f = *state;
	read_one(f, "family", "\xC3\x28");
	assert_int_equal(f->typed.family.err.id, SAY_BAD_TEXT);
	assert_int_equal(f->typed.family.value.n, 0);
	assert_int_equal(f->form.family.n, 0);
}

static void test_form__too_long_says_how_much_fits(void **state)
{
	struct fixture *f = *state;
	char text[200];
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	read_one(f, "family", text);
	assert_int_equal(f->typed.family.err.id, SAY_TOO_LONG);
	assert_int_equal(f->typed.family.err.a, 60);
}

static void test_form__length_is_counted_in_characters(void **state)
{
	struct fixture *f = *state;
	static const char letter[] = "\xF0\x9D\x92\x9C"; /* four bytes */
	char text[4 * 60 + 2];
	for (int i = 0; i < 60; i++)
		memcpy(text + 4 * i, letter, 5);
	read_one(f, "family", text);
	assert_int_equal(f->typed.family.err.id, SAY_NONE);
	memcpy(text + 4 * 60, "a", 2);
	f->problems.n = 0;
	read_one(f, "family", text);
	assert_int_equal(f->typed.family.err.id, SAY_TOO_LONG);
}

/* The passport has it on several lines, and who types it presses Enter. */
static void test_form__line_breaks_of_an_area_are_blanks(void **state)
{
	struct fixture *f = *state;
	read_one(f, "passport_by", " ГУ МВД\r\n  по СПб\n");
	assert_int_equal(f->typed.passport_by.err.id, SAY_NONE);
	assert_true(str_eq(f->form.passport_by, STR("ГУ МВД по СПб")));
	f->problems.n = 0;
	read_one(f, "family", "Крав\nцова");
	assert_int_equal(f->typed.family.err.id, SAY_BAD_TEXT);
}

static void test_form__kept_without_secrets_and_read_again(void **state)
{
	struct fixture *f = *state;
	const struct http_pair pairs[] = {
		{ STR("family"), STR("Д'Артаньян & Ко=1") },
		{ STR("passport_by"), STR("ГУ МВД\r\nпо СПб") },
		{ STR("password"), STR("secret words here") },
	};
	struct str kept;
	assert_int_equal(form_read(&form_table_registration, f->a, pairs, 3, &f->form,
				   (struct field *)&f->typed, &f->problems),
			 OK);
	assert_int_equal(
		form_keep(&form_table_registration, f->a, (struct field *)&f->typed, &kept), OK);
	assert_null(memmem(kept.p, kept.n, "secret", 6));
	assert_true(str_starts(kept, STR("family=%D0%94%27")));
	assert_non_null(memmem(kept.p, kept.n, "%0D%0A", 6));
	assert_null(memchr(kept.p, '"', kept.n));
}

static void test_form__a_tick_and_an_id(void **state)
{
	struct fixture *f = *state;
	read_one(f, "consent", "on");
	assert_true(f->form.consent);
	const struct form_field field = {
		.name = STR("id"), .type = FORM_ID, .max_chars = 20, .required = true
	};
	const struct form form = { .fields = &field, .n = 1, .size = sizeof(int64_t) };
	int64_t id = 0;
	struct field typed;
	const struct http_pair pair = { STR("id"), STR("-5") };
	struct problems problems = { 0 };
	assert_int_equal(form_read(&form, f->a, &pair, 1, &id, &typed, &problems), OK);
	assert_int_equal(problems.n, 1);
	assert_int_equal(id, 0);
	const struct http_pair good = { STR("id"), STR("17") };
	assert_int_equal(form_read(&form, f->a, &good, 1, &id, &typed, &problems), OK);
	assert_int_equal(problems.n, 1);
	assert_int_equal(id, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_form__##name, setup, teardown)
		T(missing_fields_are_named),
		T(white_space_alone_is_missing),
		T(a_bad_date_keeps_what_was_typed),
		T(a_short_phone_is_counted),
		T(a_phone_in_any_form),
		T(a_secret_is_never_given_back),
		T(marks_that_nobody_sees_count_as_blanks_at_the_ends),
		T(broken_text_is_refused_and_not_shown),
		T(too_long_says_how_much_fits),
		T(length_is_counted_in_characters),
		T(line_breaks_of_an_area_are_blanks),
		T(kept_without_secrets_and_read_again),
		T(a_tick_and_an_id),
#undef T
	};
	return cmocka_run_group_tests_name("web/form", tests, NULL, NULL);
}

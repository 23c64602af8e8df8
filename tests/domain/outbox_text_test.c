/* The texts of messages: what they say with the settings as they come, and that the longest of
 * each stays within the parts that were counted when it was compiled. */
#include <stdlib.h>

#include "core/utf8.h"
#include "domain/outbox_text.h"
#include "support/kit.h"

struct text {
	struct config conf;
	struct arena *a;
};

static int set_up(void **state)
{
	struct text *t = calloc(1, sizeof(*t));
	config_default(&t->conf);
	t->a = arena_new(1 << 20);
	*state = t;
	return t->a ? 0 : -1;
}

static int tear_down(void **state)
{
	struct text *t = *state;
	arena_free(t->a);
	free(t);
	return 0;
}

/* 23.11.2026, 15:00 in St Petersburg. */
static struct message_args all_args(void)
{
	return (struct message_args){ .code = "40718293",
				      .number = { "9215550123" },
				      .at = { KIT_NOW_MS },
				      .has_token = true,
				      .token = "sixteen bytes ok" };
}

static struct outbox_text render(struct text *t, enum message_id id, enum outbox_kind kind,
				 enum lang lang)
{
	struct outbox_text ret;
	const struct message_args args = all_args();
	const struct message_form *form = message_form(id, kind, lang);
	assert_non_null(form);
	assert_int_equal(outbox_text(&t->conf, t->a, form, &args, &ret), OK);
	return ret;
}

static void check_sms(struct text *t, enum message_id id, enum lang lang, const char *want)
{
	struct outbox_text got = render(t, id, OUTBOX_SMS, lang);
	assert_string_equal(got.text.p, want);
	assert_int_equal(got.subject.n + got.html.n, 0);
}

static size_t units(struct str s)
{
	size_t n = 0;
	for (int32_t cp; utf8_next(&s, &cp);)
		n += cp > 0xffff ? 2 : 1;
	return n;
}

static int parts(struct str s)
{
	size_t n = units(s);
	return n <= 70 ? 1 : (int)((n + 66) / 67);
}

static void test_outbox_text__says(void **state)
{
	struct text *t = *state;
	check_sms(t, MESSAGE_RECOVERY_CODE, LANG_RU,
		  "Смарт Кард: код для нового пароля 40718293. Никому не сообщайте код");
	check_sms(t, MESSAGE_RECOVERY_CODE, LANG_EN,
		  "Смарт Кард: your code for a new password is 40718293. Tell it to nobody");
	check_sms(t, MESSAGE_PASSWORD_CHANGED, LANG_RU,
		  "Смарт Кард: 23.11 в 15:00 сменен пароль кабинета +7\u00a0921\u00a0•••-••-23. "
		  "Это не вы? "
		  "Звоните 8-800-222-05-00");
	t->conf.http_origin = STR("https://lk.example.ru");
	check_sms(t, MESSAGE_PHONE_CHANGE_OLD, LANG_RU,
		  "Смарт Кард: новый контактный телефон с 23.11, 15:00. Отмена: "
		  "https://lk.example.ru/c?t=c2l4dGVlbiBieXRlcyBvaw");
}

/* A code costs one SMS. */
static void test_outbox_text__codes_are_one_part(void **state)
{
	struct text *t = *state;
	static const enum message_id codes[] = { MESSAGE_RECOVERY_CODE, MESSAGE_FIRST_CODE,
						 MESSAGE_PHONE_CODE };
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(parts(render(t, codes[i], OUTBOX_SMS, LANG_RU).text), 1);
}

static void test_outbox_text__stays_within_the_parts_counted(void **state)
{
	struct text *t = *state;
	t->conf.operator_short_name = STR("Шестнадцать букв");
	t->conf.operator_support_phone = STR("8-800-222-05-00 д.123");
	t->conf.operator_support_phone.n = 20;
	t->conf.http_origin = STR("https://cabinet.operator-svyazi.example1");
	assert_int_equal(units(t->conf.operator_short_name), 16);
	assert_int_equal(t->conf.http_origin.n, 40);
	for (enum message_id id = 0; id < MESSAGE_N; id++) {
		for (enum lang lang = 0; lang < LANG_N; lang++) {
			const struct message_form *form = message_form(id, OUTBOX_SMS, lang);
			if (!form)
				continue;
			struct outbox_text got = render(t, id, OUTBOX_SMS, lang);
			if (parts(got.text) > form->parts_max)
				fail_msg("%s: %zu units", message_name(id).p, units(got.text));
		}
	}
}

static void test_outbox_text__every_message_has_a_form_in_both_languages(void **state)
{
	(void)state;
	for (enum message_id id = 0; id < MESSAGE_N; id++) {
		bool any = false;
		for (enum outbox_kind kind = 0; kind < OUTBOX_KIND_N; kind++) {
			bool ru = message_form(id, kind, LANG_RU) != NULL;
			assert_int_equal(ru, message_form(id, kind, LANG_EN) != NULL);
			any |= ru;
		}
		assert_true(any);
	}
}

static bool holds(struct str s, const char *what)
{
	return memmem(s.p, s.n, what, strlen(what)) != NULL;
}

static void test_outbox_text__letters_say_the_same_twice(void **state)
{
	struct text *t = *state;
	t->conf.operator_short_name = STR("<Связь & Ко>");
	struct outbox_text got = render(t, MESSAGE_EMAIL_CONFIRM, OUTBOX_MAIL, LANG_RU);
	assert_string_equal(got.subject.p, "Подтвердите адрес почты");
	assert_true(holds(got.text, "\n\nhttp://127.0.0.1:8080/e?t=c2l4dGVlbiBieXRlcyBvaw\n\n"));
	assert_true(holds(got.text, "<Связь & Ко>, поддержка"));
	assert_true(holds(got.html, "<title>Подтвердите адрес почты</title>"));
	assert_true(holds(got.html,
			  "<a href=\"http://127.0.0.1:8080/e?t=c2l4dGVlbiBieXRlcyBvaw\">http"));
	assert_true(holds(got.html, "&#60;Связь &#38; Ко&#62;, поддержка"));
	assert_false(holds(got.html, "<Связь"));
}

/* A link that leads nowhere is not sent. */
static void test_outbox_text__needs_an_origin_for_a_link(void **state)
{
	struct text *t = *state;
	struct outbox_text got;
	const struct message_args args = all_args();
	t->conf.http_listen = STR("unix:/run/kabinet.sock");
	assert_int_equal(outbox_text(&t->conf, t->a,
				     message_form(MESSAGE_PHONE_CHANGE_OLD, OUTBOX_SMS, LANG_RU),
				     &args, &got),
			 E_INPUT);
	assert_int_equal(outbox_text(&t->conf, t->a,
				     message_form(MESSAGE_RECOVERY_CODE, OUTBOX_SMS, LANG_RU),
				     &args, &got),
			 OK);
}

int main(void)
{
#define TEXT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEXT(test_outbox_text__says),
		TEXT(test_outbox_text__codes_are_one_part),
		TEXT(test_outbox_text__stays_within_the_parts_counted),
		TEXT(test_outbox_text__every_message_has_a_form_in_both_languages),
		TEXT(test_outbox_text__letters_say_the_same_twice),
		TEXT(test_outbox_text__needs_an_origin_for_a_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

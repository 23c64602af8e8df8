/* The e-mail address as a browser sees it, and the links as whoever reads the mail does. */
#include <stdio.h>

#include "support/sms.h"
#include "support/visitor.h"

#define OWN "anna@example.ru" /* of kit_registration() */
#define NEW "anna.new@example.ru"

static struct visitor *begin(struct kit *k)
{
	k->conf.http_origin = STR("http://lk.test");
	k->conf.mail_gateway = STR("log");
	return visitor_full(k, 1);
}

static void be_fresh(struct kit *k)
{
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	kit_sql(k, "UPDATE session SET reauth_ms = %lld", (long long)app_now(&k->app).ms);
}

static const char *link_in(struct kit *k, const char *path, const char *address, char target[64])
{
	enum message_id text;
	struct message_args args = letter_last(k, address, &text);
	snprintf(target, 64, "%s?t=%s", path, message_link(k, &args));
	return target;
}

static int press(struct visitor *v, const char *path)
{
	return POST_FORM(v, path, { STR("t"), visitor_field(v, "t") });
}

static void test_email__is_confirmed_from_the_profile(void **state)
{
	struct kit *k = *state;
	char target[64];
	struct visitor *v = begin(k);
	struct visitor *reader = visitor_new(k); /* the mail is read elsewhere */
	assert_int_equal(visitor_get(v, "/profile"), 200);
	assert_true(visitor_sees(v, "Не подтверждена"));
	assert_int_equal(visitor_post(v, "/email/send", NULL, 0), 303);
	assert_true(visitor_at(v, "/profile?done=email-sent"));
	for (int i = 0; i < 2; i++) { /* to look at it confirms nothing */
		assert_int_equal(visitor_get(reader, link_in(k, "/e", OWN, target)), 200);
		assert_true(visitor_sees(reader, "a•••@example.ru"));
		assert_false(visitor_sees(reader, OWN));
	}
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "Не подтверждена"));
	visitor_get(reader, target);
	assert_int_equal(press(reader, "/e"), 303);
	assert_true(visitor_at(reader, "/e?done=1"));
	visitor_get(reader, "/e?done=1");
	assert_true(visitor_sees(reader, "Почта подтверждена"));
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "Подтверждена"));
	assert_int_equal(visitor_get(reader, target), 200);
	assert_true(visitor_sees(reader, "больше не действует"));
	assert_int_equal(visitor_get(reader, "/e?t=%22%3E%3Cscript%3E"), 200);
	assert_false(visitor_sees(reader, "<script>"));
	visitor_free(reader);
	visitor_free(v);
}

static void test_email__a_letter_asked_too_often_says_when(void **state)
{
	struct kit *k = *state;
	struct visitor *v = begin(k);
	struct visitor *other = visitor_full(k, 2); /* with the same address */
	visitor_post(v, "/email/send", NULL, 0);
	visitor_post(v, "/email/send", NULL, 0);
	assert_true(visitor_at(v, "/profile?done=email-sent")); /* pressed twice */
	assert_int_equal(visitor_post(other, "/email/send", NULL, 0), 429);
	assert_true(visitor_sees(other, "Письмо не отправлено"));
	assert_int_equal(letter_count(k, OWN), 1);
	visitor_free(other);
	visitor_free(v);
}

static int ask(struct visitor *v, const char *to, const char *password)
{
	assert_int_equal(visitor_get(v, "/email"), 200);
	return POST_FORM(v, "/email", { STR("email"), str_c(to) }, { STR("now"), str_c(password) });
}

/* A8, A9: not by an open session alone, not by the password alone, and not within the day. */
static void test_email__is_changed_with_a_day_of_hold(void **state)
{
	struct kit *k = *state;
	char target[64];
	struct visitor *v = begin(k);
	struct visitor *reader = visitor_new(k);
	assert_int_equal(visitor_get(v, "/email"), 303);
	assert_true(visitor_at(v, "/reauth?next=/email"));
	be_fresh(k);
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = 1");
	assert_int_equal(ask(v, "anna@", KIT_PASSWORD), 422);
	assert_true(str_eq(visitor_field(v, "email"), STR("anna@")));
	assert_false(visitor_sees(v, KIT_PASSWORD));
	assert_int_equal(ask(v, NEW, "не тот пароль"), 422);
	assert_true(visitor_sees(v, "id=\"now-e\""));
	assert_int_equal(ask(v, NEW, KIT_PASSWORD), 303);
	visitor_get(reader, link_in(k, "/e", NEW, target));
	assert_int_equal(press(reader, "/e"), 303);
	assert_true(visitor_at(reader, "/e?done=held"));
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, "24\u00a0ноября, 15:00"));
	visitor_get(v, "/email");
	assert_true(visitor_at(v, "/profile")); /* one at a time */
	visitor_get(reader, link_in(k, "/m", OWN, target));
	assert_true(visitor_sees(reader, "a•••@example.ru"));
	assert_int_equal(press(reader, "/m"), 303);
	assert_true(visitor_at(reader, "/m?done=1"));
	assert_int_equal(visitor_get(v, "/profile"), 303); /* signed out */
	visitor_get(reader, target);
	assert_true(visitor_sees(reader, "больше не действует"));
	visitor_free(reader);
	visitor_free(v);
}

static void test_email__is_given_up(void **state)
{
	struct kit *k = *state;
	struct visitor *v = begin(k);
	be_fresh(k);
	visitor_get(v, "/email");
	const struct http_pair remove = { STR("remove"), STR("1") };
	assert_int_equal(POST_FORM(v, "/email", { STR("now"), STR("не тот пароль") }, remove), 422);
	assert_int_equal(POST_FORM(v, "/email", { STR("now"), STR(KIT_PASSWORD) }, remove), 303);
	visitor_get(v, "/profile?done=email-removed");
	assert_true(visitor_sees(v, "Почта удалена"));
	assert_false(visitor_sees(v, OWN));
	visitor_free(v);
}

static void test_email__nothing_is_offered_where_no_letters_go(void **state)
{
	struct kit *k = *state;
	struct visitor *v = begin(k);
	k->conf.mail_gateway = STR("none");
	be_fresh(k);
	visitor_get(v, "/profile");
	assert_true(visitor_sees(v, OWN));
	assert_false(visitor_sees(v, "/email"));
	visitor_get(v, "/email");
	assert_true(visitor_at(v, "/profile"));
	visitor_get(v, "/help");
	assert_false(visitor_sees(v, "почту"));
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_email__is_confirmed_from_the_profile),
		KIT_BOTH(test_email__a_letter_asked_too_often_says_when),
		KIT_BOTH(test_email__is_changed_with_a_day_of_hold),
		KIT_BOTH(test_email__is_given_up),
		KIT_BOTH(test_email__nothing_is_offered_where_no_letters_go),
	};
	return cmocka_run_group_tests_name("web/email", tests, NULL, NULL);
}

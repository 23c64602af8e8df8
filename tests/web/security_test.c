/* «Безопасность» as a browser sees it: the sessions of oneself and of others, what has happened,
 * and the notices that went out. */
#include "domain/outbox.h"
#include "support/sms.h"
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define PHONE "9055550118" /* of kit_registration() */
#define MASKED                                                                                     \
	"+7\xc2\xa0"                                                                               \
	"905\xc2\xa0•••-••-18"
#define IPHONE "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"

/* Signs in again, as another browser. */
static struct visitor *again(struct kit *k, int n, const char *agent)
{
	struct kit_person p = kit_person(n);
	struct visitor *v = visitor_new(k);
	v->says.user_agent = str_c(agent);
	assert_int_equal(visitor_signin(v, p.msisdn, KIT_PASSWORD), 303);
	assert_int_equal(visitor_get(v, "/security"), 200);
	return v;
}

static bool inside(struct visitor *v)
{
	return visitor_get(v, "/home") == 200;
}

static bool at_security(struct visitor *v)
{
	return visitor_get(v, "/security") == 200;
}

/* --- the sessions ---------------------------------------------------------- */

static int end_session(struct visitor *v, struct str id)
{
	visitor_get(v, "/security");
	return POST_FORM(v, "/security/sessions/end", { STR("id"), id });
}

static void test_security__sessions(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *phone =
		again(k, 1, "Mozilla/5.0 (Linux; Android 13; K) Chrome/150.0 Mobile");
	visitor_get(v, "/security");
	assert_true(visitor_sees(v, "Android, Chrome"));
	struct str id; /* of the other one: the current has no button */
	assert_int_equal(arena_str(k->a, visitor_field(v, "id"), &id), OK);
	assert_int_equal(end_session(v, id), 303);
	assert_true(visitor_at(v, "/security?session=1"));
	/* Pressed twice, or it had ended by itself while the page was open: what was asked is so.
	 */
	assert_int_equal(end_session(v, id), 303);
	assert_true(visitor_at(v, "/security?session=1"));
	visitor_get(v, "/security?session=1");
	assert_true(visitor_sees(v, "Сеанс на том устройстве закончен"));
	assert_null(visitor_field(v, "id").p);
	assert_false(inside(phone));
	assert_true(inside(v));
	visitor_free(phone);
	visitor_free(v);
}

static void test_security__others_end_together(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_full(k, 2);
	struct visitor *others[] = { again(k, 1, "a"), again(k, 1, "b") };
	visitor_get(v, "/security");
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 303);
	assert_true(inside(v));
	assert_true(inside(stranger));
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(inside(others[i]));
		visitor_free(others[i]);
	}
	visitor_free(stranger);
	visitor_free(v);
}

static struct str id_of(struct kit *k, int64_t number)
{
	char text[32];
	struct str id;
	int64_t n = kit_number(k, "SELECT id FROM session WHERE number_id = %d", (int)number);
	snprintf(text, sizeof(text), "%lld", (long long)n);
	assert_int_equal(arena_str(k->a, str_c(text), &id), OK);
	return id;
}

/* threat-model.md, rule 6: what is somebody else's looks like what is not there. */
static void test_security__the_session_of_another_is_out_of_reach(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	struct visitor *second = again(k, 2, "a");
	struct visitor *first = visitor_first(k, 3);
	struct str theirs; /* as their own page names it */
	visitor_get(second, "/security");
	assert_int_equal(arena_str(k->a, visitor_field(second, "id"), &theirs), OK);
	struct str ids[] = { STR("123456789"), id_of(k, 3), theirs };
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_int_equal(end_session(v, ids[i]), 404);
		assert_true(visitor_sees(v, "Такой страницы нет"));
	}
	assert_true(inside(other));
	visitor_free(second);
	assert_int_equal(visitor_get(first, "/register"), 200);
	visitor_free(first);
	visitor_free(other);
	visitor_free(v);
}

static void test_security__ids_that_are_none(void **state)
{
	static const char *const ids[] = { "0",   "-1", "x",  "1x", "99999999999999999999",
					   "1 2", "-",  "1-", "-00" };
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < COUNT(ids); i++)
		assert_int_equal(end_session(v, str_c(ids[i])), 404);
	assert_int_equal(end_session(v, STR("")), 422);
	assert_true(inside(v));
	visitor_free(v);
}

/* --- what has happened ------------------------------------------------------ */

static void test_security__has_nothing_to_show_at_first(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "DELETE FROM event");
	assert_true(at_security(v));
	assert_true(visitor_sees(v, "За 90 дней входов не было"));
	assert_true(visitor_sees(v, "За 90 дней ничего не менялось"));
	assert_true(visitor_sees(v, "Уведомлений не было"));
	assert_true(visitor_sees(v, "Телефон пока не подтвержден"));
	assert_false(visitor_sees(v, "Показать все"));
	assert_true(visitor_sees(v, "Это были не вы?"));
	visitor_free(v);
}

/* Signing in somewhere else is seen here, and so is what became of its notice. */
static void test_security__shows_a_stranger(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	visitor_free(again(k, 1, IPHONE));
	assert_true(at_security(v));
	assert_true(visitor_sees(v, "Вход с нового устройства"));
	assert_true(visitor_sees(v, "</span> · iPhone, Safari"));
	assert_true(visitor_sees(v, MASKED));
	assert_false(visitor_sees(v, PHONE));
	assert_true(visitor_sees(v, "Отправляется"));
	assert_false(visitor_sees(v, "Телефон пока не подтвержден"));
	assert_int_equal(visitor_get(v, "/security?lang=en"), 200);
	assert_true(visitor_sees(v, "Sign-in from a new device"));
	assert_true(visitor_sees(v, "Being sent"));
	visitor_free(v);
}

static void move(struct kit *k, const char *set)
{
	kit_sql(k, "UPDATE outbox SET state = 'sending', worker = 1, leased_until_ms = 1");
	kit_sql(k, "UPDATE outbox SET worker = NULL, leased_until_ms = NULL, args = NULL, %s", set);
}

static void test_security__says_what_became_of_a_notice(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	visitor_free(again(k, 1, IPHONE));
	move(k, "state = 'sent'");
	assert_true(at_security(v));
	assert_true(visitor_sees(v, "Отправлено"));
	kit_sql(k, "UPDATE outbox SET state = 'delivered'");
	assert_true(at_security(v));
	assert_true(visitor_sees(v, ">Доставлено<"));
	kit_sql(k, "DELETE FROM outbox");
	visitor_free(again(k, 1, IPHONE));
	move(k, "state = 'failed', reason = 'refused'");
	assert_true(at_security(v));
	assert_true(visitor_sees(v, ">Не доставлено<"));
	kit_sql(k, "DELETE FROM outbox");
	visitor_free(again(k, 1, IPHONE));
	move(k, "state = 'unknown', reason = 'silent'");
	assert_true(at_security(v));
	assert_true(visitor_sees(v, "Неизвестно, доставлено ли"));
	visitor_free(v);
}

/* Neither codes nor that there were any, nor what was written to others. */
static void test_security__shows_no_codes(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	assert_int_equal(visitor_get(v, "/phone"), 200);
	assert_int_equal(visitor_post(v, "/phone/send", NULL, 0), 303);
	const char *code = sms_code(k, PHONE);
	assert_true(at_security(v));
	assert_true(visitor_sees(v, "Уведомлений не было"));
	assert_false(visitor_sees(v, code));
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	visitor_free(again(k, 1, IPHONE));
	assert_true(at_security(other));
	assert_true(visitor_sees(other, "Уведомлений не было"));
	assert_false(visitor_sees(other, "iPhone"));
	visitor_free(other);
	visitor_free(v);
}

static size_t rows(const struct visitor *v, const char *text)
{
	size_t n = 0;
	struct str rest = v->text;
	for (const char *at; (at = memmem(rest.p, rest.n, text, strlen(text))); n++)
		rest = str_sub(rest, (size_t)(at - rest.p) + 1, rest.n);
	return n;
}

/* Three of each lately, the rest for who asks. */
static void test_security__shows_all_when_asked(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	for (int i = 0; i < 6; i++)
		visitor_free(again(k, 1, IPHONE));
	assert_true(at_security(v));
	assert_int_equal(rows(v, "<b>Вход с нового устройства</b>"), 6); /* and its notice */
	assert_int_equal(rows(v, "Показать все"), 2);
	assert_int_equal(visitor_get(v, "/security?all=1"), 200);
	assert_int_equal(rows(v, "<b>Вход с нового устройства</b>"), 12);
	assert_int_equal(rows(v, "<b>Регистрация</b>"), 1);
	assert_int_equal(rows(v, "Показать все"), 0);
	assert_true(visitor_sees(v, "не больше 100 строк"));
	visitor_free(v);
}

static void test_security__is_no_write(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	int64_t before = kit_number(k, "SELECT count(*) FROM event");
	assert_true(at_security(v));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), before);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_security__the_session_of_another_is_out_of_reach),
		KIT_BOTH(test_security__shows_a_stranger),
		KIT_BOTH(test_security__says_what_became_of_a_notice),
		KIT_BOTH(test_security__shows_no_codes),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_security__##name, kit_setup_sqlite, kit_teardown)
		T(sessions),
		T(others_end_together),
		T(ids_that_are_none),
		T(has_nothing_to_show_at_first),
		T(shows_all_when_asked),
		T(is_no_write),
#undef T
	};
	return cmocka_run_group_tests_name("web/security", tests, NULL, NULL);
}

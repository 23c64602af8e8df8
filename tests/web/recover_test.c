/* «Восстановить пароль» as a browser sees it, and that no page of it tells one number from another.
 */
#include "support/sms.h"
#include "support/visitor.h"

#include <stdio.h>
#include <string.h>

#define PHONE "9055550118"
#define WANT  "другой трамвай 5"

static void ask(struct visitor *v, const char *login)
{
	assert_int_equal(visitor_get(v, "/recover"), 200);
	assert_int_equal(POST_FORM(v, "/recover", { STR("login"), str_c(login) }), 303);
	assert_true(visitor_at(v, "/recover/code"));
	assert_int_equal(visitor_get(v, "/recover/code"), 200);
}

static int type_code(struct visitor *v, const char *code)
{
	return POST_FORM(v, "/recover/code", { STR("code"), str_c(code) });
}

static void test_recover__by_an_sms(void **state)
{
	struct kit *k = *state;
	struct visitor *other = visitor_full(k, 1);
	struct visitor *v = visitor_new(k);
	char until[16];
	ask(v, "+7 (921) 000-00-01");
	assert_true(visitor_sees(v, "autocomplete=\"one-time-code\""));
	assert_true(visitor_sees(v, "inputmode=\"numeric\""));
	snprintf(until, sizeof(until), "с %d:%02d", 15, 1); /* 12:00 UTC is 15:00 */
	assert_true(visitor_sees(v, until));
	assert_true(visitor_sees(v, "до 15:05"));
	assert_true(visitor_sees(v, "приходит не больше 3 кодов в сутки"));
	assert_int_equal(type_code(v, sms_code(k, PHONE)), 303);
	assert_true(visitor_at(v, "/recover/new"));
	assert_int_equal(visitor_get(v, "/recover/new"), 200);
	assert_int_equal(visitor_get(other, "/home"), 200);
	assert_int_equal(POST_FORM(v, "/recover/new", { STR("want"), STR("короткий") },
				   { STR("last4"), STR("") }),
			 422);
	assert_true(visitor_sees(v, "id=\"last4-e\""));
	assert_false(visitor_sees(v, "короткий\""));
	assert_int_equal(POST_FORM(v, "/recover/new", { STR("want"), STR(WANT) },
				   { STR("last4"), str_c(kit_person(1).last4) }),
			 303);
	assert_true(visitor_at(v, "/profile?done=password"));
	assert_int_equal(visitor_get(v, "/home"), 200);
	assert_int_equal(visitor_get(other, "/home"), 303);
	visitor_free(other);
	visitor_free(v);
}

static void test_recover__before_registration_leads_to_it(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct visitor *v = visitor_new(k);
	ask(v, p.msisdn);
	assert_int_equal(type_code(v, sms_code(k, p.msisdn)), 303);
	visitor_get(v, "/recover/new");
	assert_true(visitor_sees(v, "Первый вход"));
	assert_int_equal(POST_FORM(v, "/recover/new", { STR("last4"), str_c(p.last4) }), 303);
	assert_true(visitor_at(v, "/register"));
	assert_int_equal(visitor_get(v, "/register"), 200);
	visitor_free(v);
}

/* Steps out of turn lead to where the flow stands. */
static void test_recover__pages_in_the_wrong_order(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_new(k);
	assert_int_equal(POST_FORM(v, "/signout", { STR("x"), STR("") }), 303);
	ask(v, kit_person(1).msisdn);
	visitor_get(v, "/recover/new");
	assert_true(visitor_at(v, "/recover/code"));
	const char *code = sms_code(k, PHONE);
	visitor_get(stranger, "/recover");
	assert_int_equal(type_code(stranger, code), 303); /* another browser */
	assert_true(visitor_at(stranger, "/recover?over=1"));
	visitor_get(v, "/recover/code");
	assert_int_equal(type_code(v, code), 303);
	visitor_get(v, "/recover/code");
	assert_true(visitor_at(v, "/recover/new"));
	visitor_free(stranger);
	visitor_free(v);
}

static void test_recover__three_wrong_codes_begin_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	ask(v, kit_person(1).msisdn);
	assert_int_equal(type_code(v, "1234"), 422);
	assert_true(visitor_sees(v, "Нужны 8 цифр"));
	assert_int_equal(type_code(v, "00000000"), 422);
	assert_true(visitor_sees(v, "еще 2\u00a0попытки"));
	assert_false(visitor_sees(v, "00000000"));
	assert_int_equal(type_code(v, "00000000"), 422);
	assert_true(visitor_sees(v, "еще 1\u00a0попытка"));
	assert_int_equal(type_code(v, "00000000"), 303);
	assert_true(visitor_at(v, "/recover?over=1"));
	visitor_get(v, "/recover?over=1");
	assert_true(visitor_sees(v, "больше не действуют"));
	visitor_free(v);
}

/* What was begun on it is over: that is said too, and it can be begun again at once. */
static void test_recover__a_stale_page_of_a_code_that_is_over_begins_again(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	snprintf(v->csrf, sizeof(v->csrf), "%032d", 0);
	assert_int_equal(POST_FORM(v, "/recover/code", { STR("code"), STR("12345678") }), 403);
	assert_true(visitor_sees(v, "больше не действуют"));
	assert_false(visitor_sees(v, "12345678"));
	assert_int_equal(POST_FORM(v, "/recover", { STR("login"), STR("9210000001") }), 303);
	snprintf(v->csrf, sizeof(v->csrf), "%032d", 0);
	assert_int_equal(POST_FORM(v, "/recover/code", { STR("code"), STR("12345678") }), 403);
	assert_true(visitor_sees(v, "Страница устарела"));
	assert_int_equal(kit_number(k, "SELECT sum(tries) FROM flow"), 0);
	visitor_free(v);
}

/* Who is told to ask for new digits would ask in vain: those of the card are over for life. */
static void test_recover__the_last_wrong_digits_of_the_card_say_so(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	ask(v, kit_person(1).msisdn);
	assert_int_equal(type_code(v, sms_code(k, PHONE)), 303);
	visitor_get(v, "/recover/new");
	for (int i = 0; i < 3; i++)
		assert_int_equal(POST_FORM(v, "/recover/new", { STR("want"), STR(WANT) },
					   { STR("last4"), STR("0000") }),
				 i < 2 ? 422 : 303);
	assert_true(visitor_at(v, "/recover?digits=1"));
	visitor_get(v, "/recover?digits=1");
	assert_true(visitor_sees(v, "попытки закончились"));
	visitor_free(v);
}

/* Two numbers in two tabs of one browser: what is typed into the tab of one does nothing to the
 * other. */
static void test_recover__a_tab_is_of_one_number(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct visitor *v = visitor_new(k);
	for (int i = 1; i <= 2; i++)
		visitor_free(visitor_full(k, i));
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9055550119' WHERE number_id = 2;"
		   "UPDATE subscriber SET phone_confirmed_ms = 1");
	ask(v, kit_person(1).msisdn);
	assert_true(str_eq(visitor_field(v, "login"), str_c(kit_person(1).msisdn)));
	ask(v, kit_person(2).msisdn);
	assert_int_equal(POST_FORM(v, "/recover/code", { STR("code"), STR("00000000") },
				   { STR("login"), str_c(kit_person(1).msisdn) }),
			 303);
	assert_true(visitor_at(v, "/recover?over=1"));
	assert_int_equal(kit_number(k, "SELECT sum(tries) FROM flow"), 0);
	assert_int_equal(type_code(v, sms_code(k, "9055550119")), 303);
	visitor_get(v, "/recover/new");
	assert_true(str_eq(visitor_field(v, "login"), str_c(kit_person(2).msisdn)));
	assert_int_equal(POST_FORM(v, "/recover/new", { STR("want"), STR(WANT) },
				   { STR("login"), str_c(kit_person(1).msisdn) }),
			 303);
	assert_true(visitor_at(v, "/recover?over=1"));
	assert_int_equal(kit_signin(k, kit_person(2).msisdn, KIT_PASSWORD, &done), OK);
	assert_int_equal(POST_FORM(v, "/recover/new", { STR("want"), STR(WANT) },
				   { STR("login"), str_c(kit_person(2).msisdn) }),
			 303);
	assert_true(visitor_at(v, "/profile?done=password"));
	visitor_free(v);
}

/* --- one answer for all ------------------------------------------------------- */

/* The page with what differs by its nature taken out: the token, and the number that was typed. */
static struct str bare(struct kit *k, struct visitor *v, const char *msisdn)
{
	char shown[32];
	snprintf(shown, sizeof(shown), "+7\u00a0%.3s\u00a0%.3s-%.2s-%.2s", msisdn, msisdn + 3,
		 msisdn + 6, msisdn + 8);
	const char *const out[] = { v->csrf, msisdn, shown };
	struct str page;
	assert_int_equal(arena_str(k->a, v->text, &page), OK);
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(out[i]);
		char *at;
		while (n && (at = memmem(page.p, page.n, out[i], n)))
			memset(at, '*', n);
	}
	return page;
}

static void must_be_same(struct kit *k, struct visitor *v[], const char *const logins[], size_t n)
{
	struct str first = bare(k, v[0], logins[0]);
	for (size_t i = 1; i < n; i++) {
		assert_int_equal(v[i]->resp.status, v[0]->resp.status);
		assert_true(str_eq(bare(k, v[i], logins[i]), first));
	}
}

enum { CASES = 6 };

static void test_recover__the_answer_is_the_same_for_all(void **state)
{
	struct kit *k = *state;
	struct visitor *v[CASES];
	visitor_free(visitor_full(k, 1)); /* registered */
	visitor_free(visitor_full(k, 2)); /* registered, without a contact phone */
	visitor_free(visitor_full(k, 3)); /* registered, and its codes are used up */
	kit_issue(k, 4);                  /* not registered */
	kit_issue(k, 5);                  /* not registered, and its days are over */
	kit_sql(k, "UPDATE subscriber SET contact_phone = NULL WHERE number_id = 2;"
		   "UPDATE subscriber SET contact_phone = '9055550119' WHERE number_id = 3;"
		   "UPDATE sim SET issued_ms = 1 WHERE id = 5");
	struct visitor *burner = visitor_new(k);
	for (int i = 0; i < 4; i++) {
		ask(burner, kit_person(3).msisdn);
		kit_minutes(k, 1);
	}
	visitor_free(burner);
	static const char *const logins[CASES] = { "9210000001", "9210000002", "9210000003",
						   "9210000004", "9210000005", "9219999999" };
	for (size_t i = 0; i < CASES; i++) {
		v[i] = visitor_new(k);
		int64_t before = kit_statements(k);
		ask(v[i], logins[i]);
		int64_t spent = kit_statements(k) - before;
		static int64_t first_spent;
		if (i == 0)
			first_spent = spent;
		assert_int_equal(spent, first_spent);
	}
	assert_int_equal(sms_count(k, PHONE), 1);
	assert_int_equal(sms_count(k, "9055550119"), 3);
	assert_int_equal(sms_count(k, "9210000004"), 1);
	must_be_same(k, v, logins, CASES);
	for (int wrong = 0; wrong < 3; wrong++) {
		for (size_t i = 0; i < CASES; i++)
			(void)type_code(v[i], "00000000");
		must_be_same(k, v, logins, CASES);
	}
	for (size_t i = 0; i < CASES; i++)
		visitor_free(v[i]);
}

/* Nor does the button for a letter tell who has confirmed an address. */
static void test_recover__by_a_letter_the_answer_is_the_same_for_all(void **state)
{
	struct kit *k = *state;
	enum { N = 4 };
	struct visitor *v[N];
	static const char *const logins[N] = { "9210000001", "9210000002", "9210000003",
					       "9219999999" };
	k->conf.mail_gateway = STR("log");
	k->conf.http_origin = STR("http://lk.test");
	visitor_free(visitor_full(k, 1)); /* with a confirmed address */
	visitor_free(visitor_full(k, 2)); /* with one that is not */
	kit_issue(k, 3);                  /* not registered */
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = 1 WHERE number_id = 1");
	for (size_t i = 0; i < N; i++) {
		v[i] = visitor_new(k);
		ask(v[i], logins[i]);
		visitor_get(v[i], "/recover/code");
		assert_true(visitor_sees(v[i], "Прислать код на почту"));
		assert_int_equal(POST_FORM(v[i], "/recover/mail",
					   { STR("login"), visitor_field(v[i], "login") }),
				 303);
		assert_true(visitor_at(v[i], "/recover/code"));
		visitor_get(v[i], "/recover/code");
		assert_true(visitor_sees(v[i], "Код из письма"));
	}
	assert_int_equal(letter_count(k, "anna@example.ru"), 1);
	must_be_same(k, v, logins, N);
	for (size_t i = 0; i < N; i++)
		visitor_free(v[i]);
}

/* The page that sets the password asks everyone for the digits, confirmed or not. */
static void test_recover__the_next_page_does_not_tell_who_has_confirmed(void **state)
{
	struct kit *k = *state;
	struct visitor *v[2];
	static const char *const logins[] = { "9210000001", "9210000002" };
	static const char *const phones[] = { "9055550118", "9055550119" };
	visitor_free(visitor_full(k, 1));
	visitor_free(visitor_full(k, 2));
	kit_sql(k, "UPDATE subscriber SET contact_phone = '9055550119', phone_confirmed_ms = 1 "
		   "WHERE number_id = 2");
	for (size_t i = 0; i < 2; i++) {
		v[i] = visitor_new(k);
		ask(v[i], logins[i]);
		assert_int_equal(type_code(v[i], sms_code(k, phones[i])), 303);
		assert_int_equal(visitor_get(v[i], "/recover/new"), 200);
	}
	must_be_same(k, v, logins, 2);
	visitor_free(v[0]);
	visitor_free(v[1]);
}

/* A network that has asked too often goes on after a wait, whoever is asked for. */
static void test_recover__a_slow_network_waits(void **state)
{
	struct kit *k = *state;
	char target[256];
	struct visitor *v[2] = { visitor_full(k, 1), visitor_new(k) };
	POST_FORM(v[0], "/signout", { STR("x"), STR("") });
	visitor_set_cookie(v[0], "__Host-kabinet-device", NULL);
	k->conf.limit_code_network_day = 1;
	ask(v[1], "9219999998");
	static const char *const logins[] = { "9210000001", "9219999999" };
	for (size_t i = 0; i < 2; i++) {
		visitor_get(v[i], "/recover");
		assert_int_equal(POST_FORM(v[i], "/recover", { STR("login"), str_c(logins[i]) }),
				 429);
		assert_true(visitor_sees(v[i], "запросов кода"));
		assert_true(visitor_sees(v[i], "Код можно будет запросить через 30"));
	}
	must_be_same(k, v, logins, 2);
	struct str refresh = visitor_header(v[0], "Refresh");
	assert_true(str_starts(refresh, STR("30; url=/recover?ticket=")));
	snprintf(target, sizeof(target), "%.*s", (int)(refresh.n - 8), refresh.p + 8);
	clock_manual_add(&k->clock, 30000);
	assert_int_equal(visitor_get(v[0], target), 200);
	struct http_pair ticket = { .name = STR("ticket") };
	assert_int_equal(arena_str(k->a, visitor_field(v[0], "ticket"), &ticket.value), OK);
	assert_true(str_ends(str_c(target), ticket.value));
	/* A slip loses no place in the queue. */
	assert_int_equal(POST_FORM(v[0], "/recover", { STR("login"), STR("921 1") }, ticket), 422);
	assert_true(str_eq(visitor_field(v[0], "ticket"), ticket.value));
	assert_int_equal(POST_FORM(v[0], "/recover", { STR("login"), STR("9210000001") }, ticket),
			 303);
	assert_int_equal(sms_count(k, PHONE), 1);
	visitor_free(v[1]);
	visitor_free(v[0]);
}

/* A known device does not wait for its neighbours. */
static void test_recover__a_known_device_does_not_wait(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_new(k);
	POST_FORM(v, "/signout", { STR("x"), STR("") });
	k->conf.limit_code_network_day = 1;
	ask(stranger, "9219999998");
	ask(v, kit_person(1).msisdn);
	assert_int_equal(sms_count(k, PHONE), 1);
	visitor_free(stranger);
	visitor_free(v);
}

static void test_recover__keeps_a_number_with_a_fault(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	visitor_get(v, "/recover");
	assert_int_equal(POST_FORM(v, "/recover", { STR("login"), STR("921 12") }), 422);
	assert_true(str_eq(visitor_field(v, "login"), STR("921 12")));
	assert_true(visitor_sees(v, "id=\"login-e\""));
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_recover__by_an_sms),
		KIT_BOTH(test_recover__by_a_letter_the_answer_is_the_same_for_all),
		KIT_BOTH(test_recover__before_registration_leads_to_it),
		KIT_BOTH(test_recover__the_answer_is_the_same_for_all),
#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_recover__##name, kit_setup_sqlite, kit_teardown)
		T(pages_in_the_wrong_order),
		T(three_wrong_codes_begin_again),
		T(the_last_wrong_digits_of_the_card_say_so),
		T(a_tab_is_of_one_number),
		T(a_stale_page_of_a_code_that_is_over_begins_again),
		T(the_next_page_does_not_tell_who_has_confirmed),
		T(keeps_a_number_with_a_fault),
		T(a_slow_network_waits),
		T(a_known_device_does_not_wait),
#undef T
	};
	return cmocka_run_group_tests_name("web/recover", tests, NULL, NULL);
}

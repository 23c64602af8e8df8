/* The office: every route asked by everybody, signing in, and people of the staff. */
#include "support/colleague.h"

#include <stdio.h>
#include <string.h>

#define UNKNOWN_TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))

/* --- the sweep ------------------------------------------------------------- */

enum who { NOBODY, UNKNOWN, CLERK, ACCOUNTANT, ADMINISTRATOR, AUDITOR, EXPIRED, DISABLED, WHO_N };

static const char *const who_names[WHO_N] = {
	[NOBODY] = "without a cookie",
	[UNKNOWN] = "with an unknown cookie",
	[CLERK] = "clerk",
	[ACCOUNTANT] = "accountant",
	[AUDITOR] = "auditor",
	[ADMINISTRATOR] = "administrator",
	[EXPIRED] = "whose session is over",
	[DISABLED] = "who was shut out",
};

/* What each gets, as in router_test.c. A row of web/office/routes.def without its constant here
 * does not compile. */
#define WANT(handler, nobody, unknown, clerk, accountant, administrator, auditor)                  \
	static const char *const want_##handler[WHO_N] = { nobody,     unknown,       clerk,       \
							   accountant, administrator, auditor,     \
							   unknown,    unknown };
/* The same for whoever is signed in. */
#define WANT_ANY(handler, nobody, unknown, inside)                                                 \
	WANT(handler, nobody, unknown, inside, inside, inside, inside)
WANT_ANY(office_signin_show, "200", "200", "303 /home")
WANT_ANY(office_signin_do, "403", "422", "422")
WANT_ANY(office_signin_code, "303 /?over=1", "303 /?over=1", "303 /home")
WANT_ANY(office_signin_code_try, "403", "403", "403")
WANT_ANY(office_signin_out, "403", "303 /?out=1", "303 /?out=1")
WANT_ANY(office_enrol_show, "404", "404", "404")
WANT_ANY(office_enrol_qr, "404", "404", "404")
WANT_ANY(office_enrol_do, "403", "403", "403")
WANT_ANY(office_home_show, "303 /?next=/home", "303 /?next=/home", "200")
WANT_ANY(office_again_show, "303 /", "303 /", "303 /")
WANT_ANY(office_again_send, "403", "403", "403")
WANT_ANY(office_find_show, "303 /?next=/subscribers", "303 /?next=/subscribers", "200")
WANT_ANY(office_card_show, "303 /?next=/subscriber", "303 /?next=/subscriber", "404")
WANT(office_staff_show, "303 /?next=/staff", "303 /?next=/staff", "403", "403", "200", "403")
WANT(office_staff_add, "403", "403", "403", "403", "422", "403")
WANT(office_staff_invite, "403", "403", "403", "403", "422", "403")
WANT(office_staff_disable, "403", "403", "403", "403", "422", "403")
WANT(office_staff_enable, "403", "403", "403", "403", "422", "403")
WANT(office_audit_show, "303 /?next=/audit", "303 /?next=/audit", "403", "403", "200", "200")
WANT_ANY(office_health_show, "200", "200", "200")

static const struct row {
	const char *name, *path;
	bool post;
	const char *const *want;
} rows[] = {
#define PAGE(url, handler, right, lane)             { #handler, url, false, want_##handler },
#define POST(url, handler, right, lane, form, back) { #handler, url, true, want_##handler },
#define POST_WHOLE                                  POST
#include "web/office/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
};

static struct visitor *visitor_of(struct kit *k, enum who who, int n)
{
	static const char *const roles[WHO_N] = {
		[CLERK] = "clerk",           [ACCOUNTANT] = "accountant",
		[AUDITOR] = "auditor",       [ADMINISTRATOR] = "administrator",
		[EXPIRED] = "administrator", [DISABLED] = "administrator",
	};
	char login[16];
	snprintf(login, sizeof(login), "staff-%d", n);
	struct visitor *v =
		roles[who] ? colleague_at_work(k, login, roles[who]) : visitor_at_office(k);
	if (who == UNKNOWN) {
		visitor_set_cookie(v, "__Host-kabinet-office", UNKNOWN_TOKEN);
		visitor_get(v, "/");
	}
	if (who == EXPIRED)
		kit_minutes(k, 16);
	if (who == DISABLED)
		kit_sql(k, "UPDATE staff SET disabled_ms = 1 WHERE login = '%s'", login);
	return v;
}

static void outcome(const struct visitor *v, char text[128])
{
	struct str location = visitor_header(v, "Location");
	snprintf(text, 128, "%d%s%.*s", v->resp.status, location.n ? " " : "", (int)location.n,
		 location.n ? location.p : "");
}

static void test_office__sweep(void **state)
{
	struct kit *k = *state;
	char got[128];
	int n = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (int who = 0; who < WHO_N; who++) {
			struct visitor *v = visitor_of(k, (enum who)who, n++);
			if (rows[i].post)
				visitor_post(v, rows[i].path, NULL, 0);
			else
				visitor_get(v, rows[i].path);
			outcome(v, got);
			if (strcmp(got, rows[i].want[who]) != 0)
				fail_msg("%s, %s: %s, not %s", rows[i].name, who_names[who], got,
					 rows[i].want[who]);
			visitor_free(v);
		}
	}
}

/* The two sites share a host in tests, and nothing else: neither's session opens the other. */
static void test_office__sessions_of_subscribers_open_nothing(void **state)
{
	struct kit *k = *state;
	struct visitor *subscriber = visitor_full(k, 1);
	struct visitor *v = visitor_at_office(k);
	visitor_set_cookie(v, "__Host-kabinet-office",
			   visitor_cookie(subscriber, "__Host-kabinet"));
	assert_int_equal(visitor_get(v, "/staff"), 303);
	struct visitor *admin = colleague_at_work(k, "anna", "administrator");
	visitor_set_cookie(subscriber, "__Host-kabinet",
			   visitor_cookie(admin, "__Host-kabinet-office"));
	assert_int_equal(visitor_get(subscriber, "/home"), 303);
	visitor_free(admin);
	visitor_free(v);
	visitor_free(subscriber);
}

static void test_office__refuses_other_origins(void **state)
{
	struct kit *k = *state;
	struct visitor *v = colleague_at_work(k, "anna", "administrator");
	v->says.origin = STR("http://evil.test");
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!rows[i].post)
			continue;
		visitor_post(v, rows[i].path, NULL, 0);
		if (v->resp.status != 403 || !visitor_sees(v, "Запрос не принят"))
			fail_msg("%s: %d", rows[i].path, v->resp.status);
	}
	visitor_free(v);
}

/* --- signing in -------------------------------------------------------------- */

static int signin(struct visitor *v, const char *login, const char *password)
{
	visitor_get(v, "/");
	return POST_FORM(v, "/signin", { STR("login"), str_c(login) },
			 { STR("password"), str_c(password) });
}

static void test_office__signs_in_by_password_and_code(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct visitor *v = visitor_at_office(k);
	colleague_enrol(k, &link);
	assert_int_equal(signin(v, "anna", "не тот пароль"), 403);
	assert_true(visitor_sees(v, "Имя или пароль не подошли"));
	assert_true(str_eq(visitor_field(v, "login"), STR("anna")));
	assert_int_equal(signin(v, "anna", COLLEAGUE_PASSWORD), 303);
	assert_true(visitor_at(v, "/signin/code"));
	assert_int_equal(visitor_get(v, "/home"), 303);
	assert_int_equal(visitor_get(v, "/signin/code"), 200);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), STR("000000") }), 422);
	kit_minutes(k, 1);
	struct totp_code code = colleague_code(k, &link, 0);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), str_c(code.d) }), 303);
	assert_true(visitor_at(v, "/home"));
	assert_int_equal(visitor_get(v, "/home"), 200);
	assert_true(visitor_sees(v, "Анна Соколова"));
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	assert_int_equal(visitor_get(v, "/home"), 303);
	visitor_free(v);
}

/* What was typed when the session ended comes back behind both pages. */
static void test_office__keeps_a_form_over_a_new_signin(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "administrator");
	struct visitor *v = visitor_at_office(k);
	colleague_enrol(k, &link);
	assert_int_equal(POST_FORM(v, "/staff", { STR("name"), STR("Борис Новый") }), 403);
	visitor_get(v, "/");
	assert_int_equal(POST_FORM(v, "/staff", { STR("name"), STR("Борис Новый") }), 403);
	char keep[512];
	struct str kept = visitor_field(v, "keep");
	snprintf(keep, sizeof(keep), "%.*s", (int)kept.n, kept.p);
	assert_true(kept.n > 0);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), STR("anna") },
				   { STR("password"), STR(COLLEAGUE_PASSWORD) },
				   { STR("next"), STR("/staff") }, { STR("keep"), str_c(keep) }),
			 200);
	kit_minutes(k, 1);
	struct totp_code code = colleague_code(k, &link, 0);
	assert_int_equal(POST_FORM(v, "/signin/code", { STR("code"), str_c(code.d) },
				   { STR("next"), STR("/staff") }, { STR("keep"), str_c(keep) }),
			 200);
	assert_true(str_eq(visitor_field(v, "name"), STR("Борис Новый")));
	visitor_free(v);
}

/* --- people ------------------------------------------------------------------ */

static void test_office__enrols_by_a_link(void **state)
{
	struct kit *k = *state;
	struct visitor *admin = colleague_at_work(k, "anna", "administrator");
	assert_int_equal(visitor_get(admin, "/staff"), 200);
	assert_int_equal(POST_FORM(admin, "/staff", { STR("name"), STR("Борис Новый") },
				   { STR("login"), STR("Boris") }, { STR("role"), STR("clerk") }),
			 422);
	assert_true(visitor_sees(admin, "латинские строчные"));
	assert_int_equal(POST_FORM(admin, "/staff", { STR("name"), STR("Борис Новый") },
				   { STR("login"), STR("boris") }, { STR("role"), STR("clerk") }),
			 200);
	assert_true(visitor_sees(admin, "http://lk.test/enrol?t="));
	assert_int_equal(visitor_get(admin, "/staff"), 200);
	assert_false(visitor_sees(admin, "/enrol?t="));
	assert_true(visitor_sees(admin, "Ждет подключения"));
	visitor_free(admin);
}

static void test_office__shuts_out_with_a_reason(void **state)
{
	struct kit *k = *state;
	char id[24];
	struct visitor *admin = colleague_at_work(k, "anna", "administrator");
	struct visitor *clerk = colleague_at_work(k, "boris", "clerk");
	snprintf(id, sizeof(id), "%lld",
		 (long long)kit_number(k, "SELECT id FROM staff WHERE login = 'boris'"));
	assert_int_equal(visitor_get(admin, "/staff"), 200);
	assert_int_equal(POST_FORM(admin, "/staff/disable", { STR("id"), str_c(id) }), 422);
	assert_int_equal(POST_FORM(admin, "/staff/disable", { STR("id"), str_c(id) },
				   { STR("reason"), STR("уволен") }),
			 303);
	assert_int_equal(visitor_get(clerk, "/home"), 303);
	assert_int_equal(visitor_get(admin, "/staff?done=off"), 200);
	assert_true(visitor_sees(admin, "Вход закрыт"));
	assert_int_equal(POST_FORM(admin, "/staff/disable", { STR("id"), str_c(id) },
				   { STR("reason"), STR("еще раз") }),
			 404);
	assert_int_equal(visitor_get(admin, "/staff"), 200);
	assert_int_equal(POST_FORM(admin, "/staff/enable", { STR("id"), str_c(id) },
				   { STR("reason"), STR("вернулся") }),
			 303);
	snprintf(id, sizeof(id), "%lld",
		 (long long)kit_number(k, "SELECT id FROM staff WHERE login = 'anna'"));
	assert_int_equal(POST_FORM(admin, "/staff/disable", { STR("id"), str_c(id) },
				   { STR("reason"), STR("сама себя") }),
			 409);
	assert_true(visitor_sees(admin, "последний администратор"));
	assert_int_equal(visitor_get(admin, "/audit"), 200);
	assert_true(visitor_sees(admin, "уволен"));
	assert_true(visitor_sees(admin, "№ 1, Анна Соколова"));
	visitor_free(clerk);
	visitor_free(admin);
}

/* Old rows are reached page by page, each once. */
static void test_office__reads_the_audit_to_its_beginning(void **state)
{
	struct kit *k = *state;
	struct visitor *admin = colleague_at_work(k, "anna", "administrator");
	char login[16];
	for (int i = 0; i < 60; i++) {
		snprintf(login, sizeof(login), "n%d", i);
		colleague_add(k, login, "clerk");
		arena_reset(k->a);
	}
	assert_int_equal(visitor_get(admin, "/audit"), 200);
	assert_true(visitor_sees(admin, "/audit?before=13"));
	assert_true(visitor_sees(admin, ">n59<"));
	assert_int_equal(visitor_get(admin, "/audit?before=13"), 200);
	assert_false(visitor_sees(admin, "Раньше"));
	assert_true(visitor_sees(admin, ">n9<"));
	assert_false(visitor_sees(admin, ">n10<"));
	assert_int_equal(visitor_get(admin, "/audit?before=x"), 200);
	visitor_free(admin);
}

/* --- subscribers -------------------------------------------------------------- */

static void test_office__finds_a_subscriber_and_notes_the_look(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	kit_register(k, 2);
	kit_issue(k, 3);
	struct visitor *v = colleague_at_work(k, "anna", "clerk");
	assert_int_equal(visitor_get(v, "/subscribers"), 200);
	assert_true(visitor_sees(v, "Введите конец номера"));
	assert_int_equal(visitor_get(v, "/subscribers?q=%D1%81%D0%BE%D0%BA%D0%BE%D0%BB"), 200);
	assert_true(visitor_sees(v, "/subscriber?id=1\""));
	assert_true(visitor_sees(v, "/subscriber?id=2\""));
	assert_false(visitor_sees(v, "/subscriber?id=3\""));
	assert_true(visitor_sees(v, "value=\"сокол\""));
	assert_int_equal(visitor_get(v, "/subscribers?q=%3Cb%3E"), 200);
	assert_true(visitor_sees(v, "Никого не нашли"));
	assert_false(visitor_sees(v, "<b>\""));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit WHERE action LIKE 'sub%%'"), 0);
	assert_int_equal(visitor_get(v, "/subscribers?q=0002"), 303);
	assert_true(visitor_at(v, "/subscriber?id=2"));
	assert_int_equal(visitor_get(v, "/subscriber?id=2"), 200);
	assert_true(visitor_sees(v, "Соколова Анна Павловна"));
	assert_true(visitor_sees(v, "•••• ••••78"));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit a JOIN subscriber s ON s.id = "
				       "a.subscriber_id WHERE a.action = 'subscriber.look' AND "
				       "a.subject = '9210000002' AND s.number_id = 2"),
			 1);
	assert_int_equal(visitor_get(v, "/subscriber?id=3"), 200);
	assert_true(visitor_sees(v, "Никто не зарегистрирован"));
	assert_int_equal(visitor_get(v, "/subscriber?id=4"), 404);
	assert_int_equal(visitor_get(v, "/subscriber?id=x"), 404);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit WHERE action LIKE 'sub%%'"), 2);
	visitor_free(v);
}

/* Nothing is shown that could not be noted before. */
static void test_office__shows_no_card_without_the_audit(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct visitor *v = colleague_at_work(k, "anna", "clerk");
	kit_sql(k, "ALTER TABLE audit_head RENAME TO audit_gone");
	assert_int_equal(visitor_get(v, "/subscriber?id=1"), 503);
	assert_false(visitor_sees(v, "anna@example.ru"));
	kit_sql(k, "ALTER TABLE audit_gone RENAME TO audit_head");
	assert_int_equal(visitor_get(v, "/subscriber?id=1"), 200);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_office__sweep),
		KIT_BOTH(test_office__sessions_of_subscribers_open_nothing),
		KIT_BOTH(test_office__refuses_other_origins),
		KIT_BOTH(test_office__signs_in_by_password_and_code),
		KIT_BOTH(test_office__keeps_a_form_over_a_new_signin),
		KIT_BOTH(test_office__enrols_by_a_link),
		KIT_BOTH(test_office__shuts_out_with_a_reason),
		KIT_BOTH(test_office__finds_a_subscriber_and_notes_the_look),
		KIT_BOTH(test_office__shows_no_card_without_the_audit),
		KIT_BOTH(test_office__reads_the_audit_to_its_beginning),
	};
	return cmocka_run_group_tests_name("web/office", tests, NULL, NULL);
}

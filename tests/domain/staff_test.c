/* People of the staff: added, enrolled by a link, signed in by password and code, shut out. */
#include "domain/staff.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "domain/staff_session.h"
#include "support/colleague.h"

static int64_t id_of(struct kit *k, const char *login)
{
	int64_t id;
	assert_int_equal(staff_of_login(&k->app, k->a, str_c(login), &id), OK);
	return id;
}

static enum err enrol_as(struct kit *k, const struct staff_link *link, const char *password,
			 const char *code, struct staff_signed *ret)
{
	struct problems problems = { 0 };
	const struct staff_enrolment e = {
		.token = str_c(link->token),
		.password = { str_c(password) },
		.code = { str_c(code) },
		.device = STR("Firefox, Linux"),
	};
	return staff_enrol(&k->app, k->a, &e, &problems, ret);
}

static enum err try_password(struct kit *k, const char *login, const char *password,
			     struct staff_signed *ret)
{
	const struct staff_try t = {
		.login = str_c(login),
		.password = { str_c(password) },
		.peer = STR("192.0.2.1"),
	};
	return staff_signin_try(&k->app, k->a, &t, ret);
}

static enum err try_code(struct kit *k, struct staff_signed *step, const char *code,
			 struct staff_signed *ret)
{
	struct problems problems = { 0 };
	const struct staff_code t = {
		.browser = { (const char *)step->token, sizeof(step->token) },
		.code = { str_c(code) },
		.device = STR("Firefox, Linux"),
	};
	return staff_signin_code(&k->app, k->a, &t, &problems, ret);
}

static enum err who(struct kit *k, const struct staff_signed *s, struct staff_session *ret)
{
	struct str token = { (const char *)s->token, sizeof(s->token) };
	return staff_session_find(&k->app, k->a, token, ret);
}

/* A note of the last use is not waited for; here it is. */
static void wait_for_notes(struct kit *k)
{
	for (int i = 0; i < 500; i++) {
		if (kit_number(k, "SELECT count(*) FROM staff_session WHERE used_ms = %lld",
			       (long long)app_now(&k->app).ms) > 0)
			return;
		usleep(10000);
	}
	fail_msg("no note of the last use");
}

static int64_t audits(struct kit *k, const char *action)
{
	return kit_number(k, "SELECT count(*) FROM audit WHERE action = '%s'", action);
}

static void test_staff__is_added_with_a_link(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_invitation invited;
	assert_int_equal(staff_invitation(&k->app, k->a, str_c(link.token), &invited), OK);
	assert_true(str_eq(invited.staff.login, STR("anna")));
	assert_int_equal(invited.staff.number, 1);
	assert_int_equal(invited.staff.role, STAFF_CLERK);
	assert_true(str_starts(invited.setup.uri.bytes, STR("otpauth://totp/")));
	assert_int_equal(staff_invitation(&k->app, k->a, STR("no such"), &invited), E_NOTFOUND);
	kit_minutes(k, 48 * 60 + 1);
	assert_int_equal(staff_invitation(&k->app, k->a, str_c(link.token), &invited), E_NOTFOUND);
	assert_int_equal(audits(k, "staff.add"), 1);
	colleague_add(k, "boris", "auditor");
	assert_int_equal(kit_number(k, "SELECT number FROM staff WHERE login = 'boris'"), 2);
}

static void test_staff__checks_who_is_added(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *login, *name, *role, *field;
	} cases[] = {
		{ "a", "А", "clerk", "login" },      { "Anna", "А", "clerk", "login" },
		{ "an na", "А", "clerk", "login" },  { ".anna", "А", "clerk", "login" },
		{ "анна", "А", "clerk", "login" },   { "anna", "", "clerk", "name" },
		{ "anna", "А\nБ", "clerk", "name" }, { "anna", "А", "root", "role" },
		{ "anna", "А", "", "role" },
	};
	struct actor by = audit_console();
	struct staff_link link;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problems problems = { 0 };
		const struct staff_new new = { str_c(cases[i].login), str_c(cases[i].name),
					       str_c(cases[i].role) };
		assert_int_equal(staff_add(&k->app, k->a, &by, &new, &problems, &link), E_INPUT);
		assert_int_equal(problems.n, 1);
		assert_string_equal(problems.v[0].field, cases[i].field);
	}
	colleague_add(k, "anna", "clerk");
	struct problems problems = { 0 };
	const struct staff_new again = { STR("anna"), STR("Анна"), STR("clerk") };
	assert_int_equal(staff_add(&k->app, k->a, &by, &again, &problems, &link), E_INPUT);
	assert_string_equal(problems.v[0].field, "login");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM staff"), 1);
}

static void test_staff__enrols_once(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "administrator");
	struct staff_signed done;
	struct staff_session s;
	struct totp_code code = colleague_code(k, &link, 0);
	struct totp_code wrong = colleague_code(k, &link, 5);
	assert_int_equal(enrol_as(k, &link, "anna anna anna", code.d, &done), E_INPUT);
	assert_int_equal(enrol_as(k, &link, "short", code.d, &done), E_INPUT);
	assert_int_equal(enrol_as(k, &link, COLLEAGUE_PASSWORD, wrong.d, &done), E_INPUT);
	assert_int_equal(enrol_as(k, &link, COLLEAGUE_PASSWORD, "12345", &done), E_INPUT);
	assert_int_equal(enrol_as(k, &link, COLLEAGUE_PASSWORD, code.d, &done), OK);
	assert_int_equal(who(k, &done, &s), OK);
	assert_int_equal(s.staff.role, STAFF_ADMINISTRATOR);
	assert_true(str_eq(s.by.who, STR("№ 1, Анна Соколова")));
	assert_int_equal(enrol_as(k, &link, COLLEAGUE_PASSWORD, code.d, &done), E_NOTFOUND);
	assert_int_equal(audits(k, "staff.enrol"), 1);
}

/* Password and code, and each code once: also the one that enrolled. */
static void test_staff__signs_in(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	struct staff_signed done;
	struct staff_session s;
	struct staff staff;
	colleague_enrol(k, &link);
	struct totp_code used = colleague_code(k, &link, 0);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	assert_int_equal(who(k, &step, &s), E_NOTFOUND);
	assert_int_equal(
		staff_signin_step(&k->app, k->a,
				  (struct str){ (const char *)step.token, sizeof(step.token) },
				  &staff),
		OK);
	assert_true(str_eq(staff.login, STR("anna")));
	assert_int_equal(try_code(k, &step, used.d, &done), E_INPUT);
	kit_minutes(k, 1);
	struct totp_code code = colleague_code(k, &link, 0);
	assert_int_equal(try_code(k, &step, code.d, &done), OK);
	assert_int_equal(who(k, &done, &s), OK);
	assert_int_equal(try_code(k, &step, code.d, &done), E_NOTFOUND);
	assert_int_equal(audits(k, "staff.signin"), 1);
	assert_int_equal(kit_number(k, "SELECT n FROM attempt_limit WHERE key LIKE "
				       "'staff.password%%'"),
			 0);
}

static void test_staff__step_is_over_in_five_minutes(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	struct staff_signed done;
	colleague_enrol(k, &link);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	kit_minutes(k, 6);
	struct totp_code code = colleague_code(k, &link, 0);
	assert_int_equal(try_code(k, &step, code.d, &done), E_NOTFOUND);
}

/* Who is not there costs what who is there costs, and is told the same. */
static void test_staff__refuses_all_alike(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	colleague_enrol(k, &link);
	colleague_add(k, "new", "clerk"); /* has not enrolled */
	colleague_add(k, "gone", "clerk");
	struct actor by = audit_console();
	assert_int_equal(staff_disable(&k->app, k->a, &by, id_of(k, "gone"), STR("ушла")), OK);
	static const char *const logins[] = { "anna", "nobody", "new", "gone", "" };
	int64_t hashes = hasher_count(k->app.hasher);
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
		assert_int_equal(try_password(k, logins[i], "не тот пароль", &step), E_DENIED);
	assert_int_equal(hasher_count(k->app.hasher) - hashes, 5);
}

static void test_staff__tries_are_limited(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	colleague_enrol(k, &link);
	for (int i = 0; i < 3; i++)
		assert_int_equal(try_password(k, "anna", "не тот", &step), E_DENIED);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step),
			 E_DENIED); /* the pause */
	kit_minutes(k, 1);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	for (int i = 0; i < 10; i++) {
		kit_minutes(k, 16);
		(void)!try_password(k, "anna", "не тот", &step);
	}
	kit_minutes(k, 16);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step),
			 E_DENIED); /* the day's */
	kit_days(k, 1);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
}

/* A network that is shut out uses up nobody's tries any more. */
static void test_staff__a_refused_network_counts_for_nobody(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	colleague_enrol(k, &link);
	k->conf.limit_password_network_hour = 1;
	for (int i = 0; i < 2; i++)
		assert_int_equal(try_password(k, "anna", "не тот", &step), E_DENIED);
	assert_int_equal(kit_number(k, "SELECT sum(n) FROM attempt_limit WHERE key LIKE "
				       "'staff.password%%'"),
			 1);
}

static void test_staff__codes_are_limited(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed step;
	struct staff_signed done;
	colleague_enrol(k, &link);
	kit_minutes(k, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
		struct totp_code wrong = colleague_code(k, &link, 7);
		assert_int_equal(try_code(k, &step, wrong.d, &done), E_INPUT);
	}
	struct totp_code right = colleague_code(k, &link, 0);
	assert_int_equal(try_code(k, &step, right.d, &done), E_INPUT); /* the pause */
	kit_minutes(k, 2);
	right = colleague_code(k, &link, 0);
	assert_int_equal(try_code(k, &step, right.d, &done), OK);
}

/* 15 minutes without use, 8 hours in all. */
static void test_staff__sessions_are_short(void **state)
{
	struct kit *k = *state;
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed done = colleague_enrol(k, &link);
	struct staff_session s;
	kit_minutes(k, 14);
	assert_int_equal(who(k, &done, &s), OK);
	wait_for_notes(k);
	kit_minutes(k, 14);
	assert_int_equal(who(k, &done, &s), OK);
	wait_for_notes(k);
	kit_minutes(k, 16);
	assert_int_equal(who(k, &done, &s), E_NOTFOUND);
	link = colleague_add(k, "boris", "clerk");
	done = colleague_enrol(k, &link);
	for (int i = 0; i < 34; i++) {
		kit_minutes(k, 14);
		assert_int_equal(who(k, &done, &s), OK);
		wait_for_notes(k);
	}
	kit_minutes(k, 14);
	assert_int_equal(who(k, &done, &s), E_NOTFOUND);
	int64_t n;
	assert_int_equal(staff_session_expire(&k->app, &n), OK);
	assert_int_equal(n, 2);
}

static void test_staff__is_shut_out_at_once(void **state)
{
	struct kit *k = *state;
	struct actor by = audit_console();
	struct staff_link link = colleague_add(k, "anna", "clerk");
	struct staff_signed done = colleague_enrol(k, &link);
	struct staff_signed step;
	struct staff_session s;
	int64_t id = id_of(k, "anna");
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	assert_int_equal(staff_disable(&k->app, k->a, &by, id, STR("уволена")), OK);
	assert_int_equal(who(k, &done, &s), E_NOTFOUND);
	kit_minutes(k, 1);
	struct totp_code code = colleague_code(k, &link, 0);
	assert_int_equal(try_code(k, &step, code.d, &done), E_NOTFOUND);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), E_DENIED);
	assert_int_equal(staff_invite(&k->app, k->a, &by, id, &link), E_NOTFOUND);
	assert_int_equal(staff_disable(&k->app, k->a, &by, id, STR("еще раз")), E_NOTFOUND);
	assert_int_equal(staff_enable(&k->app, k->a, &by, id, STR("вернулась")), OK);
	kit_minutes(k, 1);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	assert_int_equal(audits(k, "staff.disable"), 1);
	assert_int_equal(audits(k, "staff.enable"), 1);
}

static void test_staff__one_administrator_stays(void **state)
{
	struct kit *k = *state;
	struct actor by = audit_console();
	struct staff_link first = colleague_add(k, "anna", "administrator");
	colleague_enrol(k, &first);
	struct staff_link second = colleague_add(k, "boris", "administrator");
	assert_int_equal(staff_disable(&k->app, k->a, &by, id_of(k, "anna"), STR("x")), E_CONFLICT);
	colleague_enrol(k, &second);
	assert_int_equal(staff_disable(&k->app, k->a, &by, id_of(k, "anna"), STR("x")), OK);
	assert_int_equal(staff_disable(&k->app, k->a, &by, id_of(k, "boris"), STR("x")),
			 E_CONFLICT);
}

/* A lost device: a new link replaces password, key and sessions, but only when it is used. */
static void test_staff__is_invited_again(void **state)
{
	struct kit *k = *state;
	struct actor by = audit_console();
	struct staff_link old = colleague_add(k, "anna", "clerk");
	struct staff_link new;
	struct staff_signed done = colleague_enrol(k, &old);
	struct staff_signed step;
	struct staff_session s;
	struct staff_invitation invited;
	assert_int_equal(staff_invite(&k->app, k->a, &by, id_of(k, "anna"), &new), OK);
	struct staff_link newer;
	assert_int_equal(staff_invite(&k->app, k->a, &by, id_of(k, "anna"), &newer), OK);
	assert_int_equal(staff_invitation(&k->app, k->a, str_c(new.token), &invited), E_NOTFOUND);
	assert_int_equal(who(k, &done, &s), OK);
	struct staff_signed again = colleague_enrol(k, &newer);
	assert_int_equal(who(k, &done, &s), E_NOTFOUND);
	assert_int_equal(who(k, &again, &s), OK);
	kit_minutes(k, 1);
	assert_int_equal(try_password(k, "anna", COLLEAGUE_PASSWORD, &step), OK);
	struct totp_code of_old = colleague_code(k, &old, 0);
	assert_int_equal(try_code(k, &step, of_old.d, &done), E_INPUT);
	assert_int_equal(staff_invite(&k->app, k->a, &by, 12345, &new), E_NOTFOUND);
}

static void test_staff__is_listed(void **state)
{
	struct kit *k = *state;
	struct staff_list list;
	assert_int_equal(staff_list(&k->app, k->a, &list), OK);
	assert_int_equal(list.n, 0);
	struct staff_link link = colleague_add(k, "anna", "clerk");
	colleague_add(k, "boris", "administrator");
	colleague_enrol(k, &link);
	assert_int_equal(staff_list(&k->app, k->a, &list), OK);
	assert_int_equal(list.n, 2);
	assert_true(str_eq(list.v[0].staff.login, STR("boris")));
	assert_false(tstamp_is_none(list.v[0].invited));
	assert_true(tstamp_is_none(list.v[0].enrolled));
	assert_false(tstamp_is_none(list.v[1].enrolled));
	assert_true(tstamp_is_none(list.v[1].invited));
	assert_false(tstamp_is_none(list.v[1].used));
}

static void test_staff__rights_are_a_table(void **state)
{
	(void)state;
	enum staff_role role;
	assert_true(right_of(STAFF_CLERK, RIGHT_VAULT));
	assert_false(right_of(STAFF_ACCOUNTANT, RIGHT_VAULT));
	assert_false(right_of(STAFF_AUDITOR, RIGHT_VAULT));
	assert_true(right_of(STAFF_AUDITOR, RIGHT_AUDIT));
	assert_false(right_of(STAFF_CLERK, RIGHT_STAFF));
	for (enum right r = 0; r < RIGHT_N; r++)
		assert_true(right_of(STAFF_ADMINISTRATOR, r));
	for (enum staff_role r = 0; r < STAFF_ROLE_N; r++) {
		assert_true(right_role_find(right_role_name(r), &role));
		assert_int_equal(role, r);
	}
	assert_false(right_role_find(STR("root"), &role));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_staff__is_added_with_a_link),
		KIT_BOTH(test_staff__checks_who_is_added),
		KIT_BOTH(test_staff__enrols_once),
		KIT_BOTH(test_staff__signs_in),
		KIT_BOTH(test_staff__step_is_over_in_five_minutes),
		KIT_BOTH(test_staff__refuses_all_alike),
		KIT_BOTH(test_staff__tries_are_limited),
		KIT_BOTH(test_staff__a_refused_network_counts_for_nobody),
		KIT_BOTH(test_staff__codes_are_limited),
		KIT_BOTH(test_staff__sessions_are_short),
		KIT_BOTH(test_staff__is_shut_out_at_once),
		KIT_BOTH(test_staff__one_administrator_stays),
		KIT_BOTH(test_staff__is_invited_again),
		KIT_BOTH(test_staff__is_listed),
		cmocka_unit_test(test_staff__rights_are_a_table),
	};
	return cmocka_run_group_tests_name("domain/staff", tests, NULL, NULL);
}

/* What happened to credentials: written by each room, told as event.def says, seen by its owner
 * alone, forgotten in time. */
#include "domain/event.h"

#include "domain/phone_change.h"
#include "domain/recover.h"
#include "domain/signin_step.h"
#include "domain/totp.h"
#include "domain/totp_office.h"
#include "jobs/jobs.h"
#include "support/authenticator.h"
#include "support/sms.h"

#define PHONE   "9055550118" /* of kit_registration() */
#define NEW     "9110000001"
#define WANT    "синий трамвай 7"
#define DEVICE  "Android, Chrome" /* of kit_signin() */
#define BROWSER "the browser"
#define ALL     100

static struct session subscriber(struct kit *k, int n)
{
	struct session s = kit_register(k, n);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	return s;
}

static struct event_lists lists(struct kit *k, const struct session *s)
{
	struct event_lists ret;
	assert_int_equal(event_list(&k->app, k->a, s, ALL, &ret), OK);
	return ret;
}

/* The latest first. */
static void assert_kinds(struct event_list list, const enum event_kind *want, size_t n)
{
	assert_int_equal(list.n, n);
	assert_false(list.more);
	for (size_t i = 0; i < n; i++) {
		if (list.v[i].kind != want[i])
			fail_msg("%zu: %s", i, say_text(event_text(list.v[i].kind).id, LANG_EN).p);
	}
}

#define ASSERT_KINDS(list, ...)                                                                    \
	assert_kinds((list), (const enum event_kind[]){ __VA_ARGS__ },                             \
		     sizeof((const enum event_kind[]){ __VA_ARGS__ }) / sizeof(enum event_kind))

static int64_t told(struct kit *k)
{
	return kit_number(k, "SELECT count(*) FROM outbox");
}

struct putting {
	struct kit *k;
	struct event_new e;
};

static enum err put_in(struct tx *tx, void *arg)
{
	const struct putting *p = arg;
	return event_put(&p->k->app, tx, p->k->a, &p->e);
}

static void put(struct kit *k, const struct session *s, enum event_kind kind)
{
	struct putting p = { k,
			     { .kind = kind,
			       .subscriber_id = s->subscriber_id,
			       .msisdn = s->msisdn,
			       .device = STR(DEVICE) } };
	assert_int_equal(store_write(k->app.store, put_in, &p), OK);
}

/* --- the table ------------------------------------------------------------ */

static void test_event__is_written_and_told_as_the_table_says(void **state)
{
	struct kit *k = *state;
	enum message_id notice;
	enum message_id text;
	struct session s = subscriber(k, 1);
	for (enum event_kind kind = 0; kind < EVENT_N; kind++) {
		int64_t before = told(k);
		kit_sql(k, "DELETE FROM event");
		put(k, &s, kind);
		struct event_lists l = lists(k, &s);
		const struct event_list *list = l.signins.n ? &l.signins : &l.changes;
		assert_int_equal(l.signins.n + l.changes.n, 1);
		assert_int_equal(list->v[0].kind, kind);
		assert_int_equal(list->v[0].at.ms, KIT_NOW_MS);
		assert_true(str_eq(list->v[0].device, STR(DEVICE)));
		assert_int_equal(told(k) - before, event_notice(kind, &notice) ? 1 : 0);
		if (told(k) == before)
			continue;
		struct message_args args = sms_last(k, PHONE, &text);
		assert_int_equal(text, notice);
		assert_string_equal(args.number.d, s.msisdn.d);
	}
}

/* What goes out by itself is called something on the page; what somebody asked for is not there. */
static void test_event__names_every_notice(void **state)
{
	(void)state;
	for (enum message_id m = 0; m < MESSAGE_N; m++) {
		enum event_kind kind;
		bool asked = (message_needs(m) & MESSAGE_HAS_CODE) || m == MESSAGE_EMAIL_CONFIRM;
		if ((event_told(m, &kind) == OK) == asked)
			fail_msg("%s", message_name(m).p);
	}
}

/* Where no phone is confirmed and the address is, by letter. */
static void test_event__tells_the_address_where_no_phone_is_confirmed(void **state)
{
	struct kit *k = *state;
	enum message_id notice;
	enum message_id text;
	struct session s = kit_register(k, 1);
	kit_sql(k, "UPDATE subscriber SET email_confirmed_ms = 1");
	for (enum event_kind kind = 0; kind < EVENT_N; kind++) {
		if (!event_notice(kind, &notice) || kind == EVENT_EMAIL_CONFIRMED)
			continue;
		int64_t before = letter_count(k, "anna@example.ru");
		put(k, &s, kind);
		assert_int_equal(letter_count(k, "anna@example.ru") - before, 1);
		(void)letter_last(k, "anna@example.ru", &text);
		assert_int_equal(text, notice);
	}
	assert_int_equal(sms_count(k, PHONE), 0);
}

static void test_event__tells_no_phone_that_may_be_anybodys(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	put(k, &s, EVENT_TOTP_ON);
	assert_int_equal(told(k), 0);
	ASSERT_KINDS(lists(k, &s).changes, EVENT_TOTP_ON);
}

/* --- signing in ----------------------------------------------------------- */

static enum err sign_in(struct kit *k, struct str cookie, const char *device,
			struct signin_done *ret)
{
	int64_t wait_s;
	const struct signin_try t = {
		.login = str_c(kit_person(1).msisdn),
		.password = { STR(KIT_PASSWORD) },
		.peer = STR("192.0.2.1"),
		.device = str_c(device),
		.device_cookie = cookie,
	};
	return signin_try(&k->app, k->a, &t, ret, &wait_s);
}

static void test_event__a_new_device_is_told(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct signin_done done;
	struct session s = subscriber(k, 1);
	assert_int_equal(told(k), 0);
	kit_minutes(k, 1);
	assert_int_equal(sign_in(k, STR(""), "iPhone, Safari", &done), OK);
	assert_int_equal(told(k), 1);
	struct message_args args = sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_SIGNIN_NEW_DEVICE);
	assert_string_equal(args.number.d, s.msisdn.d);
	assert_int_equal(args.at.ms, app_now(&k->app).ms);
	kit_minutes(k, 1);
	assert_int_equal(sign_in(k, done.device_cookie, "iPhone, Safari", &done), OK);
	assert_int_equal(told(k), 1); /* known by now */
	struct event_lists l = lists(k, &s);
	ASSERT_KINDS(l.signins, EVENT_SIGNIN, EVENT_SIGNIN_NEW, EVENT_REGISTERED);
	assert_int_equal(l.signins.v[0].at.ms, app_now(&k->app).ms);
	assert_true(str_eq(l.signins.v[1].device, STR("iPhone, Safari")));
	assert_true(str_eq(l.signins.v[2].device, STR(DEVICE)));
	assert_int_equal(l.changes.n, 0);
}

/* Neither the wrong password nor the digits of a card that nobody has registered. */
static void test_event__what_failed_is_none(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	subscriber(k, 1);
	kit_issue(k, 2);
	kit_sql(k, "DELETE FROM event");
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, "не тот пароль", &done), E_DENIED);
	assert_int_equal(kit_signin(k, kit_person(2).msisdn, kit_person(2).last4, &done), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 0);
	assert_int_equal(told(k), 0);
}

static void test_event__of_signing_in_with_a_code(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct signin_done done;
	struct problems problems = { 0 };
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	ASSERT_KINDS(lists(k, &s).signins, EVENT_REGISTERED); /* the password is half of it */
	const struct signin_code code = {
		.browser = { .p = (const char *)done.token, .n = SESSION_TOKEN_BYTES },
		.code = { str_c(spares.v[0]) },
		.device = STR("iPhone, Safari"),
		.device_cookie = STR(""),
	};
	assert_int_equal(signin_step_try(&k->app, k->a, &code, &problems, &done), OK);
	ASSERT_KINDS(lists(k, &s).signins, EVENT_SIGNIN_NEW, EVENT_REGISTERED);
}

/* --- what the rooms write ------------------------------------------------- */

static void test_event__of_the_second_factor(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct problems problems = { 0 };
	struct secret password = { STR(KIT_PASSWORD) };
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	assert_int_equal(totp_renew_spares(&k->app, k->a, &s, &spares), OK);
	assert_int_equal(totp_end(&k->app, k->a, &s, password, &problems), OK);
	authenticator_on(k, &s, &spares);
	const struct totp_revoke revoke = { .msisdn = s.msisdn,
					    .by = audit_console(),
					    .reason = STR("lost both") };
	assert_int_equal(totp_revoke(&k->app, k->a, &revoke), OK);
	struct event_lists l = lists(k, &s);
	ASSERT_KINDS(l.changes, EVENT_TOTP_OFFICE, EVENT_TOTP_ON, EVENT_TOTP_OFF, EVENT_TOTP_SPARES,
		     EVENT_TOTP_ON);
	assert_true(str_eq(l.changes.v[1].device, STR(DEVICE)));
	assert_int_equal(l.changes.v[0].device.n, 0);
}

static void type_change(struct kit *k, const struct session *s, const char *code_to)
{
	struct flow flow;
	struct problems problems = { 0 };
	const struct phone_ask who = { .session = s, .browser = STR(BROWSER) };
	struct phone_change change = { .now = { STR(KIT_PASSWORD) } };
	kit_minutes(k, 1);
	assert_int_equal(msisdn_parse(STR(NEW), &change.to), OK);
	assert_int_equal(phone_change_ask(&k->app, k->a, &who, &change, &problems, &flow), OK);
	struct secret code = { str_c(sms_code(k, code_to)) };
	assert_int_equal(phone_change_try(&k->app, k->a, &who, code, &flow), OK);
}

static void test_event__of_the_contact_phone(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	struct session s = kit_register(k, 1);
	const struct phone_ask who = { .session = &s, .browser = STR(BROWSER) };
	type_change(k, &s, NEW); /* never confirmed: at once */
	assert_int_equal(phone_change_cancel(&k->app, k->a, &s), OK);
	kit_minutes(k, 1);
	assert_int_equal(phone_send(&k->app, k->a, &who, &flow), OK);
	struct secret code = { str_c(sms_code(k, PHONE)) };
	assert_int_equal(phone_confirm(&k->app, k->a, &who, code, &flow), OK);
	type_change(k, &s, PHONE);
	kit_days(k, 1);
	assert_int_equal(job_phone(&k->app), OK);
	struct event_lists l = lists(k, &s);
	ASSERT_KINDS(l.changes, EVENT_PHONE_CHANGED, EVENT_PHONE_ASKED, EVENT_PHONE_CONFIRMED,
		     EVENT_PHONE_CANCELLED, EVENT_PHONE_AT_ONCE);
	assert_int_equal(l.changes.v[0].device.n, 0); /* time has done it */
	assert_true(str_eq(l.changes.v[3].device, STR(DEVICE)));
}

/* Two lists, as both the sign-in and the password are new; and it ends a change of the phone. */
static void test_event__of_recovering(void **state)
{
	struct kit *k = *state;
	struct flow flow;
	struct signin_done done;
	struct problems problems = { 0 };
	struct session s = subscriber(k, 1);
	const struct recover_ask ask = { .browser = STR(BROWSER),
					 .login = s.msisdn,
					 .device_cookie = STR("") };
	const struct recover_new new = { .browser = STR(BROWSER),
					 .last4 = { STR("") },
					 .want = { STR(WANT) },
					 .code = { STR("") },
					 .device = STR("iPhone, Safari") };
	type_change(k, &s, PHONE);
	kit_minutes(k, 1);
	assert_int_equal(recover_ask(&k->app, k->a, &ask, &flow), OK);
	struct secret code = { str_c(sms_code(k, PHONE)) };
	assert_int_equal(recover_try(&k->app, k->a, STR(BROWSER), code, &flow), OK);
	assert_int_equal(recover_finish(&k->app, k->a, &new, &problems, &done), OK);
	struct event_lists l = lists(k, &s);
	ASSERT_KINDS(l.signins, EVENT_SIGNIN_RECOVERED, EVENT_REGISTERED);
	ASSERT_KINDS(l.changes, EVENT_RECOVERED, EVENT_PHONE_CANCELLED, EVENT_PHONE_ASKED);
	assert_true(str_eq(l.changes.v[1].device, STR("iPhone, Safari")));
}

static void test_event__of_password_and_sessions(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct session_list sessions;
	struct problems problems = { 0 };
	struct session s = subscriber(k, 1);
	const struct password_change change = { .now = { STR(KIT_PASSWORD) },
						.want = { STR(WANT) },
						.device = STR(DEVICE) };
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	struct session other = kit_session(k, &done);
	assert_int_equal(session_list(&k->app, k->a, &s, &sessions), OK);
	struct str ref = sessions.v[sessions.v[0].id == other.id ? 0 : 1].ref;
	for (int i = 0; i < 2; i++) /* twice is once */
		assert_int_equal(session_end_one(&k->app, k->a, &s, ref), OK);
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(session_end_others(&k->app, k->a, &s), OK);
	assert_int_equal(subscriber_change_password(&k->app, k->a, &s, &change, &problems, &done),
			 OK);
	ASSERT_KINDS(lists(k, &s).changes, EVENT_PASSWORD, EVENT_SESSIONS_ENDED,
		     EVENT_SESSION_ENDED);
}

/* --- whose, how many, how long -------------------------------------------- */

static void test_event__is_seen_by_its_owner_alone(void **state)
{
	struct kit *k = *state;
	struct session before = subscriber(k, 1);
	struct session stranger = subscriber(k, 2);
	put(k, &before, EVENT_PASSWORD);
	/* The number has another owner. */
	kit_sql(k, "UPDATE subscriber SET closed_ms = 1 WHERE number_id = 1;"
		   "UPDATE number SET epoch = 2 WHERE id = 1;"
		   "UPDATE sim SET state = 'retired' WHERE number_id = 1");
	kit_sql(k, "DELETE FROM session WHERE number_id = 1");
	kit_sql(k,
		"INSERT INTO sim (id, iccid, operator, number_id, state, issued_ms, imported_ms) "
		"SELECT 77, '897010100000077777', operator, 1, 'issued', issued_ms, imported_ms "
		"FROM sim WHERE id = 1");
	struct signin_done done;
	struct problems problems = { 0 };
	struct registration reg = kit_registration();
	assert_int_equal(kit_signin(k, kit_person(1).msisdn, "7777", &done), OK);
	struct session s = kit_session(k, &done);
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), OK);
	s = kit_session(k, &done);
	ASSERT_KINDS(lists(k, &s).signins, EVENT_REGISTERED);
	assert_int_equal(lists(k, &s).changes.n, 0);
	assert_int_equal(lists(k, &stranger).changes.n, 0);
}

static void test_event__lists_the_latest(void **state)
{
	struct kit *k = *state;
	struct event_lists l;
	struct session s = subscriber(k, 1);
	for (int i = 0; i < 3; i++) {
		kit_minutes(k, 1);
		put(k, &s, EVENT_SIGNIN);
	}
	assert_int_equal(event_list(&k->app, k->a, &s, 2, &l), OK);
	assert_int_equal(l.signins.n, 2);
	assert_true(l.signins.more);
	assert_int_equal(l.signins.v[0].at.ms, app_now(&k->app).ms);
	assert_int_equal(event_list(&k->app, k->a, &s, 4, &l), OK);
	assert_int_equal(l.signins.n, 4);
	assert_false(l.signins.more);
	/* Of a newer program. */
	kit_sql(k,
		"INSERT INTO event (id, subscriber_id, signin, kind, device, at_ms) "
		"VALUES (1, %lld, FALSE, 'moved_to_mars', '', %lld)",
		(long long)s.subscriber_id, (long long)KIT_NOW_MS);
	assert_int_equal(lists(k, &s).changes.n, 0);
}

static void test_event__is_kept_for_ninety_days(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1);
	clock_manual_add(&k->clock, EVENT_KEEP_MS);
	assert_int_equal(job_expire(&k->app), OK);
	ASSERT_KINDS(lists(k, &s).signins, EVENT_REGISTERED);
	assert_true(kit_sql_refused(k, "UPDATE event SET device = 'another'"));
	clock_manual_add(&k->clock, 1);
	assert_int_equal(job_expire(&k->app), OK);
	assert_int_equal(lists(k, &s).signins.n, 0);
}

/* C1: who signs in all day, from a new device each time, does not have the operator pay for as many
 * SMS. What is of another kind is told still, and the page shows them all. */
static void test_event__of_one_kind_is_told_so_often_a_day(void **state)
{
	struct kit *k = *state;
	struct session s = subscriber(k, 1);
	int64_t before = told(k);
	for (int i = 0; i < 12; i++)
		put(k, &s, EVENT_SIGNIN_NEW);
	assert_int_equal(told(k) - before, 10);
	put(k, &s, EVENT_PASSWORD);
	assert_int_equal(told(k) - before, 11);
	struct session other = subscriber(k, 2);
	put(k, &other, EVENT_SIGNIN_NEW);
	assert_int_equal(told(k) - before, 12);
	kit_days(k, 1);
	put(k, &s, EVENT_SIGNIN_NEW);
	assert_int_equal(told(k) - before, 13);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE kind = 'signin_new'"), 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_event__is_written_and_told_as_the_table_says),
		cmocka_unit_test(test_event__names_every_notice),
		KIT_BOTH(test_event__tells_the_address_where_no_phone_is_confirmed),
		KIT_BOTH(test_event__tells_no_phone_that_may_be_anybodys),
		KIT_BOTH(test_event__a_new_device_is_told),
		KIT_BOTH(test_event__what_failed_is_none),
		KIT_BOTH(test_event__of_signing_in_with_a_code),
		KIT_BOTH(test_event__of_the_second_factor),
		KIT_BOTH(test_event__of_the_contact_phone),
		KIT_BOTH(test_event__of_recovering),
		KIT_BOTH(test_event__of_password_and_sessions),
		KIT_BOTH(test_event__is_seen_by_its_owner_alone),
		KIT_BOTH(test_event__lists_the_latest),
		KIT_BOTH(test_event__is_kept_for_ninety_days),
		KIT_BOTH(test_event__of_one_kind_is_told_so_often_a_day),
	};
	return cmocka_run_group_tests_name("domain/event", tests, NULL, NULL);
}

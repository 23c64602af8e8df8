/* The second factor: codes as in RFC 6238, each of which counts once. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "domain/box.h"
#include "domain/totp_office.h"
#include "domain/totp_row.h"
#include "support/authenticator.h"
#include "support/sms.h"

#define PHONE "9055550118" /* of kit_registration() */

static struct session subscriber(struct kit *k, int n)
{
	struct session s = kit_register(k, n);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1 WHERE number_id = %d", n);
	return s;
}

static enum err prove_by(struct kit *k, const struct session *s, const char *typed,
			 struct totp_proof *p)
{
	*p = (struct totp_proof){ .subscriber_id = s->subscriber_id };
	assert_int_equal(totp_rule(&k->app, k->a, LIMIT_TOTP_IN, s->subscriber_id, p), OK);
	return totp_prove(&k->app, k->a, (struct secret){ str_c(typed) }, p);
}

static enum err begin(struct kit *k, const struct session *s, const char *password)
{
	struct problems problems = { 0 };
	return totp_begin(&k->app, k->a, s, (struct secret){ str_c(password) }, &problems);
}

struct spending {
	struct kit *k;
	struct arena *a;
	const struct totp_proof *p;
};

static enum err spend_in(struct tx *tx, void *arg)
{
	struct spending *s = arg;
	return totp_spend(&s->k->app, tx, s->a, s->p);
}

/* Proved and used up. */
static enum err use(struct kit *k, const struct session *s, const char *typed)
{
	struct totp_proof p;
	enum err e = prove_by(k, s, typed, &p);
	if (e != OK)
		return e;
	return store_write(k->app.store, spend_in, &(struct spending){ k, k->a, &p });
}

static int64_t tries(struct kit *k)
{
	return kit_number(k,
			  "SELECT coalesce(sum(n), 0) FROM attempt_limit WHERE key LIKE 'totp%%'");
}

/* --- codes ---------------------------------------------------------------- */

/* RFC 6238, appendix B: SHA-1; the last six of its eight digits. */
static void test_totp__vectors_of_the_rfc(void **state)
{
	static const struct {
		int64_t at_s;
		const char *code;
	} rows[] = {
		{ 59, "287082" },         { 1111111109, "081804" },
		{ 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { INT64_C(20000000000), "353130" },
	};
	struct secret key = { STR("12345678901234567890") };
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct totp_code code;
		int64_t step = totp_step_of((tstamp){ rows[i].at_s * 1000 });
		assert_int_equal(totp_code_of(key, step, &code), OK);
		assert_string_equal(code.d, rows[i].code);
		int64_t found;
		assert_int_equal(
			totp_match(key, (tstamp){ rows[i].at_s * 1000 }, str_c(code.d), &found),
			OK);
		assert_int_equal(found, step);
	}
}

static void test_totp__of_the_step_before_and_after(void **state)
{
	struct secret key = { STR("12345678901234567890") };
	(void)state;
	for (int64_t step = 100 - 3; step <= 100 + 3; step++) {
		struct totp_code code;
		int64_t found = -1;
		tstamp now = { 100 * TOTP_STEP_S * INT64_C(1000) };
		assert_int_equal(totp_code_of(key, step, &code), OK);
		bool near = step >= 99 && step <= 101;
		assert_int_equal(totp_match(key, now, str_c(code.d), &found), near ? OK : E_DENIED);
		assert_int_equal(found, near ? step : -1);
	}
}

static void test_totp__reads_what_people_copy(void **state)
{
	struct totp_code code;
	char spare[TOTP_SPARE_CHARS + 1];
	(void)state;
	assert_true(totp_read_code(STR(" 123 456 "), &code));
	assert_string_equal(code.d, "123456");
	assert_false(totp_read_code(STR("12345"), &code));
	assert_false(totp_read_code(STR("1234567"), &code));
	assert_false(totp_read_code(STR("12345x"), &code));
	assert_true(totp_read_spare(STR("AB3De fGh4j"), spare));
	assert_string_equal(spare, "ab3de-fgh4j");
	assert_true(totp_read_spare(STR("oil00-00000"), spare));
	assert_string_equal(spare, "01100-00000");
	assert_false(totp_read_spare(STR("ab3de-fgh4"), spare));
	assert_false(totp_read_spare(STR("ab3de-fgh4jk"), spare));
	assert_false(totp_read_spare(STR("ab3de-fgh4u"), spare)); /* not one of its letters */
	assert_false(totp_read_spare(STR("ab3de-fgh4\xd0\xb6"), spare));
	assert_false(totp_read_spare(STR(""), spare));
}

static void test_totp__the_link_for_a_device(void **state)
{
	struct kit *k = *state;
	struct totp_setup setup;
	k->conf.operator_name = STR("Смарт & Ко");
	assert_int_equal(totp_setup_of(&k->app, k->a,
				       (struct secret){ STR("12345678901234567890") },
				       STR("+79210000001"), &setup),
			 OK);
	assert_true(str_eq(setup.text.bytes, STR("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")));
	assert_true(str_starts(setup.uri.bytes, STR("otpauth://totp/%d0%a1%d0%bc")));
	assert_true(str_eq(str_sub(setup.uri.bytes, str_find(setup.uri.bytes, '?'), 41),
			   STR("?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&")));
	assert_int_equal(str_find(setup.uri.bytes, ' '), setup.uri.bytes.n);
}

/* --- setting up ----------------------------------------------------------- */

static void test_totp__is_on_after_a_first_code(void **state)
{
	struct kit *k = *state;
	struct totp totp;
	struct totp_spares spares;
	struct totp_setup setup;
	struct problems problems = { 0 };
	enum message_id text;
	struct session s = subscriber(k, 1);
	assert_int_equal(totp_setup(&k->app, k->a, &s, &setup), E_NOTFOUND);
	assert_int_equal(begin(k, &s, "не тот пароль"), E_INPUT);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	kit_minutes(k, 30);
	assert_int_equal(totp_setup(&k->app, k->a, &s, &setup), E_NOTFOUND);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	assert_int_equal(totp_setup(&k->app, k->a, &s, &setup), OK);
	assert_int_equal(totp_confirm(&k->app, k->a, &s, (struct secret){ STR("12345") }, &problems,
				      &spares),
			 E_INPUT);
	assert_int_equal(problems.v[0].say.id, SAY_TOTP_FORM);
	struct totp_code far = authenticator_code(k, s.subscriber_id, 7);
	problems.n = 0;
	assert_int_equal(totp_confirm(&k->app, k->a, &s, (struct secret){ str_c(far.d) }, &problems,
				      &spares),
			 E_INPUT);
	assert_int_equal(problems.v[0].say.id, SAY_TOTP_WRONG);
	assert_int_equal(totp_find(&k->app, k->a, s.subscriber_id, &totp), OK);
	assert_false(totp.on);
	authenticator_on(k, &s, &spares);
	assert_int_equal(totp_find(&k->app, k->a, s.subscriber_id, &totp), OK);
	assert_true(totp.on);
	assert_int_equal(totp.since.ms, app_now(&k->app).ms);
	assert_int_equal(totp.spare_left, TOTP_SPARE_N);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), E_CONFLICT);
	assert_int_equal(totp_setup(&k->app, k->a, &s, &setup), E_NOTFOUND);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_TOTP_ON);
}

/* Nothing in the row opens without app.key, or as another's. */
static void test_totp__keys_and_codes_are_not_in_the_store(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct secret key;
	struct session one = subscriber(k, 1);
	authenticator_on(k, &one, &spares);
	struct str sealed = kit_bytes(k, "sealed", "totp");
	assert_int_equal(box_open(&k->app, k->a, TOTP_PURPOSE, one.subscriber_id, sealed, &key),
			 OK);
	assert_int_equal(key.bytes.n, TOTP_KEY_BYTES);
	assert_null(memmem(sealed.p, sealed.n, key.bytes.p, key.bytes.n));
	assert_int_equal(box_open(&k->app, k->a, TOTP_PURPOSE, one.subscriber_id + 1, sealed, &key),
			 E_INPUT);
	assert_int_equal(box_open(&k->app, k->a, "other", one.subscriber_id, sealed, &key),
			 E_INPUT);
	assert_int_equal(box_open(&k->app, k->a, TOTP_PURPOSE, one.subscriber_id,
				  str_sub(sealed, 0, 20), &key),
			 E_INPUT);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM totp_spare WHERE length(code_hash) = 32"),
		TOTP_SPARE_N);
}

static void test_totp__begun_again_has_another_key(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct problems problems = { 0 };
	struct session s = subscriber(k, 1);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	struct totp_code old = authenticator_code(k, s.subscriber_id, 0);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	assert_int_equal(totp_confirm(&k->app, k->a, &s, (struct secret){ str_c(old.d) }, &problems,
				      &spares),
			 E_INPUT);
}

static void test_totp__is_switched_off_by_the_password(void **state)
{
	struct kit *k = *state;
	struct totp totp;
	struct totp_spares spares;
	struct problems problems = { 0 };
	enum message_id text;
	struct session s = subscriber(k, 1);
	struct secret right = { STR(KIT_PASSWORD) };
	assert_int_equal(totp_end(&k->app, k->a, &s, right, &problems), E_NOTFOUND);
	authenticator_on(k, &s, &spares);
	assert_int_equal(
		totp_end(&k->app, k->a, &s, (struct secret){ STR("не тот пароль") }, &problems),
		E_INPUT);
	assert_int_equal(problems.v[0].say.id, SAY_PASSWORD_WRONG);
	assert_int_equal(totp_find(&k->app, k->a, s.subscriber_id, &totp), OK);
	assert_true(totp.on);
	assert_int_equal(totp_end(&k->app, k->a, &s, right, &problems), OK);
	assert_int_equal(totp_find(&k->app, k->a, s.subscriber_id, &totp), OK);
	assert_false(totp.on);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM totp_spare"), 0);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_TOTP_OFF);
	assert_int_equal(use(k, &s, spares.v[0]), E_NOTFOUND);
}

static void test_totp__no_notice_to_a_phone_never_confirmed(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct session s = kit_register(k, 1);
	authenticator_on(k, &s, &spares);
	assert_int_equal(sms_count(k, PHONE), 0);
}

/* --- trying --------------------------------------------------------------- */

static void test_totp__a_code_counts_once(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	struct totp_code first = authenticator_code(k, s.subscriber_id, 0);
	assert_int_equal(use(k, &s, first.d), E_DENIED); /* it has switched it on */
	struct totp_code code = authenticator_next(k, s.subscriber_id);
	assert_int_equal(use(k, &s, code.d), OK);
	assert_int_equal(use(k, &s, code.d), E_DENIED);
	/* One before a code that was used, though still in its window. */
	kit_minutes(k, 1);
	struct totp_code before = authenticator_code(k, s.subscriber_id, 0);
	struct totp_code after = authenticator_code(k, s.subscriber_id, 1);
	assert_int_equal(use(k, &s, after.d), OK);
	kit_minutes(k, 1);
	assert_int_equal(use(k, &s, before.d), E_DENIED);
	assert_int_equal(use(k, &s, "12 34"), E_INPUT);
}

static void test_totp__a_code_on_paper_counts_once(void **state)
{
	struct kit *k = *state;
	struct totp totp;
	struct totp_spares spares, fresh;
	struct session one = subscriber(k, 1);
	struct session two = subscriber(k, 2);
	authenticator_on(k, &one, &spares);
	authenticator_on(k, &two, &fresh);
	assert_int_equal(use(k, &two, spares.v[3]), E_DENIED);
	assert_int_equal(use(k, &one, spares.v[3]), OK);
	assert_int_equal(use(k, &one, spares.v[3]), E_DENIED);
	assert_int_equal(totp_find(&k->app, k->a, one.subscriber_id, &totp), OK);
	assert_int_equal(totp.spare_left, TOTP_SPARE_N - 1);
	assert_int_equal(totp_renew_spares(&k->app, k->a, &one, &fresh), OK);
	assert_int_equal(use(k, &one, spares.v[4]), E_DENIED);
	kit_minutes(k, 1);
	assert_int_equal(use(k, &one, fresh.v[4]), OK);
}

static void test_totp__tries_are_counted_and_right_ones_given_back(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct totp_proof p;
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	for (int i = 0; i < 5; i++) {
		struct totp_code code = authenticator_next(k, s.subscriber_id);
		assert_int_equal(use(k, &s, code.d), OK);
	}
	assert_int_equal(tries(k), 0);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(prove_by(k, &s, "zzzzz-zzzzz", &p), E_DENIED);
		kit_minutes(k, 16);
	}
	assert_int_equal(tries(k), 10);
	struct totp_code code = authenticator_next(k, s.subscriber_id);
	assert_int_equal(prove_by(k, &s, code.d, &p), E_LIMIT);
	assert_int_equal(totp_fault(&k->app, &p, E_LIMIT).id, SAY_PASSWORD_TRIES_DAY);
	kit_days(k, 1);
	code = authenticator_next(k, s.subscriber_id);
	assert_int_equal(use(k, &s, code.d), OK);
}

static void test_totp__the_third_wrong_one_has_to_wait(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct totp_proof p;
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	for (int i = 0; i < 3; i++)
		assert_int_equal(prove_by(k, &s, "zzzzz-zzzzz", &p), E_DENIED);
	struct totp_code code = authenticator_next(k, s.subscriber_id);
	assert_int_equal(prove_by(k, &s, code.d, &p), E_LIMIT);
	struct say say = totp_fault(&k->app, &p, E_LIMIT);
	assert_int_equal(say.id, SAY_PASSWORD_TRIES);
	assert_int_equal(say.a, 1);
	kit_minutes(k, 1);
	code = authenticator_code(k, s.subscriber_id, 0);
	assert_int_equal(use(k, &s, code.d), OK);
}

static void test_totp__the_store_keeps_what_was_used(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	assert_int_equal(use(k, &s, spares.v[0]), OK);
	assert_true(kit_sql_refused(k, "UPDATE totp SET last_step = last_step - 1"));
	assert_true(kit_sql_refused(
		k, "UPDATE totp_spare SET used_ms = NULL WHERE used_ms IS NOT NULL"));
}

static void test_totp__the_office_switches_it_off(void **state)
{
	struct kit *k = *state;
	struct totp totp;
	struct totp_spares spares;
	enum message_id text;
	struct session s = subscriber(k, 1);
	const struct totp_revoke what = {
		.msisdn = s.msisdn,
		.by = audit_console(),
		.reason = STR("паспорт показан"),
	};
	assert_int_equal(totp_revoke(&k->app, k->a, &what), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit"), 0);
	authenticator_on(k, &s, &spares);
	assert_int_equal(totp_revoke(&k->app, k->a, &what), OK);
	assert_int_equal(totp_find(&k->app, k->a, s.subscriber_id, &totp), OK);
	assert_false(totp.on);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit WHERE action = 'totp.off' AND "
				       "who = 'console'"),
			 1);
	(void)sms_last(k, PHONE, &text);
	assert_int_equal(text, MESSAGE_TOTP_OFF);
}

/* The code was right: that the store failed afterwards uses up no try. */
static void test_totp__a_right_code_does_not_count_when_the_store_fails(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct totp_proof p;
	struct problems problems = { 0 };
	struct session s = subscriber(k, 1);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	struct totp_code code = authenticator_code(k, s.subscriber_id, 0);
	kit_sql(k, "ALTER TABLE event RENAME TO event_away");
	for (int i = 0; i < 3; i++)
		assert_int_equal(totp_confirm(&k->app, k->a, &s, (struct secret){ str_c(code.d) },
					      &problems, &spares),
				 E_STORE);
	assert_int_equal(tries(k), 0);
	kit_sql(k, "ALTER TABLE event_away RENAME TO event");
	authenticator_on(k, &s, &spares);
	code = authenticator_next(k, s.subscriber_id);
	kit_sql(k, "ALTER TABLE totp RENAME TO totp_away"); /* before it could be compared */
	assert_int_equal(prove_by(k, &s, code.d, &p), E_STORE);
	kit_sql(k, "ALTER TABLE totp_away RENAME TO totp");
	assert_int_equal(tries(k), 0);
	assert_int_equal(prove_by(k, &s, "zzzzz-zzzzz", &p), E_DENIED);
	assert_int_equal(tries(k), 1);
}

/* --- races ---------------------------------------------------------------- */

#define THREADS 16

struct race {
	struct kit *k;
	const char *typed;
	int64_t subscriber_id;
	atomic_int right, wrong, other;
};

static void *run(void *arg)
{
	struct race *race = arg;
	struct arena *a = arena_new(1 << 16);
	struct totp_proof p = { .subscriber_id = race->subscriber_id };
	enum err e = totp_rule(&race->k->app, a, LIMIT_NONE, race->subscriber_id, &p);
	if (e == OK)
		e = totp_prove(&race->k->app, a, (struct secret){ str_c(race->typed) }, &p);
	if (e == OK)
		e = store_write(race->k->app.store, spend_in, &(struct spending){ race->k, a, &p });
	atomic_fetch_add(e == OK ? &race->right : e == E_DENIED ? &race->wrong : &race->other, 1);
	arena_free(a);
	return NULL;
}

static void race_with(struct kit *k, int64_t subscriber_id, const char *typed)
{
	pthread_t threads[THREADS];
	struct race race = { .k = k, .typed = typed, .subscriber_id = subscriber_id };
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run, &race), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(race.right, 1);
	assert_int_equal(race.wrong, THREADS - 1);
	assert_int_equal(race.other, 0);
}

static void test_totp__of_sixteen_with_one_code_one_is_right(void **state)
{
	struct kit *k = *state;
	struct totp_spares spares;
	struct session s = subscriber(k, 1);
	authenticator_on(k, &s, &spares);
	struct totp_code code = authenticator_next(k, s.subscriber_id);
	race_with(k, s.subscriber_id, code.d);
	race_with(k, s.subscriber_id, spares.v[0]);
}

/* With another app.key no code is right any more: that is not the fault of its form. */
static void test_totp__no_code_is_right_by_another_key_of_the_application(void **state)
{
	struct kit *k = *state;
	struct totp_proof p;
	struct totp_setup setup;
	struct session s = subscriber(k, 1);
	assert_int_equal(begin(k, &s, KIT_PASSWORD), OK);
	k->keys.keys.app[0] ^= 1;
	assert_int_equal(totp_setup(&k->app, k->a, &s, &setup), E_NOTFOUND);
	kit_sql(k, "UPDATE totp SET on_ms = 1");
	assert_int_equal(prove_by(k, &s, "123456", &p), E_DENIED);
	assert_int_equal(prove_by(k, &s, "ab3de-fgh4j", &p), E_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_totp__vectors_of_the_rfc),
		cmocka_unit_test(test_totp__of_the_step_before_and_after),
		cmocka_unit_test(test_totp__reads_what_people_copy),
		cmocka_unit_test_setup_teardown(test_totp__the_link_for_a_device, kit_setup_sqlite,
						kit_teardown),
		KIT_BOTH(test_totp__is_on_after_a_first_code),
		KIT_BOTH(test_totp__keys_and_codes_are_not_in_the_store),
		KIT_BOTH(test_totp__begun_again_has_another_key),
		KIT_BOTH(test_totp__is_switched_off_by_the_password),
		KIT_BOTH(test_totp__no_notice_to_a_phone_never_confirmed),
		KIT_BOTH(test_totp__a_code_counts_once),
		KIT_BOTH(test_totp__a_code_on_paper_counts_once),
		KIT_BOTH(test_totp__tries_are_counted_and_right_ones_given_back),
		KIT_BOTH(test_totp__the_third_wrong_one_has_to_wait),
		KIT_BOTH(test_totp__the_store_keeps_what_was_used),
		KIT_BOTH(test_totp__the_office_switches_it_off),
		KIT_BOTH(test_totp__a_right_code_does_not_count_when_the_store_fails),
		KIT_BOTH(test_totp__of_sixteen_with_one_code_one_is_right),
		KIT_BOTH(test_totp__no_code_is_right_by_another_key_of_the_application),
	};
	return cmocka_run_group_tests_name("domain/totp", tests, NULL, NULL);
}

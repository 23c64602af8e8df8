/* Sessions: found by one statement, ended by time and by their owner, noted rarely. */
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "domain/session.h"
#include "support/kit.h"

static enum err find(struct kit *k, const struct signin_done *done, struct session *ret)
{
	struct str token = { .p = (const char *)done->token, .n = SESSION_TOKEN_BYTES };
	return session_find(&k->app, k->a, token, ret);
}

static bool there(struct kit *k, const struct signin_done *done)
{
	struct session s;
	enum err e = find(k, done, &s);
	assert_true(e == OK || e == E_NOTFOUND);
	return e == OK;
}

static struct signin_done signin(struct kit *k, int n)
{
	struct signin_done done;
	assert_int_equal(kit_signin(k, kit_person(n).msisdn, KIT_PASSWORD, &done), OK);
	return done;
}

/* A note of the last use is not waited for; here it is, by writing behind it. */
static void wait_for_notes(struct kit *k)
{
	for (int i = 0; i < 500; i++) {
		if (kit_number(k, "SELECT count(*) FROM session WHERE used_ms = %lld",
			       (long long)app_now(&k->app).ms) > 0)
			return;
		usleep(10000);
	}
	fail_msg("no note of the last use");
}

static void test_session__keeps_only_the_hash_of_its_token(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	unsigned char hash[32];
	char token_hex[65];
	char hash_hex[65];
	crypto_hash_sha256(hash, done.token, sizeof(done.token));
	sodium_bin2hex(token_hex, sizeof(token_hex), done.token, sizeof(done.token));
	sodium_bin2hex(hash_hex, sizeof(hash_hex), hash, sizeof(hash));
	const char *as_bytes = k->kind == KIT_SQLITE ? "x'%s'" : "'\\x%s'";
	char literal[80];
	snprintf(literal, sizeof(literal), as_bytes, hash_hex);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM session WHERE token_hash = %s", literal), 1);
	snprintf(literal, sizeof(literal), as_bytes, token_hex);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM session WHERE token_hash = %s", literal), 0);
}

static void test_session__is_found_by_one_statement(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	struct session s;
	int64_t before = kit_statements(k);
	assert_int_equal(find(k, &done, &s), OK);
	assert_int_equal(kit_statements(k) - before, 1);
	assert_int_equal(s.kind, SESSION_FULL);
	assert_int_equal(s.number_id, 1);
	assert_int_equal(s.epoch, 1);
	assert_int_equal(s.account_id, 1001);
	assert_true(s.subscriber_id > 0);
	assert_true(str_eq(s.family, STR("Соколова")) && str_eq(s.given, STR("Анна")));
}

static void test_session__is_not_found_by_anything_else(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	struct session s;
	struct signin_done other = done;
	other.token[31] ^= 1;
	assert_int_equal(find(k, &other, &s), E_NOTFOUND);
	assert_int_equal(session_find(&k->app, k->a, STR(""), &s), E_NOTFOUND);
	assert_int_equal(session_find(&k->app, k->a, STR("short"), &s), E_NOTFOUND);
}

static void test_session__ends_when_idle(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	kit_minutes(k, 29);
	assert_true(there(k, &done));
	wait_for_notes(k);
	kit_minutes(k, 29);
	assert_true(there(k, &done));
	wait_for_notes(k);
	kit_minutes(k, 30);
	assert_false(there(k, &done));
}

static void test_session__ends_after_its_life(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
		kit_minutes(k, 20);
		assert_true(there(k, &done));
		wait_for_notes(k);
	}
	kit_minutes(k, 20);
	assert_false(there(k, &done));
}

static void test_session__writes_its_last_use_rarely(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	struct store_stats before;
	struct store_stats after;
	kit_minutes(k, 5);
	store_stats(k->app.store, &before);
	for (int i = 0; i < 20; i++)
		assert_true(there(k, &done));
	usleep(50000);
	store_stats(k->app.store, &after);
	assert_int_equal(after.transactions - before.transactions, 0);
	kit_minutes(k, 1);
	assert_true(there(k, &done));
	wait_for_notes(k);
}

static void test_session__ends_with_the_epoch_and_the_subscriber(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	kit_register(k, 2);
	struct signin_done one = signin(k, 1);
	struct signin_done two = signin(k, 2);
	kit_sql(k, "UPDATE number SET epoch = 2 WHERE id = 1");
	kit_sql(k, "UPDATE subscriber SET closed_ms = 1 WHERE number_id = 2");
	assert_false(there(k, &one));
	assert_false(there(k, &two));
}

static void test_session__is_listed_and_ended_by_its_owner(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	kit_register(k, 2);
	struct signin_done phone = signin(k, 1);
	kit_minutes(k, 1);
	struct signin_done laptop = signin(k, 1);
	struct signin_done stranger = signin(k, 2);
	struct session s = kit_session(k, &phone);
	struct session other = kit_session(k, &stranger);
	struct session_list list;
	assert_int_equal(session_list(&k->app, k->a, &s, &list), OK);
	assert_int_equal(list.n, 3); /* with that of the registration */
	assert_int_equal(list.v[0].id, kit_session(k, &laptop).id);
	assert_true(str_eq(list.v[0].device, STR("Android, Chrome")));
	assert_int_equal(list.v[0].used.ms, app_now(&k->app).ms);

	assert_int_equal(session_end_one(&k->app, k->a, &other, list.v[0].ref), E_NOTFOUND);
	assert_true(there(k, &laptop));
	assert_int_equal(session_end_one(&k->app, k->a, &s, list.v[0].ref), OK);
	assert_false(there(k, &laptop));
	assert_int_equal(session_end_one(&k->app, k->a, &s, list.v[0].ref), OK); /* pressed twice */

	laptop = signin(k, 1);
	assert_int_equal(session_end_others(&k->app, k->a, &s), OK);
	assert_false(there(k, &laptop));
	assert_true(there(k, &phone));
	assert_true(there(k, &stranger));
	assert_int_equal(session_end(&k->app, &s), OK);
	assert_false(there(k, &phone));
	assert_int_equal(session_end(&k->app, &s), OK);
}

struct opening {
	const struct app *app;
	const struct session_new *n;
};

static enum err open_full(struct tx *tx, void *arg)
{
	const struct opening *o = arg;
	return session_open_full(o->app, tx, o->n);
}

/* The password changed while a sign-in with the old one was between comparing and opening. */
static void test_session__is_not_opened_by_a_password_of_the_past(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	struct signin_done done = { .kind = SESSION_FULL };
	const struct session_new n = {
		.token = done.token,
		.subscriber_id = s.subscriber_id,
		.password_hash = STR("$argon2id$the-old-one"),
		.device = STR("x"),
	};
	struct opening o = { &k->app, &n };
	assert_int_equal(store_write(k->app.store, open_full, &o), E_DENIED);
	assert_false(there(k, &done));
}

static void test_session__settles_what_is_unknown(void **state)
{
	struct kit *k = *state;
	unsigned char nobody[SESSION_TOKEN_BYTES] = { 0 };
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	assert_int_equal(session_settle(&k->app, k->a, E_UNKNOWN, done.token), OK);
	assert_int_equal(session_settle(&k->app, k->a, E_UNKNOWN, nobody), E_UNKNOWN);
	assert_int_equal(session_settle(&k->app, k->a, E_STORE, done.token), E_STORE);
	assert_int_equal(session_settle(&k->app, k->a, OK, nobody), OK);
}

static void test_session__expires(void **state)
{
	struct kit *k = *state;
	int64_t n;
	kit_register(k, 1);
	kit_minutes(k, 31);
	struct signin_done done = signin(k, 1);
	assert_int_equal(session_expire(&k->app, &n), OK);
	assert_int_equal(n, 1);
	assert_true(there(k, &done));
}

/* J1: a clock that was wrong, and is put right, makes nobody fresh for longer. */
static void test_session__is_fresh_for_five_minutes_by_any_clock(void **state)
{
	struct kit *k = *state;
	struct session s;
	kit_register(k, 1);
	struct signin_done done = signin(k, 1);
	kit_minutes(k, 6);
	kit_sql(k, "UPDATE session SET reauth_ms = %lld", (long long)app_now(&k->app).ms);
	kit_minutes(k, 5);
	assert_int_equal(find(k, &done, &s), OK);
	assert_true(s.fresh);
	clock_manual_add(&k->clock, 1);
	assert_int_equal(find(k, &done, &s), OK);
	assert_false(s.fresh);
	kit_sql(k, "UPDATE session SET reauth_ms = %lld",
		(long long)(app_now(&k->app).ms + 6 * MINUTE_MS));
	assert_int_equal(find(k, &done, &s), OK);
	assert_false(s.fresh);
}

/* J1: a session of a clock that was wrong, and is put right, is over and is thrown away. */
static void test_session__of_the_future_is_over(void **state)
{
	struct kit *k = *state;
	struct session_list list;
	int64_t n;
	struct session s = kit_register(k, 1);
	kit_sql(k, "DELETE FROM session");
	kit_minutes(k, 6);
	struct signin_done done = signin(k, 1);
	kit_minutes(k, -4);
	assert_true(there(k, &done)); /* of another machine, whose clock is ahead a little */
	kit_minutes(k, -2);
	assert_false(there(k, &done));
	assert_int_equal(session_list(&k->app, k->a, &s, &list), OK);
	assert_int_equal(list.n, 0);
	assert_int_equal(session_expire(&k->app, &n), OK);
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_session__is_fresh_for_five_minutes_by_any_clock),
		KIT_BOTH(test_session__keeps_only_the_hash_of_its_token),
		KIT_BOTH(test_session__is_found_by_one_statement),
		KIT_BOTH(test_session__is_not_found_by_anything_else),
		KIT_BOTH(test_session__ends_when_idle),
		KIT_BOTH(test_session__ends_after_its_life),
		KIT_BOTH(test_session__writes_its_last_use_rarely),
		KIT_BOTH(test_session__ends_with_the_epoch_and_the_subscriber),
		KIT_BOTH(test_session__is_listed_and_ended_by_its_owner),
		KIT_BOTH(test_session__is_not_opened_by_a_password_of_the_past),
		KIT_BOTH(test_session__settles_what_is_unknown),
		KIT_BOTH(test_session__expires),
		KIT_BOTH(test_session__of_the_future_is_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Messages: written with their cause, once for each key, sealed, and moving only forward. */
#include <stdio.h>

#include "domain/outbox.h"
#include "domain/outbox_seal.h"
#include "support/kit.h"

#define CODE "40718293"

struct put {
	struct kit *k;
	struct outbox_message m;
	enum err then; /* what the cause comes to after the message was written */
	int64_t id;
};

static enum err put_in(struct tx *tx, void *arg)
{
	struct put *p = arg;
	try(outbox_put(&p->k->app, tx, p->k->a, &p->m, &p->id));
	return p->then;
}

static struct put a_code(struct kit *k, const char *key)
{
	struct put p = { .k = k,
			 .m = { .kind = OUTBOX_SMS,
				.dest = STR("9210000001"),
				.text = MESSAGE_RECOVERY_CODE,
				.args = { .code = CODE },
				.lang = LANG_RU,
				.valid_ms = 5 * MINUTE_MS,
				.key = str_c(key) } };
	return p;
}

static enum err put(struct put *p)
{
	return store_write(p->k->app.store, put_in, p);
}

static void test_outbox__is_written_with_its_cause(void **state)
{
	struct kit *k = *state;
	struct put p = a_code(k, "recovery:1");
	p.then = E_LIMIT;
	assert_int_equal(put(&p), E_LIMIT);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	p.then = OK;
	assert_int_equal(put(&p), OK);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM outbox WHERE id = %lld AND state = "
			   "'queued' AND kind = 'sms' AND dest = '9210000001' AND "
			   "message = 'recovery_code' AND lang = 'ru' AND tries = 0 AND "
			   "due_ms = %lld AND deadline_ms = %lld AND subscriber_id IS NULL",
			   (long long)p.id, (long long)KIT_NOW_MS,
			   (long long)(KIT_NOW_MS + 5 * MINUTE_MS)),
		1);
}

static void test_outbox__writes_one_message_for_a_key(void **state)
{
	struct kit *k = *state;
	struct put first = a_code(k, "recovery:1");
	struct put again = a_code(k, "recovery:1");
	struct put other = a_code(k, "recovery:2");
	assert_int_equal(put(&first), OK);
	assert_int_equal(put(&again), OK);
	assert_int_equal(again.id, first.id);
	assert_int_equal(put(&other), OK);
	assert_true(other.id != first.id);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 2);
}

static void test_outbox__refuses_a_key_used_for_something_else(void **state)
{
	struct kit *k = *state;
	struct put p = a_code(k, "recovery:1");
	assert_int_equal(put(&p), OK);
	struct put phone = a_code(k, "recovery:1");
	phone.m.dest = STR("9210000002");
	assert_int_equal(put(&phone), E_CONFLICT);
	struct put text = a_code(k, "recovery:1");
	text.m.text = MESSAGE_PHONE_CODE;
	assert_int_equal(put(&text), E_CONFLICT);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 1);
}

static bool holds(struct str s, struct str what)
{
	return memmem(s.p, s.n, what.p, what.n) != NULL;
}

static void test_outbox__seals_what_the_text_will_say(void **state)
{
	struct kit *k = *state;
	struct message_args args;
	struct put p = a_code(k, "recovery:1");
	p.m.args = (struct message_args){ .code = CODE,
					  .number = { "9215550123" },
					  .at = { KIT_NOW_MS },
					  .has_token = true,
					  .token = "sixteen bytes ok" };
	assert_int_equal(put(&p), OK);
	struct str sealed = kit_bytes(k, "args", "outbox");
	assert_false(holds(sealed, STR(CODE)) || holds(sealed, STR("9215550123")));
	assert_int_equal(outbox_unseal(&k->app, p.id, p.m.text, sealed, &args), OK);
	assert_string_equal(args.code, CODE);
	assert_string_equal(args.number.d, "9215550123");
	assert_int_equal(args.at.ms, KIT_NOW_MS);
	assert_true(args.has_token);
	assert_memory_equal(args.token, "sixteen bytes ok", MESSAGE_TOKEN_BYTES);
}

static void test_outbox__opens_only_in_its_own_row(void **state)
{
	struct kit *k = *state;
	struct message_args args;
	struct put p = a_code(k, "recovery:1");
	assert_int_equal(put(&p), OK);
	struct str sealed = kit_bytes(k, "args", "outbox");
	assert_int_equal(outbox_unseal(&k->app, p.id + 1, p.m.text, sealed, &args), E_INPUT);
	assert_int_equal(outbox_unseal(&k->app, p.id, MESSAGE_PHONE_CODE, sealed, &args), E_INPUT);
	assert_int_equal(
		outbox_unseal(&k->app, p.id, p.m.text, str_sub(sealed, 0, sealed.n - 1), &args),
		E_INPUT);
	((char *)sealed.p)[sealed.n / 2] ^= 1;
	assert_int_equal(outbox_unseal(&k->app, p.id, p.m.text, sealed, &args), E_INPUT);
	((char *)sealed.p)[sealed.n / 2] ^= 1;
	assert_int_equal(outbox_unseal(&k->app, p.id, p.m.text, sealed, &args), OK);
	k->keys.keys.app[0] ^= 1;
	assert_int_equal(outbox_unseal(&k->app, p.id, p.m.text, sealed, &args), E_INPUT);
}

/* What must stand beside a state, so that only the step itself can be refused. */
static const char *beside(enum outbox_state s)
{
	switch (s) {
	case OUTBOX_QUEUED:
		return "reason = 'none', worker = NULL, leased_until_ms = NULL";
	case OUTBOX_SENDING:
		return "reason = 'none', worker = 1, leased_until_ms = 1";
	case OUTBOX_SENT:
	case OUTBOX_DELIVERED:
		return "reason = 'none', worker = NULL, leased_until_ms = NULL, args = NULL";
	default:
		return "reason = 'refused', worker = NULL, leased_until_ms = NULL, args = NULL";
	}
}

static void move(struct kit *k, int64_t id, enum outbox_state to)
{
	kit_sql(k, "UPDATE outbox SET state = '%s', %s WHERE id = %lld", outbox_state_name(to).p,
		beside(to), (long long)id);
}

/* A message brought to ${s} by steps that are allowed. */
static int64_t message_in(struct kit *k, enum outbox_state s, int n)
{
	char key[32];
	snprintf(key, sizeof(key), "test:%d", n);
	struct put p = a_code(k, key);
	assert_int_equal(put(&p), OK);
	if (s != OUTBOX_QUEUED)
		move(k, p.id, OUTBOX_SENDING);
	if (s == OUTBOX_DELIVERED)
		move(k, p.id, OUTBOX_SENT);
	if (s != OUTBOX_QUEUED && s != OUTBOX_SENDING)
		move(k, p.id, s);
	return p.id;
}

static void test_outbox__takes_the_same_steps_in_code_and_database(void **state)
{
	struct kit *k = *state;
	int n = 0;
	for (enum outbox_state from = 0; from < OUTBOX_STATE_N; from++) {
		for (enum outbox_state to = 0; to < OUTBOX_STATE_N; to++) {
			int64_t id = message_in(k, from, n++);
			const char *args = to <= OUTBOX_SENDING && k->kind == KIT_SQLITE
						   ? ", args = x'00'"
					   : to <= OUTBOX_SENDING ? ", args = '\\x00'"
								  : "";
			bool refused = kit_sql_refused(
				k, "UPDATE outbox SET state = '%s', %s%s WHERE id = %lld",
				outbox_state_name(to).p, beside(to), args, (long long)id);
			if (from != to && refused == outbox_may_move(from, to))
				fail_msg("%s to %s: %s", outbox_state_name(from).p,
					 outbox_state_name(to).p, refused ? "refused" : "taken");
		}
	}
}

static void test_outbox__keeps_no_text_of_what_is_over(void **state)
{
	struct kit *k = *state;
	int64_t id = message_in(k, OUTBOX_SENDING, 1);
	assert_true(kit_sql_refused(k,
				    "UPDATE outbox SET state = 'sent', worker = NULL, "
				    "leased_until_ms = NULL WHERE id = %lld",
				    (long long)id));
	assert_true(
		kit_sql_refused(k, "UPDATE outbox SET args = NULL WHERE id = %lld", (long long)id));
}

static void test_outbox__names_its_states(void **state)
{
	enum outbox_state s;
	(void)state;
	for (enum outbox_state i = 0; i < OUTBOX_STATE_N; i++) {
		assert_int_equal(outbox_state_parse(outbox_state_name(i), &s), OK);
		assert_int_equal(s, i);
	}
	assert_int_equal(outbox_state_parse(STR("lost"), &s), E_INPUT);
}

struct bell {
	struct waker base;
	int *rung;
};

static void ring(const struct waker *w)
{
	++*((const struct bell *)w)->rung;
}

static void test_outbox__rings_the_bell_that_is_there(void **state)
{
	struct kit *k = *state;
	int rung = 0;
	struct bell bell = { { ring }, &rung };
	outbox_wake(&k->app);
	k->app.waker = &bell.base;
	outbox_wake(&k->app);
	assert_int_equal(rung, 1);
	k->app.waker = NULL;
}

/* So the worker of another machine hears of it at once. */
static void test_outbox__notifies_when_committed(void **state)
{
	struct kit *k = *state;
	struct store_listener *l;
	assert_int_equal(store_listen(k->app.store, "outbox", &l), OK);
	assert_true(store_wait(l, NULL, 0, 60000)); /* it listens from now on */
	struct put p = a_code(k, "recovery:1");
	p.then = E_LIMIT;
	assert_int_equal(put(&p), E_LIMIT);
	assert_false(store_wait(l, NULL, 0, 50));
	p.then = OK;
	assert_int_equal(put(&p), OK);
	assert_true(store_wait(l, NULL, 0, 60000));
	store_unlisten(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_outbox__is_written_with_its_cause),
		KIT_BOTH(test_outbox__writes_one_message_for_a_key),
		KIT_BOTH(test_outbox__refuses_a_key_used_for_something_else),
		KIT_BOTH(test_outbox__seals_what_the_text_will_say),
		KIT_BOTH(test_outbox__opens_only_in_its_own_row),
		KIT_BOTH(test_outbox__takes_the_same_steps_in_code_and_database),
		KIT_BOTH(test_outbox__keeps_no_text_of_what_is_over),
		KIT_BOTH(test_outbox__rings_the_bell_that_is_there),
		cmocka_unit_test(test_outbox__names_its_states),
		cmocka_unit_test_setup_teardown(test_outbox__notifies_when_committed,
						kit_setup_postgres, kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

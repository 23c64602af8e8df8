/* What messages come to: answered, unanswered, lost with a connection, late. Time and wire are the
 * test's. */
#include "gateway/smpp_window.h"

#include "support/outcomes.h"

enum { S = 1000000 };

struct fixture {
	struct outcomes *o;
	struct port_sms_events events;
	struct rnd_seeded rnd;
	struct smpp_window *w;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->o = outcomes_new();
	f->events = outcomes_sms(f->o);
	rnd_seeded_init(&f->rnd, 1);
	const struct smpp_window_opts opts = {
		.entries = 4,
		.retry_us = S,
		.patience_us = 60 * S,
		.rnd = &f->rnd.base,
		.events = &f->events,
	};
	assert_int_equal(smpp_window_new(&opts, &f->w), OK);
	smpp_window_gate(f->w, true);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	smpp_window_free(f->w);
	outcomes_free(f->o);
	free(f);
	return 0;
}

/* A text of so many parts. */
static enum err add(struct fixture *f, int64_t id, size_t parts, int64_t valid_ms)
{
	char text[SMS_PARTS_MAX * 153];
	memset(text, 'a', sizeof(text));
	const struct sms_out m = {
		.id = id,
		.to = { "9211234567" },
		.text = { .p = text, .n = parts == 1 ? 1 : parts * 153 },
		.valid_ms = valid_ms,
	};
	return smpp_window_add(f->w, &m, 0);
}

/* The next part goes out under this number, its first byte at that place; due in ten seconds. */
static void fly(struct fixture *f, int64_t now_us, uint32_t seq, uint64_t at)
{
	struct smpp_next next;
	assert_true(smpp_window_next(f->w, now_us, false, &next));
	smpp_window_flies(f->w, &next, seq, at, now_us + 10 * S);
}

static bool nothing_to_send(struct fixture *f, int64_t now_us)
{
	struct smpp_next next;
	return !smpp_window_next(f->w, now_us, false, &next);
}

static bool answer(struct fixture *f, uint32_t seq, enum smpp_answer a, int64_t now_us)
{
	struct smpp_message_id id = { .p = "7", .n = 1 };
	return smpp_window_answer(f->w, seq, a, &id, STR("status"), now_us);
}

static void test_smpp_window__tells_what_left_from_what_did_not(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 4; id++)
		assert_int_equal(add(f, id, 1, 0), OK);
	fly(f, 0, 1, 0);
	fly(f, 0, 2, 100);
	fly(f, 0, 3, 200);
	smpp_window_lost(f->w, 101, 0); /* one byte of the second */
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	outcomes_want(f->o, 2, SENT_UNKNOWN);
	outcomes_want(f->o, 3, SENT_RETRY);
	outcomes_want(f->o, 4, SENT_RETRY);
	assert_int_equal(smpp_window_flying(f->w), 0);
	assert_int_equal(smpp_window_room(f->w), 4);
}

/* One part accepted, one lost before it left, one not begun: the message waits for the rest. */
static void test_smpp_window__keeps_a_message_that_has_begun(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(add(f, 1, 3, 0), OK);
	fly(f, 0, 1, 0);
	fly(f, 0, 2, 100);
	assert_true(answer(f, 1, SMPP_ANSWER_ACCEPTED, 0));
	smpp_window_lost(f->w, 100, 0);
	smpp_window_give_back(f->w);
	assert_int_equal(smpp_window_begun(f->w), 1);
	fly(f, 0, 7, 0);
	fly(f, 0, 8, 100);
	assert_true(nothing_to_send(f, 0));
	assert_true(answer(f, 8, SMPP_ANSWER_ACCEPTED, 0));
	assert_true(answer(f, 7, SMPP_ANSWER_ACCEPTED, 0));
	outcomes_want(f->o, 1, SENT_OK);
}

/* Neither "again" nor "not sent" is true of a message of which a part is out. */
static void test_smpp_window__does_not_know_of_half_a_message(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 3; id++) {
		assert_int_equal(add(f, id, 2, id == 3 ? 1000 : 0), OK);
		fly(f, 0, (uint32_t)id * 10, 0);
		fly(f, 0, (uint32_t)id * 10 + 1, 0);
		assert_true(answer(f, (uint32_t)id * 10, SMPP_ANSWER_ACCEPTED, 0));
	}
	assert_true(answer(f, 11, SMPP_ANSWER_NEVER, 0));
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	assert_string_equal(outcomes_provider_id(f->o), "7");
	assert_true(answer(f, 21, SMPP_ANSWER_LATER, 0));
	assert_true(answer(f, 31, SMPP_ANSWER_LATER, 0));
	assert_false(smpp_window_tick(f->w, S)); /* the third is late */
	outcomes_want(f->o, 3, SENT_UNKNOWN);
	assert_false(smpp_window_tick(f->w, 60 * S)); /* the second out of patience */
	outcomes_want(f->o, 2, SENT_UNKNOWN);
}

static void test_smpp_window__waits_longer_each_time(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(add(f, 1, 1, 0), OK);
	fly(f, 0, 1, 0);
	assert_true(answer(f, 1, SMPP_ANSWER_LATER, 0));
	assert_true(nothing_to_send(f, S - 1));
	assert_int_equal(smpp_window_due_us(f->w, 0), S);
	fly(f, S, 2, 0);
	assert_true(answer(f, 2, SMPP_ANSWER_LATER, S));
	assert_true(nothing_to_send(f, 3 * S - 1));
	fly(f, 3 * S, 3, 0);
	assert_int_equal(smpp_window_due_us(f->w, 3 * S), 13 * S);
	assert_false(smpp_window_tick(f->w, 13 * S - 1));
	assert_true(smpp_window_tick(f->w, 13 * S));
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	assert_false(answer(f, 3, SMPP_ANSWER_ACCEPTED, 13 * S)); /* too late */
	assert_int_equal(smpp_window_due_us(f->w, 13 * S), INT64_MAX);
}

/* A code whose time passes between two looks at the clock does not go out. */
static void test_smpp_window__sends_nothing_past_its_time(void **state)
{
	struct fixture *f = *state;
	struct smpp_next next;
	assert_int_equal(add(f, 1, 1, 1000), OK);
	assert_true(smpp_window_next(f->w, S - 1, false, &next));
	assert_true(nothing_to_send(f, S));
	assert_false(smpp_window_tick(f->w, S));
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_string_equal(outcomes_detail(f->o), "late");
}

/* To be put off is no failed submit: the one more try is still to come. */
static void test_smpp_window__tries_once_more_also_after_being_put_off(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(add(f, 1, 1, 0), OK);
	fly(f, 0, 1, 0);
	assert_true(answer(f, 1, SMPP_ANSWER_LATER, 0));
	fly(f, 10 * S, 2, 0);
	assert_true(answer(f, 2, SMPP_ANSWER_ONCE, 10 * S));
	fly(f, 20 * S, 3, 0);
	assert_true(answer(f, 3, SMPP_ANSWER_ONCE, 20 * S));
	outcomes_want(f->o, 1, SENT_REFUSED);
}

static void test_smpp_window__lets_others_pass_while_one_waits(void **state)
{
	struct fixture *f = *state;
	struct smpp_next next;
	assert_int_equal(add(f, 1, 1, 0), OK);
	assert_int_equal(add(f, 2, 1, 0), OK);
	fly(f, 0, 1, 0);
	assert_true(answer(f, 1, SMPP_ANSWER_LATER, 0));
	fly(f, 0, 2, 0);
	assert_true(answer(f, 2, SMPP_ANSWER_ACCEPTED, 0));
	outcomes_want(f->o, 2, SENT_OK);
	assert_false(smpp_window_next(f->w, S, true, &next)); /* it has not begun */
	assert_true(smpp_window_next(f->w, S, false, &next));
	smpp_window_end(f->w);
	outcomes_want(f->o, 1, SENT_RETRY);
}

static void test_smpp_window__tells_of_room_when_half_is_free(void **state)
{
	struct fixture *f = *state;
	assert_true(smpp_window_tells_room(f->w)); /* the gate is open */
	assert_false(smpp_window_tells_room(f->w));
	for (int64_t id = 1; id <= 4; id++)
		assert_int_equal(add(f, id, 1, 0), OK);
	assert_int_equal(add(f, 5, 1, 0), E_BUSY);
	for (uint32_t seq = 1; seq <= 4; seq++) {
		fly(f, 0, seq, 0);
		assert_false(smpp_window_tells_room(f->w));
	}
	assert_true(answer(f, 1, SMPP_ANSWER_ACCEPTED, 0));
	assert_false(smpp_window_tells_room(f->w));
	assert_true(answer(f, 4, SMPP_ANSWER_ACCEPTED, 0));
	assert_true(smpp_window_tells_room(f->w));
	assert_false(smpp_window_tells_room(f->w));
	smpp_window_gate(f->w, false);
	assert_int_equal(smpp_window_room(f->w), 0);
	assert_int_equal(add(f, 5, 1, 0), E_BUSY);
	smpp_window_lost(f->w, 1, 0);
	assert_false(smpp_window_tells_room(f->w));
	smpp_window_gate(f->w, true);
	assert_true(smpp_window_tells_room(f->w));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_smpp_window__tells_what_left_from_what_did_not),
		TEST(test_smpp_window__keeps_a_message_that_has_begun),
		TEST(test_smpp_window__does_not_know_of_half_a_message),
		TEST(test_smpp_window__waits_longer_each_time),
		TEST(test_smpp_window__sends_nothing_past_its_time),
		TEST(test_smpp_window__tries_once_more_also_after_being_put_off),
		TEST(test_smpp_window__lets_others_pass_while_one_waits),
		TEST(test_smpp_window__tells_of_room_when_half_is_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

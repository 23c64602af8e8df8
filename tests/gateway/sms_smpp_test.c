/* Messages to a centre that others wrote: what arrives, and what becomes of them. The link itself
 * is sms_smpp_link_test. */
#include "centre.h"

static void test_sms_smpp__sends_a_text_in_russian(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	assert_int_equal(centre_try(c, 7, "9001112000", "Код: 1234 5678 — никому", 300000), OK);
	centre_says(c, "submit");
	assert_string_equal(peer_text(c->peer, "text"), "Код: 1234 5678 — никому");
	assert_string_equal(peer_text(c->peer, "to"), "79001112000");
	assert_int_equal(peer_number(c->peer, "toTon"), 1);
	assert_string_equal(peer_text(c->peer, "from"), "SmartKarta");
	assert_int_equal(peer_number(c->peer, "fromTon"), 5);
	assert_int_equal(peer_number(c->peer, "coding"), 8);
	assert_int_equal(peer_number(c->peer, "registered"), 1);
	/* five minutes, less what a busy machine takes */
	long long valid_s = peer_number(c->peer, "valid_s");
	assert_true(valid_s > 200 && valid_s <= 301);
	outcomes_want(c->o, 7, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "m-160");
	outcomes_want_receipt(c->o, "m-160", SMS_DELIVERED);
	centre_says(c, "receipt taken");
	assert_int_equal(peer_number(c->peer, "status"), 0);
}

static void test_sms_smpp__sends_latin_as_it_is_and_from_a_number(void **state)
{
	struct centre *c = *state;
	c->opts.sender = STR("79210000000");
	centre_up(c, "{}");
	centre_send(c, 1, "9001112000", "Code: 1234");
	centre_says(c, "submit");
	assert_string_equal(peer_text(c->peer, "text"), "Code: 1234");
	assert_int_equal(peer_number(c->peer, "coding"), 0);
	assert_int_equal(peer_number(c->peer, "fromTon"), 1);
	assert_int_equal(peer_number(c->peer, "valid_s"), 0);
	outcomes_want(c->o, 1, SENT_OK);
}

/* 66 letters, then a pair that the first part has no room for, and so on: 3 parts. */
static void test_sms_smpp__sends_a_long_text_whole(void **state)
{
	struct centre *c = *state;
	char text[1024] = "";
	char got[1024] = "";
	size_t n = 0;
	centre_up(c, "{}");
	for (int i = 0; i < 66; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "я");
	for (int i = 0; i < 35; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "😀");
	snprintf(text + n, sizeof(text) - n, "конец");
	centre_send(c, 1, "9001112000", text);
	long long ref = -1;
	for (int seq = 1; seq <= 3; seq++) {
		centre_says(c, "submit");
		assert_int_equal(peer_number(c->peer, "seq"), seq);
		assert_int_equal(peer_number(c->peer, "total"), 3);
		assert_true(ref == -1 || peer_number(c->peer, "ref") == ref);
		ref = peer_number(c->peer, "ref");
		n = strlen(got);
		snprintf(got + n, sizeof(got) - n, "%s", peer_text(c->peer, "text"));
	}
	assert_string_equal(got, text);
	outcomes_want(c->o, 1, SENT_OK);
	outcomes_want_receipt(c->o, "m-160", SMS_DELIVERED);
	outcomes_want_receipt(c->o, "m-161", SMS_DELIVERED);
	outcomes_want_receipt(c->o, "m-162", SMS_DELIVERED);
}

static void test_sms_smpp__matches_hexadecimal_ids_with_decimal_receipts(void **state)
{
	struct centre *c = *state;
	c->opts.ids = (struct smpp_id_forms){ SMPP_ID_HEX, SMPP_ID_DEC };
	centre_up(c, "{\"ids\":\"hexdec\"}");
	centre_send(c, 1, "9061112000", "a");
	outcomes_want(c->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "160");
	outcomes_want_receipt(c->o, "160", SMS_UNDELIVERED);
}

static void test_sms_smpp__prefers_the_id_of_the_tlv(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{\"ids\":\"tlv\"}");
	centre_send(c, 1, "9001112000", "a");
	outcomes_want(c->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "A0");
	outcomes_want_receipt(c->o, "A0", SMS_DELIVERED);
}

static void test_sms_smpp__hears_a_receipt_before_the_answer(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_send(c, 1, "9041112000", "a");
	outcomes_want_receipt(c->o, "m-160", SMS_DELIVERED);
	outcomes_want(c->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "m-160");
}

static void test_sms_smpp__takes_an_answer_whose_id_is_none(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_send(c, 1, "9091112000", "a");
	outcomes_want(c->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "");
}

/* Throttled, queue full, system error: the same message again, until it is taken. */
static void test_sms_smpp__tries_again_what_is_refused_for_now(void **state)
{
	struct centre *c = *state;
	static const char *const numbers[] = { "9021112088", "9021112020", "9021112008",
					       "9021112100" };
	centre_up(c, "{}");
	for (int64_t i = 0; i < 4; i++) {
		centre_send(c, i, numbers[i], "a");
		centre_says(c, "submit");
		assert_int_equal(peer_number(c->peer, "nth"), 1);
		centre_says(c, "submit");
		assert_int_equal(peer_number(c->peer, "nth"), 2);
		outcomes_want(c->o, i, SENT_OK);
	}
	outcomes_want_log(c->o, "sms.throttled");
}

static void test_sms_smpp__gives_back_what_is_refused_for_too_long(void **state)
{
	struct centre *c = *state;
	c->opts.patience_ms = 50;
	centre_up(c, "{}");
	centre_send(c, 1, "9011112088", "a");
	outcomes_want(c->o, 1, SENT_RETRY);
	assert_string_equal(outcomes_detail(c->o), "status 0x58");
	centre_send(c, 2, "9001112000", "a");
	outcomes_want(c->o, 2, SENT_OK);
}

/* 0x45: once again, not twice. */
static void test_sms_smpp__tries_a_failed_submit_once_more(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_send(c, 1, "9011112069", "a");
	outcomes_want(c->o, 1, SENT_REFUSED);
	assert_string_equal(outcomes_detail(c->o), "status 0x45");
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "submit", "unbind"), 2);
}

/* A bad address, and a status of some vendor's. */
static void test_sms_smpp__gives_up_what_is_refused_for_good(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_send(c, 1, "9011112011", "a");
	outcomes_want(c->o, 1, SENT_REFUSED);
	assert_string_equal(outcomes_detail(c->o), "status 0x0B");
	centre_send(c, 2, "9011112999", "a");
	outcomes_want(c->o, 2, SENT_REFUSED);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "submit", "unbind"), 2);
}

/* The window is one, and full: the second is not sent, and its time runs out. */
static void test_sms_smpp__never_sends_what_is_late(void **state)
{
	struct centre *c = *state;
	c->opts.window = 1;
	centre_up(c, "{}");
	centre_send(c, 1, "9071112000", "a");
	centre_says(c, "submit");
	assert_int_equal(centre_try(c, 2, "9001112000", "late", 1), OK);
	outcomes_want(c->o, 2, SENT_RETRY);
	assert_string_equal(outcomes_detail(c->o), "late");
	peer_say(c->peer, "release");
	outcomes_want(c->o, 1, SENT_OK);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "submit", "unbind"), 0);
}

static void test_sms_smpp__takes_no_more_than_it_has_room_for(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	size_t room = port_sms_room(c->port);
	assert_int_equal(room, 40);
	for (size_t i = 0; i < room; i++)
		assert_int_equal(centre_try(c, (int64_t)i, "9071112000", "a", 0), OK);
	assert_int_equal(port_sms_room(c->port), 0);
	assert_int_equal(centre_try(c, 99, "9071112000", "a", 0), E_BUSY);
	for (int i = 0; i < 10; i++)
		centre_says(c, "submit");
	peer_say(c->peer, "release");
	outcomes_want(c->o, 9, SENT_OK);
	for (int i = 0; i < 10; i++)
		centre_says(c, "submit");
	peer_say(c->peer, "release");
	outcomes_any_ready(c->o);
	assert_true(port_sms_room(c->port) >= 20);
	port_sms_stop(c->port, 0);
	c->port = NULL;
	outcomes_want(c->o, 20, SENT_UNKNOWN);
	outcomes_want(c->o, 39, SENT_RETRY);
}

static void test_sms_smpp__refuses_what_cannot_be_sent(void **state)
{
	struct centre *c = *state;
	char text[8 * 153 + 2];
	centre_up(c, "{}");
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(centre_try(c, 1, "9001112000", "", 0), E_INPUT);
	assert_int_equal(centre_try(c, 2, "9001112000", "\xff", 0), E_INPUT);
	assert_int_equal(centre_try(c, 3, "9001112000", text, 0), E_INPUT);
	text[8 * 153] = '\0';
	assert_int_equal(centre_try(c, 4, "9001112000", text, 0), OK);
	outcomes_want(c->o, 4, SENT_OK);
}

/* Ten a second by a clock that stands still: the burst of a tenth, and nothing more until it moves.
 */
static void test_sms_smpp__keeps_to_its_rate(void **state)
{
	struct centre *c = *state;
	struct clock_manual clock;
	clock_manual_init(&clock, (tstamp){ 0 });
	clock_manual_add(&clock, 1000000);
	c->opts.clock = &clock.base;
	c->opts.per_second = 10;
	centre_up(c, "{}");
	for (int64_t id = 1; id <= 3; id++)
		centre_send(c, id, "9001112000", "a");
	outcomes_want(c->o, 1, SENT_OK);
	clock_manual_add(&clock, 100);
	outcomes_want(c->o, 2, SENT_OK);
	port_sms_stop(c->port, 0);
	c->port = NULL;
	outcomes_want(c->o, 3, SENT_RETRY);
	assert_int_equal(centre_counts(c, "submit", "close"), 2);
}

/* The first part is accepted, the second throttled, and the connection breaks: only what is missing
 * is sent on the next one. */
static void test_sms_smpp__goes_on_with_the_parts_that_are_missing(void **state)
{
	struct centre *c = *state;
	char text[3 * 153 + 1];
	c->opts.window = 1;
	centre_up(c, "{}");
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	centre_send(c, 1, "9081112088", text);
	static const int parts[] = { 1, 2, 2, 3 };
	for (int i = 0; i < 4; i++) {
		centre_says(c, "submit");
		assert_int_equal(peer_number(c->peer, "seq"), parts[i]);
	}
	outcomes_want(c->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(c->o), "m-160");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CENTRE_TEST(test_sms_smpp__sends_a_text_in_russian),
		CENTRE_TEST(test_sms_smpp__sends_latin_as_it_is_and_from_a_number),
		CENTRE_TEST(test_sms_smpp__sends_a_long_text_whole),
		CENTRE_TEST(test_sms_smpp__matches_hexadecimal_ids_with_decimal_receipts),
		CENTRE_TEST(test_sms_smpp__prefers_the_id_of_the_tlv),
		CENTRE_TEST(test_sms_smpp__hears_a_receipt_before_the_answer),
		CENTRE_TEST(test_sms_smpp__takes_an_answer_whose_id_is_none),
		CENTRE_TEST(test_sms_smpp__tries_again_what_is_refused_for_now),
		CENTRE_TEST(test_sms_smpp__gives_back_what_is_refused_for_too_long),
		CENTRE_TEST(test_sms_smpp__tries_a_failed_submit_once_more),
		CENTRE_TEST(test_sms_smpp__gives_up_what_is_refused_for_good),
		CENTRE_TEST(test_sms_smpp__never_sends_what_is_late),
		CENTRE_TEST(test_sms_smpp__takes_no_more_than_it_has_room_for),
		CENTRE_TEST(test_sms_smpp__refuses_what_cannot_be_sent),
		CENTRE_TEST(test_sms_smpp__keeps_to_its_rate),
		CENTRE_TEST(test_sms_smpp__goes_on_with_the_parts_that_are_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

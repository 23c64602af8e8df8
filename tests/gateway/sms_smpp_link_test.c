/* The link to a message centre that others wrote: refused, lost, silent, hostile, over TLS, ended.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <time.h>

#include "centre.h"

/* A clock that goes on by a minute whenever a name is looked up. */
static _Atomic int64_t asleep_us;

static int64_t sleepy_us(const struct clock *c)
{
	(void)c;
	return clock_system()->mono_us(clock_system()) + asleep_us;
}

/* In the place of libc's. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	asleep_us += MINUTE_MS * 1000;
	return real(host, port, hints, ret);
}

static void want_link(struct centre *c, enum sms_link link)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	for (int i = 0; i < 30000 && port_sms_link(c->port) != link; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(port_sms_link(c->port), link);
}

/* A message goes through, whatever has happened before. */
static void check_alive(struct centre *c, int64_t id)
{
	centre_send(c, id, "9001112000", "a");
	outcomes_want(c->o, id, SENT_OK);
}

static void test_sms_smpp_link__says_who_it_is(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_says(c, "bind");
	assert_string_equal(peer_text(c->peer, "user"), "kabinet");
	assert_int_equal(peer_number(c->peer, "version"), 0x34);
}

/* All addresses of the name are tried at once, wherever it has several: the pause is long. */
static void test_sms_smpp_link__looks_a_name_up(void **state)
{
	struct centre *c = *state;
	char address[32];
	c->opts.retry_ms = c->opts.pause_max_ms = 60000;
	centre_open(c, "{}");
	snprintf(address, sizeof(address), "localhost:%d", peer_port(c->peer));
	c->opts.address = str_c(address);
	centre_start(c);
	check_alive(c, 1);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
}

static void test_sms_smpp_link__stays_down_without_an_address(void **state)
{
	struct centre *c = *state;
	c->opts.address = STR("nobody.invalid:2775");
	centre_start(c);
	outcomes_want_log(c->o, "look up");
	outcomes_want_log(c->o, "sms.down");
	assert_int_equal(port_sms_room(c->port), 0);
}

/* Nobody is there: nothing is taken; when somebody comes, it is up. */
static void test_sms_smpp_link__takes_nothing_while_it_is_down(void **state)
{
	struct centre *c = *state;
	c->opts.address = STR("127.0.0.1:1");
	centre_start(c);
	outcomes_want_log(c->o, "sms.down");
	assert_int_equal(port_sms_link(c->port), SMS_LINK_DOWN);
	assert_int_equal(port_sms_room(c->port), 0);
	assert_int_equal(centre_try(c, 1, "9001112000", "a", 0), E_BUSY);
}

/* A wrong password: an alarm, and no second try for a long time. */
static void test_sms_smpp_link__stops_when_it_is_refused(void **state)
{
	struct centre *c = *state;
	c->opts.password.bytes = (struct str){ .p = "guess", .n = 5 };
	c->opts.pause_max_ms = 60000;
	centre_open(c, "{}");
	centre_start(c);
	outcomes_want_log(c->o, "sms.refused");
	want_link(c, SMS_LINK_REFUSED);
	assert_int_equal(port_sms_room(c->port), 0);
	centre_says(c, "bind");
	centre_says(c, "close");
	port_sms_stop(c->port, 0);
	c->port = NULL;
	peer_say(c->peer, "mark");
	assert_int_equal(centre_counts(c, "bind", "mark"), 0);
}

/* Bound already, or any other trouble of the centre's: again, and again. */
static void test_sms_smpp_link__comes_back_when_it_cannot_be_bound_now(void **state)
{
	struct centre *c = *state;
	centre_open(c, "{\"bind\":5}");
	centre_start(c);
	for (int i = 0; i < 3; i++)
		centre_says(c, "bind");
	assert_int_equal(port_sms_link(c->port), SMS_LINK_DOWN);
}

/* What it says of itself is of no use to us, and may be longer than the standard has room for. */
static void test_sms_smpp_link__is_bound_whatever_the_centre_calls_itself(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{\"own\":\"a message centre with a long name\"}");
	check_alive(c, 1);
}

/* Those on their way may have been sent, those behind them certainly not; then it goes on. */
static void test_sms_smpp_link__survives_a_centre_that_dies(void **state)
{
	struct centre *c = *state;
	c->opts.window = 2;
	centre_up(c, "{}");
	centre_send(c, 1, "9071112000", "a");
	centre_send(c, 2, "9051112000", "a");
	centre_send(c, 3, "9001112000", "a");
	outcomes_want(c->o, 1, SENT_UNKNOWN);
	assert_string_equal(outcomes_detail(c->o), "link lost");
	outcomes_want(c->o, 2, SENT_UNKNOWN);
	outcomes_want(c->o, 3, SENT_RETRY);
	check_alive(c, 4);
}

/* No answer to one message: it may have been sent. The centre is asked whether it is there, it is,
 * and the next goes through on the same connection. */
static void test_sms_smpp_link__asks_a_centre_that_owes_an_answer(void **state)
{
	struct centre *c = *state;
	c->opts.answer_ms = 300;
	centre_up(c, "{}");
	centre_send(c, 1, "9031112000", "a");
	outcomes_want(c->o, 1, SENT_UNKNOWN);
	assert_string_equal(outcomes_detail(c->o), "no answer");
	centre_says(c, "enquire");
	c->opts.answer_ms = 30000;
	check_alive(c, 2);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "bind", "unbind"), 0);
}

static void test_sms_smpp_link__leaves_a_silent_centre(void **state)
{
	struct centre *c = *state;
	c->opts.enquire_ms = 20;
	c->opts.answer_ms = 200;
	centre_up(c, "{}");
	centre_says(c, "enquire");
	peer_say(c->peer, "mute");
	centre_says(c, "close");
	outcomes_want_log(c->o, "enquire_link");
	peer_say(c->peer, "speak");
	centre_says(c, "bind");
	check_alive(c, 1);
}

static void test_sms_smpp_link__leaves_a_centre_that_does_not_answer_bind(void **state)
{
	struct centre *c = *state;
	c->opts.answer_ms = 100;
	centre_open(c, "{}");
	peer_say(c->peer, "mute");
	centre_start(c);
	centre_says(c, "close");
	peer_say(c->peer, "speak");
	centre_says(c, "bind");
	check_alive(c, 1);
}

static void test_sms_smpp_link__goes_when_the_centre_says_goodbye(void **state)
{
	struct centre *c = *state;
	c->opts.window = 1;
	centre_up(c, "{}");
	centre_send(c, 1, "9071112000", "a");
	centre_says(c, "submit");
	centre_send(c, 2, "9001112000", "a");
	peer_say(c->peer, "unbind");
	outcomes_want(c->o, 2, SENT_RETRY);
	centre_says(c, "unbound");
	peer_say(c->peer, "release"); /* the answer still comes through */
	outcomes_want(c->o, 1, SENT_OK);
	centre_says(c, "bind");
	check_alive(c, 3);
}

/* What is on its way is waited for, what is not is given back, and it says goodbye. */
static void test_sms_smpp_link__drains_when_it_stops(void **state)
{
	struct centre *c = *state;
	c->opts.window = 3;
	centre_up(c, "{}");
	for (int64_t id = 1; id <= 10; id++)
		centre_send(c, id, "9071112000", "a");
	for (int i = 0; i < 3; i++)
		centre_says(c, "submit");
	peer_say(c->peer, "later"); /* the answers come while it stops */
	port_sms_stop(c->port, 60000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "submit", "unbind"), 0);
	for (int64_t id = 1; id <= 10; id++)
		outcomes_want(c->o, id, id <= 3 ? SENT_OK : SENT_RETRY);
}

static void test_sms_smpp_link__stops_in_time_without_an_answer(void **state)
{
	struct centre *c = *state;
	centre_up(c, "{}");
	centre_send(c, 1, "9031112000", "a");
	centre_says(c, "submit");
	peer_say(c->peer, "mute");
	port_sms_stop(c->port, 50);
	c->port = NULL;
	outcomes_want(c->o, 1, SENT_UNKNOWN);
}

/* --- a hostile centre --- */

/* A packet of the centre's, and what we say to it. */
static void check_reply(struct centre *c, const char *hex, const char *event, int status)
{
	char line[8192];
	snprintf(line, sizeof(line), "raw %s", hex);
	peer_say(c->peer, line);
	centre_says(c, event);
	assert_int_equal(peer_number(c->peer, "status"), status);
}

static void test_sms_smpp_link__survives_hostile_packets(void **state)
{
	struct centre *c = *state;
	static const char deliver[] = "00000981000000050000000000000001"
				      "0000000000000000000000000000000000";
	char tlvs[8192];
	centre_up(c, "{}");
	/* an id that nobody knows, and one of a bind from the wrong side */
	check_reply(c, "00000010000001030000000000000007", "generic_nack", 3);
	assert_int_equal(peer_number(c->peer, "seq"), 7);
	check_reply(c, "0000001700000009000000000000000800000000000000", "generic_nack", 3);
	/* answers that nobody waits for, before a question */
	check_reply(c,
		    "00000012800000040000000000000063"
		    "4100"
		    "00000010800000150000000000000063"
		    "00000010800000000000000300000063"
		    "00000010800000060000000000000063"
		    "00000010000000150000000000000009",
		    "enquire_link_resp", 0);
	/* a deliver_sm that ends in the middle: told never to come again */
	check_reply(c,
		    "00000012000000050000000000000001"
		    "0000",
		    "deliver_sm_resp", 0x65);
	/* 600 TLVs: more than a trace of them would fit anywhere */
	size_t n = (size_t)snprintf(tlvs, sizeof(tlvs), "%s", deliver);
	for (int i = 0; i < 600; i++)
		n += (size_t)snprintf(tlvs + n, sizeof(tlvs) - n, "14000000");
	check_reply(c, tlvs, "deliver_sm_resp", 0);
	check_alive(c, 1);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	assert_int_equal(centre_counts(c, "bind", "unbind"), 0);
}

/* Nonsense without end: what is wrong is said, and the disk is not filled with it. */
static void test_sms_smpp_link__says_of_few_packets_that_they_are_nonsense(void **state)
{
	struct centre *c = *state;
	static const char alert[] = "00000010000001020000000000000007"; /* wants no answer */
	char line[8192] = "raw ";
	for (int i = 0; i < 200; i++)
		memcpy(line + strlen(line), alert, sizeof(alert));
	centre_up(c, "{}");
	peer_say(c->peer, line);
	check_reply(c, "00000010000000150000000000000009", "enquire_link_resp", 0);
	assert_in_range(outcomes_count_log(c->o, "sms.packet"), 1, 10);
	check_alive(c, 1);
}

static void test_sms_smpp_link__leaves_a_centre_whose_packets_have_no_length(void **state)
{
	struct centre *c = *state;
	static const char *const lengths[] = { "00000000", "0000000f", "7fffffff", "80000000",
					       "ffffffff" };
	centre_up(c, "{}");
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		centre_says(c, "bind");
		check_alive(c, (int64_t)i);
		check_reply(c, lengths[i], "generic_nack", 2);
		centre_says(c, "close");
	}
}

/* It asks and asks and reads no answer: memory stays what it is, and the link is given up. */
static void test_sms_smpp_link__leaves_a_centre_that_does_not_listen(void **state)
{
	struct centre *c = *state;
	c->opts.enquire_ms = 100;
	c->opts.answer_ms = 5000;
	centre_up(c, "{}");
	peer_say(c->peer, "flood");
	outcomes_want_log(c->o, "sms.down");
	centre_says(c, "close");
	check_alive(c, 1);
}

/* --- TLS --- */

static void test_sms_smpp_link__speaks_tls(void **state)
{
	struct centre *c = *state;
	char text[4 * 153 + 1];
	c->opts.tls = true;
	centre_up(c, "{\"tls\":true}");
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (int64_t id = 1; id <= 100; id++)
		centre_send(c, id, "9001112000", text);
	for (int64_t id = 1; id <= 100; id++)
		outcomes_want(c->o, id, SENT_OK);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
	centre_says(c, "unbind");
}

static void test_sms_smpp_link__refuses_a_certificate_of_somebody_else(void **state)
{
	struct centre *c = *state;
	c->opts.tls = true;
	centre_open(c, "{\"tls\":true,\"name\":\"DNS:else.example\"}");
	centre_start(c);
	outcomes_want_log(c->o, "sms.tls");
	outcomes_want_log(c->o, "sms.down");
	assert_int_equal(port_sms_room(c->port), 0);
}

static void test_sms_smpp_link__refuses_a_certificate_that_nobody_has_signed(void **state)
{
	struct centre *c = *state;
	c->opts.tls = true;
	centre_open(c, "{\"tls\":true}");
	c->opts.tls_ca = STR("");
	centre_start(c);
	outcomes_want_log(c->o, "sms.tls");
	assert_int_equal(port_sms_room(c->port), 0);
}

/* A server of names that takes its time takes none from the centre. */
static void test_sms_smpp_link__waits_for_no_answer_before_the_name_is_known(void **state)
{
	struct centre *c = *state;
	const struct clock sleepy = { .now = clock_system()->now, .mono_us = sleepy_us };
	c->opts.clock = &sleepy;
	c->opts.tls = true;
	centre_up(c, "{\"tls\":true}");
	assert_int_equal(outcomes_count_log(c->o, "sms.down"), 0);
	check_alive(c, 1);
	port_sms_stop(c->port, 10000);
	c->port = NULL;
}

static void test_sms_smpp_link__refuses_old_versions_of_tls(void **state)
{
	struct centre *c = *state;
	c->opts.tls = true;
	centre_open(c, "{\"tls\":\"TLSv1.1\"}");
	centre_start(c);
	outcomes_want_log(c->o, "sms.down");
	assert_int_equal(port_sms_room(c->port), 0);
}

static void test_sms_smpp_link__needs_what_it_is_given(void **state)
{
	struct centre *c = *state;
	const struct port_sms_events events = outcomes_sms(c->o);
	c->opts.address = STR("nowhere");
	assert_int_equal(sms_smpp_start(&c->opts, &events, &c->port), E_INPUT);
	c->opts.address = STR("127.0.0.1:1");
	c->opts.tls = true;
	c->opts.tls_ca = STR("/nowhere/ca.pem");
	assert_int_equal(sms_smpp_start(&c->opts, &events, &c->port), E_INPUT);
	outcomes_want_log(c->o, "sms.tls");
	c->opts.tls = false;
	c->opts.password.bytes = (struct str){ .p = "ninechars", .n = 9 };
	assert_int_equal(sms_smpp_start(&c->opts, &events, &c->port), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CENTRE_TEST(test_sms_smpp_link__says_who_it_is),
		CENTRE_TEST(test_sms_smpp_link__looks_a_name_up),
		CENTRE_TEST(test_sms_smpp_link__stays_down_without_an_address),
		CENTRE_TEST(test_sms_smpp_link__takes_nothing_while_it_is_down),
		CENTRE_TEST(test_sms_smpp_link__stops_when_it_is_refused),
		CENTRE_TEST(test_sms_smpp_link__comes_back_when_it_cannot_be_bound_now),
		CENTRE_TEST(test_sms_smpp_link__is_bound_whatever_the_centre_calls_itself),
		CENTRE_TEST(test_sms_smpp_link__survives_a_centre_that_dies),
		CENTRE_TEST(test_sms_smpp_link__asks_a_centre_that_owes_an_answer),
		CENTRE_TEST(test_sms_smpp_link__leaves_a_silent_centre),
		CENTRE_TEST(test_sms_smpp_link__leaves_a_centre_that_does_not_answer_bind),
		CENTRE_TEST(test_sms_smpp_link__goes_when_the_centre_says_goodbye),
		CENTRE_TEST(test_sms_smpp_link__drains_when_it_stops),
		CENTRE_TEST(test_sms_smpp_link__stops_in_time_without_an_answer),
		CENTRE_TEST(test_sms_smpp_link__survives_hostile_packets),
		CENTRE_TEST(test_sms_smpp_link__says_of_few_packets_that_they_are_nonsense),
		CENTRE_TEST(test_sms_smpp_link__leaves_a_centre_whose_packets_have_no_length),
		CENTRE_TEST(test_sms_smpp_link__leaves_a_centre_that_does_not_listen),
		CENTRE_TEST(test_sms_smpp_link__speaks_tls),
		CENTRE_TEST(test_sms_smpp_link__refuses_a_certificate_of_somebody_else),
		CENTRE_TEST(test_sms_smpp_link__refuses_a_certificate_that_nobody_has_signed),
		CENTRE_TEST(test_sms_smpp_link__refuses_old_versions_of_tls),
		CENTRE_TEST(test_sms_smpp_link__waits_for_no_answer_before_the_name_is_known),
		CENTRE_TEST(test_sms_smpp_link__needs_what_it_is_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Messages by way of a real Kannel to an SMS centre that others wrote (npm smpp). Kannel listens on
 * every address, so the test goes into a network of its own first. */
#include "gateway/sms_kannel.h"

#include "support/alone.h"
#include "support/outcomes.h"
#include "support/peer.h"

/* One Kannel for all tests: it takes seconds to start. */
struct fixture {
	struct peer *peer;
	struct outcomes *o;
	char url[128];
	struct sms_http_opts opts;
	struct port_sms *port;
};

static int set_up_all(void **state)
{
	static const char *const argv[] = { "node", "tests/support/kannel_peer.mjs", NULL };
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	if (!alone()) {
		print_message("no network of its own for Kannel: this needs root\n");
		*state = NULL;
		free(f);
		return 0;
	}
	f->peer = peer_start(argv);
	*state = f;
	return 0;
}

static int tear_down_all(void **state)
{
	struct fixture *f = *state;
	if (f)
		peer_stop(f->peer);
	free(f);
	return 0;
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	if (!f)
		return 0;
	f->o = outcomes_new();
	f->port = NULL;
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/cgi-bin/sendsms", peer_port(f->peer));
	f->opts = outcomes_sms_http(f->o, f->url);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	if (!f)
		return 0;
	port_sms_stop(f->port, 0);
	outcomes_free(f->o);
	return 0;
}

static struct fixture *start(void **state)
{
	struct fixture *f = *state;
	if (!f)
		skip();
	const struct port_sms_events events = outcomes_sms(f->o);
	assert_int_equal(sms_kannel_start(&f->opts, &events, &f->port), OK);
	return f;
}

static void submit(struct fixture *f, int64_t id, struct str text, int64_t valid_ms)
{
	const struct sms_out m = {
		.id = id, .to = { "9211234567" }, .text = text, .valid_ms = valid_ms
	};
	assert_int_equal(port_sms_submit(f->port, &m), OK);
}

static void test_sms_kannel__russian(void **state)
{
	struct fixture *f = start(state);
	submit(f, 1, STR("Код 12345678. Никому его не сообщайте & не пишите 😀"), 300000);
	outcomes_want(f->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(f->o), "");
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "to"), "79211234567");
	assert_string_equal(peer_text(f->peer, "from"), "Cabinet");
	assert_string_equal(peer_text(f->peer, "text"),
			    "Код 12345678. Никому его не сообщайте & не пишите 😀");
	assert_int_equal(peer_number(f->peer, "coding"), 8);
	assert_true(peer_text(f->peer, "validity")[0] != '\0');
}

static void test_sms_kannel__latin(void **state)
{
	struct fixture *f = start(state);
	submit(f, 1, STR("Your code: 12345678 + 50% = (x)"), 0);
	outcomes_want(f->o, 1, SENT_OK);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "text"), "Your code: 12345678 + 50% = (x)");
	assert_int_equal(peer_number(f->peer, "coding"), 0);
	assert_string_equal(peer_text(f->peer, "validity"), "");
}

static void test_sms_kannel__long(void **state)
{
	struct fixture *f = start(state);
	char whole[512] = "";
	const struct str text =
		STR("Здравствуйте! Контактный телефон номера изменён: коды и извещения "
		    "придут на новый. Если это сделали не вы, позвоните нам сразу.");
	submit(f, 1, text, 0);
	outcomes_want(f->o, 1, SENT_OK);
	for (int part = 1, parts = 2; part <= parts; part++) {
		peer_line(f->peer);
		parts = (int)peer_number(f->peer, "parts");
		assert_int_equal(peer_number(f->peer, "part"), part);
		size_t n = strlen(whole);
		snprintf(whole + n, sizeof(whole) - n, "%s", peer_text(f->peer, "text"));
	}
	assert_string_equal(whole, text.p);
}

static void check_denied(struct fixture *f)
{
	const struct sms_out again = { .id = 2, .to = { "9211234567" }, .text = STR("a") };
	submit(f, 1, STR("a"), 0);
	outcomes_want(f->o, 1, SENT_RETRY);
	outcomes_want_log(f->o, "sms_gateway_denied");
	assert_int_equal(port_sms_link(f->port), SMS_LINK_REFUSED);
	assert_int_equal(port_sms_room(f->port), 0);
	assert_int_equal(port_sms_submit(f->port, &again), E_BUSY);
}

static void test_sms_kannel__wrong_password(void **state)
{
	struct fixture *f = *state;
	if (f)
		f->opts.password.bytes = STR("x");
	check_denied(start(state));
	assert_string_equal(outcomes_detail(f->o), "http 403");
}

static void test_sms_kannel__wrong_path(void **state)
{
	struct fixture *f = *state;
	if (f)
		snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/else", peer_port(f->peer));
	check_denied(start(state));
	assert_string_equal(outcomes_detail(f->o), "http 404");
}

/* An answer of success that no Kannel gives: what it was that took the message nobody knows. */
static void test_sms_kannel__something_else(void **state)
{
	static const char *const argv[] = { "node", "tests/support/smsc_peer.mjs", NULL };
	struct fixture *f = *state;
	if (!f)
		skip();
	struct peer *else_ = peer_start(argv);
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/fine", peer_port(else_));
	start(state);
	submit(f, 1, STR("a"), 0);
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	assert_string_equal(outcomes_detail(f->o), "http 200");
	outcomes_want_log(f->o, "sms_gateway_denied");
	assert_int_equal(port_sms_link(f->port), SMS_LINK_REFUSED);
	peer_stop(else_);
}

/* Kannel takes none without a sender. */
static void test_sms_kannel__refused(void **state)
{
	struct fixture *f = *state;
	if (f)
		f->opts.sender = STR("");
	start(state);
	submit(f, 1, STR("a"), 0);
	outcomes_want(f->o, 1, SENT_REFUSED);
	assert_string_equal(outcomes_detail(f->o), "http 400");
	assert_int_equal(port_sms_link(f->port), SMS_LINK_UP);
}

static void test_sms_kannel__many(void **state)
{
	struct fixture *f = start(state);
	const struct sms_out m = { .to = { "9211234567" }, .text = STR("Код 1") };
	for (int64_t id = 1; id <= 50; id++) {
		struct sms_out one = m;
		one.id = id;
		enum err e;
		while ((e = port_sms_submit(f->port, &one)) == E_BUSY)
			outcomes_any_ready(f->o);
		assert_int_equal(e, OK);
	}
	for (int64_t id = 1; id <= 50; id++) {
		outcomes_want(f->o, id, SENT_OK);
		peer_line(f->peer);
		assert_string_equal(peer_text(f->peer, "text"), "Код 1");
	}
}

static void test_sms_kannel__refused_messages(void **state)
{
	struct fixture *f = start(state);
	char longest[1300];
	memset(longest, 'a', sizeof(longest));
	struct sms_out m = { .id = 1, .to = { "9211234567" }, .text = STR("") };
	assert_int_equal(port_sms_submit(f->port, &m), E_INPUT);
	m.text = STR("\xD0");
	assert_int_equal(port_sms_submit(f->port, &m), E_INPUT);
	m.text = (struct str){ .p = longest, .n = sizeof(longest) };
	assert_int_equal(port_sms_submit(f->port, &m), E_INPUT);
	m.text = STR("a");
	m.to.d[0] = '\0';
	assert_int_equal(port_sms_submit(f->port, &m), E_INPUT);
	assert_int_equal(port_sms_room(f->port), 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sms_kannel__russian),        TEST(test_sms_kannel__latin),
		TEST(test_sms_kannel__long),           TEST(test_sms_kannel__wrong_password),
		TEST(test_sms_kannel__wrong_path),     TEST(test_sms_kannel__refused),
		TEST(test_sms_kannel__many),           TEST(test_sms_kannel__refused_messages),
		TEST(test_sms_kannel__something_else),
	};
	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}

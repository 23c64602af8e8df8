/* SMSC.ru's shape, against a simulator of our own: it shows that we do what its documentation says,
 * not that SMSC.ru does. And what the client does with an HTTP server that misbehaves. */
#include "gateway/sms_smsc.h"

#include <stdatomic.h>

#include "gateway/smsc_answer.h"
#include "support/outcomes.h"
#include "support/peer.h"

/* In the place of OpenSSL's own, which libcurl calls with a folder of certificates to trust. */
struct x509_store_st;
int X509_STORE_load_path(struct x509_store_st *store, const char *folder);
static atomic_int folders_trusted;

int X509_STORE_load_path(struct x509_store_st *store, const char *folder)
{
	(void)store;
	(void)folder;
	folders_trusted++;
	return 1;
}

struct fixture {
	struct outcomes *o;
	struct peer *peer;
	char url[64];
	struct sms_http_opts opts;
	struct port_sms *port;
};

static void serve(struct fixture *f, const char *scheme)
{
	const char *tls = strcmp(scheme, "https") == 0 ? "tls" : NULL;
	const char *const argv[] = { "node", "tests/support/smsc_peer.mjs", tls, NULL };
	peer_stop(f->peer);
	f->peer = peer_start(argv);
	snprintf(f->url, sizeof(f->url), "%s://127.0.0.1:%d/sys/", scheme, peer_port(f->peer));
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->o = outcomes_new();
	serve(f, "http");
	f->opts = outcomes_sms_http(f->o, f->url);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	port_sms_stop(f->port, 0);
	peer_stop(f->peer);
	outcomes_free(f->o);
	free(f);
	return 0;
}

static void start(struct fixture *f)
{
	const struct port_sms_events events = outcomes_sms(f->o);
	assert_int_equal(sms_smsc_start(&f->opts, &events, 5, &f->port), OK);
}

static void submit(struct fixture *f, int64_t id, const char *text)
{
	const struct sms_out m = {
		.id = id, .to = { "9211234567" }, .text = str_c(text), .valid_ms = 330000
	};
	assert_int_equal(port_sms_submit(f->port, &m), OK);
}

static void test_sms_smsc__sent_and_delivered(void **state)
{
	struct fixture *f = *state;
	start(f);
	submit(f, 1, "Код 1 & 2 + 3 = 😀");
	outcomes_want(f->o, 1, SENT_OK);
	assert_string_equal(outcomes_provider_id(f->o), "1001");
	outcomes_want_receipt(f->o, "1001", SMS_DELIVERED);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "page"), "send");
	assert_string_equal(peer_text(f->peer, "mes"), "Код 1 & 2 + 3 = 😀");
	assert_string_equal(peer_text(f->peer, "phones"), "79211234567");
	assert_string_equal(peer_text(f->peer, "login"), "kabinet");
	assert_string_equal(peer_text(f->peer, "sender"), "Cabinet");
	assert_string_equal(peer_text(f->peer, "charset"), "utf-8");
	assert_string_equal(peer_text(f->peer, "valid"), "00:05");
	assert_string_equal(peer_text(f->peer, "type"), "application/x-www-form-urlencoded");
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "page"), "status");
	assert_string_equal(peer_text(f->peer, "phone"), "79211234567");
}

static void test_sms_smsc__asked_until_it_is_final(void **state)
{
	struct fixture *f = *state;
	start(f);
	submit(f, 1, "state -1 0 -3 20");
	submit(f, 2, "state 0 3");
	submit(f, 3, "state 0 0 22");
	for (int64_t id = 1; id <= 3; id++)
		outcomes_want(f->o, id, SENT_OK);
	outcomes_want_receipt(f->o, "1001", SMS_UNDELIVERED);
	outcomes_want_receipt(f->o, "1002", SMS_EXPIRED);
	outcomes_want_receipt(f->o, "1003", SMS_REJECTED);
}

static void test_sms_smsc__key_in_place_of_a_login(void **state)
{
	struct fixture *f = *state;
	f->opts.user = STR("");
	f->opts.password.bytes = STR("key-1");
	start(f);
	submit(f, 1, "Код");
	outcomes_want(f->o, 1, SENT_OK);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "apikey"), "key-1");
}

static void test_sms_smsc__certificates(void **state)
{
	struct fixture *f = *state;
	serve(f, "https");
	start(f);
	submit(f, 1, "Код");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_string_equal(outcomes_detail(f->o), "denied");
	assert_int_equal(port_sms_link(f->port), SMS_LINK_REFUSED);
	port_sms_stop(f->port, 0);
	f->port = NULL;
	assert_int_equal(folders_trusted, 1); /* the system's */
	f->opts.ca_file = peer_ca(f->peer);
	start(f);
	submit(f, 2, "Код");
	outcomes_want(f->o, 2, SENT_OK);
	assert_int_equal(folders_trusted, 1); /* the named file stands in for all of them */
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "mes"), "Код");
}

static void test_sms_smsc__wrong_password(void **state)
{
	struct fixture *f = *state;
	f->opts.password.bytes = STR("x");
	start(f);
	submit(f, 1, "Код");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_string_equal(outcomes_detail(f->o), "login or password");
	outcomes_want_log(f->o, "sms_gateway_denied");
	assert_int_equal(port_sms_link(f->port), SMS_LINK_REFUSED);
	assert_int_equal(port_sms_room(f->port), 0);
}

/* One message each, on a gateway of its own: what it means, and what it says of the gateway. */
static void test_sms_smsc__answers(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text;
		enum sent_outcome outcome;
		enum sms_link link;
	} all[] = {
		{ "error 1", SENT_REFUSED, SMS_LINK_UP },
		{ "error 3", SENT_RETRY, SMS_LINK_REFUSED },
		{ "error 4", SENT_RETRY, SMS_LINK_REFUSED },
		{ "error 6", SENT_REFUSED, SMS_LINK_UP },
		{ "error 7", SENT_REFUSED, SMS_LINK_UP },
		{ "error 8", SENT_REFUSED, SMS_LINK_UP },
		{ "error 9", SENT_RETRY, SMS_LINK_DOWN },
		{ "error 4711", SENT_RETRY, SMS_LINK_DOWN },
		{ "string", SENT_OK, SMS_LINK_UP },
		{ "http 400", SENT_REFUSED, SMS_LINK_UP },
		{ "http 401", SENT_RETRY, SMS_LINK_REFUSED },
		{ "http 408", SENT_RETRY, SMS_LINK_DOWN },
		{ "http 429", SENT_RETRY, SMS_LINK_DOWN },
		{ "http 500", SENT_UNKNOWN, SMS_LINK_DOWN },
		{ "http 503", SENT_RETRY, SMS_LINK_DOWN },
		{ "http 204", SENT_UNKNOWN, SMS_LINK_REFUSED },
		{ "redirect", SENT_RETRY, SMS_LINK_REFUSED },
		{ "page", SENT_UNKNOWN, SMS_LINK_REFUSED },
		{ "broken", SENT_UNKNOWN, SMS_LINK_DOWN },
		{ "endless", SENT_UNKNOWN, SMS_LINK_DOWN },
		{ "headers", SENT_UNKNOWN, SMS_LINK_DOWN },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		start(f);
		submit(f, (int64_t)i, all[i].text);
		outcomes_want(f->o, (int64_t)i, all[i].outcome);
		if (port_sms_link(f->port) != all[i].link)
			fail_msg("%s: link %d", all[i].text, (int)port_sms_link(f->port));
		port_sms_stop(f->port, 0);
		f->port = NULL;
		peer_line(f->peer);
		while (strcmp(peer_text(f->peer, "page"), "status") == 0)
			peer_line(f->peer);
		/* Once each, and nothing followed the redirect. */
		assert_string_equal(peer_text(f->peer, "page"), "send");
		assert_string_equal(peer_text(f->peer, "mes"), all[i].text);
	}
}

static void test_sms_smsc__silence(void **state)
{
	struct fixture *f = *state;
	f->opts.deadline_ms = 500;
	start(f);
	submit(f, 1, "silent");
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	assert_string_equal(outcomes_detail(f->o), "no answer");
}

static void test_sms_smsc__nobody_there(void **state)
{
	struct fixture *f = *state;
	peer_stop(f->peer);
	f->peer = NULL;
	start(f);
	submit(f, 1, "Код");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_string_equal(outcomes_detail(f->o), "not reached");
	outcomes_want_ready(f->o, 1);
}

static void test_sms_smsc__stop(void **state)
{
	struct fixture *f = *state;
	start(f);
	submit(f, 1, "silent");
	peer_line(f->peer); /* it has the message */
	port_sms_stop(f->port, 0);
	f->port = NULL;
	outcomes_want(f->o, 1, SENT_UNKNOWN);
}

static void test_sms_smsc__settings(void **state)
{
	struct fixture *f = *state;
	const struct port_sms_events events = outcomes_sms(f->o);
	f->opts.url = "ftp://smsc.example/";
	assert_int_equal(sms_smsc_start(&f->opts, &events, 5, &f->port), E_INPUT);
	f->opts.url = f->url;
	f->opts.user = STR("a\r\nX: y");
	assert_int_equal(sms_smsc_start(&f->opts, &events, 5, &f->port), E_INPUT);
}

static void test_sms_smsc__hostile_answers(void **state)
{
	(void)state;
	static const char *const all[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"id\":0}",
		"{\"id\":-1}",
		"{\"id\":true}",
		"{\"id\":1.5}",
		"{\"id\":99999999999999999999}",
		"{\"id\":\"12x\"}",
		"{\"id\":\"\"}",
		"{\"id\":1,\"id\":2}",
		"{\"id\":1",
		"{\"id\":1}}",
		"{\"id\":1,\"error\":\"no\"}",
		"\xFF",
	};
	enum sms_final final;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct sms_http_told t = { 0 };
		smsc_answer_send(str_c(all[i]), &t);
		if (t.outcome != SENT_UNKNOWN || t.id[0])
			fail_msg("%s: outcome %d", all[i], (int)t.outcome);
		assert_false(smsc_answer_status(str_c(all[i]), &final));
	}
	assert_false(smsc_answer_status(STR("{\"status\":1,\"error_code\":9}"), &final));
	assert_false(smsc_answer_status(STR("{\"status\":0}"), &final));
	assert_true(smsc_answer_status(STR("{\"status\":\"25\"}"), &final));
	assert_int_equal(final, SMS_UNDELIVERED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sms_smsc__sent_and_delivered),
		TEST(test_sms_smsc__asked_until_it_is_final),
		TEST(test_sms_smsc__key_in_place_of_a_login),
		TEST(test_sms_smsc__certificates),
		TEST(test_sms_smsc__wrong_password),
		TEST(test_sms_smsc__answers),
		TEST(test_sms_smsc__silence),
		TEST(test_sms_smsc__nobody_there),
		TEST(test_sms_smsc__stop),
		TEST(test_sms_smsc__settings),
		cmocka_unit_test(test_sms_smsc__hostile_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

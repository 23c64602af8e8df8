/* What the tests of the SMPP client share: a message centre that others wrote (npm smpp, started by
 * tests/support/smpp_peer.mjs, which says what becomes of which number), our client, and what it
 * says. */
#ifndef TESTS_GATEWAY_CENTRE_H
#define TESTS_GATEWAY_CENTRE_H

#include "gateway/sms_smpp.h"

#include "support/outcomes.h"
#include "support/peer.h"

struct centre {
	struct outcomes *o;
	struct peer *peer;
	char address[32];
	struct sms_smpp_opts opts; /* a test may change them before centre_start() */
	struct port_sms *port;
};

static inline int centre_set_up(void **state)
{
	struct centre *c = calloc(1, sizeof(*c));
	assert_non_null(c);
	c->o = outcomes_new();
	c->opts = (struct sms_smpp_opts){
		.system_id = STR("kabinet"),
		.sender = STR("SmartKarta"),
		.password = { .bytes = { .p = "secret", .n = 6 } },
		.window = 10,
		.enquire_ms = 60000,
		.answer_ms = 30000,
		.retry_ms = 10,
		.pause_max_ms = 100,
		.patience_ms = 60000,
		.clock = clock_system(),
		.rnd = rnd_system(),
		.log = outcomes_log(c->o),
	};
	*state = c;
	return 0;
}

static inline int centre_tear_down(void **state)
{
	struct centre *c = *state;
	port_sms_stop(c->port, 0);
	peer_stop(c->peer);
	outcomes_free(c->o);
	free(c);
	return 0;
}

/* A centre that behaves so (JSON), and where it is. */
static inline void centre_open(struct centre *c, const char *how)
{
	const char *const argv[] = { "node", "tests/support/smpp_peer.mjs", how, NULL };
	c->peer = peer_start(argv);
	snprintf(c->address, sizeof(c->address), "127.0.0.1:%d", peer_port(c->peer));
	c->opts.address = str_c(c->address);
	c->opts.tls_ca = str_c(peer_ca(c->peer));
}

static inline void centre_start(struct centre *c)
{
	const struct port_sms_events events = outcomes_sms(c->o);
	assert_int_equal(sms_smpp_start(&c->opts, &events, &c->port), OK);
}

/* Both, until messages can be sent. */
static inline void centre_up(struct centre *c, const char *how)
{
	centre_open(c, how);
	centre_start(c);
	outcomes_want_ready(c->o, 1);
	assert_int_equal(port_sms_link(c->port), SMS_LINK_UP);
}

static inline enum err centre_try(struct centre *c, int64_t id, const char *to, const char *text,
				  int64_t valid_ms)
{
	struct sms_out m = { .id = id, .text = str_c(text), .valid_ms = valid_ms };
	assert_int_equal(strlen(to), 10);
	memcpy(m.to.d, to, 11);
	return port_sms_submit(c->port, &m);
}

static inline void centre_send(struct centre *c, int64_t id, const char *to, const char *text)
{
	enum err e;
	while ((e = centre_try(c, id, to, text, 0)) == E_BUSY)
		outcomes_any_ready(c->o);
	assert_int_equal(e, OK);
}

/* The centre's next word of that kind; others before it are passed over. */
static inline void centre_says(struct centre *c, const char *event)
{
	do {
		peer_line(c->peer);
	} while (strcmp(peer_text(c->peer, "event"), event) != 0);
}

/* Up to a word of the second kind: how many of the first. */
static inline int centre_counts(struct centre *c, const char *event, const char *end)
{
	int n = 0;
	for (;;) {
		peer_line(c->peer);
		if (strcmp(peer_text(c->peer, "event"), end) == 0)
			return n;
		n += strcmp(peer_text(c->peer, "event"), event) == 0;
	}
}

#define CENTRE_TEST(name) cmocka_unit_test_setup_teardown(name, centre_set_up, centre_tear_down)

#endif

/* How many messages a second go from the outbox through worker and SMPP client:
 * `sms_outbox sqlite|postgres HOST:PORT MESSAGES WINDOW` writes them into a store of its own,
 * starts the worker, and prints `RESULT messages/s` when each is down as sent. See bench/sms.mjs.
 */
#include <poll.h>
#include <stdio.h>

#include "core/scan.h"
#include "domain/outbox.h"
#include "gateway/sms_smpp.h"
#include "support/kit.h"
#include "worker/worker.h"

enum { BATCH = 200 };

struct batch {
	const struct app *app;
	struct arena *a;
	int64_t from, n;
};

static enum err put_batch(struct tx *tx, void *arg)
{
	const struct batch *b = arg;
	for (int64_t i = b->from; i < b->from + b->n; i++) {
		char key[32];
		int64_t id;
		snprintf(key, sizeof(key), "bench:%lld", (long long)i);
		const struct outbox_message m = {
			.dest = STR("9211234567"),
			.text = MESSAGE_RECOVERY_CODE,
			.args = { .code = "40718293" },
			.valid_ms = 60 * MINUTE_MS,
			.key = str_c(key),
		};
		arena_reset(b->a);
		try(outbox_put(b->app, tx, b->a, &m, &id));
	}
	return OK;
}

static void fill(struct kit *k, int64_t messages)
{
	struct batch b = { .app = &k->app, .a = arena_new(1 << 20) };
	for (; b.from < messages; b.from += BATCH) {
		b.n = messages - b.from < BATCH ? messages - b.from : BATCH;
		assert_int_equal(store_write(k->app.store, put_batch, &b), OK);
	}
	arena_free(b.a);
}

static struct port_sms *gateway(struct kit *k, struct worker *w, const char *address,
				int64_t window)
{
	struct sms_smpp_opts opts = sms_smpp_opts(&k->conf);
	const struct port_sms_events events = worker_sms_events(w);
	struct port_sms *port;
	opts.address = str_c(address);
	opts.system_id = STR("kabinet");
	opts.password.bytes = STR("secret");
	opts.sender = STR("SmartKarta");
	opts.window = window;
	opts.clock = k->app.clock;
	opts.rnd = k->app.rnd;
	opts.log = k->app.log;
	assert_int_equal(sms_smpp_start(&opts, &events, &port), OK);
	return port;
}

/* Until each of them has an end; microseconds. */
static int64_t carry(struct kit *k, const char *address, int64_t messages, int64_t window)
{
	struct worker *w;
	struct worker_stats s = { 0 };
	assert_int_equal(worker_new(&k->app, -1, &w), OK);
	int64_t begin_us = k->app.clock->mono_us(k->app.clock);
	assert_int_equal(worker_start(w, gateway(k, w, address, window), NULL), OK);
	while (s.sent + s.failed + s.unknown < messages) {
		(void)poll(NULL, 0, 1);
		worker_stats(w, &s);
	}
	int64_t took_us = k->app.clock->mono_us(k->app.clock) - begin_us;
	worker_stop(w, 10000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox WHERE state = 'sent'"),
			 messages);
	return took_us;
}

int main(int argc, char **argv)
{
	int64_t messages;
	int64_t window;
	if (argc != 5 || !scan_i64_all(str_c(argv[3]), 1, INT32_MAX, &messages) ||
	    !scan_i64_all(str_c(argv[4]), 1, 100, &window))
		return 2;
	struct kit *k = kit_new(strcmp(argv[1], "postgres") == 0 ? KIT_POSTGRES : KIT_SQLITE);
	k->app.clock = clock_system();
	fill(k, messages);
	int64_t took_us = carry(k, argv[2], messages, window);
	printf("RESULT %lld\n", (long long)(messages * 1000000 / (took_us + 1)));
	kit_free(k);
	return 0;
}

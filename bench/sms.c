/* How many messages a second our SMPP client gets rid of: `sms HOST:PORT MESSAGES WINDOW` prints
 * `RESULT messages/s`, or fails when one of them was not accepted. See bench/sms.mjs. */
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "core/scan.h"
#include "gateway/sms_smpp.h"

struct bench {
	struct port_sms *port;
	const struct clock *clock;
	int64_t messages, handed, accepted;
	int64_t begin_us, end_us;
	_Atomic bool failed;
	sem_t started, done;
};

static void on_sent(void *arg, int64_t id, enum sent_outcome outcome, const struct str *ids,
		    size_t parts, struct str detail)
{
	struct bench *b = arg;
	(void)ids;
	if (outcome != SENT_OK || parts != 1) {
		fprintf(stderr, "message %lld: outcome %d %.*s\n", (long long)id, outcome,
			(int)detail.n, detail.p);
		b->failed = true;
	}
	if (++b->accepted < b->messages)
		return;
	b->end_us = b->clock->mono_us(b->clock);
	sem_post(&b->done);
}

static enum err on_receipt(void *arg, struct str id, enum sms_final state, struct str detail)
{
	(void)arg;
	(void)id;
	(void)state;
	(void)detail;
	return OK;
}

/* The gateway's own thread: it hands itself all that there is room for. */
static void on_ready(void *arg)
{
	struct bench *b = arg;
	struct sms_out m = {
		.to = { "9211234567" },
		.text = STR("Смарт Кард: код для нового пароля 40718293. Никому не сообщайте код"),
		.valid_ms = 300000,
	};
	while (sem_wait(&b->started) < 0)
		;
	sem_post(&b->started);
	if (b->handed == 0)
		b->begin_us = b->clock->mono_us(b->clock);
	for (size_t room = port_sms_room(b->port); room > 0 && b->handed < b->messages; room--) {
		m.id = ++b->handed;
		if (port_sms_submit(b->port, &m) != OK) {
			b->failed = true;
			return;
		}
	}
}

static int run(struct bench *b, const char *address, int64_t window)
{
	struct config conf;
	struct log *log = log_new(STDERR_FILENO, LOG_WARN, b->clock);
	const struct port_sms_events events = {
		.arg = b, .sent = on_sent, .receipt = on_receipt, .ready = on_ready
	};
	config_default(&conf);
	struct sms_smpp_opts opts = sms_smpp_opts(&conf);
	opts.address = str_c(address);
	opts.system_id = STR("kabinet");
	opts.password.bytes = STR("secret");
	opts.sender = STR("SmartKarta");
	opts.window = window;
	opts.clock = b->clock;
	opts.rnd = rnd_system();
	opts.log = log;
	sem_init(&b->started, 0, 0);
	sem_init(&b->done, 0, 0);
	if (!log || sms_smpp_start(&opts, &events, &b->port) != OK)
		return 1;
	sem_post(&b->started);
	while (sem_wait(&b->done) < 0)
		;
	port_sms_stop(b->port, 10000);
	log_free(log);
	printf("RESULT %lld\n", (long long)(b->messages * 1000000 / (b->end_us - b->begin_us + 1)));
	return b->failed;
}

int main(int argc, char **argv)
{
	struct bench b = { .clock = clock_system() };
	int64_t window;
	if (argc != 4 || !scan_i64_all(str_c(argv[2]), 1, INT32_MAX, &b.messages) ||
	    !scan_i64_all(str_c(argv[3]), 1, 100, &window))
		return 2;
	return run(&b, argv[1], window);
}

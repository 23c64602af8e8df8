/* A worker is killed again and again while messages come in, by SIGKILL at moments that nobody
 * chose. Afterwards every message that was acknowledged is there; each was carried once, but for
 * the unknown ones, which were carried once or not at all.
 *
 * The worker is this program started again, with the gateway that writes into a file: a line is a
 * message carried. KILLS=200 for more than the 20 of make check; the seed is printed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/scan.h"
#include "domain/outbox_work.h"
#include "gateway/sms_log.h"
#include "support/sending.h"
#include "worker/worker.h"

enum { KILLS = 20, MESSAGES_MAX = 200000, PUT_AT_ONCE = 20, PATIENCE_S = 60 };

/* --- the worker -------------------------------------------------------------- */

/* The machine's clock, some time ahead: so leases of the dead run out without waiting. */
struct ahead {
	struct clock base;
	int64_t ms;
};

static tstamp ahead_now(const struct clock *c)
{
	tstamp t = clock_system()->now(clock_system());
	return (tstamp){ t.ms + ((const struct ahead *)c)->ms };
}

static int64_t ahead_mono(const struct clock *c)
{
	(void)c;
	return clock_system()->mono_us(clock_system());
}

/* What the parent tells on the command line. */
enum { ARG_WORKER = 1, ARG_URL, ARG_KEY, ARG_NODE, ARG_AHEAD_MS, ARG_FILE, ARG_STOPS, ARGS };

/* Works until it is killed, or until its input ends. */
static int be_worker(char **argv)
{
	char c;
	struct config conf;
	struct keys keys = { .vault_id = 1 };
	struct ahead clock = { { ahead_now, ahead_mono }, strtoll(argv[ARG_AHEAD_MS], NULL, 10) };
	struct worker *w;
	struct port_sms *sms;
	struct store *store;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	config_default(&conf);
	const struct store_opts opts = { .url = argv[ARG_URL], .clock = &clock.base };
	struct app app = { .clock = &clock.base,
			   .rnd = rnd_system(),
			   .ids = ids_new(&clock.base, (int)strtol(argv[ARG_NODE], NULL, 10)),
			   .conf = &conf,
			   .keys = &keys };
	if (!scan_hex(str_c(argv[ARG_KEY]), keys.app, sizeof(keys.app)) ||
	    store_open(&opts, &store) != OK)
		return 2;
	app.store = store;
	if (worker_new(&app, -1, &w) != OK)
		return 3;
	const struct port_sms_events events = worker_sms_events(w);
	const struct sms_log_opts log = { .clock = &clock.base, .path = argv[ARG_FILE] };
	if (sms_log_start(&log, &events, &sms) != OK || worker_start(w, sms, NULL) != OK)
		return 4;
	while (read(STDIN_FILENO, &c, 1) < 0 && errno == EINTR)
		;
	worker_stop(w, 1000);
	store_close(store);
	ids_free(app.ids);
	return 0;
}

/* --- the parent -------------------------------------------------------------- */

struct run {
	struct kit *k;
	struct rnd_seeded rnd;
	char key[65], file[96];
	int node;
	int n_put;
	int input; /* of the worker: it stops when this is closed */
	pid_t worker;
};

static uint64_t below(struct run *r, uint64_t n)
{
	return rnd_below(&r->rnd.base, n);
}

static void start_worker(struct run *r, int64_t ahead_ms)
{
	char node[16], ahead[32];
	int input[2];
	snprintf(node, sizeof(node), "%d", r->node++ % 1000 + 2);
	snprintf(ahead, sizeof(ahead), "%lld", (long long)ahead_ms);
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	r->input = input[1];
	r->worker = fork();
	assert_true(r->worker >= 0);
	if (r->worker == 0) {
		dup2(input[0], STDIN_FILENO);
		execl("/proc/self/exe", "kill_test", "worker", r->k->url, r->key, node, ahead,
		      r->file, (char *)NULL);
		_exit(127);
	}
	close(input[0]);
}

static int end_worker(struct run *r, int signo)
{
	int status;
	if (signo)
		assert_int_equal(kill(r->worker, signo), 0);
	close(r->input);
	assert_int_equal(waitpid(r->worker, &status, 0), r->worker);
	return status;
}

struct many {
	struct run *r;
	int n;
};

static enum err put_many(struct tx *tx, void *arg)
{
	struct many *m = arg;
	char key[32];
	int64_t id;
	arena_reset(m->r->k->a);
	for (int i = 0; i < m->n; i++) {
		snprintf(key, sizeof(key), "n%d", m->r->n_put + i);
		const struct outbox_message message = { .dest = STR("9210000001"),
							.text = MESSAGE_PASSWORD_CHANGED,
							.args = { .number = { "9215550123" },
								  .at = { KIT_NOW_MS } },
							.key = str_c(key) };
		try(outbox_put(&m->r->k->app, tx, m->r->k->a, &message, &id));
	}
	return OK;
}

/* Puts messages for so long. What was not acknowledged would be noticed as too many. */
static void put_for(struct run *r, int64_t us)
{
	const struct clock *clock = clock_system();
	int64_t until_us = clock->mono_us(clock) + us;
	while (clock->mono_us(clock) < until_us && r->n_put < MESSAGES_MAX) {
		struct many m = { r, 1 + (int)below(r, PUT_AT_ONCE) };
		assert_int_equal(store_write(r->k->app.store, put_many, &m), OK);
		r->n_put += m.n;
		usleep((useconds_t)below(r, 4000));
	}
}

static int64_t in_state(struct run *r, const char *states)
{
	return kit_number(r->k, "SELECT count(*) FROM outbox WHERE state IN (%s)", states);
}

/* The last worker, whose clock is past all leases, brings everything to an end; however slowly, as
 * long as it goes on. */
static void finish(struct run *r)
{
	start_worker(r, 2 * OUTBOX_LEASE_MS);
	int64_t open = in_state(r, "'queued', 'sending'");
	for (int i = 0; open > 0; i++) {
		int64_t before = open;
		usleep(50000);
		open = in_state(r, "'queued', 'sending'");
		if (open < before)
			i = 0;
		if (i == PATIENCE_S * 20)
			fail_msg("%lld are queued, %lld are being sent",
				 (long long)in_state(r, "'queued'"),
				 (long long)in_state(r, "'sending'"));
	}
	assert_int_equal(end_worker(r, 0), 0);
}

/* --- what was carried -------------------------------------------------------- */

struct carried {
	int64_t *ids;
	size_t n, cap;
};

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* A line is one write(2), so a kill leaves none half written: one that cannot be read fails. */
static struct carried read_file(const struct run *r)
{
	struct carried c = { .cap = MESSAGES_MAX * 2 };
	char line[1024];
	FILE *f = fopen(r->file, "re");
	c.ids = malloc(c.cap * sizeof(*c.ids));
	assert_true(f && c.ids);
	while (fgets(line, sizeof(line), f)) {
		const char *id = strstr(line, "\"id\":");
		assert_true(id && strchr(line, '\n') && c.n < c.cap);
		c.ids[c.n++] = strtoll(id + 5, NULL, 10);
	}
	fclose(f);
	qsort(c.ids, c.n, sizeof(*c.ids), by_number);
	return c;
}

static void check_carried(struct run *r)
{
	struct carried c = read_file(r);
	int64_t sure = in_state(r, "'sent', 'delivered'"), unknown = in_state(r, "'unknown'");
	for (size_t i = 1; i < c.n; i++)
		if (c.ids[i] == c.ids[i - 1])
			fail_msg("%lld was carried twice", (long long)c.ids[i]);
	kit_sql(r->k, "CREATE TABLE carried (id BIGINT PRIMARY KEY)");
	for (size_t i = 0; i < c.n;) {
		char values[3500];
		int n = 0;
		for (int first = 1; i < c.n && n < 3400; first = 0)
			n += snprintf(values + n, sizeof(values) - (size_t)n, "%s(%lld)",
				      first ? "" : ",", (long long)c.ids[i++]);
		kit_sql(r->k, "INSERT INTO carried VALUES %s", values);
	}
	int64_t open = kit_number(r->k, "SELECT count(*) FROM outbox o WHERE state IN "
					"('sent', 'delivered') AND NOT EXISTS "
					"(SELECT 1 FROM carried c WHERE c.id = o.id)");
	int64_t wrong = kit_number(r->k, "SELECT count(*) FROM carried c WHERE NOT EXISTS (SELECT "
					 "1 FROM outbox o WHERE o.id = c.id AND o.state IN "
					 "('sent', 'delivered', 'unknown'))");
	print_message("%d put, %zu carried, %lld sent, %lld unknown\n", r->n_put, c.n,
		      (long long)sure, (long long)unknown);
	assert_int_equal(open, 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(sure + unknown, r->n_put);
	assert_true((int64_t)c.n >= sure && (int64_t)c.n <= r->n_put);
	free(c.ids);
}

static void test_kill__loses_nothing_and_sends_nothing_twice(void **state)
{
	const char *kills = getenv("KILLS"), *seed = getenv("SEED");
	uint64_t started = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	struct run r = { .k = *state };
	struct buf b;
	r.k->app.clock = clock_system();
	rnd_seeded_init(&r.rnd, started);
	print_message("SEED=%llu\n", (unsigned long long)started);
	snprintf(r.file, sizeof(r.file), "%s/sms", r.k->dir);
	buf_init(&b, sizeof(r.key));
	buf_hex(&b, (struct str){ (const char *)r.k->keys.keys.app, KEYS_BYTES });
	snprintf(r.key, sizeof(r.key), "%.*s", (int)b.n, b.p);
	buf_done(&b);
	for (int i = kills ? (int)strtol(kills, NULL, 10) : KILLS; i > 0; i--) {
		start_worker(&r, 0);
		put_for(&r, (int64_t)below(&r, 250000));
		int status = end_worker(&r, SIGKILL);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	finish(&r);
	check_carried(&r);
}

int main(int argc, char **argv)
{
	if (argc == ARG_STOPS && strcmp(argv[ARG_WORKER], "worker") == 0)
		return be_worker(argv);
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_kill__loses_nothing_and_sends_nothing_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

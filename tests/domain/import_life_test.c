/* Imports that are killed, meet each other, find the store changed, or are large. A killed one is a
 * process of its own: this program again, with arguments. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/rnd.h"
#include "core/scan.h"
#include "domain/charge.h"
#include "q_import.h"
#include "support/books.h"
#include "support/import_file.h"

#define CHARGES "number,date,kind,title,amount,source,id\n"
#define ONE_SIM                                                                                    \
	"number,iccid,operator,tariff,issued\n9210000001,8970101000000000012,mts,t1,2026-11-20\n"
#define ROWS   5000
#define CANARY "4012345678"

/* --- the process that is killed ----------------------------------------------- */

struct victim {
	enum import_phase phase;
	int64_t after; /* calls of progress() in this phase */
};

static void die(void *arg, enum import_phase phase, int64_t done, int64_t total)
{
	struct victim *v = arg;
	(void)done;
	(void)total;
	if (phase == v->phase && v->after-- == 0)
		raise(SIGKILL);
}

static int64_t number_arg(const char *s)
{
	int64_t v = 0;
	return scan_i64_all(str_c(s), 0, INT64_MAX, &v) ? v : 0;
}

/* victim URL KIND FILE PHASE AFTER NOW: ends by its own SIGKILL, or with what the import returned.
 */
static int victim_main(char **argv)
{
	struct config conf;
	struct clock_manual clock;
	struct keys_vault keys;
	static char bytes[1 << 20];
	FILE *f = fopen(argv[2], "r");
	struct import_file file = import_file(
		argv[2], (struct str){ bytes, f ? fread(bytes, 1, sizeof(bytes), f) : 0 });
	struct victim v = { (enum import_phase)number_arg(argv[3]), number_arg(argv[4]) };
	struct import_result result;
	config_default(&conf);
	clock_manual_init(&clock, (tstamp){ number_arg(argv[5]) });
	keys_generate(rnd_system(), &keys);
	struct app app = { .clock = &clock.base,
			   .rnd = rnd_system(),
			   .ids = ids_new(&clock.base, 2),
			   .conf = &conf,
			   .keys = &keys.keys };
	const struct store_opts store = { .url = argv[0], .clock = app.clock };
	const struct import_opts opts = {
		.kind = str_c(argv[1]), .source = &file.source, .arg = &v, .progress = die
	};
	enum err e = store_open(&store, &app.store);
	return e ? (int)e : (int)import_run(&app, &opts, &result);
}

/* Import ${text} in a process that dies in ${phase}. */
static void kill_in(struct kit *k, const char *kind, struct str text, enum import_phase phase,
		    int after)
{
	char path[128];
	char args[3][32];
	snprintf(path, sizeof(path), "%s/victim.csv", k->dir);
	snprintf(args[0], sizeof(args[0]), "%d", (int)phase);
	snprintf(args[1], sizeof(args[1]), "%d", after);
	snprintf(args[2], sizeof(args[2]), "%lld", (long long)app_now(&k->app).ms);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "victim", k->url, kind, path, args[0], args[1], args[2],
		      (char *)NULL);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the import ended with %d before it could be killed", WEXITSTATUS(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* --- files ------------------------------------------------------------------------- */

static struct str charges(struct kit *k, int from, int n)
{
	size_t max = 128 + (size_t)n * 80;
	char *p = arena_alloc(k->a, max);
	assert_non_null(p);
	size_t at = (size_t)snprintf(p, max, CHARGES);
	for (int i = from; i < from + n; i++)
		at += (size_t)snprintf(p + at, max - at,
				       "9210000001,2026-10-%02d,charge,Звонки,\"%d,%02d\",mts,%d\n",
				       1 + i % 28, i % 90, 1 + i % 99, i);
	return (struct str){ .p = p, .n = at };
}

static int64_t sum_of(int from, int n)
{
	int64_t sum = 0;
	for (int i = from; i < from + n; i++)
		sum += i % 90 * 100 + 1 + i % 99;
	return sum;
}

static enum err import_charges_of(struct kit *k, struct str text, struct import_said *said)
{
	struct import_file file = import_file("charges.csv", text);
	return import_file_run(k, "charges", &file, said);
}

static void assert_applied(struct kit *k, int n)
{
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), n);
	assert_int_equal(kit_number(k, "SELECT balance_kop FROM account WHERE kind = 'subscriber'"),
			 -sum_of(0, n));
	import_nothing_staged(k);
	books_assert_sound(k);
}

/* --- tests ---------------------------------------------------------------------------- */

/* Wherever it dies, the same command again brings everything in once. */
static void test_import__goes_on_after_a_kill(void **state)
{
	static const struct {
		enum import_phase phase;
		int after;
		bool was_applying;
	} deaths[] = {
		{ IMPORT_READING, 1, false },  { IMPORT_CHECKING, 0, false },
		{ IMPORT_CHECKING, 4, false }, { IMPORT_APPLYING, 0, true },
		{ IMPORT_APPLYING, 3, true },  { IMPORT_APPLYING, 9, true },
		{ IMPORT_CLEANING, 0, true },
	};
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	for (int i = 0; i < (int)(sizeof(deaths) / sizeof(*deaths)); i++) {
		struct str text = charges(k, i * ROWS, ROWS);
		kill_in(k, "charges", text, deaths[i].phase, deaths[i].after);
		int64_t applied = kit_number(k, "SELECT count(*) FROM entry") - i * ROWS;
		if (deaths[i].phase == IMPORT_APPLYING)
			assert_in_range(applied, 1, ROWS - 1);
		if (deaths[i].phase != IMPORT_READING)
			assert_int_equal(import_charges_of(k, text, &said), E_BUSY);
		kit_minutes(k, 1);
		assert_int_equal(import_charges_of(k, text, &said), OK);
		assert_int_equal(said.resumed, deaths[i].was_applying);
		assert_int_equal(said.result.fresh, ROWS);
		assert_int_equal(said.result.rows, ROWS);
		assert_applied(k, (i + 1) * ROWS);
		assert_int_equal(import_charges_of(k, text, &said), OK);
		assert_true(said.result.done_before);
	}
}

/* What somebody else left is ended first: what was being applied is applied, what was being checked
 * is dropped. */
static void test_import__ends_what_others_left(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	kill_in(k, "charges", charges(k, 0, ROWS), IMPORT_APPLYING, 2);
	kit_minutes(k, 1);
	assert_int_equal(import_charges_of(k, charges(k, ROWS, 10), &said), OK);
	assert_int_equal(said.resumed, 1);
	assert_int_equal(said.result.fresh, 10);
	assert_applied(k, ROWS + 10);

	kill_in(k, "charges", charges(k, ROWS + 10, ROWS), IMPORT_CHECKING, 3);
	assert_int_not_equal(kit_number(k, "SELECT count(*) FROM import_row"), 0);
	kit_minutes(k, 1);
	assert_int_equal(import_charges_of(k, charges(k, ROWS + 10, 10), &said), OK);
	assert_int_equal(said.resumed, 0);
	assert_applied(k, ROWS + 20);
}

/* Another kind does not wait, the same kind does; who lost the lease stops. */
static void test_import__one_of_a_kind_at_a_time(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	kit_sql(k,
		"INSERT INTO import_run (id, kind, state, sha256, file, holder, leased_until_ms, "
		"begun_ms, n_rows, n_fresh, n_known) "
		"VALUES (1, 'charges', 'staging', %s, 'x', 1, %lld, 0, 0, 0, 0)",
		k->kind == KIT_POSTGRES ? "''" : "x''", (long long)KIT_NOW_MS + 1000);
	assert_int_equal(import_charges_of(k, charges(k, 0, 5), &said), E_BUSY);
	import_must(k, "payments",
		    "number,time,amount,provider,title,id\n9210000001,2026-11-01,1,p,T,1\n");
	kit_minutes(k, 1);
	assert_int_equal(import_charges_of(k, charges(k, 0, 5), &said), OK);
	assert_int_equal(said.result.fresh, 5);
	import_nothing_staged(k);
}

/* Takes the run over as soon as it applies: as another process would after a long pause of this
 * one. */
static void steal(void *arg, enum import_phase phase, int64_t done, int64_t total)
{
	struct kit *k = arg;
	(void)total;
	if (phase == IMPORT_APPLYING && done < ROWS)
		kit_sql(k, "UPDATE import_run SET holder = 1 WHERE state = 'applying'");
}

static void test_import__stops_when_it_was_taken_over(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	struct import_file file = import_file("charges.csv", charges(k, 0, ROWS));
	const struct import_opts opts = {
		.kind = STR("charges"), .source = &file.source, .arg = k, .progress = steal
	};
	assert_int_equal(import_run(&k->app, &opts, &said.result), E_BUSY);
	assert_in_range(kit_number(k, "SELECT count(*) FROM entry"), 1, ROWS - 1);
	kit_minutes(k, 1);
	assert_int_equal(import_charges_of(k, charges(k, 0, ROWS), &said), OK);
	assert_applied(k, ROWS);
}

struct posting {
	struct kit *k;
	struct charge charge;
};

static enum err post(struct tx *tx, void *arg)
{
	const struct posting *p = arg;
	int64_t id;
	bool fresh;
	return charge_post(&p->k->app, tx, p->k->a, &p->charge, &id, &fresh);
}

/* Between check and apply somebody else used two of the keys: those two rows are named, the rest is
 * applied. */
static void test_import__names_what_the_store_refuses_late(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	struct str text = charges(k, 0, ROWS);
	kill_in(k, "charges", text, IMPORT_APPLYING, 0);
	struct posting p = { .k = k,
			     .charge = { .source = STR("mts"),
					 .at = { KIT_NOW_MS },
					 .amount = { 100 },
					 .title = STR("Другое") } };
	p.charge.account_id = kit_number(k, "SELECT id FROM account WHERE kind = 'subscriber'");
	p.charge.ref = STR("4001");
	assert_int_equal(store_write(k->app.store, post, &p), OK);
	p.charge.ref = STR("4002");
	assert_int_equal(store_write(k->app.store, post, &p), OK);
	kit_minutes(k, 1);
	assert_int_equal(import_charges_of(k, text, &said), OK);
	assert_string_equal(said.faults, "4003::NOT_APPLIED\n4004::NOT_APPLIED\n");
	assert_int_equal(said.result.fresh, ROWS - 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), ROWS);
	books_assert_sound(k);
	import_nothing_staged(k);
}

static bool file_holds(const char *dir, const char *name, struct str needle)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	if (!f)
		return false;
	static char bytes[8 << 20];
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return memmem(bytes, n, needle.p, needle.n) != NULL;
}

/* Killed with everything staged: what is to be sealed is in no file of the store. */
static void test_import__staging_holds_no_papers(void **state)
{
	static const char text[] =
		"number,iccid,operator,tariff,tariff_since,contract,family,given,birth,contact_"
		"phone,passport,"
		"passport_issued,passport_by,passport_code,street\n"
		"9210000001,8970101000000000012,mts,t1,2024-03-01,c1,Канарейкин,Иван,27.03.1985,"
		"9310000001," CANARY ",01.04.2005,ТП Певчее,780-045,Соловьиная\n";
	static const char *const names[] = { "kabinet.db", "kabinet.db-wal" };
	struct kit *k = *state;
	kill_in(k, "subscribers", (struct str){ text, sizeof(text) - 1 }, IMPORT_APPLYING, 0);
	bool staged = false;
	for (size_t i = 0; i < 2; i++) {
		staged |= file_holds(k->dir, names[i], STR("Канарейкин"));
		assert_false(file_holds(k->dir, names[i], STR(CANARY)));
		assert_false(file_holds(k->dir, names[i], STR("Певчее")));
		assert_false(file_holds(k->dir, names[i], STR("Соловьиная")));
		assert_false(file_holds(k->dir, names[i], STR("1985-03-27")));
	}
	assert_true(staged);
}

struct swapping {
	struct import_file *file;
	struct str other;
};

static void swap(void *arg, enum import_phase phase, int64_t done, int64_t total)
{
	struct swapping *s = arg;
	(void)done;
	(void)total;
	if (phase == IMPORT_READING)
		s->file->bytes = s->other;
}

static void test_import__file_that_changes_is_refused(void **state)
{
	struct kit *k = *state;
	struct import_result result;
	import_must(k, "sims", ONE_SIM);
	struct import_file file = import_file("charges.csv", charges(k, 0, 5));
	struct swapping s = { &file, charges(k, 5, 5) };
	const struct import_opts opts = {
		.kind = STR("charges"), .source = &file.source, .arg = &s, .progress = swap
	};
	file.piece = 1000000;
	assert_int_equal(import_run(&k->app, &opts, &result), E_INPUT);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 0);
	import_nothing_staged(k);
}

/* Memory of this process that no file backs. */
static int64_t own_pages(void)
{
	long long all = 0;
	long long resident = 0;
	long long shared = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lld %lld %lld", &all, &resident, &shared), 3);
	fclose(f);
	return resident - shared;
}

static void note_peak(void *arg, enum import_phase phase, int64_t done, int64_t total)
{
	int64_t *peak = arg;
	int64_t now = own_pages();
	(void)phase;
	(void)done;
	(void)total;
	if (now > *peak)
		*peak = now;
}

/* Memory does not grow with the file; prints how fast it goes. */
static void test_import__hundred_thousand_rows(void **state)
{
	struct kit *k = *state;
	const int n = 100000;
	import_must(k, "sims", ONE_SIM);
	struct import_file file = import_file("charges.csv", charges(k, 0, n));
	int64_t before = own_pages();
	int64_t peak = 0;
	struct import_result result;
	const struct import_opts opts = {
		.kind = STR("charges"), .source = &file.source, .arg = &peak, .progress = note_peak
	};
	const struct clock *clock = clock_system();
	int64_t begun_us = clock->mono_us(clock);
	assert_int_equal(import_run(&k->app, &opts, &result), OK);
	int64_t took_us = clock->mono_us(clock) - begun_us;
	int64_t grown_kib = (peak - before) * sysconf(_SC_PAGESIZE) / 1024;
	print_message("%d rows, %lld rows/s, memory grown by %lld KiB\n", n,
		      (long long)(n * INT64_C(1000000) / took_us), (long long)grown_kib);
	assert_int_equal(result.fresh, n);
	import_nothing_staged(k);
#ifndef __SANITIZE_ADDRESS__
	/* The pages that SQLite keeps (two connections of 8 MiB) and a batch of rows. */
	assert_in_range(grown_kib, 0, 28 << 10);
#endif
}

/* --- what the database has learnt of the runs before ----------------------------- */

#define ANOTHER_SIM                                                                                \
	"number,iccid,operator,tariff,issued\n9210000002,8970101000000000020,mts,t1,2026-11-20\n"
#define STAGED   40000
#define CLEARING 2000

static void stage_keys(struct kit *k, int64_t run_id)
{
	kit_sql(k,
		"INSERT INTO import_key (run_id, key, line) WITH RECURSIVE n (i) AS "
		"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
		"SELECT %lld, 'key ' || i, i FROM n",
		STAGED, (long long)run_id);
	kit_sql(k,
		"INSERT INTO import_row (run_id, line, cells) "
		"SELECT run_id, line, cast('' AS %s) FROM import_key",
		k->kind == KIT_POSTGRES ? "bytea" : "blob");
}

struct clearing {
	int64_t run_id, keys, rows;
};

static enum err clear(struct tx *tx, void *arg)
{
	struct clearing *c = arg;
	try(q_import_key_drop(tx, &(struct q_import_key_drop_args){ c->run_id, CLEARING },
			      &c->keys));
	return q_import_row_drop_some(
		tx, &(struct q_import_row_drop_some_args){ c->run_id, CLEARING }, &c->rows);
}

/* The figures are of a run that is over, so the next one looks like a few rows, and is not. */
static void test_import__clears_what_figures_do_not_know(void **state)
{
	struct kit *k = *state;
	struct clearing c;
	(void)import_must(k, "sims", ONE_SIM);
	int64_t old = kit_number(k, "SELECT max(id) FROM import_run");
	(void)import_must(k, "sims", ANOTHER_SIM);
	c.run_id = kit_number(k, "SELECT max(id) FROM import_run");
	assert_true(c.run_id != old);
	stage_keys(k, old);
	kit_sql(k, "ANALYZE import_key");
	kit_sql(k, "ANALYZE import_row");
	kit_sql(k, "DELETE FROM import_key");
	kit_sql(k, "DELETE FROM import_row");
	stage_keys(k, c.run_id);
	for (int i = 0; i < STAGED / CLEARING; i++) {
		assert_int_equal(store_write(k->app.store, clear, &c), OK);
		assert_int_equal(c.keys, CLEARING);
		assert_int_equal(c.rows, CLEARING);
	}
	import_nothing_staged(k);
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[0], "victim") == 0)
		return victim_main(argv + 1);
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_import__goes_on_after_a_kill),
		KIT_BOTH(test_import__ends_what_others_left),
		KIT_BOTH(test_import__one_of_a_kind_at_a_time),
		KIT_BOTH(test_import__stops_when_it_was_taken_over),
		KIT_BOTH(test_import__names_what_the_store_refuses_late),
		{ "test_import__staging_holds_no_papers", test_import__staging_holds_no_papers,
		  kit_setup_sqlite, kit_teardown, NULL },
		KIT_BOTH(test_import__file_that_changes_is_refused),
		KIT_BOTH(test_import__clears_what_figures_do_not_know),
		{ "test_import__hundred_thousand_rows", test_import__hundred_thousand_rows,
		  kit_setup_sqlite, kit_teardown, NULL },
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

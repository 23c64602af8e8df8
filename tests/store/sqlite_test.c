/* What is true of the SQLite store alone: commit groups, several processes, a full disk, copies. */
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/rnd.h"
#include "store/fixture.h"

enum { THREADS = 64, ID_STEP = 1000000 };

/* --- writers -------------------------------------------------------------- */

struct writer {
	struct store *s;
	pthread_t thread;
	int64_t first, count;
	int report_fd; /* -1: none; else every acknowledged number is written to it */
	int64_t acknowledged, failed;
};

static void *write_items(void *arg)
{
	struct writer *w = arg;
	for (int64_t id = w->first; id < w->first + w->count; id++) {
		if (store_write(w->s, add_number, &id) != OK) {
			w->failed++;
			continue;
		}
		w->acknowledged++;
		if (w->report_fd >= 0 && write(w->report_fd, &id, sizeof(id)) != sizeof(id))
			break;
	}
	return NULL;
}

static void run_writers(struct store *s, struct writer *writers, int n, int64_t count,
			int report_fd)
{
	for (int i = 0; i < n; i++) {
		writers[i] = (struct writer){ .s = s,
					      .first = (i + 1) * (int64_t)ID_STEP,
					      .count = count,
					      .report_fd = report_fd };
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_items, &writers[i]),
				 0);
	}
	for (int i = 0; i < n; i++)
		pthread_join(writers[i].thread, NULL);
}

static void test_sqlite__commits_groups_under_many_threads(void **state)
{
	struct fixture *f = *state;
	struct writer writers[THREADS];
	struct store_stats before, after;
	store_stats(f->s, &before);
	run_writers(f->s, writers, THREADS, 40, -1);
	store_stats(f->s, &after);
	assert_int_equal(after.transactions - before.transactions, THREADS * 40);
	assert_int_equal(fixture_count(f->s), THREADS * 40);
	assert_true(after.commits - before.commits < THREADS * 40 / 2);
	print_message("mean group: %lld\n", (long long)((after.transactions - before.transactions) /
							(after.commits - before.commits)));
}

/* --- a killed process ----------------------------------------------------- */

/* In a process of its own: writes until it is killed, and reports what was acknowledged. */
static void write_until_killed(const struct fixture *f, int report_fd)
{
	struct writer writers[THREADS];
	struct store *s = NULL;
	if (store_open(&f->opts, &s) != OK)
		_exit(1);
	run_writers(s, writers, THREADS, ID_STEP, report_fd);
	_exit(2);
}

static enum err has_item(struct tx *tx, void *arg)
{
	int64_t id = *(const int64_t *)arg, amount = -1;
	try(item_amount(tx, id, &amount));
	return amount == id ? OK : E_NOTFOUND;
}

/* Kills it after ${reports} acknowledgements and some random while; returns how many were
 * acknowledged in all. */
static int64_t kill_and_compare(struct fixture *f, int64_t reports)
{
	int fd[2];
	int64_t id, n = 0;
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		write_until_killed(f, fd[1]);
	}
	close(fd[1]);
	int64_t *ids = NULL;
	while (read(fd[0], &id, sizeof(id)) == sizeof(id)) {
		ids = realloc(ids, sizeof(*ids) * (size_t)(n + 1));
		assert_non_null(ids);
		ids[n++] = id;
		if (n == reports)
			kill(pid, SIGKILL);
	}
	close(fd[0]);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	f->s = fixture_open(f);
	for (int64_t i = 0; i < n; i++)
		assert_int_equal(store_read(f->s, has_item, &ids[i]), OK);
	assert_true(fixture_count(f->s) >= n);
	free(ids);
	return n;
}

static enum err remove_all(struct tx *tx, void *arg)
{
	static const struct stmt st = { .index = -1,
					.name = "remove_all",
					BOTH("DELETE FROM item") };
	(void)arg;
	return stmt_run(tx, &st, NULL, NULL, NULL, NULL);
}

static void test_sqlite__keeps_what_it_acknowledged_when_killed(void **state)
{
	struct fixture *f = *state;
	for (int round = 0; round < 5; round++) {
		/* A process with threads must not fork with the store open. */
		store_close(f->s);
		f->s = NULL;
		int64_t n = kill_and_compare(f, 100 + (int64_t)rnd_below(rnd_system(), 3000));
		assert_true(n >= 100);
		assert_int_equal(store_write(f->s, remove_all, NULL), OK);
	}
}

/* --- several processes ---------------------------------------------------- */

struct process {
	pid_t pid;
	int begin_fd, report_fd;
};

static void be_process(const struct fixture *f, int threads, int64_t first, int begin_fd,
		       int report_fd)
{
	struct writer writers[THREADS];
	struct store *s = NULL;
	char go;
	if (store_open(&f->opts, &s) != OK || write(report_fd, "r", 1) != 1 ||
	    read(begin_fd, &go, 1) != 1)
		_exit(1);
	for (int i = 0; i < threads; i++) {
		writers[i] = (struct writer){ .s = s,
					      .first = first + i * (int64_t)ID_STEP,
					      .count = ID_STEP,
					      .report_fd = report_fd };
		if (pthread_create(&writers[i].thread, NULL, write_items, &writers[i]) != 0)
			_exit(1);
	}
	pause();
	_exit(2);
}

static struct process start_process(const struct fixture *f, int threads, int64_t first)
{
	int begin[2], report[2];
	char ready;
	assert_int_equal(pipe(begin), 0);
	assert_int_equal(pipe(report), 0);
	struct process p = { .pid = fork(), .begin_fd = begin[1], .report_fd = report[0] };
	if (p.pid == 0)
		be_process(f, threads, first, begin[0], report[1]);
	close(begin[0]);
	close(report[1]);
	assert_int_equal(read(p.report_fd, &ready, 1), 1);
	return p;
}

/* The modest two must get there while the third writes as fast as it can. */
static void test_sqlite__gives_every_process_its_share(void **state)
{
	enum { PROCESSES = 3, TARGET = 200 };
	struct fixture *f = *state;
	struct process p[PROCESSES];
	int64_t count[PROCESSES] = { 0 };
	store_close(f->s);
	for (int i = 0; i < PROCESSES; i++)
		p[i] = start_process(f, i == 0 ? THREADS : 1, (1 + i * (int64_t)THREADS) * ID_STEP);
	for (int i = 0; i < PROCESSES; i++)
		assert_int_equal(write(p[i].begin_fd, "g", 1), 1);
	/* Reading the busy one's reports keeps it from standing still on a full pipe. */
	int64_t ids[64];
	while (count[1] < TARGET || count[2] < TARGET) {
		fd_set set;
		FD_ZERO(&set);
		int top = 0;
		for (int i = 0; i < PROCESSES; i++) {
			FD_SET(p[i].report_fd, &set);
			top = p[i].report_fd > top ? p[i].report_fd : top;
		}
		assert_true(select(top + 1, &set, NULL, NULL, NULL) > 0);
		for (int i = 0; i < PROCESSES; i++) {
			if (!FD_ISSET(p[i].report_fd, &set))
				continue;
			ssize_t n = read(p[i].report_fd, ids, sizeof(ids));
			assert_true(n > 0);
			count[i] += n / (ssize_t)sizeof(*ids);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		kill(p[i].pid, SIGKILL);
		assert_int_equal(waitpid(p[i].pid, NULL, 0), p[i].pid);
		close(p[i].begin_fd);
		close(p[i].report_fd);
	}
	print_message("acknowledged: %lld by the busy one, %lld and %lld by the others\n",
		      (long long)count[0], (long long)count[1], (long long)count[2]);
	/* A turn of the busy one is a group of at most 64; each of the others writes one a turn.
	 * Starved, they would have a thousandth. */
	assert_true(count[1] * 64 * 4 > count[0]);
	assert_true(count[2] * 64 * 4 > count[0]);
	f->s = fixture_open(f);
}

/* --- a full disk ---------------------------------------------------------- */

static enum err add_big(struct tx *tx, void *arg)
{
	char name[3000];
	int64_t id = *(const int64_t *)arg;
	memset(name, 'x', sizeof(name));
	int n = snprintf(name, sizeof(name), "%lld", (long long)id);
	name[n] = 'x';
	name[sizeof(name) - 1] = '\0';
	return item_add(tx, id, name, id);
}

struct filler {
	struct store *s;
	pthread_t thread;
	int64_t first, acknowledged, failed;
};

static void *fill_disk(void *arg)
{
	struct filler *w = arg;
	for (int64_t id = w->first; id < w->first + 40; id++) {
		enum err e = store_write(w->s, add_big, &id);
		w->acknowledged += e == OK;
		w->failed += e == E_STORE;
	}
	return NULL;
}

static void test_sqlite__answers_failure_on_a_full_disk_and_recovers(void **state)
{
	struct fixture *f = *state;
	struct filler w[16];
	int64_t acknowledged = 0, failed = 0, one = 1;
	store_close(f->s);
	f->opts.page_max = 200;
	f->s = fixture_open(f);
	for (int i = 0; i < 16; i++) {
		w[i] = (struct filler){ .s = f->s, .first = (i + 1) * (int64_t)ID_STEP };
		assert_int_equal(pthread_create(&w[i].thread, NULL, fill_disk, &w[i]), 0);
	}
	for (int i = 0; i < 16; i++) {
		pthread_join(w[i].thread, NULL);
		acknowledged += w[i].acknowledged;
		failed += w[i].failed;
	}
	assert_true(acknowledged > 0);
	assert_true(failed > 0);
	assert_int_equal(acknowledged + failed, 16 * 40);
	assert_int_equal(fixture_count(f->s), acknowledged);
	assert_false(store_failed(f->s));
	/* Room is made: the same store goes on. */
	assert_int_equal(store_write(f->s, remove_all, NULL), OK);
	assert_int_equal(store_write(f->s, add_big, &one), OK);
	assert_int_equal(fixture_count(f->s), 1);
}

/* --- neighbours in a group ------------------------------------------------ */

struct neighbour {
	struct store *s;
	pthread_t thread;
	int64_t id;
	bool orphan;
	enum err result;
};

/* Every fourth leaves a foreign key open, which only the commit that all share finds. */
static enum err add_or_orphan(struct tx *tx, void *arg)
{
	const struct neighbour *n = arg;
	int64_t id = n->id;
	const struct value params[] = { value_of_i64(n->id), value_of_i64(-1) };
	if (!n->orphan)
		return add_number(tx, &id);
	return stmt_run(tx, &fixture_stmts[CHILD_ADD], params, NULL, NULL, NULL);
}

static void *write_one(void *arg)
{
	struct neighbour *n = arg;
	n->result = store_write(n->s, add_or_orphan, n);
	return NULL;
}

static void test_sqlite__spares_the_innocent_of_a_group(void **state)
{
	struct fixture *f = *state;
	struct neighbour n[THREADS];
	for (int i = 0; i < THREADS; i++) {
		n[i] = (struct neighbour){ .s = f->s, .id = i + 1, .orphan = i % 4 == 0 };
		assert_int_equal(pthread_create(&n[i].thread, NULL, write_one, &n[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(n[i].thread, NULL);
		assert_int_equal(n[i].result, n[i].orphan ? E_CONFLICT : OK);
	}
	assert_int_equal(fixture_count(f->s), THREADS / 4 * 3);
}

static enum err wait_at(struct tx *tx, void *arg)
{
	(void)tx;
	pthread_barrier_wait(arg);
	pthread_barrier_wait(arg);
	return E_LIMIT;
}

static void *hold_writer(void *arg)
{
	void **args = arg;
	return (void *)(intptr_t)store_write(args[0], wait_at, args[1]);
}

static void test_sqlite__says_busy_when_the_queue_is_full(void **state)
{
	struct fixture *f = *state;
	pthread_barrier_t barrier;
	pthread_t holder;
	static int64_t ids[] = { 1, 2, 3 };
	store_close(f->s);
	f->opts.queue_max = 2;
	f->s = fixture_open(f);
	pthread_barrier_init(&barrier, NULL, 2);
	assert_int_equal(pthread_create(&holder, NULL, hold_writer, (void *[]){ f->s, &barrier }),
			 0);
	pthread_barrier_wait(&barrier);
	assert_int_equal(store_write_later(f->s, add_number, &ids[0], NULL), OK);
	assert_int_equal(store_write_later(f->s, add_number, &ids[1], NULL), OK);
	assert_int_equal(store_write_later(f->s, add_number, &ids[2], NULL), E_BUSY);
	assert_int_equal(store_write(f->s, add_number, &ids[2]), E_BUSY);
	pthread_barrier_wait(&barrier);
	pthread_join(holder, NULL);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(store_write(f->s, add_number, &ids[2]), OK);
	assert_int_equal(fixture_count(f->s), 3);
}

/* --- files ---------------------------------------------------------------- */

static void test_sqlite__copies_itself_while_others_write(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct stat st;
	struct writer w = { .s = f->s, .first = ID_STEP, .count = 2000, .report_fd = -1 };
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	snprintf(path, sizeof(path), "%s/copy.db", f->dir);
	assert_int_equal(pthread_create(&w.thread, NULL, write_items, &w), 0);
	assert_int_equal(store_backup(f->s, path), OK);
	pthread_join(w.thread, NULL);
	assert_int_equal(w.failed, 0);
	assert_int_equal(store_backup(f->s, path), E_CONFLICT);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct fixture copy = { .opts = { .url = path, .clock = clock_system() } };
	copy.s = fixture_open(&copy);
	assert_true(fixture_count(copy.s) >= 1234);
	store_close(copy.s);
}

static void execute(const char *path, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_sqlite__opens_only_what_is_its_own(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct store *s = NULL;
	struct store_opts opts = { .url = path, .clock = clock_system() };
	snprintf(path, sizeof(path), "%s/copy.db", f->dir);
	opts.read_only = true;
	assert_int_equal(store_open(&opts, &s), E_STORE); /* not there */
	opts.read_only = false;
	execute(path, "CREATE TABLE somebody (id INT)");
	assert_int_equal(store_open(&opts, &s), E_STORE); /* another program's */
	unlink(path);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	for (int i = 0; i < 500; i++)
		fputs("this is no database\n", file);
	fclose(file);
	assert_int_equal(store_open(&opts, &s), E_STORE);
	snprintf(path, sizeof(path), "%s/no/such/folder.db", f->dir);
	assert_int_equal(store_open(&opts, &s), E_STORE);
	assert_null(s);
}

static void test_sqlite__names_what_is_broken(void **state)
{
	struct fixture *f = *state;
	struct arena *a = arena_new(1 << 16);
	struct str text;
	execute(f->url,
		"PRAGMA foreign_keys = OFF; INSERT INTO child (id, item_id) VALUES (5, 999)");
	assert_int_equal(store_integrity(f->s, a, &text), OK);
	assert_string_equal(text.p, "foreign key: child row 5 has no item");
	arena_free(a);
}

static void test_sqlite__bounds_the_log(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char path[PG_URL_MAX_BYTES + 8];
	for (int64_t id = 1; id <= 6000; id++)
		assert_int_equal(store_write(f->s, add_big, &id), OK);
	snprintf(path, sizeof(path), "%s-wal", f->url);
	assert_int_equal(stat(path, &st), 0);
	/* Ten times the 1000 pages at which it is copied back, of some 18000 that were written. */
	assert_true(st.st_size < 10000 * 4096);
	print_message("log: %lld bytes\n", (long long)st.st_size);
}

static int64_t raw(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	int64_t value = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
	sqlite3_finalize(st);
	return value;
}

static void test_sqlite__sees_at_once_what_others_write(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;
	assert_int_equal(sqlite3_open(f->url, &db), SQLITE_OK);
	for (int i = 1; i <= 20; i++) {
		char sql[96];
		snprintf(sql, sizeof(sql), "INSERT INTO item VALUES (%d, 'other %d', 0)", i, i);
		assert_int_equal(fixture_count(f->s), i - 1); /* and its snapshot is kept */
		raw(db, sql);
		assert_int_equal(fixture_count(f->s), i);
	}
	sqlite3_close(db);
}

/* A process that believes it is the last one removes the log and its index when it ends. */
static void test_sqlite__holds_its_locks_against_other_programs(void **state)
{
	struct fixture *f = *state;
	char path[PG_URL_MAX_BYTES + 8];
	assert_int_equal(fixture_count(f->s), 0);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("sqlite3", "sqlite3", f->url, "SELECT count(*) FROM item", (char *)NULL);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	snprintf(path, sizeof(path), "%s-shm", f->url);
	assert_int_equal(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "%s-wal", f->url);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(fixture_count(f->s), 0);
}

/* The snapshot that this thread keeps is let go of by the writer's. */
static void test_sqlite__lets_the_log_start_afresh_under_an_idle_reader(void **state)
{
	struct fixture *f = *state;
	struct writer writers[1];
	sqlite3 *db;
	assert_int_equal(sqlite3_open(f->url, &db), SQLITE_OK);
	assert_int_equal(fixture_count(f->s), 0);
	run_writers(f->s, writers, 1, 1, -1);
	int64_t busy = 1;
	for (int i = 0; i < 100 && busy != 0; i++) {
		busy = raw(db, "PRAGMA wal_checkpoint(TRUNCATE)");
		usleep(50000);
	}
	assert_int_equal(busy, 0);
	sqlite3_close(db);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fixture_setup_sqlite, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_sqlite__commits_groups_under_many_threads),
		CASE(test_sqlite__keeps_what_it_acknowledged_when_killed),
		CASE(test_sqlite__gives_every_process_its_share),
		CASE(test_sqlite__answers_failure_on_a_full_disk_and_recovers),
		CASE(test_sqlite__spares_the_innocent_of_a_group),
		CASE(test_sqlite__says_busy_when_the_queue_is_full),
		CASE(test_sqlite__copies_itself_while_others_write),
		CASE(test_sqlite__opens_only_what_is_its_own),
		CASE(test_sqlite__names_what_is_broken),
		CASE(test_sqlite__bounds_the_log),
		CASE(test_sqlite__sees_at_once_what_others_write),
		CASE(test_sqlite__holds_its_locks_against_other_programs),
		CASE(test_sqlite__lets_the_log_start_afresh_under_an_idle_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

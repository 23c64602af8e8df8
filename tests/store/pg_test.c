/* What is true of the PostgreSQL store alone: conflicts, lost connections, a server that dies or
 * stands still. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "store/fixture.h"

/* --- run again ------------------------------------------------------------ */

static const struct stmt stumble_stmt = {
	.index = -1,
	.name = "stumble",
	.postgres = "SELECT stumble()",
	.n_cols = 1,
	.cols = TYPES(VALUE_INT),
};

struct stumble {
	int runs;
	int64_t at;
};

static enum err add_and_stumble(struct tx *tx, void *arg)
{
	struct stumble *s = arg;
	int64_t id = 1;
	s->runs++;
	try(add_number(tx, &id));
	return stmt_run(tx, &stumble_stmt, NULL, fixture_int, &s->at, NULL);
}

/* Fails with ${state} until it was called ${times} times: a sequence is not rolled back. */
static void make_stumble(const struct fixture *f, const char *state, int times)
{
	char sql[512];
	snprintf(sql, sizeof(sql),
		 "CREATE SEQUENCE calls; CREATE FUNCTION stumble() RETURNS BIGINT LANGUAGE plpgsql "
		 "AS $$ BEGIN "
		 "IF nextval('calls') <= %d THEN RAISE EXCEPTION 'stumbled' USING ERRCODE = '%s'; "
		 "END IF; "
		 "RETURN currval('calls'); END $$",
		 times, state);
	pg_execute(f->url, sql);
}

static void test_pg__runs_again_after_a_serialization_conflict(void **state)
{
	struct fixture *f = *state;
	struct stumble s = { 0 };
	struct store_stats stats;
	make_stumble(f, "40001", 3);
	assert_int_equal(store_write(f->s, add_and_stumble, &s), OK);
	assert_int_equal(s.runs, 4);
	assert_int_equal(s.at, 4);
	store_stats(f->s, &stats);
	assert_int_equal(stats.conflicts, 3);
	assert_int_equal(fixture_count(f->s), 1);
}

static void test_pg__gives_up_a_conflict_that_does_not_end(void **state)
{
	struct fixture *f = *state;
	struct stumble s = { 0 };
	make_stumble(f, "40001", 1000);
	assert_int_equal(store_write(f->s, add_and_stumble, &s), E_CONFLICT);
	assert_in_range(s.runs, 2, 100);
	assert_int_equal(fixture_count(f->s), 0);
}

struct crossing {
	struct store *s;
	pthread_barrier_t *barrier;
	int64_t first, second;
	int runs;
	enum err result;
	pthread_t thread;
};

/* Two of these in opposite order stand in each other's way, the first time. */
static enum err cross(struct tx *tx, void *arg)
{
	struct crossing *c = arg;
	int64_t left;
	c->runs++;
	try(item_take(tx, c->first, 1, &left));
	if (c->runs == 1)
		pthread_barrier_wait(c->barrier);
	return item_take(tx, c->second, 1, &left);
}

static void *run_cross(void *arg)
{
	struct crossing *c = arg;
	c->result = store_write(c->s, cross, c);
	return NULL;
}

static void test_pg__runs_again_after_a_deadlock(void **state)
{
	struct fixture *f = *state;
	pthread_barrier_t barrier;
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	pthread_barrier_init(&barrier, NULL, 2);
	struct crossing c[2] = {
		{ .s = f->s, .barrier = &barrier, .first = 10, .second = 20 },
		{ .s = f->s, .barrier = &barrier, .first = 20, .second = 10 },
	};
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&c[i].thread, NULL, run_cross, &c[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(c[i].thread, NULL);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(c[0].result, OK);
	assert_int_equal(c[1].result, OK);
	assert_true(c[0].runs + c[1].runs > 2);
	assert_int_equal(pg_number(f->url, "SELECT amount FROM item WHERE id = 10"), 8);
	assert_int_equal(pg_number(f->url, "SELECT amount FROM item WHERE id = 20"), 18);
}

static enum err on_name(void *arg, const struct value *v)
{
	*(size_t *)arg = v[0].s.n;
	return OK;
}

static enum err read_name(struct tx *tx, void *arg)
{
	const struct value params[] = { value_of_i64(1) };
	return stmt_run(tx, &fixture_stmts[ITEM_NAME], params, on_name, arg, NULL);
}

static void test_pg__prepares_again_when_a_table_was_altered(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	assert_int_equal(store_read(f->s, read_name, &n), OK);
	pg_execute(f->url, "ALTER TABLE item ALTER COLUMN name TYPE VARCHAR(100)");
	n = 0;
	assert_int_equal(store_read(f->s, read_name, &n), OK);
	assert_int_equal(n, sizeof("item 1") - 1);
}

/* --- limits --------------------------------------------------------------- */

static void reopen(struct fixture *f, int pool_max, int timeout_ms)
{
	store_close(f->s);
	f->opts.pool_max = pool_max;
	f->opts.timeout_ms = timeout_ms;
	f->s = fixture_open(f);
}

struct holder {
	struct store *s;
	pthread_barrier_t barrier;
	pthread_t thread;
	enum err result;
};

static enum err hold_item(struct tx *tx, void *arg)
{
	struct holder *h = arg;
	int64_t left;
	try(item_take(tx, 10, 1, &left));
	pthread_barrier_wait(&h->barrier);
	pthread_barrier_wait(&h->barrier);
	return OK;
}

static void *run_holder(void *arg)
{
	struct holder *h = arg;
	h->result = store_write(h->s, hold_item, h);
	return NULL;
}

static void start_holder(struct holder *h, struct store *s)
{
	h->s = s;
	pthread_barrier_init(&h->barrier, NULL, 2);
	assert_int_equal(pthread_create(&h->thread, NULL, run_holder, h), 0);
	pthread_barrier_wait(&h->barrier);
}

static void end_holder(struct holder *h)
{
	pthread_barrier_wait(&h->barrier);
	pthread_join(h->thread, NULL);
	pthread_barrier_destroy(&h->barrier);
	assert_int_equal(h->result, OK);
}

static enum err take_ten(struct tx *tx, void *arg)
{
	return item_take(tx, 10, 1, arg);
}

static void test_pg__says_busy_when_no_connection_comes_free(void **state)
{
	struct fixture *f = *state;
	struct holder h;
	int64_t left, n;
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	reopen(f, 1, 300);
	start_holder(&h, f->s);
	assert_int_equal(store_write(f->s, take_ten, &left), E_BUSY);
	assert_int_equal(store_read(f->s, item_count, &n), E_BUSY);
	end_holder(&h);
	assert_int_equal(store_write(f->s, take_ten, &left), OK);
	assert_int_equal(left, 8);
}

static void test_pg__says_busy_when_a_lock_does_not_come(void **state)
{
	struct fixture *f = *state;
	struct holder h;
	int64_t left;
	assert_int_equal(store_write(f->s, item_fill, NULL), OK);
	reopen(f, 4, 500);
	start_holder(&h, f->s);
	assert_int_equal(store_write(f->s, take_ten, &left), E_BUSY);
	end_holder(&h);
	assert_int_equal(store_write(f->s, take_ten, &left), OK);
	assert_int_equal(left, 8);
}

static void test_pg__refuses_a_database_that_is_not_utf8(void **state)
{
	char url[PG_URL_MAX_BYTES];
	struct store_opts opts = { .url = url, .clock = clock_system() };
	struct store *s = NULL;
	(void)state;
	pg_database_new(url, "LATIN1");
	assert_int_equal(store_open(&opts, &s), E_STORE);
	assert_null(s);
	pg_database_drop(url);
}

static void test_pg__says_so_when_there_is_no_server(void **state)
{
	struct store_opts opts = { .url = "postgresql:///x?host=/nonexistent",
				   .clock = clock_system() };
	struct store *s = NULL;
	(void)state;
	assert_int_equal(store_open(&opts, &s), E_STORE);
	assert_null(s);
}

/* --- a server of one's own ------------------------------------------------- */

struct ward {
	struct pg_server server;
	struct fixture f; /* not in the shared server */
};

static int ward_setup(void **state)
{
	struct ward *w = calloc(1, sizeof(*w));
	int n;
	assert_non_null(w);
	pg_server_start(&w->server);
	w->f.opts = (struct store_opts){ .url = w->server.url,
					 .clock = clock_system(),
					 .timeout_ms = 1500 };
	w->f.s = fixture_open(&w->f);
	assert_int_equal(store_migrate(w->f.s, &n), OK);
	*state = w;
	return 0;
}

static int ward_teardown(void **state)
{
	struct ward *w = *state;
	store_close(w->f.s);
	pg_server_stop(&w->server);
	free(w);
	return 0;
}

static void test_pg__reconnects_after_a_restart(void **state)
{
	struct ward *w = *state;
	int64_t one = 1, two = 2;
	assert_int_equal(store_write(w->f.s, add_number, &one), OK);
	pg_server_restart(&w->server);
	assert_int_equal(store_write(w->f.s, add_number, &two), OK);
	pg_server_restart(&w->server);
	assert_int_equal(fixture_count(w->f.s), 2);
}

struct restart {
	struct pg_server *server;
	int runs;
};

/* The connection is lost between two statements of the first run. */
static enum err add_around_restart(struct tx *tx, void *arg)
{
	struct restart *r = arg;
	int64_t one = 1, two = 2;
	try(add_number(tx, &one));
	if (r->runs++ == 0)
		pg_server_restart(r->server);
	return add_number(tx, &two);
}

static void test_pg__runs_again_when_the_connection_is_lost_before_the_commit(void **state)
{
	struct ward *w = *state;
	struct restart r = { .server = &w->server };
	assert_int_equal(store_write(w->f.s, add_around_restart, &r), OK);
	assert_int_equal(r.runs, 2);
	assert_int_equal(fixture_count(w->f.s), 2);
}

/* The same with nothing left to do but to commit. */
static enum err add_then_restart(struct tx *tx, void *arg)
{
	struct restart *r = arg;
	int64_t one = 1;
	try(add_number(tx, &one));
	if (r->runs++ == 0)
		pg_server_restart(r->server);
	return OK;
}

static void test_pg__knows_a_farewell_that_came_before_the_commit(void **state)
{
	struct ward *w = *state;
	struct restart r = { .server = &w->server };
	assert_int_equal(store_write(w->f.s, add_then_restart, &r), OK);
	assert_int_equal(r.runs, 2);
	assert_int_equal(fixture_count(w->f.s), 1);
}

struct committing {
	struct store *s;
	pthread_t thread;
	enum err result;
	atomic_int runs;
};

static enum err add_counted(struct tx *tx, void *arg)
{
	struct committing *c = arg;
	int64_t one = 1;
	c->runs++;
	return add_number(tx, &one);
}

static void *run_commit(void *arg)
{
	struct committing *c = arg;
	c->result = store_write(c->s, add_counted, c);
	return NULL;
}

static void wait_until(const char *url, const char *sql)
{
	while (pg_number(url, sql) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
}

/* Starts a transaction and returns when the server is in the middle of its COMMIT. */
static void start_slow_commit(struct ward *w, struct committing *c)
{
	pg_execute(
		w->server.url,
		"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
		"$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$; "
		"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED "
		"FOR EACH ROW EXECUTE FUNCTION slow()");
	*c = (struct committing){ .s = w->f.s };
	assert_int_equal(pthread_create(&c->thread, NULL, run_commit, c), 0);
	wait_until(w->server.url,
		   "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
}

static void test_pg__says_unknown_when_the_server_is_killed_in_the_commit(void **state)
{
	struct ward *w = *state;
	struct committing c;
	int64_t two = 2;
	start_slow_commit(w, &c);
	pg_server_signal(&w->server, SIGKILL);
	pthread_join(c.thread, NULL);
	assert_int_equal(c.result, E_UNKNOWN);
	assert_int_equal(c.runs, 1);
	pg_server_restart(&w->server);
	pg_execute(w->server.url, "DROP TRIGGER slow ON item");
	assert_int_equal(store_write(w->f.s, add_number, &two), OK);
	assert_int_equal(fixture_count(w->f.s), 1);
}

static void test_pg__says_unknown_when_its_session_is_ended_in_the_commit(void **state)
{
	struct ward *w = *state;
	struct committing c;
	start_slow_commit(w, &c);
	pg_execute(w->server.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
				  "wait_event = 'PgSleep'");
	pthread_join(c.thread, NULL);
	assert_int_equal(c.result, E_UNKNOWN);
	assert_int_equal(c.runs, 1);
}

/* Committed here, but the standby that must have it has not: nobody may call that done. */
static void test_pg__says_unknown_when_the_wait_for_a_standby_is_cut_short(void **state)
{
	struct ward *w = *state;
	struct committing c = { .s = w->f.s };
	pg_execute(w->server.url, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	pg_execute(w->server.url, "SELECT pg_reload_conf()");
	wait_until(w->server.url,
		   "SELECT count(*) FROM pg_settings WHERE name = 'synchronous_standby_names' "
		   "AND setting = 'nobody'");
	assert_int_equal(pthread_create(&c.thread, NULL, run_commit, &c), 0);
	wait_until(w->server.url,
		   "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
	pg_execute(
		w->server.url,
		"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
	pthread_join(c.thread, NULL);
	assert_int_equal(c.result, E_UNKNOWN);
	assert_int_equal(c.runs, 1);
}

static void test_pg__does_not_wait_for_ever_for_a_stopped_server(void **state)
{
	struct ward *w = *state;
	int64_t one = 1, n = -1;
	pg_server_signal(&w->server, SIGSTOP);
	enum err read = store_read(w->f.s, item_count, &n);
	/* Its connection is gone now: this one cannot even connect. */
	enum err write = store_write(w->f.s, add_number, &one);
	pg_server_signal(&w->server, SIGCONT);
	assert_int_equal(read, E_STORE);
	assert_int_equal(write, E_STORE);
	assert_int_equal(store_write(w->f.s, add_number, &one), OK);
	assert_int_equal(fixture_count(w->f.s), 1);
}

static void test_pg__says_unknown_when_the_server_stops_in_the_commit(void **state)
{
	struct ward *w = *state;
	struct committing c;
	start_slow_commit(w, &c);
	pg_server_signal(&w->server, SIGSTOP);
	pthread_join(c.thread, NULL);
	pg_server_signal(&w->server, SIGCONT);
	assert_int_equal(c.result, E_UNKNOWN);
	assert_int_equal(c.runs, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fixture_setup_pg, fixture_teardown)
#define WARD(test) cmocka_unit_test_setup_teardown(test, ward_setup, ward_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_pg__runs_again_after_a_serialization_conflict),
		CASE(test_pg__gives_up_a_conflict_that_does_not_end),
		CASE(test_pg__runs_again_after_a_deadlock),
		CASE(test_pg__prepares_again_when_a_table_was_altered),
		CASE(test_pg__says_busy_when_no_connection_comes_free),
		CASE(test_pg__says_busy_when_a_lock_does_not_come),
		cmocka_unit_test(test_pg__refuses_a_database_that_is_not_utf8),
		cmocka_unit_test(test_pg__says_so_when_there_is_no_server),
		WARD(test_pg__reconnects_after_a_restart),
		WARD(test_pg__runs_again_when_the_connection_is_lost_before_the_commit),
		WARD(test_pg__knows_a_farewell_that_came_before_the_commit),
		WARD(test_pg__says_unknown_when_the_server_is_killed_in_the_commit),
		WARD(test_pg__says_unknown_when_its_session_is_ended_in_the_commit),
		WARD(test_pg__says_unknown_when_the_wait_for_a_standby_is_cut_short),
		WARD(test_pg__does_not_wait_for_ever_for_a_stopped_server),
		WARD(test_pg__says_unknown_when_the_server_stops_in_the_commit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

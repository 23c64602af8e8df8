/* An application for tests. */
#include "support/kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/scan.h"
#include "support/pg.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define SQL_BYTES   4096

/* --- one PostgreSQL database a process -------------------------------------- */

/* To make a database takes half a second, to empty one a tenth of that. */
static struct pg_scratch {
	char url[PG_URL_MAX_BYTES];
	bool taken;
} * pg_scratch(void)
{
	static struct pg_scratch scratch;
	return &scratch;
}

static void drop_scratch(void)
{
	pg_database_drop(pg_scratch()->url);
}

static void take_postgres(struct kit *k)
{
	struct pg_scratch *scratch = pg_scratch();
	assert_false(scratch->taken); /* one kit on PostgreSQL at a time */
	if (!scratch->url[0]) {
		pg_database_new(scratch->url, NULL);
		atexit(drop_scratch);
	}
	scratch->taken = true;
	snprintf(k->url, sizeof(k->url), "%s", scratch->url);
	pg_execute(k->url, "CREATE TABLE kit_refused (n int)");
}

static void give_postgres(void)
{
	struct pg_scratch *scratch = pg_scratch();
	pg_execute(scratch->url, "SET client_min_messages = warning; DROP SCHEMA public CASCADE; "
				 "CREATE SCHEMA public");
	scratch->taken = false;
}

/* --- an application ------------------------------------------------------- */

static void make_hasher(struct kit *k, uint64_t passes, size_t memory)
{
	const struct hasher_opts opts = {
		.in_flight = k->conf.argon2_in_flight,
		.queue_max = k->conf.argon2_queue_max,
		.passes = passes,
		.memory = memory,
	};
	hasher_free(k->app.hasher);
	assert_int_equal(hasher_new(&opts, &k->app.hasher), OK);
}

static void open_store(struct kit *k)
{
	const struct store_opts opts = { .url = k->url, .clock = k->app.clock, .log = k->app.log };
	assert_int_equal(store_open(&opts, &k->app.store), OK);
}

static void make_store(struct kit *k)
{
	int applied;
	snprintf(k->url, sizeof(k->url), "%s/kabinet.db", k->dir);
	if (k->kind == KIT_POSTGRES)
		take_postgres(k);
	open_store(k);
	assert_int_equal(store_migrate(k->app.store, &applied), OK);
	kit_sql(k, "INSERT INTO operator (code, name) VALUES ('mts', 'МТС')");
	kit_sql(k,
		"INSERT INTO tariff (id, operator, code, name) VALUES (1, 'mts', 't1', 'Деловой')");
	kit_sql(k,
		"INSERT INTO tariff_version (tariff_id, from_day, fee_kop, minutes, data_mb, sms) "
		"VALUES (1, 0, 35000, 300, 10240, -1)");
}

struct kit *kit_new(enum kit_store kind)
{
	char path[96];
	struct kit *k = calloc(1, sizeof(*k));
	assert_non_null(k);
	k->kind = kind;
	snprintf(k->dir, sizeof(k->dir), "/tmp/kabinet-kit.XXXXXX");
	assert_non_null(mkdtemp(k->dir));
	snprintf(path, sizeof(path), "%s/log", k->dir);
	k->log_fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	clock_manual_init(&k->clock, (tstamp){ KIT_NOW_MS });
	config_default(&k->conf);
	k->a = arena_new(ARENA_BYTES);
	keys_generate(rnd_system(), &k->keys);
	k->app = (struct app){
		.clock = &k->clock.base,
		.rnd = rnd_system(),
		.ids = ids_new(&k->clock.base, 1),
		.log = log_new(k->log_fd, LOG_DEBUG, &k->clock.base),
		.conf = &k->conf,
		.keys = &k->keys.keys,
		.root = &k->keys.root,
	};
	assert_true(k->log_fd >= 0 && k->a && k->app.ids && k->app.log);
	make_hasher(k, 1, 8192); /* the least that libsodium accepts: microseconds */
	make_store(k);
	return k;
}

static void remove_dir(const char *dir)
{
	char path[512];
	DIR *d = opendir(dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(dir);
}

void kit_free(struct kit *k)
{
	store_close(k->app.store);
	hasher_free(k->app.hasher);
	ids_free(k->app.ids);
	log_free(k->app.log);
	close(k->log_fd);
	arena_free(k->a);
	if (k->kind == KIT_POSTGRES)
		give_postgres();
	remove_dir(k->dir);
	free(k);
}

void kit_reopen(struct kit *k)
{
	store_close(k->app.store);
	open_store(k);
}

void kit_argon2(struct kit *k)
{
	make_hasher(k, HASHER_PASSES, HASHER_MEMORY);
}

void kit_minutes(struct kit *k, int64_t n)
{
	clock_manual_add(&k->clock, n * MINUTE_MS);
}

void kit_days(struct kit *k, int64_t n)
{
	clock_manual_add(&k->clock, n * DAY_MS);
}

int64_t kit_statements(struct kit *k)
{
	struct store_stats stats;
	store_stats(k->app.store, &stats);
	return stats.statements;
}

/* --- beside the application ----------------------------------------------- */

static int on_number(void *arg, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	*(int64_t *)arg = values[0] ? strtoll(values[0], NULL, 10) : 0;
	return 0;
}

static int run_sqlite(struct kit *k, const char *sql, int64_t *ret_number)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(k->url, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	char *message = NULL;
	int rc = sqlite3_exec(db, sql, on_number, ret_number, &message);
	if (rc != SQLITE_OK && rc != SQLITE_CONSTRAINT)
		fail_msg("%s: %s", sql, message);
	sqlite3_free(message);
	sqlite3_close(db);
	return rc;
}

static void format(char sql[SQL_BYTES], const char *fmt, va_list args)
{
	int n = vsnprintf(sql, SQL_BYTES, fmt, args);
	assert_true(n > 0 && n < SQL_BYTES);
}

#define FORMAT(sql, fmt)                                                                           \
	char sql[SQL_BYTES];                                                                       \
	va_list args;                                                                              \
	va_start(args, fmt);                                                                       \
	format(sql, fmt, args);                                                                    \
	va_end(args)

void kit_sql(struct kit *k, const char *fmt, ...)
{
	int64_t number;
	FORMAT(sql, fmt);
	if (k->kind == KIT_POSTGRES)
		pg_execute(k->url, sql);
	else if (run_sqlite(k, sql, &number) != SQLITE_OK)
		fail_msg("refused: %s", sql);
}

bool kit_sql_refused(struct kit *k, const char *fmt, ...)
{
	int64_t number;
	char guarded[SQL_BYTES + 256];
	FORMAT(sql, fmt);
	if (k->kind == KIT_SQLITE)
		return run_sqlite(k, sql, &number) == SQLITE_CONSTRAINT;
	/* A block that swallows the refusal, and a table that says whether there was one. */
	pg_execute(k->url, "TRUNCATE kit_refused");
	snprintf(guarded, sizeof(guarded),
		 "DO $kit$ BEGIN %s; EXCEPTION WHEN integrity_constraint_violation OR "
		 "raise_exception "
		 "THEN INSERT INTO kit_refused VALUES (1); END $kit$",
		 sql);
	pg_execute(k->url, guarded);
	return pg_number(k->url, "SELECT count(*) FROM kit_refused") == 1;
}

int64_t kit_number(struct kit *k, const char *fmt, ...)
{
	int64_t number = 0;
	FORMAT(sql, fmt);
	if (k->kind == KIT_POSTGRES)
		return pg_number(k->url, sql);
	assert_int_equal(run_sqlite(k, sql, &number), SQLITE_OK);
	return number;
}

static int on_text(void *arg, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	return arena_str(((struct kit *)arg)->a, str_c(values[0]), &((struct kit *)arg)->text) !=
	       OK;
}

static void text_sqlite(struct kit *k, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(k->url, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, on_text, k, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void text_postgres(struct kit *k, const char *sql)
{
	PGconn *db = PQconnectdb(k->url);
	PGresult *r = PQexec(db, sql);
	assert_int_equal(PQntuples(r), 1);
	assert_int_equal(arena_str(k->a, str_c(PQgetvalue(r, 0, 0)), &k->text), OK);
	PQclear(r);
	PQfinish(db);
}

struct str kit_bytes(struct kit *k, const char *column, const char *from)
{
	char sql[SQL_BYTES];
	bool postgres = k->kind == KIT_POSTGRES;
	snprintf(sql, sizeof(sql),
		 postgres ? "SELECT encode(%s, 'hex') FROM %s" : "SELECT hex(%s) FROM %s", column,
		 from);
	(postgres ? text_postgres : text_sqlite)(k, sql);
	size_t n = k->text.n / 2;
	char *bytes = arena_alloc(k->a, n + 1);
	assert_true(bytes && scan_hex(k->text, bytes, n));
	return (struct str){ .p = bytes, .n = n };
}

/* --- people --------------------------------------------------------------- */

struct kit_person kit_person(int n)
{
	struct kit_person p = { .id = n };
	assert_true(n > 0 && n < 10000);
	unsigned end = (unsigned)n * 7919 % 10000;
	snprintf(p.msisdn, sizeof(p.msisdn), "921000%04d", n);
	snprintf(p.iccid, sizeof(p.iccid), "897010100000000%04u", end);
	memcpy(p.last4, p.iccid + strlen(p.iccid) - 4, 5);
	return p;
}

struct kit_person kit_issue(struct kit *k, int n)
{
	struct kit_person p = kit_person(n);
	kit_sql(k,
		"INSERT INTO account (id, kind, credit_limit_kop, balance_kop, seq, head) "
		"VALUES (%d, 'subscriber', 0, 0, 0, %s);"
		"INSERT INTO number (id, msisdn, operator, account_id, epoch) VALUES (%d, '%s', "
		"'mts', %d, 1);"
		"INSERT INTO number_tariff (number_id, from_day, tariff_id) VALUES (%d, 20000, 1);"
		"INSERT INTO sim (id, iccid, operator, number_id, state, issued_ms, imported_ms) "
		"VALUES (%d, '%s', 'mts', %d, 'issued', %lld, 0)",
		n + 1000, k->kind == KIT_SQLITE ? "x''" : "''", n, p.msisdn, n + 1000, n, n,
		p.iccid, n, (long long)app_now(&k->app).ms);
	return p;
}

void kit_status(struct kit *k, int n, const char *status, const char *reason)
{
	kit_sql(k,
		"INSERT INTO number_status (number_id, at_ms, status, reason) VALUES (%d, %lld, "
		"'%s', '%s')",
		n, (long long)app_now(&k->app).ms, status, reason);
}

enum err kit_signin(struct kit *k, const char *msisdn, const char *password,
		    struct signin_done *ret)
{
	int64_t wait_s;
	const struct signin_try t = {
		.login = str_c(msisdn),
		.password = { str_c(password) },
		.peer = STR("192.0.2.1"),
		.device = STR("Android, Chrome"),
		.device_cookie = STR(""),
	};
	return signin_try(&k->app, k->a, &t, ret, &wait_s);
}

struct session kit_session(struct kit *k, const struct signin_done *done)
{
	struct session s;
	struct str token = { .p = (const char *)done->token, .n = SESSION_TOKEN_BYTES };
	assert_int_equal(session_find(&k->app, k->a, token, &s), OK);
	return s;
}

struct registration kit_registration(void)
{
	struct registration reg = {
		.family = STR("Соколова"),
		.given = STR("Анна"),
		.patronymic = STR("Павловна"),
		.birth = { 1985, 3, 27 },
		.email = STR("anna@example.ru"),
		.passport = STR("4010 123478"),
		.passport_issued = { 2010, 4, 12 },
		.passport_by = STR("ТП № 45 ОУФМС России"),
		.passport_code = STR("780-045"),
		.city = STR("Санкт-Петербург"),
		.street = STR("Садовая"),
		.house = STR("12"),
		.building = STR("-"),
		.flat = STR(""),
		.password = { STR(KIT_PASSWORD) },
		.consent = true,
		.consent_version = STR("2026-11"),
	};
	assert_int_equal(msisdn_parse(STR("9055550118"), &reg.contact_phone), OK);
	return reg;
}

struct session kit_register(struct kit *k, int n)
{
	struct kit_person p = kit_issue(k, n);
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), OK);
	struct session first = kit_session(k, &done);
	enum err e = subscriber_register(&k->app, k->a, &first, &reg, &problems, &done);
	if (e != OK)
		fail_msg("registration: %s, %s", err_name(e),
			 problems.n ? problems.v[0].field : "");
	return kit_session(k, &done);
}

/* --- groups of tests ------------------------------------------------------ */

int kit_setup_sqlite(void **state)
{
	*state = kit_new(KIT_SQLITE);
	return 0;
}

int kit_setup_postgres(void **state)
{
	*state = kit_new(KIT_POSTGRES);
	return 0;
}

int kit_teardown(void **state)
{
	kit_free(*state);
	return 0;
}

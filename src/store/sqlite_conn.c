/* Opening a SQLite file the way we want it. Running statements is sqlite_run.c. */
#include "store/sqlite_conn.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "store/schema.h"

/* "KBNT" in the header of a file that is ours. */
#define APPLICATION_ID "1262636628"

enum { BUSY_TIMEOUT_MS = 10000 };

static const char *const control_sql[CONTROLS] = {
	[CONTROL_BEGIN] = "BEGIN",
	[CONTROL_BEGIN_IMMEDIATE] = "BEGIN IMMEDIATE",
	[CONTROL_COMMIT] = "COMMIT",
	[CONTROL_ROLLBACK] = "ROLLBACK",
	[CONTROL_SAVEPOINT] = "SAVEPOINT member",
	[CONTROL_RELEASE] = "RELEASE member",
	[CONTROL_ROLLBACK_TO] = "ROLLBACK TO member",
};

/* Readers leave out cell_size_check: it walks each page that is read, a third of the cost of a cold
 * one, and `kabinet check` looks at every page anyway.
 * No memory map: measured on a file of 70 MB it was no faster alone (19-26 us against 15-26 for six
 * random look-ups), slower beside a writer (34-55 against 17-23), held 140 MB instead of 10, and an
 * I/O error in it would be a SIGBUS. */
static const char *const settings_all = "PRAGMA foreign_keys = ON;"
					"PRAGMA trusted_schema = OFF;"
					"PRAGMA temp_store = MEMORY;"
					"PRAGMA mmap_size = 0;";
static const char *const settings_read = "PRAGMA query_only = ON;";
static const char *const settings_write = "PRAGMA synchronous = FULL;"
					  "PRAGMA cell_size_check = ON;"
					  "PRAGMA wal_autocheckpoint = 0;"
					  "PRAGMA journal_size_limit = 67108864;";

void sqlite_conn_log(const struct sqlite_conn *c, const char *event, const char *name)
{
	log_event(c->log, LOG_ERROR, event, log_const("name", name),
		  log_int("code", sqlite3_extended_errcode(c->db)),
		  log_text("message", sqlite3_errmsg(c->db)));
}

int sqlite_conn_control(struct sqlite_conn *c, enum sqlite_control what)
{
	sqlite3_step(c->control[what]);
	int rc = sqlite3_reset(c->control[what]);
	return rc;
}

void sqlite_conn_rollback(struct sqlite_conn *c)
{
	if (!sqlite_conn_over(c) && sqlite_conn_control(c, CONTROL_ROLLBACK) != SQLITE_OK)
		sqlite_conn_log(c, "store.rollback", "ROLLBACK");
}

void sqlite_conn_close(struct sqlite_conn *c)
{
	if (!c)
		return;
	for (int i = 0; c->kept && i < c->kept_n; i++)
		sqlite3_finalize(c->kept[i]);
	for (int i = 0; i < CONTROLS; i++)
		sqlite3_finalize(c->control[i]);
	int rc = sqlite3_close(c->db);
	assert(rc == SQLITE_OK);
	free(c->kept);
	free(c);
}

static enum err execute(struct sqlite_conn *c, const char *sql)
{
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return OK;
	sqlite_conn_log(c, "store.open", sql);
	return E_STORE;
}

enum err sqlite_conn_set(struct sqlite_conn *c, const char *name, int64_t value)
{
	char sql[96];
	snprintf(sql, sizeof(sql), "PRAGMA %s = %" PRId64, name, value);
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return OK;
	sqlite_conn_log(c, "store.open", name);
	return E_STORE;
}

/* The one value of a query that has one, as text. */
static enum err query_text(struct sqlite_conn *c, const char *sql, char *ret, size_t size)
{
	sqlite3_stmt *st = NULL;
	enum err e = E_STORE;
	if (sqlite3_prepare_v2(c->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		const unsigned char *text = sqlite3_column_text(st, 0);
		snprintf(ret, size, "%s", text ? (const char *)text : "");
		e = OK;
	} else {
		sqlite_conn_log(c, "store.open", sql);
	}
	sqlite3_finalize(st);
	return e;
}

static enum err not_ours(struct sqlite_conn *c, const char *why)
{
	log_event(c->log, LOG_ERROR, "store.not_ours", log_const("why", why));
	return E_STORE;
}

/* An empty file becomes ours; any other must say that it is. */
static enum err check_ours(struct sqlite_conn *c, enum sqlite_access access)
{
	char id[32], tables[32], encoding[16];
	try(query_text(c, "PRAGMA encoding", encoding, sizeof(encoding)));
	if (strcmp(encoding, "UTF-8") != 0)
		return not_ours(c, "the text encoding is not UTF-8");
	try(query_text(c, "PRAGMA application_id", id, sizeof(id)));
	if (strcmp(id, APPLICATION_ID) == 0)
		return OK;
	try(query_text(c, "SELECT count(*) FROM sqlite_master", tables, sizeof(tables)));
	if (strcmp(id, "0") != 0 || strcmp(tables, "0") != 0)
		return not_ours(c, "the file belongs to another program");
	if (access == CONN_READ)
		return not_ours(c, "the file is empty");
	return execute(c, "PRAGMA application_id = " APPLICATION_ID);
}

static enum err use_wal(struct sqlite_conn *c)
{
	char mode[16];
	try(query_text(c, "PRAGMA journal_mode = WAL", mode, sizeof(mode)));
	return strcmp(mode, "wal") == 0 ? OK : not_ours(c, "no write-ahead log is possible here");
}

static enum err prepare_controls(struct sqlite_conn *c)
{
	for (int i = 0; i < CONTROLS; i++)
		if (sqlite3_prepare_v3(c->db, control_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &c->control[i], NULL) != SQLITE_OK) {
			sqlite_conn_log(c, "store.open", control_sql[i]);
			return E_STORE;
		}
	return OK;
}

static enum err set_up(struct sqlite_conn *c, enum sqlite_access access)
{
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_timeout(c->db, BUSY_TIMEOUT_MS);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	try(check_ours(c, access));
	if (access == CONN_WRITE)
		try(use_wal(c));
	try(execute(c, settings_all));
	try(execute(c, access == CONN_WRITE ? settings_write : settings_read));
	return prepare_controls(c);
}

/* SQLite itself would let everybody read a file that it makes. One that is there is not opened:
 * closing it would take away the locks of this process's other connections (fcntl(2)). */
static void make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd >= 0)
		close(fd);
}

enum err sqlite_conn_open(const char *path, enum sqlite_access access, struct log *log,
			  struct sqlite_conn **ret)
{
	struct sqlite_conn *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	enum err e = E_NOMEM;
	c->log = log;
	c->kept_n = stmt_count();
	c->kept = calloc((size_t)c->kept_n + 1, sizeof(*c->kept));
	if (!c->kept)
		goto fail;
	if (access == CONN_WRITE)
		make_file(path);
	e = E_STORE;
	/* A reader opens for writing too: without it, nobody could read a WAL file after a crash.
	 */
	if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		sqlite_conn_log(c, "store.open", "file");
		goto fail;
	}
	e = set_up(c, access);
	if (e != OK)
		goto fail;
	*ret = c;
	return OK;
fail:
	sqlite_conn_close(c);
	return e;
}

/* VACUUM INTO reads one snapshot and lets others write meanwhile. It does not sync what it made: we
 * do, and only then the copy gets its name. */
#include "store/sqlite_admin.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <unistd.h>

#include "core/buf.h"
#include "store/sqlite_conn.h"

enum { REPORT_MAX_BYTES = 64 << 10 };

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0)
		return false;
	bool done = fsync(fd) == 0;
	return close(fd) == 0 && done;
}

static bool sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	bool done = copy && sync_path(dirname(copy), O_DIRECTORY);
	free(copy);
	return done;
}

/* Made by us, so that nobody else may ever read it. */
static bool make_private(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd >= 0 && close(fd) == 0;
}

static enum err vacuum_into(const char *path, const char *to, struct log *log)
{
	struct sqlite_conn *c;
	sqlite3_stmt *st = NULL;
	try(sqlite_conn_open(path, CONN_WRITE, log, &c));
	bool done = sqlite3_prepare_v2(c->db, "VACUUM INTO ?1", -1, &st, NULL) == SQLITE_OK &&
		    sqlite3_bind_text(st, 1, to, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_step(st) == SQLITE_DONE;
	if (!done)
		sqlite_conn_log(c, "store.backup", "VACUUM INTO");
	sqlite3_finalize(st);
	sqlite_conn_close(c);
	return done ? OK : E_STORE;
}

static enum err publish(const char *tmp, const char *to, struct log *log)
{
	if (!sync_path(tmp, 0))
		goto fail;
	/* link() and not rename(): it refuses to replace a file that came up meanwhile. */
	if (link(tmp, to) != 0) {
		if (errno == EEXIST)
			return E_CONFLICT;
		goto fail;
	}
	if (sync_folder_of(to))
		return OK;
	unlink(to); /* what is told as failed must not be there */
fail:
	log_event(log, LOG_ERROR, "store.backup", log_int("errno", errno));
	return E_STORE;
}

enum err sqlite_admin_backup(const char *path, const char *to, struct log *log)
{
	char *tmp = NULL;
	if (access(to, F_OK) == 0)
		return E_CONFLICT;
	if (asprintf(&tmp, "%s.%ld.tmp", to, (long)getpid()) < 0)
		return E_NOMEM;
	enum err e = E_STORE;
	if (make_private(tmp))
		e = vacuum_into(path, tmp, log);
	else
		log_event(log, LOG_ERROR, "store.backup", log_int("errno", errno));
	if (e == OK)
		e = publish(tmp, to, log);
	unlink(tmp);
	free(tmp);
	return e;
}

/* A page that there was no memory for is told in the same words as a broken one. */
static bool lacks_memory(const char *text)
{
	static const char code[] = "error code=";
	while ((text = strstr(text, code))) {
		text += sizeof(code) - 1;
		if (strspn(text, "0123456789") == 1 && *text == '0' + SQLITE_NOMEM)
			return true;
	}
	return false;
}

/* Every row of a check that finds nothing wrong with an empty result, as a line each. */
static enum err put_rows(struct sqlite_conn *c, const char *sql, struct buf *b)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(st, 0);
		rc = !text || lacks_memory(text) ? SQLITE_NOMEM : SQLITE_OK;
		if (b->n)
			buf_c(b, '\n');
		buf_put(b, str_c(text));
	}
	if (rc != SQLITE_DONE)
		sqlite_conn_log(c, "store.integrity", sql);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? OK : E_STORE;
}

enum err sqlite_admin_integrity(const char *path, struct log *log, struct arena *a,
				struct str *ret_text)
{
	struct sqlite_conn *c;
	struct buf b;
	try(sqlite_conn_open(path, CONN_READ, log, &c));
	buf_init(&b, REPORT_MAX_BYTES);
	enum err e = put_rows(
		c,
		"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
		&b);
	if (e == OK)
		e = put_rows(
			c,
			"SELECT 'foreign key: ' || \"table\" || ' row ' || ifnull(rowid, '?') || "
			"' has no ' || parent FROM pragma_foreign_key_check LIMIT 100",
			&b);
	if (e == OK && b.err == E_NOMEM)
		e = E_NOMEM;
	if (e == OK) /* of what is too much to tell, the beginning */
		e = arena_str(a, b.n ? buf_str(&b) : STR("ok"), ret_text);
	buf_done(&b);
	sqlite_conn_close(c);
	return e;
}

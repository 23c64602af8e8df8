/* Servers and databases for tests, by way of the script beside this file. */
#include "support/pg.h"

#include <dirent.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { PIDS_MAX = 256 };

/* Runs `tests/support/pg ${verb} ${dir}`; what it prints goes into ${ret} without the line's end.
 */
static bool script(const char *verb, const char *dir, char *ret, size_t size)
{
	int pipe_fd[2];
	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipe_fd[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "tests/support/pg", verb, dir, (char *)NULL);
		_exit(127);
	}
	close(pipe_fd[1]);
	size_t n = 0;
	ssize_t got;
	while (pid > 0 && n + 1 < size && (got = read(pipe_fd[0], ret + n, size - 1 - n)) > 0)
		n += (size_t)got;
	close(pipe_fd[0]);
	ret[n] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	int status = 1;
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* --- databases ------------------------------------------------------------ */

static struct pg_server *shared_server(void)
{
	static struct pg_server server;
	return &server;
}

static const char *shared_url(void)
{
	const char *given = getenv("KABINET_TEST_PG");
	if (given && *given)
		return given;
	struct pg_server *own = shared_server();
	if (!own->url[0])
		pg_server_start(own);
	return own->url;
}

static PGresult *query(const char *url, const char *sql, PGconn **ret_db)
{
	PGconn *db = PQconnectdb(url);
	PGresult *r = PQexec(db, sql);
	ExecStatusType status = PQresultStatus(r);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(db));
	*ret_db = db;
	return r;
}

void pg_execute(const char *url, const char *sql)
{
	PGconn *db;
	PQclear(query(url, sql, &db));
	PQfinish(db);
}

long pg_number(const char *url, const char *sql)
{
	PGconn *db;
	PGresult *r = query(url, sql, &db);
	long n = strtol(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	PQfinish(db);
	return n;
}

void pg_database_new(char *url, const char *encoding)
{
	static int count;
	char name[64], sql[256];
	const char *server = shared_url();
	snprintf(name, sizeof(name), "test_%ld_%d", (long)getpid(), ++count);
	snprintf(sql, sizeof(sql),
		 "CREATE DATABASE %s TEMPLATE template0 ENCODING '%s' LOCALE '%s'", name,
		 encoding ? encoding : "UTF8", encoding ? "C" : "C.UTF-8");
	pg_execute(server, sql);
	int n = snprintf(url, PG_URL_MAX_BYTES, "%s%cdbname=%s", server,
			 strchr(server, '?') ? '&' : '?', name);
	assert_in_range(n, 1, PG_URL_MAX_BYTES - 1);
}

void pg_database_drop(const char *url)
{
	char sql[256];
	const char *name = strrchr(url, '=');
	assert_non_null(name);
	snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", name + 1);
	pg_execute(shared_url(), sql);
}

/* --- servers -------------------------------------------------------------- */

static pid_t read_postmaster(const char *dir)
{
	char path[128], line[32] = "";
	snprintf(path, sizeof(path), "%s/data/postmaster.pid", dir);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	return (pid_t)strtol(line, NULL, 10);
}

/* A test that dies cannot clean up: a process of its own waits for its end and stops the server. */
static void stop_at_our_end(struct pg_server *p)
{
	int alive[2];
	char never;
	assert_int_equal(pipe2(alive, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		close(alive[0]);
		return;
	}
	close(alive[1]);
	setsid();
	while (read(alive[0], &never, 1) > 0)
		continue;
	execl("/bin/sh", "sh", "tests/support/pg", "stop", p->dir, (char *)NULL);
	_exit(127);
}

void pg_server_start(struct pg_server *p)
{
	*p = (struct pg_server){ .dir = "/tmp/kabinet-pg.XXXXXX" };
	assert_non_null(mkdtemp(p->dir));
	if (!script("start", p->dir, p->url, sizeof(p->url)))
		fail_msg("tests/support/pg start %s failed", p->dir);
	p->postmaster = read_postmaster(p->dir);
	stop_at_our_end(p);
}

void pg_server_stop(struct pg_server *p)
{
	char nothing[16];
	if (p->dir[0] && !script("stop", p->dir, nothing, sizeof(nothing)))
		fprintf(stderr, "tests/support/pg stop %s failed\n", p->dir);
	p->dir[0] = '\0';
}

void pg_server_restart(struct pg_server *p)
{
	char nothing[16];
	if (!script("restart", p->dir, nothing, sizeof(nothing)))
		fail_msg("tests/support/pg restart %s failed", p->dir);
	p->postmaster = read_postmaster(p->dir);
}

/* The parent of a process, 0 when it is gone. Its name in /proc stands in brackets and may hold
 * anything. */
static pid_t parent_of(pid_t pid)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	const char *end = strrchr(text, ')');
	return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

void pg_server_signal(const struct pg_server *p, int signo)
{
	pid_t children[PIDS_MAX];
	size_t n = 0;
	DIR *proc = opendir("/proc");
	assert_non_null(proc);
	const struct dirent *entry;
	while ((entry = readdir(proc)) && n < PIDS_MAX) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 && parent_of(pid) == p->postmaster)
			children[n++] = pid;
	}
	closedir(proc);
	/* The postmaster first: it must not answer the end of a child by starting another. */
	kill(p->postmaster, signo);
	for (size_t i = 0; i < n; i++)
		kill(children[i], signo);
}

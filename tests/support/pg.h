/* PostgreSQL for tests: a server that is already there (KABINET_TEST_PG) or one of our own, and
 * databases in it. Nothing here is skipped when there is none: the test fails. */
#ifndef SUPPORT_PG_H
#define SUPPORT_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PG_URL_MAX_BYTES = 512 };

/**
 * pg_database_new(url): make an empty database in the shared server and write its URL into ${url}
 * (of PG_URL_MAX_BYTES). The server is that of KABINET_TEST_PG, or one that is started now and
 * stopped when the process ends. ${encoding}: NULL for UTF8.
 */
void pg_database_new(char *url, const char *encoding);

/** pg_database_drop(url): also while somebody is connected. */
void pg_database_drop(const char *url);

/** pg_execute(url, sql): run it on a connection of its own; fails the test when the server refuses.
 */
void pg_execute(const char *url, const char *sql);

/** pg_number(url, sql): the one number that a query gives. */
long pg_number(const char *url, const char *sql);

/* A server of one test's own, to be ill-treated. */
struct pg_server {
	char dir[64];
	char url[PG_URL_MAX_BYTES];
	pid_t postmaster;
};

/** pg_server_start(p), pg_server_stop(p), pg_server_restart(p): see tests/support/pg. A server does
 * not outlive the test's process, however that ends. */
void pg_server_start(struct pg_server *p);
void pg_server_stop(struct pg_server *p);
void pg_server_restart(struct pg_server *p);

/** pg_server_signal(p, signo): to the server and all its children, as SIGSTOP, SIGCONT or SIGKILL.
 */
void pg_server_signal(const struct pg_server *p, int signo);

#endif

/* Whose turn it is to write, among the processes that have a SQLite file open. SQLite itself lets
 * the busiest win: it retries with sleeps. */
#ifndef STORE_SQLITE_TURN_H
#define STORE_SQLITE_TURN_H

#include "core/err.h"

struct sqlite_turn {
	int fd;
};

/** sqlite_turn_open(path, &ret): open or make ${path}, which holds locks only. Expected: E_STORE.
 */
enum err sqlite_turn_open(const char *path, struct sqlite_turn *ret) must_check;
void sqlite_turn_close(struct sqlite_turn *t);

/**
 * sqlite_turn_take(t): wait until it is our turn. Who has just given it back comes after those who
 * wait. Expected: E_STORE.
 */
enum err sqlite_turn_take(struct sqlite_turn *t) must_check;
void sqlite_turn_give(struct sqlite_turn *t);

#endif

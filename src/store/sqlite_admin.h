/* Copies and checks of a SQLite file, on connections of their own. */
#ifndef STORE_SQLITE_ADMIN_H
#define STORE_SQLITE_ADMIN_H

#include "core/arena.h"
#include "core/log.h"

/** sqlite_admin_backup(): see store_backup(). sqlite_admin_integrity(): see store_integrity(). */
enum err sqlite_admin_backup(const char *path, const char *to, struct log *log) must_check;
enum err sqlite_admin_integrity(const char *path, struct log *log, struct arena *a,
				struct str *ret_text) must_check;

#endif

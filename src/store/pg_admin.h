/* Checks of a PostgreSQL store. */
#ifndef STORE_PG_ADMIN_H
#define STORE_PG_ADMIN_H

#include "core/arena.h"
#include "store/store.h"

/** pg_admin_integrity(): see store_integrity(). */
enum err pg_admin_integrity(struct store *s, struct arena *a, struct str *ret_text) must_check;

#endif

/* The connections of a store to PostgreSQL: at most so many, made when they are first needed.
 * Thread-safe. */
#ifndef STORE_PG_POOL_H
#define STORE_PG_POOL_H

#include "store/pg_conn.h"

struct pg_pool;

/** pg_pool_new(s, url, max, timeout_ms): no connection yet; NULL without memory. */
struct pg_pool *pg_pool_new(struct store *s, const char *url, int max, int timeout_ms);

/** pg_pool_free(p): closes all; none may be out. NULL does nothing. */
void pg_pool_free(struct pg_pool *p);

/** pg_pool_url(p): of the server; lives as long as ${p}. */
const char *pg_pool_url(const struct pg_pool *p);

/** pg_pool_take(p, &ret): a connection. Expected: E_BUSY (none came free in time), E_STORE (cannot
 * connect). */
enum err pg_pool_take(struct pg_pool *p, struct pg_conn **ret) must_check;

/** pg_pool_give(p, c): back into the pool; one that was lost is closed, and with it those that lie
 * idle: their server is likely to be gone too. */
void pg_pool_give(struct pg_pool *p, struct pg_conn *c);

#endif

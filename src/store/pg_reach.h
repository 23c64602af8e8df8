/* Whether a PostgreSQL server is reached by a unix socket. */
#ifndef STORE_PG_REACH_H
#define STORE_PG_REACH_H

#include "store/store.h"

/** pg_reach(url): STORE_REACH_UNIX when every server it names is reached so, or it names none. */
enum store_reach pg_reach(const char *url);

#endif

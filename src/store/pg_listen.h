/* A connection to PostgreSQL that only listens on a channel. It never waits by itself: whoever owns
 * it waits for its socket and lets it go on. Used by one thread. */
#ifndef STORE_PG_LISTEN_H
#define STORE_PG_LISTEN_H

#include <poll.h>

#include "store/backend.h"

struct pg_listen;

/** pg_listen_new(s, url, channel): not connected yet; ${channel} is a constant. NULL without
 * memory. */
struct pg_listen *pg_listen_new(struct store *s, const char *url, const char *channel);

/** pg_listen_free(l): NULL does nothing. */
void pg_listen_free(struct pg_listen *l);

/**
 * pg_listen_go_on(l, &ret_fd):
 * Do what can be done without waiting, and say in ${ret_fd} what to wait for (fd < 0: only time).
 * Returns the longest time until the next call, in milliseconds.
 */
int pg_listen_go_on(struct pg_listen *l, struct pollfd *ret_fd);

/** pg_listen_heard(l): something was said since the last look, or may have been while nobody
 * listened. */
bool pg_listen_heard(struct pg_listen *l);

#endif

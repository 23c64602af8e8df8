/* Waiting for descriptors, and for what other processes say where the database can tell it. */
#include <assert.h>
#include <poll.h>
#include <stdlib.h>

#include "store/pg_listen.h"

enum { FDS_MAX = 4 };

struct store_listener {
	struct pg_listen *pg; /* NULL: there is nobody to hear */
};

enum err store_listen(struct store *s, const char *channel, struct store_listener **ret)
{
	struct store_listener *l = calloc(1, sizeof(*l));
	if (!l)
		return E_NOMEM;
	enum err e = s->ops->listen ? s->ops->listen(s, channel, &l->pg) : OK;
	if (e == OK)
		*ret = l;
	else
		free(l);
	return e;
}

void store_unlisten(struct store_listener *l)
{
	if (l)
		pg_listen_free(l->pg);
	free(l);
}

bool store_wait(struct store_listener *l, const int *fds, size_t n, int timeout_ms)
{
	struct pollfd polled[FDS_MAX + 1];
	assert(n <= FDS_MAX);
	for (int left_ms = timeout_ms;;) {
		int ms = left_ms;
		for (size_t i = 0; i < n; i++)
			polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
		if (l->pg) {
			int most_ms = pg_listen_go_on(l->pg, &polled[n]);
			ms = most_ms < ms ? most_ms : ms;
			if (pg_listen_heard(l->pg))
				return true;
		}
		int ready = poll(polled, n + (l->pg ? 1 : 0), ms);
		for (size_t i = 0; i < n; i++)
			if (polled[i].revents)
				return false;
		left_ms -= ready == 0 ? ms : 0;
		if (left_ms <= 0)
			return false;
	}
}

/* A queue of lines and the thread that writes them. */
#include "gateway/logbook.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "core/secret.h"

struct entry {
	struct entry *next;
	int64_t id;
	size_t n;
	char line[];
};

struct logbook {
	struct logbook_opts opts;
	int fd;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake;
	struct entry *queue;
	struct entry **queue_end;
	size_t queued;
	bool stopping;
};

/* Waits for lines; NULL when there will be none. */
static struct entry *take(struct logbook *l, bool *ret_was_full)
{
	pthread_mutex_lock(&l->lock);
	while (!l->queue && !l->stopping)
		pthread_cond_wait(&l->wake, &l->lock);
	struct entry *list = l->queue;
	*ret_was_full = l->queued == LOGBOOK_QUEUE_MAX;
	l->queue = NULL;
	l->queue_end = &l->queue;
	l->queued = 0;
	pthread_mutex_unlock(&l->lock);
	return list;
}

/* One write a line, so that lines of several processes never mix. */
static void write_all(struct logbook *l, struct entry *list)
{
	while (list) {
		struct entry *e = list;
		list = e->next;
		bool good = write(l->fd, e->line, e->n) == (ssize_t)e->n;
		l->opts.written(l->opts.arg, e->id, good);
		secret_wipe(e->line, e->n);
		free(e);
	}
}

static void *work(void *arg)
{
	struct logbook *l = arg;
	struct entry *list;
	bool was_full;
	while ((list = take(l, &was_full))) {
		write_all(l, list);
		if (was_full)
			l->opts.ready(l->opts.arg);
	}
	return NULL;
}

static void done(struct logbook *l)
{
	close(l->fd);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

enum err logbook_start(const struct logbook_opts *opts, struct logbook **ret)
{
	int fd = open(opts->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return E_STORE;
	struct logbook *l = calloc(1, sizeof(*l));
	if (!l) {
		close(fd);
		return E_NOMEM;
	}
	*l = (struct logbook){ .opts = *opts, .fd = fd };
	l->queue_end = &l->queue;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->wake, NULL);
	if (pthread_create(&l->thread, NULL, work, l) != 0) {
		done(l);
		return E_NOMEM;
	}
	*ret = l;
	return OK;
}

size_t logbook_room(struct logbook *l)
{
	pthread_mutex_lock(&l->lock);
	size_t n = l->stopping ? 0 : LOGBOOK_QUEUE_MAX - l->queued;
	pthread_mutex_unlock(&l->lock);
	return n;
}

static bool add(struct logbook *l, struct entry *e)
{
	pthread_mutex_lock(&l->lock);
	bool room = !l->stopping && l->queued < LOGBOOK_QUEUE_MAX;
	if (room) {
		*l->queue_end = e;
		l->queue_end = &e->next;
		l->queued++;
		pthread_cond_signal(&l->wake);
	}
	pthread_mutex_unlock(&l->lock);
	return room;
}

enum err logbook_put(struct logbook *l, int64_t id, struct str line)
{
	struct entry *e = malloc(sizeof(*e) + line.n);
	if (!e)
		return E_NOMEM;
	*e = (struct entry){ .id = id, .n = line.n };
	memcpy(e->line, line.p, line.n);
	if (add(l, e))
		return OK;
	free(e);
	return E_BUSY;
}

void logbook_stop(struct logbook *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	done(l);
}

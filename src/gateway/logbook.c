/* A queue of lines and the thread that writes them. */
#include "gateway/logbook.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/secret.h"
#include "core/tstamp.h"

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
		l->opts.written(l->opts.owner, e->id, good);
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
			l->opts.ready(l->opts.ready_arg);
	}
	return NULL;
}

static void done(struct logbook *l)
{
	if (l->fd >= 0)
		close(l->fd);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l->opts.owner);
	free(l);
}

static enum err begin(struct logbook *l)
{
	l->fd = open(l->opts.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (l->fd < 0)
		return E_STORE;
	return pthread_create(&l->thread, NULL, work, l) == 0 ? OK : E_NOMEM;
}

enum err logbook_start(const struct logbook_opts *opts, struct logbook **ret)
{
	struct logbook *l = calloc(1, sizeof(*l));
	if (!l) {
		free(opts->owner);
		return E_NOMEM;
	}
	*l = (struct logbook){ .opts = *opts, .fd = -1 };
	l->queue_end = &l->queue;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->wake, NULL);
	enum err e = begin(l);
	if (e == OK)
		*ret = l;
	else
		done(l);
	return e;
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

static enum err put(struct logbook *l, int64_t id, struct str line)
{
	struct entry *e = malloc(sizeof(*e) + line.n);
	if (!e)
		return E_NOMEM;
	*e = (struct entry){ .id = id, .n = line.n };
	memcpy(e->line, line.p, line.n);
	if (add(l, e))
		return OK;
	secret_wipe(e->line, e->n);
	free(e);
	return E_BUSY;
}

/* Without its line feed; the caller frees it. NULL without memory. */
static char *text_of(struct logbook *l, int64_t id, json_t *fields)
{
	char at[32];
	struct buf b = { .p = at, .cap = sizeof(at), .max = sizeof(at) };
	tstamp_iso(&b, l->opts.clock->now(l->opts.clock));
	json_t *line = json_pack("{s:s%,s:I}", "at", at, b.n, "id", (json_int_t)id);
	bool whole = json_object_update(line, fields) == 0;
	char *text = whole ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	json_decref(fields);
	return text;
}

enum err logbook_put(struct logbook *l, int64_t id, json_t *fields)
{
	char *text = text_of(l, id, fields);
	if (!text)
		return E_NOMEM;
	size_t n = strlen(text);
	text[n] = '\n'; /* in the place of the NUL: the length is known */
	enum err e = put(l, id, (struct str){ .p = text, .n = n + 1 });
	secret_wipe(text, n); /* it may hold a code, or a link that opens something */
	free(text);
	return e;
}

void logbook_stop(struct logbook *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	done(l);
}

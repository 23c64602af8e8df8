/* Connecting, LISTEN, listening; when it breaks, again after a pause that grows. */
#include "store/pg_listen.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECT_MS = 10000, PAUSE_FIRST_MS = 500, PAUSE_MAX_MS = 30000, FOREVER_MS = 60000 };

enum stage { PAUSED, CONNECTING, ASKING, LISTENING };

struct pg_listen {
	struct store *store;
	char *url;
	char listen[64]; /* the statement */
	PGconn *db;
	enum stage stage;
	PostgresPollingStatusType wants; /* while connecting */
	int64_t due_us;                  /* the end of the pause, or of the time to connect in */
	int pause_ms;                    /* the next one */
	bool heard;
};

struct pg_listen *pg_listen_new(struct store *s, const char *url, const char *channel)
{
	struct pg_listen *l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	*l = (struct pg_listen){ .store = s, .url = strdup(url), .pause_ms = PAUSE_FIRST_MS };
	int n = snprintf(l->listen, sizeof(l->listen), "LISTEN %s", channel);
	assert(n > 0 && (size_t)n < sizeof(l->listen));
	if (l->url)
		return l;
	free(l);
	return NULL;
}

void pg_listen_free(struct pg_listen *l)
{
	if (!l)
		return;
	PQfinish(l->db);
	free(l->url);
	free(l);
}

bool pg_listen_heard(struct pg_listen *l)
{
	bool heard = l->heard;
	l->heard = false;
	return heard;
}

static int64_t now_us(const struct pg_listen *l)
{
	return l->store->clock->mono_us(l->store->clock);
}

static void give_up(struct pg_listen *l)
{
	log_event(l->store->log, LOG_WARN, "store.listen",
		  log_text("message", l->db ? PQerrorMessage(l->db) : "no memory"));
	PQfinish(l->db);
	l->db = NULL;
	l->stage = PAUSED;
	l->due_us = now_us(l) + l->pause_ms * INT64_C(1000);
	l->pause_ms = l->pause_ms < PAUSE_MAX_MS / 2 ? 2 * l->pause_ms : PAUSE_MAX_MS;
}

/* A server that is gone without a word is found out by the kernel within a minute. */
static void connect_now(struct pg_listen *l)
{
	const char *keys[] = { "keepalives_idle",  "keepalives_interval",
			       "keepalives_count", "fallback_application_name",
			       "dbname",           NULL };
	const char *values[] = { "30", "10", "3", "kabinet", l->url, NULL };
	l->db = PQconnectStartParams(keys, values, 1);
	if (!l->db || PQstatus(l->db) == CONNECTION_BAD) {
		give_up(l);
		return;
	}
	l->stage = CONNECTING;
	l->due_us = now_us(l) + CONNECT_MS * INT64_C(1000);
	l->wants = PGRES_POLLING_WRITING;
}

static void connect_on(struct pg_listen *l)
{
	l->wants = PQconnectPoll(l->db);
	if (l->wants == PGRES_POLLING_FAILED || now_us(l) >= l->due_us) {
		give_up(l);
	} else if (l->wants == PGRES_POLLING_OK) {
		l->stage = ASKING;
		if (!PQsendQuery(l->db, l->listen))
			give_up(l);
	}
}

/* What was said before the answer was not heard. */
static void ask_on(struct pg_listen *l)
{
	if (!PQconsumeInput(l->db)) {
		give_up(l);
		return;
	}
	while (!PQisBusy(l->db)) {
		PGresult *r = PQgetResult(l->db);
		if (!r) {
			l->stage = LISTENING;
			l->pause_ms = PAUSE_FIRST_MS;
			l->heard = true;
			return;
		}
		bool good = PQresultStatus(r) == PGRES_COMMAND_OK;
		PQclear(r);
		if (!good) {
			give_up(l);
			return;
		}
	}
}

static void listen_on(struct pg_listen *l)
{
	if (!PQconsumeInput(l->db)) {
		give_up(l);
		return;
	}
	for (PGnotify *said; (said = PQnotifies(l->db));) {
		l->heard = true;
		PQfreemem(said);
	}
}

static void go_on(struct pg_listen *l)
{
	switch (l->stage) {
	case PAUSED:
		if (now_us(l) >= l->due_us)
			connect_now(l);
		return;
	case CONNECTING:
		connect_on(l);
		return;
	case ASKING:
		ask_on(l);
		return;
	case LISTENING:
		listen_on(l);
		return;
	}
}

static short events_of(const struct pg_listen *l)
{
	if (l->stage == CONNECTING && l->wants == PGRES_POLLING_WRITING)
		return POLLOUT;
	return POLLIN;
}

int pg_listen_go_on(struct pg_listen *l, struct pollfd *ret_fd)
{
	go_on(l);
	*ret_fd = (struct pollfd){ .fd = l->db ? PQsocket(l->db) : -1, .events = events_of(l) };
	if (l->stage != PAUSED && l->stage != CONNECTING)
		return FOREVER_MS;
	int64_t ms = (l->due_us - now_us(l) + 999) / 1000;
	return ms < 0 ? 0 : (int)ms;
}

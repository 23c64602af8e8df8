/* Talking to the server: sending batches, waiting with a deadline, telling errors apart. */
#include "store/pg_conn.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>

/* --- waiting -------------------------------------------------------------- */

static void lose(struct pg_conn *c)
{
	c->lost = true;
}

/* Waits for the socket, at most until the deadline. */
static bool wait_for(struct pg_conn *c, short events, int64_t deadline_us)
{
	struct pollfd fd = { .fd = PQsocket(c->db), .events = events };
	int64_t left_ms = (deadline_us - c->clock->mono_us(c->clock) + 999) / 1000;
	int n = left_ms > 0 ? poll(&fd, 1, (int)left_ms) : 0;
	if (n > 0 || (n < 0 && errno == EINTR))
		return true;
	c->timed_out = n == 0;
	lose(c);
	return false;
}

static int64_t deadline_of(const struct pg_conn *c)
{
	return c->clock->mono_us(c->clock) + c->timeout_ms * INT64_C(1000);
}

/* Reads while it writes: a server whose answers nobody takes would stop reading. */
static void flush(struct pg_conn *c, int64_t deadline_us)
{
	int more;
	while (!c->lost && (more = PQflush(c->db)) != 0) {
		if (more < 0 || !wait_for(c, POLLIN | POLLOUT, deadline_us) ||
		    !PQconsumeInput(c->db))
			lose(c);
	}
}

/* The next result; NULL at the end of a statement's results, and when the connection is lost. */
static PGresult *next_result(struct pg_conn *c, int64_t deadline_us)
{
	while (!c->lost && PQisBusy(c->db))
		if (!wait_for(c, POLLIN, deadline_us) || !PQconsumeInput(c->db))
			lose(c);
	return c->lost ? NULL : PQgetResult(c->db);
}

bool pg_conn_alive(struct pg_conn *c)
{
	if (c->lost)
		return false;
	bool readable = PQconsumeInput(c->db);
	/* Asked only because it looks at what came in: a farewell is a notice (see pg_conn.c). */
	PQisBusy(c->db);
	if (!readable || PQstatus(c->db) != CONNECTION_OK)
		lose(c);
	return !c->lost;
}

/* --- batches -------------------------------------------------------------- */

static void sent(struct pg_conn *c, int done)
{
	if (!done)
		lose(c);
	c->batch++;
}

void pg_conn_prepare(struct pg_conn *c, const struct pg_call *call)
{
	if (!c->lost)
		sent(c, PQsendPrepare(c->db, call->name, call->sql, call->n, call->types));
}

void pg_conn_call(struct pg_conn *c, const struct pg_call *call)
{
	static const int binary[STORE_COLS_MAX] = { [0 ... STORE_COLS_MAX - 1] = 1 };
	if (c->lost)
		return;
	if (call->name)
		sent(c, PQsendQueryPrepared(c->db, call->name, call->n, call->values, call->lengths,
					    binary, 1));
	else
		sent(c, PQsendQueryParams(c->db, call->sql, call->n, call->types, call->values,
					  call->lengths, binary, 1));
}

static void end_batch(struct pg_conn *c)
{
	if (!c->lost && !PQpipelineSync(c->db))
		lose(c);
	flush(c, deadline_of(c));
	c->batch = 0;
	c->unread++;
}

void pg_conn_leave(struct pg_conn *c)
{
	end_batch(c);
}

static bool went_well(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Reads one batch up to its sync, keeping what pg_conn_finish() returns. */
static PGresult *read_batch(struct pg_conn *c, int64_t deadline_us, int *ret_done)
{
	PGresult *kept = NULL;
	*ret_done = 0;
	for (;;) {
		PGresult *r = next_result(c, deadline_us);
		if (c->lost)
			break;
		if (!r && PQstatus(c->db) != CONNECTION_OK) {
			lose(c);
			break;
		}
		if (!r)
			continue;
		if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
			PQclear(r);
			return kept;
		}
		if (kept && !went_well(kept)) {
			PQclear(r);
			continue;
		}
		PQclear(kept);
		kept = r;
		*ret_done += went_well(r);
	}
	PQclear(kept);
	return NULL;
}

PGresult *pg_conn_finish(struct pg_conn *c, int *ret_done)
{
	int64_t deadline_us = deadline_of(c);
	PGresult *r = NULL;
	end_batch(c);
	for (; c->unread > 0; c->unread--) {
		PQclear(r);
		r = read_batch(c, deadline_us, ret_done);
	}
	return r;
}

PGresult *pg_conn_result(struct pg_conn *c)
{
	int64_t deadline_us = deadline_of(c);
	flush(c, deadline_us);
	return next_result(c, deadline_us);
}

/* --- errors --------------------------------------------------------------- */

static bool is_state(const char *state, const char *const *list)
{
	for (; *list; list++)
		if (strncmp(state, *list, strlen(*list)) == 0)
			return true;
	return false;
}

/* Another connection would do: this one ends, the server shuts down or has become a standby, a plan
 * or a prepared statement has gone out of date. */
static bool is_gone(const struct pg_conn *c, const char *state, const char *severity)
{
	static const char *const gone[] = {
		"57P01", "57P02", "57P03", "08", "26000", "0A000", NULL
	};
	if (c->lost || !state || !severity || strcmp(severity, "ERROR") != 0)
		return true;
	/* "Read-only transaction": in one of ours that reads it is the program's fault. */
	if (strcmp(state, "25006") == 0)
		return c->begin == PG_BEGIN_WRITE;
	return is_state(state, gone);
}

enum err pg_conn_error(struct pg_conn *c, const PGresult *r, const char *name)
{
	/* Serialization failure, deadlock. */
	static const char *const again[] = { "40001", "40P01", NULL };
	/* A constraint; RAISE in a trigger. */
	static const char *const refused[] = { "23", "P0001", NULL };
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	if (c->timed_out) {
		log_event(c->log, LOG_ERROR, "store.timeout", log_const("name", name));
		return E_STORE;
	}
	if (is_gone(c, state, PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED))) {
		log_event(c->log, LOG_WARN, "store.lost", log_const("name", name),
			  log_text("message", r ? PQresultErrorMessage(r) : PQerrorMessage(c->db)));
		lose(c);
		return E_RETRY;
	}
	if (is_state(state, again))
		return E_RETRY;
	if (is_state(state, refused))
		return E_CONFLICT;
	log_event(c->log, LOG_ERROR, "store.statement", log_const("name", name),
		  log_text("state", state), log_text("message", PQresultErrorMessage(r)));
	return strcmp(state, "55P03") == 0 ? E_BUSY : E_STORE;
}

/* --- parameters ----------------------------------------------------------- */

static Oid type_of(enum value_type type)
{
	switch (type) {
	case VALUE_INT:
		return PG_INT8;
	case VALUE_BOOL:
		return PG_BOOL;
	case VALUE_BYTES:
		return PG_BYTEA;
	case VALUE_BULK:
		return PG_JSON;
	case VALUE_TEXT:
	case VALUE_NULL:
		break;
	}
	return PG_TEXT;
}

static void set_param(struct pg_call *call, int i, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		call->values[i] = NULL;
		call->lengths[i] = 0;
		return;
	case VALUE_INT:
	case VALUE_BOOL: {
		/* The last byte of the number is a bool's only one. */
		int length = v->type == VALUE_BOOL ? 1 : 8;
		call->ints[i] = htobe64((uint64_t)v->i);
		call->values[i] = (const char *)&call->ints[i] + 8 - length;
		call->lengths[i] = length;
		return;
	}
	case VALUE_TEXT:
	case VALUE_BYTES:
	case VALUE_BULK:
		assert(v->s.n <= INT32_MAX);
		call->values[i] = v->s.p;
		call->lengths[i] = (int)v->s.n;
		return;
	}
}

void pg_call_init(struct pg_call *call, const struct stmt *st, const struct value *params)
{
	assert(st->n_params <= STORE_COLS_MAX);
	call->name = st->index >= 0 ? st->name : NULL;
	call->sql = st->postgres;
	call->n = st->n_params;
	for (int i = 0; i < st->n_params; i++) {
		call->types[i] = type_of(st->params[i]);
		set_param(call, i, &params[i]);
	}
}

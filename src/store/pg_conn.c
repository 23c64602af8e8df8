/* Connecting to a PostgreSQL server and setting up the session. What is said then is pg_wire.c. */
#include "store/pg_conn.h"

#include "store/schema.h"

static const struct {
	const char *name;
	const char *sql;
} controls[PG_CONTROLS] = {
	[PG_BEGIN_READ] = { "control_begin_read",
			    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" },
	[PG_BEGIN_WRITE] = { "control_begin_write",
			     "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" },
	[PG_COMMIT] = { "control_commit", "COMMIT" },
	[PG_ROLLBACK] = { "control_rollback", "ROLLBACK" },
};

void pg_conn_control(struct pg_conn *c, enum pg_control what)
{
	pg_conn_call(c, &(struct pg_call){ .name = controls[what].name });
}

/* What the server says unasked: warnings, and its farewell when it ends an idle session. */
static void on_notice(void *arg, const PGresult *r)
{
	struct pg_conn *c = arg;
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (!severity)
		return;
	if (strcmp(severity, "WARNING") == 0)
		c->warned = true;
	else if (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)
		c->lost = true;
}

/* No statement_timeout: it would also cut short the wait for a synchronous standby in COMMIT, and
 * the server then says "committed". A client that died must not hold locks: the server looks for
 * it. */
static enum err set_up_session(struct pg_conn *c)
{
	static const enum value_type types[] = { VALUE_TEXT };
	static const struct stmt st = {
		.index = -1,
		.name = "session",
		.postgres = "SELECT set_config('lock_timeout', $1, false), "
			    "set_config('idle_in_transaction_session_timeout', '60000', false), "
			    "set_config('client_connection_check_interval', '10000', false)",
		.n_params = 1,
		.params = types,
	};
	char lock_timeout_ms[16];
	struct pg_call call;
	int done;
	snprintf(lock_timeout_ms, sizeof(lock_timeout_ms), "%d", c->timeout_ms / 5 * 4);
	const struct value params[] = { value_of_str(str_c(lock_timeout_ms)) };
	pg_call_init(&call, &st, params);
	pg_conn_call(c, &call);
	for (int i = 0; i < PG_CONTROLS; i++)
		pg_conn_prepare(
			c, &(struct pg_call){ .name = controls[i].name, .sql = controls[i].sql });
	PGresult *r = pg_conn_finish(c, &done);
	enum err e = done == 1 + PG_CONTROLS ? OK : pg_conn_error(c, r, "session");
	PQclear(r);
	return e == OK ? OK : E_STORE;
}

static enum err check_server(struct pg_conn *c)
{
	const char *encoding = PQparameterStatus(c->db, "server_encoding");
	if (PQstatus(c->db) != CONNECTION_OK) {
		log_event(c->log, LOG_ERROR, "store.connect",
			  log_text("message", PQerrorMessage(c->db)));
		return E_STORE;
	}
	if (!encoding || strcmp(encoding, "UTF8") != 0) {
		log_event(c->log, LOG_ERROR, "store.encoding", log_const("must_be", "UTF8"),
			  log_text("is", encoding ? encoding : "unknown"));
		return E_STORE;
	}
	if (PQsetnonblocking(c->db, 1) != 0 || !PQenterPipelineMode(c->db))
		return E_STORE;
	return OK;
}

/* What stands before the URL it may override, what stands behind it overrides the URL. */
static PGconn *dial(const char *url, int timeout_ms)
{
	char seconds[16], user_timeout_ms[16];
	snprintf(seconds, sizeof(seconds), "%d", timeout_ms < 2000 ? 2 : timeout_ms / 1000);
	snprintf(user_timeout_ms, sizeof(user_timeout_ms), "%d", timeout_ms);
	const char *keys[] = { "connect_timeout", "tcp_user_timeout", "fallback_application_name",
			       "dbname",          "client_encoding",  NULL };
	const char *values[] = { seconds, user_timeout_ms, "kabinet", url, "UTF8", NULL };
	return PQconnectdbParams(keys, values, 1);
}

enum err pg_conn_open(const char *url, struct store *s, int timeout_ms, struct pg_conn **ret)
{
	struct pg_conn *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	enum err e = E_NOMEM;
	c->log = s->log;
	c->clock = s->clock;
	c->timeout_ms = timeout_ms;
	c->prepared_n = stmt_count();
	c->prepared = calloc((size_t)c->prepared_n + 1, sizeof(*c->prepared));
	c->db = c->prepared ? dial(url, timeout_ms) : NULL;
	if (!c->db)
		goto fail;
	PQsetNoticeReceiver(c->db, on_notice, c);
	e = check_server(c);
	if (e == OK)
		e = set_up_session(c);
	if (e != OK)
		goto fail;
	*ret = c;
	return OK;
fail:
	pg_conn_close(c);
	return e;
}

void pg_conn_close(struct pg_conn *c)
{
	if (!c)
		return;
	PQfinish(c->db);
	free(c->prepared);
	free(c);
}

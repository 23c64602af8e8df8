/* One transaction for many callers. A member that fails is rolled back to its savepoint and leaves
 * the others alone; but SQLite answers a full disk or an I/O error by rolling back everything. */
#include "store/sqlite_group.h"

static enum err run_member(struct sqlite_group *g, struct sqlite_member *m)
{
	struct tx *tx = &g->c->tx;
	store_tx_begin(tx, tx->store);
	return store_tx_result(tx, m->fn(tx, m->arg));
}

enum err sqlite_group_begin(struct sqlite_group *g, struct sqlite_conn *c)
{
	*g = (struct sqlite_group){ .c = c };
	if (sqlite_conn_control(c, CONTROL_BEGIN_IMMEDIATE) == SQLITE_OK)
		return OK;
	sqlite_conn_log(c, "store.begin", "BEGIN IMMEDIATE");
	return E_STORE;
}

bool sqlite_group_add(struct sqlite_group *g, struct sqlite_member *m)
{
	struct sqlite_conn *c = g->c;
	assert(g->n < GROUP_MAX && !g->broken);
	g->at[g->n++] = m;
	int rc = sqlite_conn_control(c, CONTROL_SAVEPOINT);
	m->result = rc == SQLITE_OK ? run_member(g, m) : E_STORE;
	if (rc == SQLITE_OK && m->result != OK && !sqlite_conn_over(c))
		rc = sqlite_conn_control(c, CONTROL_ROLLBACK_TO);
	if (rc == SQLITE_OK && !sqlite_conn_over(c))
		rc = sqlite_conn_control(c, CONTROL_RELEASE);
	g->broken = rc != SQLITE_OK || sqlite_conn_over(c);
	return !g->broken && g->n < GROUP_MAX;
}

static void fail_for_good(struct sqlite_group *g, struct sqlite_member *const *members, int n)
{
	sqlite_conn_log(g->c, "store.failed", "COMMIT");
	atomic_store(&g->c->tx.store->failed, true);
	for (int i = 0; i < n; i++)
		if (members[i]->result == OK)
			members[i]->result = E_UNKNOWN;
}

/* These leave nothing of the transaction behind; after any other error of a commit nobody knows. */
static bool certainly_undone(int rc)
{
	int primary = rc & 0xff;
	return primary == SQLITE_FULL || primary == SQLITE_BUSY || primary == SQLITE_CONSTRAINT;
}

static enum err error_of_commit(int rc)
{
	return (rc & 0xff) == SQLITE_CONSTRAINT ? E_CONFLICT : E_STORE;
}

static void run_alone(struct sqlite_group *g, struct sqlite_member *m)
{
	struct sqlite_conn *c = g->c;
	m->result = E_STORE;
	if (store_failed(c->tx.store) ||
	    sqlite_conn_control(c, CONTROL_BEGIN_IMMEDIATE) != SQLITE_OK)
		return;
	store_count(&c->tx.store->conflicts, 1);
	m->result = run_member(g, m);
	if (m->result == OK) {
		int rc = sqlite_conn_over(c) ? SQLITE_FULL : sqlite_conn_control(c, CONTROL_COMMIT);
		if (rc == SQLITE_OK)
			store_count(&c->tx.store->commits, 1);
		else if (certainly_undone(rc))
			m->result = error_of_commit(rc);
		else
			fail_for_good(g, &m, 1);
	}
	sqlite_conn_rollback(c);
}

static bool anything_done(const struct sqlite_group *g)
{
	for (int i = 0; i < g->n; i++)
		if (g->at[i]->result == OK)
			return true;
	return false;
}

void sqlite_group_end(struct sqlite_group *g)
{
	if (!g->broken && !anything_done(g)) {
		sqlite_conn_rollback(g->c);
		return;
	}
	int rc = g->broken ? SQLITE_FULL : sqlite_conn_control(g->c, CONTROL_COMMIT);
	if (rc == SQLITE_OK) {
		store_count(&g->c->tx.store->commits, 1);
		return;
	}
	if (!certainly_undone(rc))
		fail_for_good(g, g->at, g->n);
	sqlite_conn_rollback(g->c);
	for (int i = 0; i < g->n && certainly_undone(rc); i++)
		run_alone(g, g->at[i]);
}

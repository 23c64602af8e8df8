#include "domain/ledger_root.h"

#include <assert.h>

#include "domain/ledger_tree.h"
#include "q_ledger_root.h"

/* A day is closed when no transaction of it can be under way any more and clocks may differ a
 * little; its root is made when none can be under way that did not see it closed. */
#define CLOSE_AFTER_MS (10 * MINUTE_MS)
#define SIGN_AFTER_MS  (2 * MINUTE_MS)

enum { STATE_BYTES = 1 << 16, ROW_BYTES = 1 << 14 };

static enum err or_none(enum err e)
{
	return e == E_NOTFOUND ? OK : e;
}

static enum err copy_hash(struct str from, unsigned char to[KEYS_BYTES])
{
	if (from.n != KEYS_BYTES)
		return E_STORE;
	memcpy(to, from.p, KEYS_BYTES);
	return OK;
}

/* --- what is due ---------------------------------------------------------- */

struct state {
	struct arena *a;
	struct q_ledger_root_closed_row closed; /* year 0: none */
	struct q_ledger_root_due_row due;       /* likewise */
};

static enum err read_state(struct tx *tx, void *arg)
{
	struct state *s = arg;
	arena_reset(s->a);
	s->closed = (struct q_ledger_root_closed_row){ 0 };
	s->due = (struct q_ledger_root_due_row){ 0 };
	try(or_none(q_ledger_root_closed(tx, s->a, &s->closed)));
	return or_none(q_ledger_root_due(tx, s->a, &s->due));
}

static enum err close_day(struct tx *tx, void *arg)
{
	int64_t added;
	return q_ledger_root_close(tx, arg, &added);
}

/* Days that were never closed because nothing ran are vouched for by the next one. */
static enum err close_yesterday(const struct app *app, const struct state *s)
{
	struct date today = app_today(app);
	struct q_ledger_root_close_args args = {
		.day = date_of_days(date_days(today) - 1),
		.until = tstamp_of_date(today, (int)app->conf->operator_utc_offset_min),
		.closed = app_now(app),
	};
	bool late = args.closed.ms - args.until.ms >= CLOSE_AFTER_MS;
	bool next = s->closed.day.year == 0 ||
		    (date_cmp(args.day, s->closed.day) > 0 && args.until.ms > s->closed.until.ms);
	return late && next ? store_write(app->store, close_day, &args) : OK;
}

/* --- the tree ------------------------------------------------------------- */

struct growth {
	struct tx *tx;
	struct arena *a; /* of one row */
	tstamp until;
	struct tree tree;
};

/* Of an account that went on since, the postings say where it stood. */
static enum err add_earlier(struct growth *g, int64_t account_id)
{
	struct q_ledger_root_leaf_row row;
	struct tree_hash leaf;
	arena_reset(g->a);
	enum err err = q_ledger_root_leaf(
		g->tx, g->a,
		&(struct q_ledger_root_leaf_args){ .account = account_id, .until = g->until },
		&row);
	if (err == E_NOTFOUND)
		return OK; /* its chain begins later */
	try(err);
	if (row.hash.n != CHAIN_HASH_BYTES)
		return E_STORE;
	tree_leaf(account_id, row.seq, (const unsigned char *)row.hash.p, &leaf);
	tree_add(&g->tree, &leaf, NULL);
	return OK;
}

static enum err on_account(void *arg, const struct q_ledger_root_accounts_row *row)
{
	struct growth *g = arg;
	struct tree_hash leaf;
	if (row->recorded.ms >= g->until.ms)
		return add_earlier(g, row->id);
	if (row->head.n != CHAIN_HASH_BYTES)
		return E_STORE;
	tree_leaf(row->id, row->seq, (const unsigned char *)row->head.p, &leaf);
	tree_add(&g->tree, &leaf, NULL);
	return OK;
}

static enum err grow(struct tx *tx, void *arg)
{
	struct growth *g = arg;
	g->tx = tx;
	g->tree.n = 0;
	return q_ledger_root_accounts(tx, on_account, g);
}

/* --- signing -------------------------------------------------------------- */

struct signing {
	const struct app *app;
	struct arena *a;
	const struct tree *tree;
	const struct q_ledger_root_due_row *due;
	bool made;
	struct ledger_root root;
};

static enum err insert_root(struct tx *tx, struct signing *s, const struct tree_record *r)
{
	struct tree_hash hash;
	unsigned char signature[KEYS_SIG_BYTES];
	int64_t added;
	tree_record_hash(r, &hash);
	keys_sign(s->app->root, hash.b, signature);
	const struct q_ledger_root_add_args args = {
		.day = s->due->day,
		.made = { r->made_ms },
		.accounts = r->accounts,
		.top = tree_hash_str(&r->top),
		.previous = r->previous,
		.hash = tree_hash_str(&hash),
		.signature = { .p = (const char *)signature, .n = sizeof(signature) },
	};
	try(q_ledger_root_add(tx, &args, &added));
	memcpy(s->root.hash, hash.b, sizeof(hash.b));
	s->made = added > 0;
	return OK;
}

/* Another process may have been faster: then there is nothing to do. */
static enum err sign(struct tx *tx, void *arg)
{
	struct signing *s = arg;
	struct q_ledger_root_last_row last = { 0 };
	arena_reset(s->a);
	s->made = false;
	try(or_none(q_ledger_root_last(tx, s->a, &last)));
	bool first = last.day.year == 0;
	if (!first && date_cmp(last.day, s->due->day) >= 0)
		return OK;
	struct tree_record r = {
		.day = date_days(s->due->day),
		.until_ms = s->due->until.ms,
		.made_ms = app_now(s->app).ms,
		.accounts = s->tree->n,
		.previous = first ? STR("") : last.hash,
	};
	tree_top(s->tree, &r.top);
	s->root = (struct ledger_root){ .day = s->due->day, .accounts = s->tree->n };
	if (!first)
		try(copy_hash(last.hash, s->root.previous));
	return insert_root(tx, s, &r);
}

static enum err make_root(const struct app *app, struct arena *a,
			  const struct q_ledger_root_due_row *due, bool *ret_made,
			  struct ledger_root *ret)
{
	struct growth g = { .a = a, .until = due->until };
	try(store_read(app->store, grow, &g));
	struct signing s = { .app = app, .a = a, .tree = &g.tree, .due = due };
	try(store_write(app->store, sign, &s));
	*ret_made = s.made;
	if (s.made)
		*ret = s.root;
	return OK;
}

enum err ledger_root_make(const struct app *app, bool *ret_made, struct ledger_root *ret)
{
	assert(app->root && app->root->signs);
	struct state s = { .a = arena_new(STATE_BYTES) };
	if (!s.a)
		return E_NOMEM;
	bool made = false;
	enum err err = store_read(app->store, read_state, &s);
	if (err == OK)
		err = close_yesterday(app, &s);
	bool due = s.due.day.year != 0 && app_now(app).ms - s.due.closed.ms >= SIGN_AFTER_MS;
	if (err == OK && due)
		err = make_root(app, s.a, &s.due, &made, ret);
	arena_free(s.a);
	if (err == OK)
		*ret_made = made;
	return err;
}

/* --- reading -------------------------------------------------------------- */

struct reading {
	struct arena *a;
	struct q_ledger_root_last_row row;
};

static enum err read_last(struct tx *tx, void *arg)
{
	struct reading *r = arg;
	arena_reset(r->a);
	return q_ledger_root_last(tx, r->a, &r->row);
}

enum err ledger_root_last(const struct app *app, struct ledger_root *ret)
{
	struct reading r = { .a = arena_new(ROW_BYTES) };
	struct ledger_root root = { 0 };
	if (!r.a)
		return E_NOMEM;
	enum err err = store_read(app->store, read_last, &r);
	if (err == OK) {
		root.day = r.row.day;
		root.accounts = r.row.accounts;
		err = copy_hash(r.row.hash, root.hash);
	}
	arena_free(r.a);
	if (err == OK)
		*ret = root;
	return err;
}

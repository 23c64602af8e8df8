#include "domain/ledger_witness.h"

#include <assert.h>

#include "domain/keys.h"
#include "domain/ledger_tree.h"
#include "q_ledger_root.h"

/* The last posting of an account that was recorded before the end of the root ${from}, and so in
 * that root and those behind it, up to the next one of these. */
struct reach {
	size_t from;
	struct witness_posting posting;
};

struct witness {
	struct arena *a;
	struct q_ledger_root_all_row *roots; /* by day */
	size_t n;
	struct tree *trees;  /* one for each */
	struct reach *reach; /* of the account under way; from ascends */
	size_t n_reach;
};

static enum err read_roots(struct tx *tx, void *arg)
{
	struct witness *w = arg;
	return q_ledger_root_all(tx, w->a, &w->roots, &w->n);
}

enum err witness_new(const struct app *app, struct arena *a, struct witness **ret)
{
	struct witness *w = ARENA_NEW(a, struct witness);
	if (!w)
		return E_NOMEM;
	w->a = a;
	try(store_read(app->store, read_roots, w));
	w->trees = arena_array(a, w->n + 1, sizeof(*w->trees));
	w->reach = arena_array(a, w->n + 1, sizeof(*w->reach));
	if (!w->trees || !w->reach)
		return E_NOMEM;
	*ret = w;
	return OK;
}

/* The first root whose day ended after that instant; w->n: none. */
static size_t first_root_after(const struct witness *w, tstamp recorded)
{
	size_t low = 0, high = w->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (w->roots[middle].until.ms > recorded.ms)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* All postings of the account were seen: it is a leaf in each root since it had one. */
static void finish_account(struct witness *w)
{
	struct tree_memo memo;
	struct tree_hash leaf;
	size_t at = 0;
	memo.n = 0;
	for (size_t i = w->n_reach ? w->reach[0].from : w->n; i < w->n; i++) {
		while (at < w->n_reach && w->reach[at].from <= i) {
			const struct witness_posting *p = &w->reach[at++].posting;
			tree_leaf(p->account_id, p->seq, p->hash, &leaf);
		}
		tree_add(&w->trees[i], &leaf, &memo);
	}
	w->n_reach = 0;
}

void witness_see(struct witness *w, const struct witness_posting *posting)
{
	if (w->n_reach && w->reach[0].posting.account_id != posting->account_id)
		finish_account(w);
	size_t from = first_root_after(w, posting->recorded);
	if (from == w->n)
		return;
	while (w->n_reach && w->reach[w->n_reach - 1].from >= from)
		w->n_reach--;
	assert(w->n_reach < w->n);
	w->reach[w->n_reach++] = (struct reach){ .from = from, .posting = *posting };
}

/* --- what they say -------------------------------------------------------- */

static bool is_hash(struct str s, const struct tree_hash *hash)
{
	return str_eq(s, tree_hash_str(hash));
}

/* One row by itself, and in the chain of roots: a constant, or NULL when it is sound. */
static const char *fault_of_record(const struct witness *w, size_t i, const struct keys_root *root)
{
	const struct q_ledger_root_all_row *row = &w->roots[i];
	struct tree_record r = {
		.day = row->day,
		.until_ms = row->until.ms,
		.made_ms = row->made.ms,
		.accounts = row->accounts,
		.previous = row->previous,
	};
	struct tree_hash hash;
	if (row->top.n != sizeof(r.top.b))
		return "the root is not as it was signed";
	memcpy(r.top.b, row->top.p, sizeof(r.top.b));
	tree_record_hash(&r, &hash);
	if (!is_hash(row->hash, &hash))
		return "the root is not as it was signed";
	if (root && !keys_signed(root, hash.b, row->signature))
		return "the root's signature is not that of this portal's key";
	if (!str_eq(row->previous, i ? w->roots[i - 1].hash : STR("")))
		return "the root does not follow from the one before it";
	return NULL;
}

/* The postings as they are, against what was signed. */
static const char *fault_of_books(const struct witness *w, size_t i)
{
	const struct q_ledger_root_all_row *row = &w->roots[i];
	struct tree_hash top;
	tree_top(&w->trees[i], &top);
	if (w->trees[i].n != row->accounts)
		return "other accounts have postings recorded by the end of this day than when "
		       "its root was signed";
	if (!is_hash(row->top, &top))
		return "postings recorded by the end of this day are not those that its root was "
		       "signed over";
	return NULL;
}

enum err witness_end(struct witness *w, const struct keys_root *root,
		     void (*report)(void *arg, const struct check_fault *f), void *arg)
{
	bool told = false;
	finish_account(w);
	for (size_t i = 0; i < w->n; i++) {
		const char *record = fault_of_record(w, i, root);
		/* What was changed on a day is in all later roots too. */
		const char *books = told ? NULL : fault_of_books(w, i);
		struct check_fault fault = { .invariant = "I5", .day = w->roots[i].day };
		fault.what = record;
		if (record)
			report(arg, &fault);
		fault.what = books;
		if (books)
			report(arg, &fault);
		told |= books != NULL;
	}
	return w->n > 0 && !root ? E_NOTFOUND : OK;
}

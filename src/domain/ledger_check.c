/* Proves the books (I1, I2, I5) while others write. The store is read in pages, each on one
 * snapshot: a page of accounts and the postings after those seen before, each with its entry and
 * all legs of that. What is held between pages is the end of one chain. An account is compared with
 * its last posting on the snapshot that showed there are no more, so a living store raises no false
 * alarm. The postings of each page then go by the roots' witness. */
#include "domain/ledger.h"

#include <assert.h>

#include "domain/ledger_row.h"
#include "domain/ledger_witness.h"
#include "q_account.h"
#include "q_entry.h"
#include "q_posting.h"

enum { PAGE_ACCOUNTS = 256, PAGE_POSTINGS = 2048, PAGE_ENTRIES = 4096, PAGE_BYTES = 16 << 20 };
enum { ROOTS_BYTES = 64 << 20 }; /* a day takes 2 KB */

/* How far the chain of one account has been followed. After a posting that does not fit, the next
 * may stand on what is stored or on what was computed: so one changed byte is named once, where it
 * is. */
struct walk {
	int64_t account_id, seq; /* the last posting seen */
	money sum;               /* of the amounts seen */
	size_t n_ends;           /* 0 after a gap: the next one cannot be proved */
	struct chain_end ends[3];
};

/* What is kept from page to page. */
struct position {
	int64_t next_account; /* the first that is not finished */
	struct walk walk;
	int64_t after_entry;
	bool done;
};

/* The posting whose legs are being read. */
struct current {
	bool open;
	int64_t account_id, seq, entry_id;
	money amount, balance;
	tstamp recorded;
	size_t hash_n;
	unsigned char hash[CHAIN_HASH_BYTES];
	struct chain_hash h;
	money legs_sum;
	bool legs_overflow, has_entry, has_chained, has_texts, is_last_leg;
};

struct fault_node {
	struct check_fault fault;
	struct fault_node *next;
};

struct page {
	struct arena *a; /* of this page alone */
	const struct position *from;
	struct position to;
	struct current cur;
	struct q_account_check_row *accounts;
	size_t n_accounts, at_account; /* accounts before at_account are finished */
	size_t n_postings;
	struct fault_node *first, **end;
	struct witness_posting *seen;
	size_t n_seen;
};

/* A page may be read again when the store says so. */
static void page_start(struct page *p)
{
	arena_reset(p->a);
	*p = (struct page){ .a = p->a, .from = p->from, .to = *p->from };
	p->end = &p->first;
}

static enum err add_fault(struct page *p, struct check_fault fault)
{
	struct fault_node *node = ARENA_NEW(p->a, struct fault_node);
	if (!node)
		return E_NOMEM;
	node->fault = fault;
	*p->end = node;
	p->end = &node->next;
	return OK;
}

/* --- an account and the end of its chain ------------------------------------ */

static void walk_start(struct walk *w, int64_t account_id)
{
	*w = (struct walk){ .account_id = account_id, .n_ends = 1 };
}

static bool head_fits(const struct walk *w, struct str head)
{
	for (size_t i = 0; i < w->n_ends; i++)
		if (str_eq(head, chain_end_hash(&w->ends[i])))
			return true;
	return false;
}

static enum err add_account_fault(struct page *p, const struct walk *w, const char *what)
{
	return add_fault(p, (struct check_fault){
				    .invariant = "I2",
				    .account_id = w->account_id,
				    .seq = w->seq,
				    .what = what,
			    });
}

/* All postings of the account were seen. A system account keeps no sum of them: it stays as it was
 * made. */
static enum err finish_account(struct page *p, const struct q_account_check_row *row)
{
	struct walk w;
	walk_start(&w, row->id);
	if (p->to.walk.account_id == row->id && ledger_is_chained(row->id))
		w = p->to.walk;
	if (row->seq != w.seq)
		try(add_account_fault(p, &w, "the account counts another number of postings"));
	if (money_cmp(row->balance, w.sum) != 0)
		try(add_account_fault(p, &w, "the balance is not the sum of the postings"));
	if (!head_fits(&w, row->head))
		try(add_account_fault(p, &w, "the head is not the hash of the last posting"));
	return OK;
}

/* Finish the accounts of the page up to ${last}. */
static enum err finish_accounts(struct page *p, int64_t last)
{
	for (; p->at_account < p->n_accounts && p->accounts[p->at_account].id <= last;
	     p->at_account++)
		try(finish_account(p, &p->accounts[p->at_account]));
	return OK;
}

/* --- one posting ------------------------------------------------------------ */

static struct check_fault fault_here(const struct current *c, const char *invariant,
				     const char *what)
{
	return (struct check_fault){
		.invariant = invariant,
		.account_id = c->account_id,
		.seq = c->seq,
		.entry_id = c->entry_id,
		.what = what,
	};
}

/* Where the chain would end after this posting, standing on ${before}. */
static struct chain_end end_after(const struct current *c, const struct chain_end *before,
				  bool *ret_fits)
{
	struct chain_end computed = { .seq = c->seq, .hash_n = CHAIN_HASH_BYTES };
	chain_hash_end(&c->h, chain_end_hash(before), computed.hash);
	bool sums = money_add(before->balance, c->amount, &computed.balance) == OK;
	*ret_fits = sums && money_cmp(computed.balance, c->balance) == 0 &&
		    c->hash_n == CHAIN_HASH_BYTES &&
		    memcmp(computed.hash, c->hash, CHAIN_HASH_BYTES) == 0;
	return computed;
}

static struct chain_end end_stored(const struct current *c)
{
	struct chain_end end = { .balance = c->balance, .seq = c->seq, .hash_n = c->hash_n };
	if (end.hash_n > CHAIN_HASH_BYTES)
		end.hash_n = CHAIN_HASH_BYTES;
	memcpy(end.hash, c->hash, end.hash_n);
	return end;
}

/* One whose hash has another length was named already and is in no root. */
static void remember(struct page *p)
{
	const struct current *c = &p->cur;
	if (!c->has_entry || c->hash_n != CHAIN_HASH_BYTES)
		return;
	struct witness_posting *seen = &p->seen[p->n_seen++];
	*seen = (struct witness_posting){ .account_id = c->account_id,
					  .seq = c->seq,
					  .recorded = c->recorded };
	memcpy(seen->hash, c->hash, CHAIN_HASH_BYTES);
}

/* Does it stand on the chain before it? And what may the next stand on? */
static enum err close_chained(struct page *p)
{
	struct walk *w = &p->to.walk;
	const struct current *c = &p->cur;
	struct chain_end computed, stored = end_stored(c);
	bool fits = false, provable = c->has_entry && c->seq == w->seq + 1;
	if (c->seq != w->seq + 1)
		try(add_fault(p, fault_here(c, "I5", "postings before this one are missing")));
	for (size_t i = 0; provable && i < w->n_ends && !fits; i++)
		computed = end_after(c, &w->ends[i], &fits);
	if (provable && !fits)
		try(add_fault(p, fault_here(c, "I5",
					    "the posting or its entry is not as it was recorded")));
	remember(p);
	w->seq = c->seq;
	w->n_ends = 1;
	w->ends[0] = stored;
	if (provable && !fits) {
		stored.balance = computed.balance; /* when that is what was changed */
		w->ends[w->n_ends++] = stored;
		w->ends[w->n_ends++] = computed; /* when it was the hash */
	}
	/* A sum that overflows is no balance: the largest debt stands for it. */
	if (money_add(w->sum, c->amount, &w->sum) != OK)
		w->sum = (money){ .kop = INT64_MIN };
	return OK;
}

static enum err close_system(struct page *p)
{
	const struct current *c = &p->cur;
	p->to.walk.seq = c->seq;
	if (c->seq != c->entry_id || c->balance.kop != 0 || c->hash_n != 0 || c->has_texts)
		return add_fault(
			p,
			fault_here(c, "I5", "a system account's posting is not as it is recorded"));
	return OK;
}

/* All legs of the posting's entry were seen. */
static enum err close_current(struct page *p)
{
	const struct current *c = &p->cur;
	if (!c->open)
		return OK;
	if (!c->has_entry)
		try(add_fault(p, fault_here(c, "I5", "the entry is missing")));
	else if (!c->has_chained)
		try(add_fault(p, fault_here(c, "I5", "the entry is in no chain")));
	if (c->is_last_leg && (c->legs_overflow || c->legs_sum.kop != 0))
		try(add_fault(p, fault_here(c, "I1", "the legs of the entry do not sum to zero")));
	try(ledger_is_chained(c->account_id) ? close_chained(p) : close_system(p));
	p->cur.open = false;
	return OK;
}

static struct chain_link link_of(const struct q_posting_check_row *row)
{
	return (struct chain_link){
		.account_id = row->account,
		.seq = row->seq,
		.entry_id = row->entry,
		.at = { .ms = row->entry_at.v },
		.recorded = { .ms = row->recorded.v },
		.amount = row->amount,
		.balance = row->balance,
		.key = row->key,
		.kind = row->entry_kind,
		.title = row->title,
		.detail = row->detail,
		.note = row->note,
		.source = row->source,
	};
}

static enum err open_current(struct page *p, const struct q_posting_check_row *row)
{
	struct current *c = &p->cur;
	*c = (struct current){
		.open = true,
		.account_id = row->account,
		.seq = row->seq,
		.entry_id = row->entry,
		.amount = row->amount,
		.balance = row->balance,
		.recorded = { .ms = row->recorded.v },
		.hash_n = row->hash.n,
		.has_entry = row->entry_at.has,
		.has_texts = row->title.n + row->detail.n + row->note.n + row->source.n > 0,
	};
	memcpy(c->hash, row->hash.p,
	       row->hash.n < CHAIN_HASH_BYTES ? row->hash.n : CHAIN_HASH_BYTES);
	p->n_postings++;
	if (p->to.walk.account_id != row->account) {
		try(finish_accounts(p, row->account - 1));
		walk_start(&p->to.walk, row->account);
		if (p->at_account == p->n_accounts || p->accounts[p->at_account].id != row->account)
			try(add_fault(p, fault_here(c, "I2", "the account is missing")));
	}
	if (c->has_entry && (row->at != row->entry_at.v || !str_eq(row->kind, row->entry_kind)))
		try(add_fault(p, fault_here(c, "I5", "time or kind is not that of the entry")));
	if (c->has_entry && ledger_is_chained(row->account)) {
		struct chain_link link = link_of(row);
		chain_hash_begin(&c->h, &link);
	}
	return OK;
}

static enum err on_posting(void *arg, const struct q_posting_check_row *row)
{
	struct page *p = arg;
	struct current *c = &p->cur;
	if (!c->open || c->account_id != row->account || c->seq != row->seq) {
		try(close_current(p));
		try(open_current(p, row));
	}
	if (c->has_entry && ledger_is_chained(c->account_id))
		chain_hash_leg(&c->h, row->leg_account, row->leg_amount);
	c->legs_overflow |= money_add(c->legs_sum, row->leg_amount, &c->legs_sum) != OK;
	c->has_chained |= ledger_is_chained(row->leg_account);
	c->is_last_leg = row->leg_account == c->account_id && row->leg_seq == c->seq;
	return OK;
}

/* --- pages ------------------------------------------------------------------ */

/* The page showed all accounts to ${last} whole. */
static enum err finish_page(struct page *p, int64_t last)
{
	try(finish_accounts(p, last));
	if (last == INT64_MAX) {
		p->to.done = true;
		return OK;
	}
	p->to.next_account = last + 1;
	p->to.walk = (struct walk){ .account_id = last, .seq = INT64_MAX };
	return OK;
}

static enum err read_postings(struct tx *tx, void *arg)
{
	struct page *p = arg;
	page_start(p);
	p->seen = arena_array(p->a, PAGE_POSTINGS, sizeof(*p->seen));
	if (!p->seen)
		return E_NOMEM;
	try(q_account_check(tx, p->a,
			    &(struct q_account_check_args){ .first = p->to.next_account,
							    .size = PAGE_ACCOUNTS },
			    &p->accounts, &p->n_accounts));
	bool is_end = p->n_accounts < PAGE_ACCOUNTS;
	int64_t last = is_end ? INT64_MAX : p->accounts[p->n_accounts - 1].id;
	try(q_posting_check(tx,
			    &(struct q_posting_check_args){
				    .account = p->to.walk.account_id,
				    .seq = p->to.walk.seq,
				    .last = last,
				    .size = PAGE_POSTINGS,
			    },
			    on_posting, p));
	try(close_current(p));
	if (p->n_postings < PAGE_POSTINGS)
		return finish_page(p, last);
	p->to.next_account = p->to.walk.account_id; /* of which more may come */
	return OK;
}

/* Entries without any leg: nothing above has seen them. */
static enum err read_entries(struct tx *tx, void *arg)
{
	struct page *p = arg;
	page_start(p);
	struct opt_i64 last;
	try(q_entry_page_end(
		tx, p->a,
		&(struct q_entry_page_end_args){ .after = p->to.after_entry, .size = PAGE_ENTRIES },
		&last));
	p->to.done = !last.has;
	if (!last.has)
		return OK;
	struct q_entry_lone_row *lone;
	size_t n;
	try(q_entry_lone(tx, p->a,
			 &(struct q_entry_lone_args){ .after = p->to.after_entry, .last = last.v },
			 &lone, &n));
	for (size_t i = 0; i < n; i++)
		try(add_fault(p, (struct check_fault){
					 .invariant = "I5",
					 .entry_id = lone[i].id,
					 .what = "the entry has no postings",
				 }));
	p->to.after_entry = last.v;
	return OK;
}

struct check {
	const struct app *app;
	struct arena *page, *roots;
	struct witness *witness;
	void (*report)(void *arg, const struct check_fault *f);
	void *arg;
};

static enum err read_pages(const struct check *c, store_fn *read)
{
	struct position at = {
		.next_account = INT64_MIN,
		.walk = { .account_id = INT64_MIN, .seq = INT64_MIN },
		.after_entry = INT64_MIN,
	};
	while (!at.done) {
		struct page page = { .a = c->page, .from = &at };
		try(store_read(c->app->store, read, &page));
		for (const struct fault_node *node = page.first; node; node = node->next)
			c->report(c->arg, &node->fault);
		for (size_t i = 0; i < page.n_seen; i++)
			witness_see(c->witness, &page.seen[i]);
		at = page.to;
	}
	return OK;
}

/* The roots come first: a posting that is recorded later is in none of them. */
static enum err check_all(struct check *c)
{
	try(witness_new(c->app, c->roots, &c->witness));
	try(read_pages(c, read_postings));
	try(read_pages(c, read_entries));
	return witness_end(c->witness, c->app->root, c->report, c->arg);
}

enum err ledger_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		      void *arg)
{
	struct check c = {
		.app = app,
		.page = arena_new(PAGE_BYTES),
		.roots = arena_new(ROOTS_BYTES),
		.report = report,
		.arg = arg,
	};
	enum err err = c.page && c.roots ? check_all(&c) : E_NOMEM;
	arena_free(c.page);
	arena_free(c.roots);
	return err;
}

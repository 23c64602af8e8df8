/* Posting: the one place where money moves. Knows nothing of tariffs, payments or people. */
#include "domain/ledger.h"

#include <assert.h>

#include "domain/ledger_row.h"
#include "q_account.h"
#include "q_entry.h"
#include "q_posting.h"

static const struct str kind_names[ENTRY_KIND_N] = {
	[ENTRY_OPENING] = STR("opening"), [ENTRY_FEE] = STR("fee"),
	[ENTRY_CHARGE] = STR("charge"),   [ENTRY_PAYMENT] = STR("payment"),
	[ENTRY_REFUND] = STR("refund"),   [ENTRY_CORRECTION] = STR("correction"),
};

struct str entry_kind_str(enum entry_kind kind)
{
	assert(kind < ENTRY_KIND_N);
	return kind_names[kind];
}

enum err entry_kind_parse(struct str s, enum entry_kind *ret)
{
	for (enum entry_kind kind = 0; kind < ENTRY_KIND_N; kind++)
		if (str_eq(s, kind_names[kind])) {
			*ret = kind;
			return OK;
		}
	return E_STORE;
}

void ledger_order(struct entry *e)
{
	for (size_t i = 1; i < e->n_legs; i++)
		for (size_t j = i; j > 0 && e->legs[j].account_id < e->legs[j - 1].account_id;
		     j--) {
			struct leg leg = e->legs[j];
			e->legs[j] = e->legs[j - 1];
			e->legs[j - 1] = leg;
		}
}

bool ledger_is_sound(const struct entry *e)
{
	bool sound = e->n_legs >= 2 && e->n_legs <= LEGS_MAX && e->key.n > 0, chained = false;
	money sum = MONEY_ZERO;
	for (size_t i = 0; sound && i < e->n_legs; i++) {
		const struct leg *leg = &e->legs[i];
		sound = leg->amount.kop != 0 && money_add(sum, leg->amount, &sum) == OK &&
			leg->account_id > (i ? e->legs[i - 1].account_id : 0);
		chained |= ledger_is_chained(leg->account_id);
	}
	return sound && chained && sum.kop == 0;
}

enum err ledger_insert_entry(struct tx *tx, struct arena *a, const struct entry *e, int64_t id,
			     tstamp now, tstamp *ret_recorded)
{
	return q_entry_add(tx, a,
			   &(struct q_entry_add_args){
				   .id = id,
				   .key = e->key,
				   .kind = entry_kind_str(e->kind),
				   .at = e->at,
				   .recorded = now,
			   },
			   ret_recorded);
}

enum err ledger_insert_leg(struct tx *tx, const struct entry *e, size_t leg, int64_t entry_id,
			   const struct chain_end *end)
{
	return q_posting_add(tx, &(struct q_posting_add_args){
					 .account = e->legs[leg].account_id,
					 .at = e->at,
					 .seq = end ? end->seq : entry_id,
					 .entry = entry_id,
					 .kind = entry_kind_str(e->kind),
					 .amount = e->legs[leg].amount,
					 .balance = end ? end->balance : MONEY_ZERO,
					 .title = end ? e->title : STR(""),
					 .detail = end ? e->detail : STR(""),
					 .note = end ? e->note : STR(""),
					 .source = end ? e->source : STR(""),
					 .hash = end ? chain_end_hash(end) : STR(""),
				 });
}

/* Take the end of the account's chain and hold it until the transaction ends. */
static enum err lock_end(struct tx *tx, struct arena *a, int64_t account_id, struct chain_end *ret)
{
	struct q_account_lock_row row;
	try(q_account_lock(tx, a, account_id, &row));
	if (row.head.n > CHAIN_HASH_BYTES)
		return E_STORE;
	*ret = (struct chain_end){ .balance = row.balance, .seq = row.seq, .hash_n = row.head.n };
	memcpy(ret->hash, row.head.p, row.head.n);
	return OK;
}

static enum err post_leg(struct tx *tx, struct arena *a, const struct entry *e, size_t leg,
			 int64_t entry_id, tstamp recorded)
{
	int64_t account_id = e->legs[leg].account_id;
	if (!ledger_is_chained(account_id))
		return ledger_insert_leg(tx, e, leg, entry_id, NULL);
	struct chain_end end;
	try(lock_end(tx, a, account_id, &end));
	try(chain_append(&end, e, leg, entry_id, recorded, &end));
	try(q_account_move(tx, &(struct q_account_move_args){
				       .id = account_id,
				       .balance = end.balance,
				       .seq = end.seq,
				       .head = chain_end_hash(&end),
				       .recorded = recorded,
			       }));
	return ledger_insert_leg(tx, e, leg, entry_id, &end);
}

/* The source is not compared: the same row of another file is the same movement. */
static bool same_leg(const struct entry *e, const struct leg *leg,
		     const struct q_posting_of_entry_row *row)
{
	bool same_texts = str_eq(row->title, e->title) && str_eq(row->detail, e->detail) &&
			  str_eq(row->note, e->note);
	return row->account == leg->account_id && money_cmp(row->amount, leg->amount) == 0 &&
	       (same_texts || !ledger_is_chained(leg->account_id));
}

/* The key was used before: fine when it was for the same. */
static enum err match_first(struct tx *tx, struct arena *a, const struct entry *e, int64_t *ret_id)
{
	struct q_entry_by_key_row row;
	try(q_entry_by_key(tx, a, e->key, &row));
	if (!str_eq(row.kind, entry_kind_str(e->kind)) || row.at.ms != e->at.ms)
		return E_CONFLICT;
	struct q_posting_of_entry_row *legs;
	size_t n_legs;
	try(q_posting_of_entry(tx, a, row.id, &legs, &n_legs));
	if (n_legs != e->n_legs)
		return E_CONFLICT;
	for (size_t i = 0; i < n_legs; i++)
		if (!same_leg(e, &e->legs[i], &legs[i]))
			return E_CONFLICT;
	*ret_id = row.id;
	return OK;
}

enum err ledger_post(const struct app *app, struct tx *tx, struct arena *a, const struct entry *e,
		     int64_t *ret_id, bool *ret_fresh)
{
	struct entry ordered = *e;
	ledger_order(&ordered);
	assert(ledger_is_sound(&ordered));
	int64_t id = id_next(app->ids);
	tstamp recorded;
	enum err err = ledger_insert_entry(tx, a, e, id, app_now(app), &recorded);
	if (err == E_NOTFOUND) {
		try(match_first(tx, a, &ordered, ret_id));
		*ret_fresh = false;
		return OK;
	}
	try(err);
	for (size_t i = 0; i < ordered.n_legs; i++)
		try(post_leg(tx, a, &ordered, i, id, recorded));
	*ret_id = id;
	*ret_fresh = true;
	return OK;
}

/* Filling a store: an account with all its movements at once. Hash, checks and rows are those of
 * ledger_post(). */
#include <assert.h>

#include "domain/ledger_row.h"
#include "q_account.h"
#include "q_ledger_root.h"

/* What ledger_insert_entry() will say. */
static enum err recorded_at(const struct app *app, struct tx *tx, struct arena *a, tstamp *ret)
{
	struct q_ledger_root_closed_row closed = { .until = { 0 } };
	tstamp now = app_now(app);
	enum err err = q_ledger_root_closed(tx, a, &closed);
	if (err != OK && err != E_NOTFOUND)
		return err;
	*ret = now.ms < closed.until.ms ? closed.until : now;
	return OK;
}

/* One movement and where it leaves the chain. */
struct born {
	int64_t entry_id;
	struct chain_end end;
};

static enum err chain_all(const struct app *app, const struct ledger_birth *b, tstamp recorded,
			  struct born *born, struct chain_end *ret_end)
{
	struct chain_end end = { 0 };
	for (size_t i = 0; i < b->n_entries; i++) {
		const struct entry *e = &b->entries[i];
		size_t own = e->n_legs - 1;
		assert(ledger_is_sound(e) && e->legs[own].account_id == b->account_id);
		assert(!ledger_is_chained(e->legs[own - 1].account_id));
		born[i].entry_id = id_next(app->ids);
		try(chain_append(&end, e, own, born[i].entry_id, recorded, &end));
		born[i].end = end;
	}
	*ret_end = end;
	return OK;
}

static enum err insert_one(struct tx *tx, struct arena *a, const struct entry *e,
			   const struct born *born, tstamp recorded)
{
	tstamp told;
	enum err err = ledger_insert_entry(tx, a, e, born->entry_id, recorded, &told);
	if (err == E_NOTFOUND)
		return E_CONFLICT;
	try(err);
	if (told.ms != recorded.ms)
		return E_CONFLICT; /* a day was closed meanwhile: hashed for another instant */
	for (size_t i = 0; i < e->n_legs; i++)
		try(ledger_insert_leg(tx, e, i, born->entry_id,
				      i + 1 < e->n_legs ? NULL : &born->end));
	return OK;
}

enum err ledger_bear(const struct app *app, struct tx *tx, struct arena *a,
		     const struct ledger_birth *b)
{
	tstamp recorded;
	struct chain_end end;
	try(recorded_at(app, tx, a, &recorded));
	struct born *born = arena_array(a, b->n_entries + 1, sizeof(*born));
	if (!born)
		return E_NOMEM;
	try(chain_all(app, b, recorded, born, &end));
	try(q_account_add(tx, &(struct q_account_add_args){
				      .id = b->account_id,
				      .credit_limit = b->credit_limit,
				      .balance = end.balance,
				      .seq = end.seq,
				      .head = chain_end_hash(&end),
				      .recorded = recorded,
			      }));
	for (size_t i = 0; i < b->n_entries; i++)
		try(insert_one(tx, a, &b->entries[i], &born[i], recorded));
	return OK;
}

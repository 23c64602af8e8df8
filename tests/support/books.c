/* Movements of money for tests. */
#include "support/books.h"

struct entry books_entry(const char *key, int64_t account, int64_t kop, tstamp at)
{
	return (struct entry){
		.key = str_c(key),
		.kind = kop > 0 ? ENTRY_PAYMENT : ENTRY_CHARGE,
		.at = at,
		.title = STR("Движение"),
		.detail = STR("подробно"),
		.note = STR("2 × 3"),
		.source = STR("тест:тест.csv"),
		.legs = { { account, { kop } },
			  { kop > 0 ? LEDGER_CLEARING : LEDGER_REVENUE, { -kop } } },
		.n_legs = 2,
	};
}

struct post {
	const struct app *app;
	struct arena *a;
	const struct entry *e;
	int64_t id;
	bool fresh;
};

static enum err post_in(struct tx *tx, void *arg)
{
	struct post *p = arg;
	return ledger_post(p->app, tx, p->a, p->e, &p->id, &p->fresh);
}

enum err books_post(struct kit *k, const struct entry *e, int64_t *ret_id, bool *ret_fresh)
{
	struct post p = { .app = &k->app, .a = arena_new(1 << 20), .e = e };
	if (!p.a)
		return E_NOMEM;
	enum err err = store_write(k->app.store, post_in, &p);
	arena_free(p.a);
	if (err == OK) {
		*ret_id = p.id;
		*ret_fresh = p.fresh;
	}
	return err;
}

int64_t books_pay(struct kit *k, const char *key, int64_t account, int64_t kop, tstamp at)
{
	struct entry e = books_entry(key, account, kop, at);
	int64_t id;
	bool fresh;
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	assert_true(fresh);
	return id;
}

int64_t books_balance(struct kit *k, int64_t account)
{
	return kit_number(k, "SELECT balance_kop FROM account WHERE id = %lld", (long long)account);
}

void books_on_fault(void *arg, const struct check_fault *f)
{
	struct books_faults *faults = arg;
	assert_true(faults->n < BOOKS_FAULTS_MAX);
	faults->v[faults->n++] = *f;
}

void books_check(struct kit *k, struct books_faults *ret)
{
	*ret = (struct books_faults){ 0 };
	assert_int_equal(ledger_check(&k->app, books_on_fault, ret), OK);
}

void books_assert_sound(struct kit *k)
{
	struct books_faults faults;
	books_check(k, &faults);
	if (faults.n > 0)
		fail_msg("%s account %lld seq %lld: %s", faults.v[0].invariant,
			 (long long)faults.v[0].account_id, (long long)faults.v[0].seq,
			 faults.v[0].what);
}

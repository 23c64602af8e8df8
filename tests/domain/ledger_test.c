/* Posting: once, whole, in order, by whoever at the same time. */
#include <pthread.h>
#include <stdio.h>

#include "domain/charge.h"
#include "domain/ledger_row.h"
#include "domain/payment.h"
#include "support/books.h"

#define AT ((tstamp){ KIT_NOW_MS - DAY_MS })

static void test_ledger__moves_balance_and_count(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	int64_t id = books_pay(k, "payment:x:1", 1001, 50000, AT);
	books_pay(k, "charge:x:1", 1001, -12345, AT);
	assert_int_equal(books_balance(k, 1001), 37655);
	assert_int_equal(kit_number(k, "SELECT seq FROM account WHERE id = 1001"), 2);
	assert_int_equal(kit_number(k, "SELECT length(head) FROM account WHERE id = 1001"), 32);
	assert_int_equal(
		kit_number(k,
			   "SELECT balance_kop FROM posting WHERE account_id = 1001 AND seq = 1"),
		50000);
	assert_int_equal(
		kit_number(k,
			   "SELECT balance_kop FROM posting WHERE account_id = 1001 AND seq = 2"),
		37655);
	assert_int_equal(
		kit_number(k, "SELECT recorded_ms FROM entry WHERE id = %lld", (long long)id),
		KIT_NOW_MS);
	books_assert_sound(k);
}

static void test_ledger__system_legs_keep_no_balance(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	int64_t id = books_pay(k, "payment:x:1", 1001, 50000, AT);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM posting WHERE account_id = 1 AND seq = %lld AND "
			   "entry_id = %lld AND amount_kop = -50000 AND balance_kop = 0 AND "
			   "length(hash) = 0",
			   (long long)id, (long long)id),
		1);
	assert_int_equal(
		kit_number(k, "SELECT seq + balance_kop + length(head) FROM account WHERE id = 1"),
		0);
}

static void test_ledger__repeat_is_the_first(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	int64_t first = books_pay(k, "payment:x:1", 1001, 50000, AT), id = 0;
	struct entry e = books_entry("payment:x:1", 1001, 50000, AT);
	bool fresh = true;
	kit_days(k, 3);
	kit_reopen(k);
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	assert_false(fresh);
	assert_int_equal(id, first);
	e.source = STR("другой.csv");
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	assert_int_equal(id, first);
	assert_int_equal(books_balance(k, 1001), 50000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting"), 2);
}

static void assert_conflict(struct kit *k, const struct entry *e)
{
	int64_t id = 0;
	bool fresh;
	assert_int_equal(books_post(k, e, &id, &fresh), E_CONFLICT);
	assert_int_equal(id, 0);
}

static void test_ledger__key_is_for_one_content(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	kit_issue(k, 2);
	books_pay(k, "payment:x:1", 1001, 50000, AT);
	const struct entry first = books_entry("payment:x:1", 1001, 50000, AT);
	struct entry e = first;
	e.kind = ENTRY_CORRECTION;
	assert_conflict(k, &e);
	e = first;
	e.at.ms++;
	assert_conflict(k, &e);
	e = first;
	e.title = STR("Другое");
	assert_conflict(k, &e);
	e = first;
	e.detail = STR("");
	assert_conflict(k, &e);
	e = first;
	e.note = STR("3 × 2");
	assert_conflict(k, &e);
	e = books_entry("payment:x:1", 1001, 50001, AT);
	assert_conflict(k, &e);
	e = books_entry("payment:x:1", 1002, 50000, AT);
	assert_conflict(k, &e);
	e = first;
	e.legs[1].account_id = LEDGER_SUSPENSE;
	assert_conflict(k, &e);
	e = first;
	e.legs[1].amount.kop = -20000;
	e.legs[e.n_legs++] = (struct leg){ LEDGER_SUSPENSE, { -30000 } };
	assert_conflict(k, &e);
	assert_int_equal(books_balance(k, 1001), 50000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 1);
	books_assert_sound(k);
}

static void test_ledger__overflow_is_refused_whole(void **state)
{
	struct kit *k = *state;
	int64_t id;
	bool fresh;
	kit_issue(k, 1);
	kit_issue(k, 2);
	books_pay(k, "a", 1001, INT64_MAX - 10, AT);
	books_pay(k, "b", 1001, 10, AT);
	struct entry e = books_entry("c", 1001, 1, AT);
	assert_int_equal(books_post(k, &e, &id, &fresh), E_LIMIT);
	books_pay(k, "d", 1002, -INT64_MAX, AT);
	e = books_entry("e", 1002, -2, AT);
	assert_int_equal(books_post(k, &e, &id, &fresh), E_LIMIT);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 3);
	assert_true(books_balance(k, 1001) == INT64_MAX);
	books_assert_sound(k);
}

static void test_ledger__unknown_account_is_refused_whole(void **state)
{
	struct kit *k = *state;
	struct entry e = books_entry("a", 4711, 100, AT);
	int64_t id;
	bool fresh;
	assert_int_equal(books_post(k, &e, &id, &fresh), E_NOTFOUND);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 0);
}

static void test_ledger__takes_legs_in_any_order(void **state)
{
	struct kit *k = *state;
	int64_t id;
	bool fresh;
	kit_issue(k, 1);
	kit_issue(k, 2);
	struct entry e = books_entry("a", 1002, 700, AT);
	e.legs[0] = (struct leg){ 1002, { 700 } };
	e.legs[1] = (struct leg){ LEDGER_SUSPENSE, { -1000 } };
	e.legs[2] = (struct leg){ 1001, { 400 } };
	e.legs[3] = (struct leg){ LEDGER_CLEARING, { -100 } };
	e.n_legs = 4;
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	struct leg last = e.legs[3];
	e.legs[3] = e.legs[0];
	e.legs[0] = last;
	assert_int_equal(books_post(k, &e, &id, &fresh), OK);
	assert_false(fresh);
	assert_int_equal(books_balance(k, 1001), 400);
	assert_int_equal(books_balance(k, 1002), 700);
	books_assert_sound(k);
}

static void test_ledger__is_append_only(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "a", 1001, 100, AT);
	assert_true(kit_sql_refused(k, "UPDATE posting SET amount_kop = 200"));
	assert_true(kit_sql_refused(k, "DELETE FROM posting"));
	assert_true(kit_sql_refused(k, "UPDATE entry SET kind = 'fee'"));
	assert_true(kit_sql_refused(k, "DELETE FROM entry"));
}

static struct str hex_of(struct kit *k, const unsigned char *p)
{
	struct buf b;
	struct str s;
	buf_init(&b, 128);
	buf_hex(&b, (struct str){ .p = (const char *)p, .n = CHAIN_HASH_BYTES });
	assert_int_equal(arena_str(k->a, buf_str(&b), &s), OK);
	buf_done(&b);
	return s;
}

/* Computed by another program (Python's hashlib) from DESIGN-ledger.md: stores live longer than
 * this code. */
static void test_ledger__hash_is_that_of_the_design(void **state)
{
	struct kit *k = *state;
	struct entry e = {
		.key = STR("payment:acme:77"),
		.kind = ENTRY_PAYMENT,
		.at = { INT64_C(1795435200123) },
		.title = STR("Пополнение"),
		.detail = STR("карта"),
		.note = STR(""),
		.source = STR("a.csv"),
		.legs = { { LEDGER_CLEARING, { -50000 } }, { 1001, { 50000 } } },
		.n_legs = 2,
	};
	struct chain_end end = { .balance = { -100 } };
	assert_int_equal(chain_append(&end, &e, 1, 42, (tstamp){ INT64_C(1795435200999) }, &end),
			 OK);
	assert_string_equal(hex_of(k, end.hash).p,
			    "3c10ce655c7e9431aa18d51694bb3849cf35c0a1ce3728da39ed9a3f1b1967d4");
	assert_int_equal(chain_append(&end, &e, 1, 43, (tstamp){ INT64_C(1795435201000) }, &end),
			 OK);
	assert_string_equal(hex_of(k, end.hash).p,
			    "02a48ce32b87315d364b0742faf38353d551008bd5d2ad225e50a33ad381b590");
	assert_int_equal(end.seq, 2);
	assert_int_equal(end.balance.kop, 99900);
}

/* --- at random ------------------------------------------------------------ */

enum { MODEL_ACCOUNTS = 5, MODEL_STEPS = 400 };

struct model {
	struct rnd_seeded rnd;
	int64_t balance[MODEL_ACCOUNTS], seq[MODEL_ACCOUNTS];
	struct entry entries[MODEL_STEPS];
	char keys[MODEL_STEPS][16];
	int64_t ids[MODEL_STEPS];
	int n;
};

static int64_t pick(struct model *m, int64_t below)
{
	return (int64_t)rnd_below(&m->rnd.base, (uint64_t)below);
}

static struct entry random_entry(struct model *m)
{
	snprintf(m->keys[m->n], sizeof(m->keys[0]), "k:%d", m->n);
	int64_t account = 1001 + pick(m, MODEL_ACCOUNTS), kop = 1 + pick(m, 100000);
	struct entry e = books_entry(m->keys[m->n], account, pick(m, 2) ? kop : -kop,
				     (tstamp){ KIT_NOW_MS - pick(m, 1000) * HOUR_MS });
	e.kind = (enum entry_kind)pick(m, ENTRY_KIND_N);
	if (pick(m, 3) == 0) /* from one subscriber to another */
		e.legs[1].account_id =
			1001 + (account - 1001 + 1 + pick(m, MODEL_ACCOUNTS - 1)) % MODEL_ACCOUNTS;
	return e;
}

static void post_fresh(struct kit *k, struct model *m)
{
	struct entry e = random_entry(m);
	bool fresh;
	assert_int_equal(books_post(k, &e, &m->ids[m->n], &fresh), OK);
	assert_true(fresh);
	for (size_t i = 0; i < e.n_legs; i++)
		if (e.legs[i].account_id > 1000) {
			m->balance[e.legs[i].account_id - 1001] += e.legs[i].amount.kop;
			m->seq[e.legs[i].account_id - 1001]++;
		}
	m->entries[m->n++] = e;
}

static void post_again(struct kit *k, struct model *m)
{
	int i = (int)pick(m, m->n);
	struct entry e = m->entries[i];
	int64_t id;
	bool fresh;
	if (pick(m, 2)) {
		assert_int_equal(books_post(k, &e, &id, &fresh), OK);
		assert_false(fresh);
		assert_int_equal(id, m->ids[i]);
	} else {
		e.at.ms += 1 + pick(m, 1000);
		assert_int_equal(books_post(k, &e, &id, &fresh), E_CONFLICT);
	}
}

static void test_ledger__at_random_like_the_model(void **state)
{
	struct kit *k = *state;
	struct model *m = arena_alloc(k->a, sizeof(*m));
	uint64_t seed = rnd_below(rnd_system(), 1000000);
	print_message("seed %llu\n", (unsigned long long)seed);
	rnd_seeded_init(&m->rnd, seed);
	for (int i = 0; i < MODEL_ACCOUNTS; i++)
		kit_issue(k, i + 1);
	while (m->n < MODEL_STEPS)
		if (m->n > 0 && pick(m, 4) == 0)
			post_again(k, m);
		else
			post_fresh(k, m);
	for (int i = 0; i < MODEL_ACCOUNTS; i++) {
		assert_int_equal(books_balance(k, 1001 + i), m->balance[i]);
		assert_int_equal(kit_number(k, "SELECT seq FROM account WHERE id = %d", 1001 + i),
				 m->seq[i]);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), MODEL_STEPS);
	books_assert_sound(k);
}

/* --- at the same time ------------------------------------------------------ */

enum { THREADS = 16, THREAD_POSTS = 40, THREAD_ACCOUNTS = 3 };

struct worker {
	struct kit *k;
	int n;
	int64_t fresh; /* entries that were new to this one */
	enum err err;
};

/* Every key is posted by four threads; a third of the movements lead from one subscriber to
 * another. */
static void *post_many(void *arg)
{
	struct worker *w = arg;
	for (int i = 0; i < THREAD_POSTS && w->err == OK; i++) {
		int number = w->n / 4 * THREAD_POSTS + i;
		char key[32];
		snprintf(key, sizeof(key), "thread:%d", number);
		struct entry e =
			books_entry(key, 1001 + number % THREAD_ACCOUNTS, 100 + number, AT);
		if (number % 3 == 0)
			e.legs[1].account_id = 1001 + (number + 1) % THREAD_ACCOUNTS;
		int64_t id;
		bool fresh;
		w->err = books_post(w->k, &e, &id, &fresh);
		w->fresh += w->err == OK && fresh;
	}
	return NULL;
}

static void test_ledger__by_many_at_once(void **state)
{
	struct kit *k = *state;
	struct worker workers[THREADS];
	pthread_t threads[THREADS];
	for (int i = 0; i < THREAD_ACCOUNTS; i++)
		kit_issue(k, i + 1);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .k = k, .n = i };
		assert_int_equal(pthread_create(&threads[i], NULL, post_many, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	int64_t fresh = 0, expected = 0, sum = 0;
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].err, OK);
		fresh += workers[i].fresh;
	}
	assert_int_equal(fresh, THREADS / 4 * THREAD_POSTS);
	for (int i = 0; i < THREADS / 4 * THREAD_POSTS; i++)
		expected += i % 3 == 0 ? 0 : 100 + i;
	for (int i = 0; i < THREAD_ACCOUNTS; i++)
		sum += books_balance(k, 1001 + i);
	assert_int_equal(sum, expected);
	assert_int_equal(kit_number(k, "SELECT CAST(sum(amount_kop) AS BIGINT) FROM posting"), 0);
	books_assert_sound(k);
}

/* --- what is posted ------------------------------------------------------- */

struct both {
	struct kit *k;
	struct charge charge;
	struct payment payment, refund;
	bool fresh[3];
};

static enum err post_both(struct tx *tx, void *arg)
{
	struct both *b = arg;
	int64_t id;
	try(charge_post(&b->k->app, tx, b->k->a, &b->charge, &id, &b->fresh[0]));
	try(payment_post(&b->k->app, tx, b->k->a, &b->payment, &id, &b->fresh[1]));
	return payment_post(&b->k->app, tx, b->k->a, &b->refund, &id, &b->fresh[2]);
}

static void test_ledger__charges_and_payments_have_keys(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	struct both b = {
		.k = k,
		.charge = { .source = STR("mts"),
			    .ref = STR("7:7"),
			    .account_id = 1001,
			    .is_fee = true,
			    .at = AT,
			    .amount = { 300 } },
		.payment = { .provider = STR("bank"),
			     .ref = STR("7"),
			     .account_id = 1001,
			     .at = AT,
			     .amount = { 1000 } },
	};
	b.refund = b.payment;
	b.refund.is_refund = true;
	b.refund.amount.kop = 250;
	assert_int_equal(store_write(k->app.store, post_both, &b), OK);
	assert_true(b.fresh[0] && b.fresh[1] && b.fresh[2]);
	assert_int_equal(store_write(k->app.store, post_both, &b), OK);
	assert_false(b.fresh[0] || b.fresh[1] || b.fresh[2]);
	assert_int_equal(books_balance(k, 1001), 450);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry WHERE (key = 'charge:mts:7:7' "
				       "AND kind = 'fee') OR "
				       "(key = 'payment:bank:7' AND kind = 'payment') OR "
				       "(key = 'refund:bank:7' AND kind = 'refund')"),
			 3);
	assert_int_equal(
		kit_number(
			k,
			"SELECT CAST(sum(amount_kop) AS BIGINT) FROM posting WHERE account_id = 1"),
		-750);
	assert_int_equal(
		kit_number(
			k,
			"SELECT CAST(sum(amount_kop) AS BIGINT) FROM posting WHERE account_id = 2"),
		300);
	b.payment.amount.kop = 1001;
	assert_int_equal(store_write(k->app.store, post_both, &b), E_CONFLICT);
	books_assert_sound(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_ledger__moves_balance_and_count),
		KIT_BOTH(test_ledger__system_legs_keep_no_balance),
		KIT_BOTH(test_ledger__repeat_is_the_first),
		KIT_BOTH(test_ledger__key_is_for_one_content),
		KIT_BOTH(test_ledger__overflow_is_refused_whole),
		KIT_BOTH(test_ledger__unknown_account_is_refused_whole),
		KIT_BOTH(test_ledger__takes_legs_in_any_order),
		KIT_BOTH(test_ledger__is_append_only),
		cmocka_unit_test_setup_teardown(test_ledger__hash_is_that_of_the_design,
						kit_setup_sqlite, kit_teardown),
		KIT_BOTH(test_ledger__at_random_like_the_model),
		KIT_BOTH(test_ledger__by_many_at_once),
		KIT_BOTH(test_ledger__charges_and_payments_have_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

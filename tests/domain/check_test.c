/* The check finds every change made by hand, names it, and accuses nobody else; also while others
 * write. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "domain/account.h"
#include "domain/demo.h"
#include "domain/ledger_root.h"
#include "domain/ledger_row.h"
#include "q_posting.h"
#include "support/books.h"

#define AT ((tstamp){ KIT_NOW_MS - DAY_MS })

/* --- changes by hand ------------------------------------------------------ */

/* Three accounts with five movements each, and copies of the tables to go back to. */
struct books {
	struct kit *k;
	int64_t entry[6]; /* ids of the first account's, from 1 on */
};

static const char *const tables[] = { "entry", "posting", "account" };

static void disarm(struct kit *k)
{
	if (k->kind == KIT_SQLITE) {
		kit_sql(k, "DROP TRIGGER entry_no_update; DROP TRIGGER entry_no_delete;"
			   "DROP TRIGGER posting_no_update; DROP TRIGGER posting_no_delete");
		return;
	}
	for (size_t i = 0; i < 3; i++)
		kit_sql(k, "ALTER TABLE %s DISABLE TRIGGER ALL", tables[i]);
	kit_sql(k, "ALTER TABLE number DISABLE TRIGGER ALL");
}

/* With foreign keys off: whoever edits a database file has that choice. */
static void by_hand(struct kit *k, const char *sql)
{
	kit_sql(k, "%s%s", k->kind == KIT_SQLITE ? "PRAGMA foreign_keys = OFF; " : "", sql);
}

static struct books make_books(struct kit *k)
{
	struct books b = { .k = k };
	char key[32];
	for (int account = 1; account <= 3; account++) {
		kit_issue(k, account);
		for (int i = 1; i <= 5; i++) {
			snprintf(key, sizeof(key), "k:%d:%d", account, i);
			int64_t id =
				books_pay(k, key, 1000 + account, i % 2 ? 1000 * i : -70 * i, AT);
			if (account == 1)
				b.entry[i] = id;
		}
	}
	books_assert_sound(k);
	disarm(k);
	for (size_t i = 0; i < 3; i++)
		kit_sql(k, "CREATE TABLE %s_copy AS SELECT * FROM %s", tables[i], tables[i]);
	return b;
}

static void restore(struct kit *k)
{
	char sql[256];
	for (size_t i = 0; i < 3; i++) {
		snprintf(sql, sizeof(sql), "DELETE FROM %s; INSERT INTO %s SELECT * FROM %s_copy",
			 tables[i], tables[i], tables[i]);
		by_hand(k, sql);
	}
}

/* A place that the check must name. entry: the number in books.entry, 0 none, -1 whatever. */
struct place {
	const char *invariant;
	int64_t account, seq;
	int entry;
};

enum { FOUND_MAX = 5 };

struct change {
	const char *sql; /* $3 and $4 are the ids of the third and fourth entry */
	struct place found[FOUND_MAX];
};

static void put_id(struct buf *b, const struct books *books, struct str *rest)
{
	int64_t n;
	*rest = str_sub(*rest, 1, rest->n);
	n = rest->p[0] - '0';
	*rest = str_sub(*rest, 1, rest->n);
	buf_i64(b, books->entry[n]);
}

static void make_change(const struct books *books, const char *sql)
{
	struct buf b;
	char text[1024];
	buf_init(&b, sizeof(text) - 1);
	for (struct str rest = str_c(sql); rest.n;) {
		if (rest.p[0] == '$') {
			put_id(&b, books, &rest);
			continue;
		}
		buf_put(&b, str_sub(rest, 0, 1));
		rest = str_sub(rest, 1, rest.n);
	}
	assert_int_equal(b.err, OK);
	memcpy(text, b.p, b.n);
	text[b.n] = '\0';
	buf_done(&b);
	by_hand(books->k, text);
}

static bool is_there(const struct books *b, const struct place *p, const struct check_fault *f)
{
	bool entry = p->entry < 0 || f->entry_id == (p->entry ? b->entry[p->entry] : 0);
	return strcmp(p->invariant, f->invariant) == 0 && p->account == f->account_id &&
	       (p->seq < 0 || p->seq == f->seq) && entry;
}

static bool is_expected(const struct books *b, const struct change *c, const struct check_fault *f)
{
	for (size_t i = 0; i < FOUND_MAX && c->found[i].invariant; i++)
		if (is_there(b, &c->found[i], f))
			return true;
	return false;
}

static void assert_found(const struct books *b, const struct change *c)
{
	struct books_faults faults;
	books_check(b->k, &faults);
	for (size_t i = 0; i < FOUND_MAX && c->found[i].invariant; i++) {
		bool found = false;
		for (size_t j = 0; j < faults.n; j++)
			found |= is_there(b, &c->found[i], &faults.v[j]);
		if (!found)
			fail_msg("%s: %s of account %lld is not named", c->sql,
				 c->found[i].invariant, (long long)c->found[i].account);
	}
	for (size_t j = 0; j < faults.n; j++)
		if (!is_expected(b, c, &faults.v[j]))
			fail_msg("%s: accused without reason: %s %lld/%lld: %s", c->sql,
				 faults.v[j].invariant, (long long)faults.v[j].account_id,
				 (long long)faults.v[j].seq, faults.v[j].what);
}

static void assert_all_found(struct kit *k, const struct change *changes, size_t n)
{
	struct books b = make_books(k);
	for (size_t i = 0; i < n; i++) {
		make_change(&b, changes[i].sql);
		assert_found(&b, &changes[i]);
		restore(k);
		books_assert_sound(k);
	}
}

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* Every column of an entry. */
static void test_check__names_a_changed_entry(void **state)
{
	static const struct change changes[] = {
		{ "UPDATE entry SET key = 'k:1:3 ' WHERE id = $3", { { "I5", 1001, 3, 3 } } },
		{ "UPDATE entry SET kind = 'refund' WHERE id = $3",
		  { { "I5", 1001, 3, 3 }, { "I5", 1, -1, 3 } } },
		{ "UPDATE entry SET kind = 'refund' WHERE id = $3; UPDATE posting SET kind = "
		  "'refund' WHERE entry_id = $3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET kind = 'refund' WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE entry SET recorded_ms = recorded_ms + 1 WHERE id = $3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET title = 'движение' WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET detail = '' WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET note = '2 × 4' WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET source = 'тест.csw' WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET detail = '', note = 'подробно2 × 3' WHERE account_id = 1001 "
		  "AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		/* The system leg tells the time too. */
		{ "UPDATE entry SET at_ms = at_ms - 1 WHERE id = $3",
		  { { "I5", 1001, 3, 3 }, { "I5", 1, -1, 3 } } },
		{ "UPDATE entry SET at_ms = at_ms - 1 WHERE id = $3; UPDATE posting SET at_ms = "
		  "at_ms - 1 WHERE entry_id = $3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE entry SET id = 7 WHERE id = $3",
		  { { "I5", 1001, 3, 3 }, { "I5", 1, -1, 3 }, { "I5", 0, 0, -1 } } },
		{ "DELETE FROM entry WHERE id = $3", { { "I5", 1001, 3, 3 }, { "I5", 1, -1, 3 } } },
		{ "INSERT INTO entry SELECT 7, 'k:7', kind, at_ms, recorded_ms FROM entry_copy "
		  "WHERE id = $3",
		  { { "I5", 0, 0, -1 } } },
	};
	assert_all_found(*state, changes, COUNT(changes));
}

/* Every column of a subscriber's posting. */
static void test_check__names_a_changed_posting(void **state)
{
	static const struct change changes[] = {
		{ "UPDATE posting SET at_ms = at_ms + 1 WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET balance_kop = balance_kop + 1 WHERE account_id = 1001 AND "
		  "seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET balance_kop = balance_kop + 1 WHERE account_id = 1001 AND "
		  "seq = 5",
		  { { "I5", 1001, 5, 5 } } },
		{ "UPDATE posting SET hash = (SELECT hash FROM posting_copy WHERE account_id = "
		  "1002 AND seq = 3) "
		  "WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET hash = (SELECT hash FROM posting_copy WHERE account_id = 1 "
		  "LIMIT 1) WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET hash = (SELECT hash FROM posting_copy WHERE account_id = "
		  "1002 AND seq = 3) "
		  "WHERE account_id = 1001 AND seq = 5",
		  { { "I5", 1001, 5, 5 } } },
		{ "UPDATE posting SET amount_kop = amount_kop + 1 WHERE account_id = 1001 AND seq "
		  "= 3",
		  { { "I1", 1001, 3, 3 }, { "I5", 1001, 3, 3 }, { "I2", 1001, 5, 0 } } },
		{ "UPDATE posting SET amount_kop = amount_kop + 1 WHERE account_id = 1001 AND seq "
		  "= 3; "
		  "UPDATE posting SET amount_kop = amount_kop - 1 WHERE account_id = 1 AND "
		  "entry_id = $3",
		  { { "I5", 1001, 3, 3 }, { "I2", 1001, 5, 0 } } },
		{ "UPDATE posting SET seq = 6 WHERE account_id = 1001 AND seq = 5",
		  { { "I5", 1001, 6, 5 }, { "I2", 1001, 6, 0 } } },
		{ "UPDATE posting SET entry_id = $4 WHERE account_id = 1001 AND seq = 3",
		  { { "I5", 1001, 3, 4 },
		    { "I1", 1001, 4, 4 },
		    { "I5", 1001, 4, 4 },
		    { "I1", 1, -1, 3 },
		    { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET account_id = 1002, seq = 6 WHERE account_id = 1001 AND seq = "
		  "5",
		  { { "I5", 1002, 6, 5 }, { "I2", 1001, 4, 0 }, { "I2", 1002, 6, 0 } } },
	};
	assert_all_found(*state, changes, COUNT(changes));
}

static void test_check__names_a_hash_that_is_too_long(void **state)
{
	struct kit *k = *state;
	struct books b = make_books(k);
	const struct change change = { "a long hash", { { "I5", 1001, 3, 3 } } };
	kit_sql(k, "UPDATE posting SET hash = %s WHERE account_id = 1001 AND seq = 3",
		k->kind == KIT_SQLITE ? "zeroblob(4096)" : "decode(repeat('00', 4096), 'hex')");
	assert_found(&b, &change);
}

/* Every column of a system account's posting. */
static void test_check__names_a_changed_system_posting(void **state)
{
	static const struct change changes[] = {
		{ "UPDATE posting SET account_id = 4 WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET seq = seq + 1 WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET at_ms = at_ms + 1 WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET kind = 'refund' WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET detail = 'x' WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET balance_kop = 1 WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET hash = (SELECT hash FROM posting_copy WHERE account_id = "
		  "1002 AND seq = 3) "
		  "WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, 3 } } },
		{ "UPDATE posting SET amount_kop = amount_kop + 1 WHERE account_id = 1 AND "
		  "entry_id = $3",
		  { { "I1", 1001, 3, 3 }, { "I5", 1001, 3, 3 } } },
		{ "UPDATE posting SET entry_id = 7 WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, -1, -1 },
		    { "I1", 1, -1, -1 },
		    { "I1", 1001, 3, 3 },
		    { "I5", 1001, 3, 3 } } },
	};
	assert_all_found(*state, changes, COUNT(changes));
}

/* Money that nobody can be found for has a chain as well. */
static void test_check__names_a_change_in_suspense(void **state)
{
	struct kit *k = *state;
	struct books b = make_books(k);
	const struct change change = { "suspense", { { "I5", LEDGER_SUSPENSE, 1, 3 } } };
	b.entry[3] = books_pay(k, "lost:1", LEDGER_SUSPENSE, 500, AT);
	books_pay(k, "lost:2", LEDGER_SUSPENSE, 700, AT);
	books_assert_sound(k);
	assert_int_equal(books_balance(k, LEDGER_SUSPENSE), 1200);
	make_change(&b, "UPDATE posting SET note = '' WHERE account_id = 3 AND entry_id = $3");
	assert_found(&b, &change);
}

static void test_check__names_missing_and_surplus_postings(void **state)
{
	static const struct change changes[] = {
		{ "DELETE FROM posting WHERE account_id = 1001 AND seq = 1",
		  { { "I5", 1001, 2, 2 },
		    { "I2", 1001, 5, 0 },
		    { "I5", 1, -1, 1 },
		    { "I1", 1, -1, 1 } } },
		{ "DELETE FROM posting WHERE account_id = 1001 AND seq = 5",
		  { { "I2", 1001, 4, 0 }, { "I5", 1, -1, 5 }, { "I1", 1, -1, 5 } } },
		{ "DELETE FROM posting WHERE account_id = 1 AND entry_id = $3",
		  { { "I1", 1001, 3, 3 }, { "I5", 1001, 3, 3 } } },
		/* A whole movement, legs and all. */
		{ "DELETE FROM posting WHERE entry_id = $3; DELETE FROM entry WHERE id = $3",
		  { { "I5", 1001, 4, 4 }, { "I2", 1001, 5, 0 } } },
		{ "DELETE FROM posting WHERE entry_id = $5; DELETE FROM entry WHERE id = $5",
		  { { "I2", 1001, 4, 0 } } },
		{ "INSERT INTO posting SELECT account_id, at_ms, 6, entry_id, kind, amount_kop, "
		  "balance_kop, title, detail, note, source, hash FROM posting_copy "
		  "WHERE account_id = 1001 AND seq = 5",
		  { { "I1", 1001, 6, 5 },
		    { "I5", 1001, 5, 5 },
		    { "I5", 1001, 6, 5 },
		    { "I2", 1001, 6, 0 } } },
		{ "INSERT INTO posting SELECT 4, at_ms, entry_id, entry_id, kind, 1, 0, '', '', "
		  "'', "
		  "'', hash FROM posting_copy "
		  "WHERE account_id = 1 AND entry_id = $3",
		  { { "I1", 1001, 3, 3 }, { "I5", 1001, 3, 3 } } },
		/* Money between system accounts, that no chain covers. */
		{ "INSERT INTO entry SELECT 7, 'k:7', kind, at_ms, recorded_ms FROM entry_copy "
		  "WHERE id = $3; INSERT INTO posting SELECT account_id, at_ms, 7, 7, kind, "
		  "amount_kop, 0, '', '', '', '', hash FROM posting_copy "
		  "WHERE account_id = 1 AND entry_id = $3; INSERT INTO posting SELECT 4, at_ms, 7, "
		  "7, kind, -amount_kop, 0, '', '', '', '', hash "
		  "FROM posting_copy WHERE account_id = 1 AND entry_id = $3",
		  { { "I5", 1, 7, -1 }, { "I5", 4, 7, -1 } } },
	};
	assert_all_found(*state, changes, COUNT(changes));
}

static void test_check__names_a_changed_account(void **state)
{
	static const struct change changes[] = {
		{ "UPDATE account SET balance_kop = balance_kop - 1 WHERE id = 1001",
		  { { "I2", 1001, 5, 0 } } },
		{ "UPDATE account SET seq = 4 WHERE id = 1001", { { "I2", 1001, 5, 0 } } },
		{ "UPDATE account SET head = (SELECT hash FROM posting_copy WHERE account_id = "
		  "1001 AND seq = 4) WHERE id = 1001",
		  { { "I2", 1001, 5, 0 } } },
		{ "UPDATE account SET balance_kop = 1 WHERE id = 1", { { "I2", 1, 0, 0 } } },
		{ "UPDATE account SET seq = 1 WHERE id = 3", { { "I2", 3, 0, 0 } } },
		{ "DELETE FROM account WHERE id = 1001", { { "I2", 1001, 1, 1 } } },
		{ "DELETE FROM posting WHERE account_id >= 1001; DELETE FROM posting; DELETE FROM "
		  "entry",
		  { { "I2", 1001, 0, 0 }, { "I2", 1002, 0, 0 }, { "I2", 1003, 0, 0 } } },
	};
	assert_all_found(*state, changes, COUNT(changes));
}

/* --- size and life --------------------------------------------------------- */

static int64_t fill(struct kit *k, int64_t subscribers, int64_t movements)
{
	const struct demo_opts o = { .subscribers = subscribers,
				     .movements = movements,
				     .password_hash = STR("none") };
	int64_t made;
	assert_int_equal(demo_fill(&k->app, &o, &made), OK);
	return made;
}

/* More accounts than a page holds, some of them empty; then more postings of one account than a
 * page holds. */
static void test_check__goes_through_pages(void **state)
{
	struct kit *k = *state;
	for (int i = 1; i <= 300; i++)
		kit_issue(k, i);
	assert_int_equal(fill(k, 600, 1), 600);
	assert_int_equal(fill(k, 605, 900), 5);
	books_assert_sound(k);
	int64_t last = kit_number(k, "SELECT max(id) FROM account");
	disarm(k);
	by_hand(k, "UPDATE posting SET title = 'x' WHERE account_id > 4 AND entry_id = (SELECT "
		   "max(id) FROM entry)");
	by_hand(k, "UPDATE account SET balance_kop = 1 WHERE id = 1256");
	struct books_faults faults;
	books_check(k, &faults);
	assert_int_equal(faults.n, 2);
	assert_int_equal(faults.v[0].account_id, 1256);
	assert_int_equal(faults.v[1].account_id, last);
	assert_int_equal(faults.v[1].seq, 900);
}

struct traffic {
	struct kit *k;
	atomic_bool stop;
	atomic_int n;
	atomic_int failed;
};

static void *make_traffic(void *arg)
{
	struct traffic *t = arg;
	while (!t->stop) {
		char key[32];
		int n = t->n++;
		snprintf(key, sizeof(key), "t:%d", n);
		struct entry e = books_entry(key, 1001 + n % 5, 100 + n, AT);
		int64_t id;
		bool fresh;
		t->failed += books_post(t->k, &e, &id, &fresh) != OK;
	}
	return NULL;
}

static void test_check__gives_no_false_alarm_on_a_living_store(void **state)
{
	struct kit *k = *state;
	struct traffic t = { .k = k };
	pthread_t threads[4];
	for (int i = 1; i <= 5; i++)
		kit_issue(k, i);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_traffic, &t), 0);
	size_t alarms = 0;
	while (t.n < 2000) {
		struct books_faults faults;
		books_check(k, &faults);
		alarms += faults.n;
	}
	t.stop = true;
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(alarms, 0);
	assert_int_equal(t.failed, 0);
	books_assert_sound(k);
}

/* --- in bulk --------------------------------------------------------------- */

static void test_check__finds_made_up_subscribers_sound(void **state)
{
	struct kit *k = *state;
	assert_int_equal(fill(k, 120, 24), 120);
	assert_int_equal(fill(k, 120, 24), 0);
	assert_int_equal(fill(k, 130, 24), 10);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 130);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting"), 130 * 24 * 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'active'"), 130);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM number_tariff"), 130);
	books_assert_sound(k);
}

enum { BORN = 12 };

struct birth {
	struct kit *k;
	bool in_bulk;
	struct entry entries[BORN];
	char keys[BORN][8];
	int64_t account_id;
};

static enum err bear_or_post(struct tx *tx, void *arg)
{
	struct birth *b = arg;
	const struct app *app = &b->k->app;
	if (b->in_bulk)
		b->account_id = id_next(app->ids);
	else
		try(account_open(app, tx, MONEY_ZERO, &b->account_id));
	for (int i = 0; i < BORN; i++) {
		snprintf(b->keys[i], sizeof(b->keys[i]), "k:%d", i);
		b->entries[i] = books_entry(b->keys[i], b->account_id, i % 3 ? -100 * i : 777, AT);
		ledger_order(&b->entries[i]);
	}
	if (b->in_bulk)
		return ledger_bear(app, tx, b->k->a,
				   &(struct ledger_birth){ .account_id = b->account_id,
							   .entries = b->entries,
							   .n_entries = BORN });
	for (int i = 0; i < BORN; i++) {
		int64_t id;
		bool fresh;
		try(ledger_post(app, tx, b->k->a, &b->entries[i], &id, &fresh));
	}
	return OK;
}

static enum err put_row(void *arg, const struct q_posting_check_row *r)
{
	const int64_t v[] = { r->account,     r->seq,         r->entry,         r->at,
			      r->amount.kop,  r->balance.kop, r->entry_at.v,    r->recorded.v,
			      r->leg_account, r->leg_seq,     r->leg_amount.kop };
	const struct str texts[] = { r->hash,  r->key,    r->entry_kind, r->kind,
				     r->title, r->detail, r->note,       r->source };
	for (size_t i = 0; i < COUNT(v); i++) {
		buf_i64(arg, v[i]);
		buf_c(arg, ' ');
	}
	for (size_t i = 0; i < COUNT(texts); i++)
		buf_hex(arg, texts[i]);
	return OK;
}

static enum err dump(struct tx *tx, void *arg)
{
	struct buf *b = arg;
	b->n = 0;
	return q_posting_check(tx,
			       &(struct q_posting_check_args){
				       .account = 0, .seq = 0, .last = INT64_MAX, .size = 1000 },
			       put_row, b);
}

static struct buf rows_made(enum kit_store kind, bool in_bulk)
{
	struct kit *k = kit_new(kind);
	struct birth b = { .k = k, .in_bulk = in_bulk };
	struct buf rows;
	buf_init(&rows, 1 << 20);
	assert_int_equal(store_write(k->app.store, bear_or_post, &b), OK);
	assert_int_equal(store_read(k->app.store, dump, &rows), OK);
	assert_int_equal(rows.err, OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting"), BORN * 2);
	books_assert_sound(k);
	kit_free(k);
	return rows;
}

/* The kit's clock stands still and its ids begin alike, so even those are the same. */
static void test_check__bulk_makes_the_same_rows(void **state)
{
	(void)state;
	for (enum kit_store kind = 0; kind < KIT_STORES; kind++) {
		struct buf one = rows_made(kind, false), bulk = rows_made(kind, true);
		assert_true(one.n > 0 && str_eq(buf_str(&one), buf_str(&bulk)));
		buf_done(&one);
		buf_done(&bulk);
	}
}

/* --- the command ------------------------------------------------------------ */

#define CHECKED "\"checked\":[\"I1\",\"I2\",\"I5\",\"I8\",\"I10\",\"I14\",\"I16\"]"

static enum err run_check(struct kit *k, const char *arg, char *out, size_t n)
{
	char path[96], *argv[] = { (char *)(uintptr_t)arg };
	snprintf(path, sizeof(path), "%s/out", k->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const struct cli c = {
		.app = &k->app, .argc = arg ? 1 : 0, .argv = argv, .out_fd = fd, .err_fd = fd
	};
	enum err err = cli_check(&c);
	ssize_t got = pread(fd, out, n - 1, 0);
	assert_true(got >= 0);
	out[got] = '\0';
	close(fd);
	return err;
}

static void test_check__says_so(void **state)
{
	struct kit *k = *state;
	char out[4096], expected[4096];
	struct books b = make_books(k);
	assert_int_equal(run_check(k, NULL, out, sizeof(out)), OK);
	assert_string_equal(out, "I1 I2 I5 I8 I10 I14 I16 checked, violations: 0\n");
	assert_int_equal(run_check(k, "--json", out, sizeof(out)), OK);
	assert_string_equal(out,
			    "{\"violations\":[],"
			    "\"checked\":[\"I1\",\"I2\",\"I5\",\"I8\",\"I10\",\"I14\",\"I16\"],"
			    "\"complete\":true}\n");
	assert_int_equal(run_check(k, "--jsom", out, sizeof(out)), E_INPUT);
	make_change(&b, "UPDATE posting SET title = 'x' WHERE account_id = 1001 AND entry_id = $3");
	assert_int_equal(run_check(k, NULL, out, sizeof(out)), E_CONFLICT);
	snprintf(expected, sizeof(expected),
		 "I5 account 1001 seq 3 entry %lld: the posting or its entry is not as it was "
		 "recorded\n"
		 "I1 I2 I5 I8 I10 I14 I16 checked, violations: 1\n",
		 (long long)b.entry[3]);
	assert_string_equal(out, expected);
	assert_int_equal(run_check(k, "--json", out, sizeof(out)), E_CONFLICT);
	snprintf(expected, sizeof(expected),
		 "{\"violations\":[{\"invariant\":\"I5\",\"account\":\"1001\",\"seq\":\"3\","
		 "\"entry\":\"%lld\",\"what\":"
		 "\"the posting or its entry is not as it was recorded\"}],"
		 "\"checked\":[\"I1\",\"I2\",\"I5\",\"I8\",\"I10\",\"I14\",\"I16\"],\"complete\":"
		 "true}\n",
		 (long long)b.entry[3]);
	assert_string_equal(out, expected);
}

/* The last root is what an administrator compares with the log of another machine. */
static void test_check__tells_the_last_root(void **state)
{
	struct kit *k = *state;
	struct ledger_root root;
	char out[4096], expected[4096], dir[96];
	bool made = false;
	make_books(k);
	assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
	kit_minutes(k, 2);
	assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
	assert_true(made);
	struct buf hex;
	buf_init(&hex, 128);
	buf_hex(&hex, (struct str){ .p = (const char *)root.hash, .n = sizeof(root.hash) });
	buf_c(&hex, '\0');
	assert_int_equal(run_check(k, NULL, out, sizeof(out)), OK);
	snprintf(expected, sizeof(expected),
		 "last root: 2026-11-22, accounts 0, hash %s\n"
		 "I1 I2 I5 I8 I10 I14 I16 checked, violations: 0\n",
		 hex.p);
	assert_string_equal(out, expected);
	assert_int_equal(run_check(k, "--json", out, sizeof(out)), OK);
	snprintf(expected, sizeof(expected),
		 "{\"violations\":[],"
		 "\"checked\":[\"I1\",\"I2\",\"I5\",\"I8\",\"I10\",\"I14\",\"I16\"],"
		 "\"root\":{\"day\":\"2026-11-22\",\"accounts\":\"0\",\"hash\":\"%s\"},"
		 "\"complete\":true}\n",
		 hex.p);
	assert_string_equal(out, expected);
	buf_done(&hex);
	/* Without the public half the check is not whole. */
	k->app.root = NULL;
	snprintf(dir, sizeof(dir), "%s/none", k->dir);
	k->conf.keys_dir = str_c(dir);
	assert_int_equal(run_check(k, NULL, out, sizeof(out)), E_INPUT);
	assert_non_null(strstr(out, "root.pub: not there"));
	assert_null(strstr(out, "violations: 0"));
	k->app.root = &k->keys.root;
	kit_sql(k, k->kind == KIT_SQLITE ? "DROP TRIGGER ledger_root_no_update"
					 : "ALTER TABLE ledger_root DISABLE TRIGGER ALL");
	kit_sql(k, "UPDATE ledger_root SET accounts = 1");
	assert_int_equal(run_check(k, NULL, out, sizeof(out)), E_CONFLICT);
	assert_non_null(strstr(out, "I5 day 2026-11-22: the root is not as it was signed\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_check__names_a_changed_entry),
		KIT_BOTH(test_check__names_a_changed_posting),
		KIT_BOTH(test_check__names_a_hash_that_is_too_long),
		KIT_BOTH(test_check__names_a_changed_system_posting),
		KIT_BOTH(test_check__names_a_change_in_suspense),
		KIT_BOTH(test_check__names_missing_and_surplus_postings),
		KIT_BOTH(test_check__names_a_changed_account),
		KIT_BOTH(test_check__goes_through_pages),
		KIT_BOTH(test_check__gives_no_false_alarm_on_a_living_store),
		KIT_BOTH(test_check__finds_made_up_subscribers_sound),
		cmocka_unit_test(test_check__bulk_makes_the_same_rows),
		KIT_BOTH(test_check__says_so),
		KIT_BOTH(test_check__tells_the_last_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The roots over the books: made once a day, computed again by the check, and not to be fooled by
 * who rewrites a whole chain. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "domain/demo.h"
#include "domain/ledger_root.h"
#include "domain/ledger_tree.h"
#include "jobs/jobs.h"
#include "support/books.h"

#define AT    ((tstamp){ KIT_NOW_MS - DAY_MS })
#define TODAY 20780 /* 2026-11-23, the kit's first day */

/* Whatever is due is done; how many roots were made. */
static int make_roots(struct kit *k)
{
	struct ledger_root root;
	int n = 0;
	for (int i = 0; i < 3; i++) {
		bool made;
		assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
		n += made;
		kit_minutes(k, 2);
	}
	return n;
}

static int64_t count_roots(struct kit *k)
{
	return kit_number(k, "SELECT count(*) FROM ledger_root");
}

static void fill(struct kit *k, int64_t subscribers, int64_t movements)
{
	const struct demo_opts o = { .subscribers = subscribers,
				     .movements = movements,
				     .password_hash = STR("none") };
	int64_t made;
	assert_int_equal(demo_fill(&k->app, &o, &made), OK);
}

/* --- when ----------------------------------------------------------------- */

static void test_ledger_root__is_made_once_a_day(void **state)
{
	struct kit *k = *state;
	struct ledger_root root;
	bool made = true;
	assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
	assert_false(made);
	assert_int_equal(kit_number(k, "SELECT day FROM ledger_day"), TODAY - 1);
	kit_minutes(k, 1);
	assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
	assert_false(made); /* somebody may be at work who did not see it closed */
	kit_minutes(k, 1);
	assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
	assert_true(made);
	assert_int_equal(date_days(root.day), TODAY - 1);
	assert_int_equal(make_roots(k), 0);
	kit_minutes(k, 9 * 60 - 8 + 9); /* nine minutes past the operator's midnight */
	assert_int_equal(make_roots(k), 1);
	assert_int_equal(kit_number(k, "SELECT max(day) FROM ledger_root"), TODAY);
	assert_int_equal(make_roots(k), 0);
	kit_days(k, 5); /* nothing ran: the last day stands for all */
	assert_int_equal(make_roots(k), 1);
	assert_int_equal(count_roots(k), 3);
	assert_int_equal(kit_number(k, "SELECT max(day) FROM ledger_day"), TODAY + 5);
	books_assert_sound(k);
}

static void test_ledger_root__waits_for_a_clock_that_went_back(void **state)
{
	struct kit *k = *state;
	assert_int_equal(make_roots(k), 1);
	kit_days(k, -3);
	assert_int_equal(make_roots(k), 0);
	kit_days(k, 4);
	assert_int_equal(make_roots(k), 1);
	books_assert_sound(k);
}

enum { THREADS = 8 };

struct caller {
	struct kit *k;
	bool made;
	enum err err;
};

static void *make_one(void *arg)
{
	struct caller *c = arg;
	struct ledger_root root;
	c->err = ledger_root_make(&c->k->app, &c->made, &root);
	return NULL;
}

/* What several processes do at the same time. */
static int make_at_once(struct kit *k)
{
	struct caller callers[THREADS];
	pthread_t threads[THREADS];
	int made = 0;
	for (int i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){ .k = k };
		assert_int_equal(pthread_create(&threads[i], NULL, make_one, &callers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(callers[i].err, OK);
		made += callers[i].made;
	}
	return made;
}

static void test_ledger_root__is_made_once_by_many(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "a", 1001, 100, AT);
	for (int day = 0; day < 5; day++) {
		assert_int_equal(make_at_once(k), 0);
		kit_minutes(k, 2);
		assert_int_equal(make_at_once(k), 1);
		kit_days(k, 1);
	}
	assert_int_equal(count_roots(k), 5);
	books_assert_sound(k);
}

static bool log_has(struct kit *k, const char *text, int times)
{
	static const size_t max = 1 << 16;
	char *log = arena_alloc(k->a, max);
	assert_non_null(log);
	ssize_t n = pread(k->log_fd, log, max - 1, 0);
	assert_true(n >= 0);
	for (; (log = strstr(log, text)) != NULL; log++)
		times--;
	return times == 0;
}

/* The line that leaves the machine. */
static void test_ledger_root__is_told_to_the_log(void **state)
{
	struct kit *k = *state;
	char text[256];
	kit_issue(k, 1);
	books_pay(k, "a", 1001, 100, AT);
	kit_days(k, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(job_root(&k->app), OK);
		kit_minutes(k, 5);
	}
	struct str hash = kit_bytes(k, "hash", "ledger_root");
	struct buf hex;
	buf_init(&hex, 128);
	buf_hex(&hex, hash);
	snprintf(text, sizeof(text),
		 "\"event\":\"ledger_root\",\"day\":20261123,\"accounts\":1,\"hash\":\"%.*s\","
		 "\"previous\":\"0000",
		 (int)hex.n, hex.p);
	assert_true(log_has(k, text, 1));
	kit_days(k, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(job_root(&k->app), OK);
		kit_minutes(k, 5);
	}
	snprintf(text, sizeof(text), "\"previous\":\"%.*s\"", (int)hex.n, hex.p);
	assert_true(log_has(k, text, 1));
	assert_true(log_has(k, "\"event\":\"ledger_root\"", 2));
	buf_done(&hex);
	k->app.root = NULL; /* of a role that does not sign */
	kit_days(k, 1);
	assert_int_equal(job_root(&k->app), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM ledger_day"), 2);
}

/* --- of what ---------------------------------------------------------------- */

/* Computed by another program (Python's hashlib) from DESIGN-ledger.md. */
static void test_ledger_root__hash_is_that_of_the_design(void **state)
{
	(void)state;
	static const struct {
		int64_t n;
		const char *top;
	} tops[] = {
		{ 0, "0000000000000000000000000000000000000000000000000000000000000000" },
		{ 1, "a5a2c89953227f35eb0e45724bfeb560ceccb5b06036fe990984dfa52cd9a912" },
		{ 2, "f99fdcc335598507b45e637c973af75fea6668ab90a6a87f1f9e909f93d331dc" },
		{ 3, "7206bbdcc0e43f15cc49f7e605ea3cbd7fbf3a6ef3522371b861f8c3ca3f1150" },
		{ 6, "8c32d2d71df84a41edd735bea8a215a4f2ace9b5da3fcde75a8f487503179a4a" },
		{ 7, "4f55f136a42ecac84f90185ce87a33f103978f323d5bf349e4fa2ffd2a94853b" },
	};
	struct tree_hash top;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		struct tree t = { 0 };
		struct tree_hash leaf;
		struct buf hex;
		for (int64_t n = 1; n <= tops[i].n; n++) {
			unsigned char head[CHAIN_HASH_BYTES];
			memset(head, (int)n, sizeof(head));
			tree_leaf(1000 + n, n * n, head, &leaf);
			tree_add(&t, &leaf, NULL);
		}
		tree_top(&t, &top);
		buf_init(&hex, 128);
		buf_hex(&hex, tree_hash_str(&top));
		buf_c(&hex, '\0');
		assert_string_equal(hex.p, tops[i].top);
		buf_done(&hex);
	}
	struct tree_hash hash;
	struct buf hex;
	struct tree_record r = { .day = 20780,
				 .until_ms = INT64_C(1795467600000),
				 .made_ms = INT64_C(1795468300123),
				 .accounts = 7,
				 .top = top,
				 .previous = tree_hash_str(&top) };
	buf_init(&hex, 256);
	tree_record_hash(&r, &hash);
	buf_hex(&hex, tree_hash_str(&hash));
	buf_c(&hex, ' ');
	r.previous = STR("");
	tree_record_hash(&r, &hash);
	buf_hex(&hex, tree_hash_str(&hash));
	buf_c(&hex, '\0');
	assert_string_equal(hex.p,
			    "e63b9bd6eeac28cb8ab03b94eb30b22895fde0babad093b54ad92f27bf435827 "
			    "b852b817668494cacbd7ff0f87f2098d856976aeec261c92badd62cde0d0a8b5");
	buf_done(&hex);
}

static void test_ledger_root__trees_side_by_side_are_trees(void **state)
{
	(void)state;
	enum { TREES = 5, LEAVES = 100 };
	struct tree together[TREES] = { 0 }, alone[TREES] = { 0 };
	struct rnd_seeded rnd;
	uint64_t seed = rnd_below(rnd_system(), 1000000);
	print_message("seed %llu\n", (unsigned long long)seed);
	rnd_seeded_init(&rnd, seed);
	for (int i = 0; i < LEAVES; i++) {
		struct tree_memo memo;
		struct tree_hash leaf = { 0 };
		memo.n = 0;
		for (int t = 0; t < TREES; t++) {
			if (t == 0 || rnd_below(&rnd.base, 9) == 0)
				rnd.base.fill(&rnd.base, leaf.b, sizeof(leaf.b));
			if (rnd_below(&rnd.base, 50) == 0)
				continue; /* an account that this one does not know */
			tree_add(&together[t], &leaf, &memo);
			tree_add(&alone[t], &leaf, NULL);
		}
	}
	for (int t = 0; t < TREES; t++) {
		struct tree_hash a, b;
		tree_top(&together[t], &a);
		tree_top(&alone[t], &b);
		assert_int_equal(together[t].n, alone[t].n);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

/* Movements of the night before the root is made, accounts that rest, accounts without any. */
static void test_ledger_root__covers_the_day_and_no_more(void **state)
{
	struct kit *k = *state;
	for (int i = 1; i <= 4; i++)
		kit_issue(k, i);
	books_pay(k, "a", 1001, 100, AT);
	books_pay(k, "b", 1002, 100, AT);
	books_pay(k, "lost", LEDGER_SUSPENSE, 500, AT);
	kit_minutes(k, 9 * 60 + 1); /* past midnight */
	books_pay(k, "c", 1001, 200, AT);
	books_pay(k, "d", 1003, 200, AT);
	books_pay(k, "e", 1001, 300, AT);
	kit_minutes(k, 10);
	assert_int_equal(make_roots(k), 1);
	books_pay(k, "f", 1002, 400, AT);
	assert_int_equal(kit_number(k, "SELECT accounts FROM ledger_root"), 3);
	books_assert_sound(k);
}

/* After an upgrade nobody knows when the accounts moved last. */
static void test_ledger_root__looks_where_it_does_not_know(void **state)
{
	struct kit *k = *state;
	fill(k, 20, 3);
	kit_days(k, 1);
	fill(k, 30, 3);
	kit_sql(k, "UPDATE account SET recorded_ms = 9223372036854775807");
	assert_int_equal(make_roots(k), 1);
	assert_int_equal(kit_number(k, "SELECT accounts FROM ledger_root"), 20);
	books_assert_sound(k);
}

/* A clock that lags must not record into a day that was vouched for. */
static void test_ledger_root__closes_the_day_for_good(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	books_pay(k, "a", 1001, 100, AT);
	kit_days(k, 1);
	assert_int_equal(make_roots(k), 1);
	int64_t until = kit_number(k, "SELECT until_ms FROM ledger_day");
	kit_days(k, -1);
	int64_t id = books_pay(k, "b", 1001, 100, AT);
	assert_int_equal(
		kit_number(k, "SELECT recorded_ms FROM entry WHERE id = %lld", (long long)id),
		until);
	fill(k, 3, 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry WHERE recorded_ms = %lld",
				    (long long)until),
			 10);
	books_assert_sound(k);
	kit_days(k, 2);
	assert_int_equal(make_roots(k), 1);
	assert_int_equal(kit_number(k, "SELECT max(accounts) FROM ledger_root"), 4);
	books_assert_sound(k);
}

static void test_ledger_root__is_append_only(void **state)
{
	struct kit *k = *state;
	assert_int_equal(make_roots(k), 1);
	assert_true(kit_sql_refused(k, "UPDATE ledger_root SET accounts = 1"));
	assert_true(kit_sql_refused(k, "DELETE FROM ledger_root"));
	assert_true(kit_sql_refused(k, "UPDATE ledger_day SET until_ms = 1"));
	assert_true(kit_sql_refused(k, "DELETE FROM ledger_day"));
}

/* --- rewriting the books ----------------------------------------------------- */

enum { MOVEMENTS = 5 };

/* Five days with a movement and a root each; the attacker has the database, and no key. */
struct books {
	struct kit *k;
	char keys[MOVEMENTS][16];
	struct entry entries[MOVEMENTS];
	int64_t ids[MOVEMENTS];
};

static void disarm(struct kit *k)
{
	static const char *const tables[] = { "entry", "posting", "ledger_day", "ledger_root" };
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (k->kind == KIT_SQLITE)
			kit_sql(k, "DROP TRIGGER %s_no_update; DROP TRIGGER %s_no_delete",
				tables[i], tables[i]);
		else
			kit_sql(k, "ALTER TABLE %s DISABLE TRIGGER ALL", tables[i]);
}

static void move(struct books *b, int i)
{
	snprintf(b->keys[i], sizeof(b->keys[i]), "m:%d", i);
	b->entries[i] = books_entry(b->keys[i], 1001, 1000 * (i + 1), AT);
	ledger_order(&b->entries[i]);
	b->ids[i] = books_pay(b->k, b->keys[i], 1001, 1000 * (i + 1), AT);
}

static struct books *make_books(struct kit *k)
{
	struct books *b = ARENA_NEW(k->a, struct books);
	assert_non_null(b);
	b->k = k;
	for (int i = 1; i <= 5; i++)
		kit_issue(k, i);
	for (int i = 2; i <= 5; i++)
		books_pay(k, (char[]){ 'k', (char)('0' + i), '\0' }, 1000 + i, 100, AT);
	for (int i = 0; i < MOVEMENTS; i++) {
		move(b, i);
		kit_days(k, 1);
		assert_int_equal(make_roots(k), 1);
	}
	disarm(k);
	books_assert_sound(k);
	return b;
}

enum { LITERAL_BYTES = 128 };

/* A hash as SQL says it. */
static void put_literal(struct kit *k, char literal[LITERAL_BYTES], const unsigned char *p)
{
	char hex[2 * CHAIN_HASH_BYTES + 1];
	for (int i = 0; i < CHAIN_HASH_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	snprintf(literal, LITERAL_BYTES, k->kind == KIT_SQLITE ? "x'%s'" : "decode('%s', 'hex')",
		 hex);
}

/* The movement ${which} was of another amount: all that the chain says of it, and all that follows,
 * is made to fit. */
static void rewrite(struct books *b, int which, int64_t kop)
{
	struct kit *k = b->k;
	struct chain_end end = { 0 };
	char hash[LITERAL_BYTES];
	b->entries[which].legs[0].amount.kop = -kop;
	b->entries[which].legs[1].amount.kop = kop;
	for (int i = 0; i < MOVEMENTS; i++) {
		int64_t recorded = kit_number(k, "SELECT recorded_ms FROM entry WHERE id = %lld",
					      (long long)b->ids[i]);
		assert_int_equal(chain_append(&end, &b->entries[i], 1, b->ids[i],
					      (tstamp){ recorded }, &end),
				 OK);
		put_literal(k, hash, end.hash);
		kit_sql(k,
			"UPDATE posting SET amount_kop = %lld WHERE account_id = 1 AND entry_id = "
			"%lld",
			(long long)-b->entries[i].legs[1].amount.kop, (long long)b->ids[i]);
		kit_sql(k,
			"UPDATE posting SET amount_kop = %lld, balance_kop = %lld, hash = %s WHERE "
			"account_id = 1001 AND seq = %lld",
			(long long)b->entries[i].legs[1].amount.kop, (long long)end.balance.kop,
			hash, (long long)end.seq);
	}
	kit_sql(k, "UPDATE account SET balance_kop = %lld, head = %s WHERE id = 1001",
		(long long)end.balance.kop, hash);
}

/* Exactly one thing is found: the day of a root. */
static void assert_names_day(struct kit *k, int64_t day, const char *what)
{
	struct books_faults faults;
	books_check(k, &faults);
	if (faults.n != 1 || faults.v[0].day != day || strcmp(faults.v[0].invariant, "I5") != 0 ||
	    !strstr(faults.v[0].what, what))
		fail_msg("%zu faults; the first: %s day %lld account %lld: %s", faults.n,
			 faults.n ? faults.v[0].invariant : "",
			 (long long)(faults.n ? faults.v[0].day : 0),
			 (long long)(faults.n ? faults.v[0].account_id : 0),
			 faults.n ? faults.v[0].what : "");
}

/* Nothing in the chain shows it: without roots the check finds it sound. */
static void test_ledger_root__finds_a_rewritten_account(void **state)
{
	struct books *b = make_books(*state);
	rewrite(b, 2, 999999);
	assert_names_day(b->k, TODAY + 2, "are not those that its root was signed over");
	rewrite(b, 2, 3000);
	books_assert_sound(b->k);
	rewrite(b, 0, 1);
	assert_names_day(b->k, TODAY, "are not those that its root was signed over");
	kit_sql(b->k, "DELETE FROM ledger_root");
	books_assert_sound(b->k);
}

/* A root that is signed over what was rewritten does not make it right. */
static void test_ledger_root__finds_it_after_another_root_too(void **state)
{
	struct books *b = make_books(*state);
	rewrite(b, 1, 999999);
	kit_days(b->k, 1);
	assert_int_equal(make_roots(b->k), 1);
	assert_names_day(b->k, TODAY + 1, "are not those that its root was signed over");
}

static void test_ledger_root__finds_an_account_that_is_gone(void **state)
{
	struct kit *k = *state;
	make_books(k);
	kit_sql(k, "DELETE FROM posting WHERE entry_id IN (SELECT id FROM entry WHERE key = 'k4')");
	kit_sql(k, "DELETE FROM entry WHERE key = 'k4'");
	kit_sql(k, "UPDATE account SET balance_kop = 0, seq = 0, head = %s WHERE id = 1004",
		k->kind == KIT_SQLITE ? "x''" : "''");
	assert_names_day(k, TODAY, "other accounts");
}

/* Entries that claim to have been recorded long ago. */
static void test_ledger_root__finds_a_movement_put_into_the_past(void **state)
{
	struct kit *k = *state;
	make_books(k);
	int64_t recorded = kit_number(k, "SELECT recorded_ms FROM entry WHERE key = 'm:0'");
	struct entry e = books_entry("late", 1002, 700, AT);
	struct chain_end end = { .balance = { 100 }, .seq = 1, .hash_n = CHAIN_HASH_BYTES };
	char hash[LITERAL_BYTES];
	int64_t id = books_pay(k, "late", 1002, 700, AT);
	struct str head = kit_bytes(k, "hash", "posting WHERE account_id = 1002 AND seq = 1");
	memcpy(end.hash, head.p, CHAIN_HASH_BYTES);
	ledger_order(&e);
	assert_int_equal(chain_append(&end, &e, 1, id, (tstamp){ recorded }, &end), OK);
	put_literal(k, hash, end.hash);
	kit_sql(k, "UPDATE entry SET recorded_ms = %lld WHERE id = %lld", (long long)recorded,
		(long long)id);
	kit_sql(k, "UPDATE posting SET hash = %s WHERE account_id = 1002 AND seq = 2", hash);
	kit_sql(k, "UPDATE account SET head = %s WHERE id = 1002", hash);
	assert_names_day(k, TODAY, "are not those that its root was signed over");
}

/* The attacker goes on to the roots themselves. */
static void test_ledger_root__is_signed_and_in_a_chain(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *sql;
		int64_t day;
		const char *what;
	} changes[] = {
		{ "UPDATE ledger_root SET signed_ms = signed_ms + 1 WHERE day = "
		  "20782",
		  TODAY + 2, "not as it was signed" },
		{ "UPDATE ledger_day SET until_ms = until_ms + 1 WHERE day = 20782", TODAY + 2,
		  "not as it was signed" },
		{ "UPDATE ledger_root SET signature = (SELECT signature FROM copy WHERE day = "
		  "20783) WHERE day = 20782",
		  TODAY + 2, "signature" },
		{ "DELETE FROM ledger_root WHERE day = 20782", TODAY + 3, "does not follow" },
		{ "DELETE FROM ledger_root WHERE day = 20780", TODAY + 1, "does not follow" },
	};
	make_books(k);
	kit_sql(k, "CREATE TABLE copy AS SELECT * FROM ledger_root");
	kit_sql(k, "CREATE TABLE days AS SELECT * FROM ledger_day");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		kit_sql(k, "%s", changes[i].sql);
		assert_names_day(k, changes[i].day, changes[i].what);
		kit_sql(k, "DELETE FROM ledger_root");
		kit_sql(k, "DELETE FROM ledger_day");
		kit_sql(k, "INSERT INTO ledger_day SELECT * FROM days");
		kit_sql(k, "INSERT INTO ledger_root SELECT * FROM copy");
		books_assert_sound(k);
	}
}

/* Who makes roots with a key of his own is known by it. */
static void test_ledger_root__is_of_one_key(void **state)
{
	struct kit *k = *state;
	struct keys_vault others;
	keys_generate(rnd_system(), &others);
	k->app.root = &others.root;
	assert_int_equal(make_roots(k), 1);
	k->app.root = &k->keys.root;
	assert_names_day(k, TODAY - 1, "signature");
	k->app.root = NULL;
	struct books_faults faults = { 0 };
	assert_int_equal(ledger_check(&k->app, books_on_fault, &faults), E_NOTFOUND);
	assert_int_equal(faults.n, 0);
}

/* --- life ------------------------------------------------------------------- */

/* More accounts than a page of the check holds, and days on which few of them move. */
static void test_ledger_root__goes_through_pages(void **state)
{
	struct kit *k = *state;
	for (int day = 1; day <= 4; day++) {
		fill(k, 150 * day, 5);
		for (int i = 1; i <= 3; i++) {
			struct kit_person p = day == 1 ? kit_issue(k, i) : kit_person(i);
			char key[32];
			snprintf(key, sizeof(key), "p:%d:%d", day, i);
			books_pay(k, key, p.id + 1000, 100 * i, AT);
		}
		kit_days(k, 1);
		assert_int_equal(make_roots(k), 1);
	}
	books_assert_sound(k);
	assert_int_equal(kit_number(k, "SELECT max(accounts) FROM ledger_root"), 603);
	disarm(k);
	kit_sql(k, "UPDATE entry SET recorded_ms = recorded_ms + %lld WHERE key = 'p:2:1'",
		(long long)DAY_MS);
	struct books_faults faults;
	books_check(k, &faults);
	assert_int_equal(faults.n, 2);
	assert_int_equal(faults.v[0].account_id, 1001);
	assert_int_equal(faults.v[1].day, TODAY + 1);
}

enum { WRITERS = 4 };

struct traffic {
	struct kit *k;
	atomic_bool stop;
	atomic_int n;
	atomic_int failed;
	struct writer {
		struct traffic *t;
		pthread_t thread;
		atomic_int done;
	} writers[WRITERS];
};

static void *make_traffic(void *arg)
{
	struct writer *w = arg;
	struct traffic *t = w->t;
	while (!t->stop) {
		char key[32];
		int n = t->n++;
		snprintf(key, sizeof(key), "t:%d", n);
		struct entry e = books_entry(key, 1001 + n % 5, 100 + n, AT);
		int64_t id;
		bool fresh;
		t->failed += books_post(t->k, &e, &id, &fresh) != OK;
		w->done++;
	}
	return NULL;
}

/* Until everybody is done with what was under way, as two minutes are enough for. */
static void settle(struct traffic *t)
{
	int done[WRITERS];
	for (int i = 0; i < WRITERS; i++)
		done[i] = t->writers[i].done;
	for (int i = 0; i < WRITERS; i++)
		while (t->writers[i].done < done[i] + 2)
			sched_yield();
}

/* The wall clock alone: by the other one the store's deadlines would pass. */
static void turn_clock(struct kit *k, int64_t ms)
{
	k->clock.now_ms += ms;
}

/* The clock jumps over midnight, and back, while entries are on their way. */
static void test_ledger_root__gives_no_false_alarm_on_a_living_store(void **state)
{
	struct kit *k = *state;
	struct traffic t = { .k = k };
	for (int i = 1; i <= 5; i++)
		kit_issue(k, i);
	for (int i = 0; i < WRITERS; i++) {
		struct writer *w = &t.writers[i];
		w->t = &t;
		assert_int_equal(pthread_create(&w->thread, NULL, make_traffic, w), 0);
	}
	size_t alarms = 0;
	int roots = 0;
	for (int day = 0; day < 20; day++) {
		struct books_faults faults;
		struct ledger_root root;
		bool made;
		turn_clock(k, day % 4 == 3 ? -DAY_MS : DAY_MS);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(ledger_root_make(&k->app, &made, &root), OK);
			roots += made;
			turn_clock(k, 2 * MINUTE_MS);
			settle(&t);
		}
		books_check(k, &faults);
		alarms += faults.n;
	}
	t.stop = true;
	for (int i = 0; i < WRITERS; i++)
		pthread_join(t.writers[i].thread, NULL);
	assert_int_equal(alarms, 0);
	assert_int_equal(t.failed, 0);
	assert_true(roots >= 8);
	books_assert_sound(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_ledger_root__is_made_once_a_day),
		KIT_BOTH(test_ledger_root__waits_for_a_clock_that_went_back),
		KIT_BOTH(test_ledger_root__is_made_once_by_many),
		KIT_BOTH(test_ledger_root__is_told_to_the_log),
		cmocka_unit_test(test_ledger_root__hash_is_that_of_the_design),
		cmocka_unit_test(test_ledger_root__trees_side_by_side_are_trees),
		KIT_BOTH(test_ledger_root__covers_the_day_and_no_more),
		KIT_BOTH(test_ledger_root__looks_where_it_does_not_know),
		KIT_BOTH(test_ledger_root__closes_the_day_for_good),
		KIT_BOTH(test_ledger_root__is_append_only),
		KIT_BOTH(test_ledger_root__finds_a_rewritten_account),
		KIT_BOTH(test_ledger_root__finds_it_after_another_root_too),
		KIT_BOTH(test_ledger_root__finds_an_account_that_is_gone),
		KIT_BOTH(test_ledger_root__finds_a_movement_put_into_the_past),
		KIT_BOTH(test_ledger_root__is_signed_and_in_a_chain),
		KIT_BOTH(test_ledger_root__is_of_one_key),
		KIT_BOTH(test_ledger_root__goes_through_pages),
		KIT_BOTH(test_ledger_root__gives_no_false_alarm_on_a_living_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Runs each case of tests/fault/ while the Nth call of each kind fails, alone or with all calls
 * after it, N from 1 until nothing failed any more:
 *
 *     torture all                     every N; of SQLite's allocations more and more are left out
 *     torture every                   those too: hours
 *     torture quick                   a few N of each
 *     torture all NAME                the cases that have NAME in their names
 *     torture all NAME KIND [N]       one kind of failure; the Nth only, with a stack
 *                                     (VARIANT=asan)
 */
#include "fault/torture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/books.h"

enum { NAME_BYTES = 64, CASES_MAX = 256 };

enum mode { MODE_ALL, MODE_EVERY, MODE_QUICK };

/* What the command line asks for. */
struct wish {
	enum mode mode;
	const char *name, *kind; /* NULL: all */
	int64_t n;               /* 0: all */
	size_t share, shares;    /* of all cases: every ${shares}th from the ${share}th on */
};

struct run {
	char name[NAME_BYTES];
	const struct torture_case *what;
	const struct wish *wish;
	struct torture *t; /* of one that failed: then it is no leak */
	struct fault fault;
};

bool torture_done(enum err e)
{
	if (e != OK && e != E_NOMEM && e != E_STORE && e != E_UNKNOWN && e != E_BUSY)
		fail_msg("%s", err_name(e));
	return e == OK;
}

/* --- one try ---------------------------------------------------------------- */

/* A store that could not sync its commits is opened again, as the next process would. */
static void heal(struct torture *t)
{
	if (store_failed(t->k->app.store))
		kit_reopen(t->k);
}

/* Most of SQLite's allocations are made for the first run of a statement. */
static void cool(struct torture *t, enum fault_kind kind)
{
	if (kind == FAULT_SQLITE)
		kit_reopen(t->k);
}

/* Signing in is tried far more often here than anybody may. */
static void forget_tries(struct torture *t)
{
	kit_sql(t->k, "DELETE FROM attempt_limit");
}

/* False: nothing was left to fail. */
static bool try_once(struct torture *t, const struct fault *fault)
{
	t->n++;
	t->fault = fault;
	forget_tries(t);
	if (t->what->prepare)
		t->what->prepare(t);
	cool(t, fault->kind);
	fault_plan(fault);
	bool right = t->what->attempt(t);
	int64_t hits = fault_hits();
	if (!right && hits == 0)
		fail_msg("it fails by itself");
	heal(t);
	forget_tries(t);
	if (t->what->settle)
		t->what->settle(t, right);
	return hits > 0;
}

/* --- one case --------------------------------------------------------------- */

static struct torture *begin(const struct torture_case *what)
{
	struct torture *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	t->what = what;
	t->k = kit_new(KIT_SQLITE);
	if (what->begin)
		what->begin(t);
	return t;
}

static void assert_sound(struct torture *t)
{
	struct str text;
	books_assert_sound(t->k);
	assert_int_equal(store_integrity(t->k->app.store, t->k->a, &text), OK);
	assert_true(str_eq(text, STR("ok")));
}

/* There with a sanitizer only. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void end(struct torture *t)
{
	assert_sound(t);
	if (t->v)
		visitor_free(t->v);
	if (t->other)
		visitor_free(t->other);
	kit_free(t->k);
	free(t);
	if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
		fail_msg("it leaks");
}

static int64_t next(enum mode mode, const struct fault *f)
{
	if (mode == MODE_QUICK)
		return 2 * f->n + 1;
	if (mode == MODE_ALL && f->kind == FAULT_SQLITE)
		return f->n + 1 + f->n / 64;
	return f->n + 1;
}

static void try_kind(struct run *r, enum fault_kind kind, bool lasting)
{
	const struct wish *wish = r->wish;
	int tries = r->t->n;
	r->fault = (struct fault){ .kind = kind, .n = 1, .lasting = lasting, .told = wish->n != 0 };
	if (wish->n)
		r->fault.n = wish->n;
	while (try_once(r->t, &r->fault) && !wish->n)
		r->fault.n = next(wish->mode, &r->fault);
	print_message("%s: %s%s: %d tries, %lld calls\n", r->what->name, fault_name(kind),
		      lasting ? " lasting" : "", r->t->n - tries, (long long)r->fault.n - 1);
}

static void test_torture__case(void **state)
{
	struct run *r = *state;
	r->t = begin(r->what);
	for (enum fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
		if (r->wish->kind && strcmp(r->wish->kind, fault_name(kind)) != 0)
			continue;
		try_kind(r, kind, false);
		try_kind(r, kind, true);
	}
	struct torture *t = r->t;
	r->t = NULL;
	end(t);
}

/* After the case; says where it stopped. */
static int tell(void **state)
{
	const struct run *r = *state;
	if (r->t)
		print_message("%s: %s%s %lld\n", r->what->name, fault_name(r->fault.kind),
			      r->fault.lasting ? " lasting" : "", (long long)r->fault.n);
	return 0;
}

/* --- which ------------------------------------------------------------------ */

struct cases {
	struct run runs[CASES_MAX];
	struct CMUnitTest tests[CASES_MAX];
	size_t n, seen;
};

static void add(struct cases *c, const struct wish *wish, struct torture_list list)
{
	for (size_t i = 0; i < list.n; i++) {
		struct run *r = &c->runs[c->n];
		bool share = c->seen++ % wish->shares == wish->share;
		if (!share || (wish->name && !strstr(list.v[i].name, wish->name)))
			continue;
		assert(c->n < CASES_MAX);
		*r = (struct run){ .what = &list.v[i], .wish = wish };
		snprintf(r->name, sizeof(r->name), "test_torture__%s", list.v[i].name);
		c->tests[c->n++] = (struct CMUnitTest){ .name = r->name,
							.test_func = test_torture__case,
							.teardown_func = tell,
							.initial_state = r };
	}
}

static bool mode_of(const char *s, enum mode *ret)
{
	static const char *const names[] = {
		[MODE_ALL] = "all", [MODE_EVERY] = "every", [MODE_QUICK] = "quick"
	};
	for (enum mode m = 0; m <= MODE_QUICK; m++) {
		if (strcmp(s, names[m]) == 0) {
			*ret = m;
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	static struct cases cases; /* seen by the leak check */
	struct wish wish = { 0 };
	if (argc < 2 || !mode_of(argv[1], &wish.mode)) {
		fprintf(stderr, "usage: torture all|every|quick [NAME [KIND [N]]]\n"
				"NAME may be 2/3: the second of three shares\n");
		return 2;
	}
	wish.shares = 1;
	wish.name = argc > 2 ? argv[2] : NULL;
	if (wish.name && sscanf(wish.name, "%zu/%zu", &wish.share, &wish.shares) == 2 &&
	    wish.share >= 1 && wish.share <= wish.shares) {
		wish.name = NULL;
		wish.share--;
	}
	wish.kind = argc > 3 ? argv[3] : NULL;
	wish.n = argc > 4 ? strtoll(argv[4], NULL, 10) : 0;
	fault_install();
	add(&cases, &wish, torture_rooms());
	add(&cases, &wish, torture_imports());
	add(&cases, &wish, torture_gateways());
	add(&cases, &wish, torture_outbox());
	add(&cases, &wish, torture_pages());
	add(&cases, &wish, torture_posts());
	return _cmocka_run_group_tests("torture", cases.tests, cases.n, NULL, NULL) != 0;
}

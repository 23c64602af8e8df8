/* The vault by itself: quotas, its journal and the chain, and what it opens. */
#include "domain/vault_keep.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/kit.h"

#define BYTES_MAX 65536

struct vault {
	struct clock_manual clock;
	struct keys_vault keys;
	struct keys chain;
	struct vault_quota quota;
	struct vault_keep keep;
	struct arena *a;
	char path[64];
	int fd;
	int64_t line; /* where the chain was found broken */
};

static enum err reopen(struct vault *v)
{
	vault_journal_free(v->keep.journal);
	v->keep.journal = NULL;
	return vault_journal_open(v->fd, &v->chain, &v->quota, &v->clock.base, &v->keep.journal,
				  &v->line);
}

static int set_up(void **state)
{
	struct rnd_seeded rnd;
	struct vault *v = calloc(1, sizeof(*v));
	if (!v)
		return -1;
	rnd_seeded_init(&rnd, 1);
	keys_generate(&rnd.base, &v->keys);
	keys_of_journal(&v->keys, &v->chain);
	clock_manual_init(&v->clock, (tstamp){ KIT_NOW_MS });
	v->quota = (struct vault_quota){ .person_hour = 3, .person_day = 5, .all_day = 7 };
	v->keep.keys = &v->keys;
	v->a = arena_new(1 << 20);
	snprintf(v->path, sizeof(v->path), "/tmp/kabinet-vault.XXXXXX");
	v->fd = mkostemp(v->path, O_APPEND | O_CLOEXEC);
	*state = v;
	return v->fd >= 0 && v->a ? (int)reopen(v) : -1;
}

static int tear_down(void **state)
{
	struct vault *v = *state;
	vault_journal_free(v->keep.journal);
	arena_free(v->a);
	close(v->fd);
	unlink(v->path);
	free(v);
	return 0;
}

/* The passport of subscriber 42, asked for by ${staff}. */
static struct vault_request request(struct vault *v, int64_t staff)
{
	struct vault_request q = {
		.staff_id = staff,
		.who = STR("№ 7, Анна Соколова"),
		.purpose = STR("сверка с договором"),
		.subscriber_id = 42,
		.field = SEAL_PASSPORT,
	};
	const struct seal_content c = {
		.field = SEAL_PASSPORT,
		.subscriber_id = 42,
		.n = 2,
		.parts = { STR("4010123478"), STR("ТП № 45") },
	};
	assert_int_equal(seal_make(&v->keys.keys, v->a, &c, &q.sealed), OK);
	return q;
}

static enum err ask(struct vault *v, int64_t staff)
{
	struct vault_request q = request(v, staff);
	struct seal_content got;
	return vault_keep_open(&v->keep, v->a, &q, &got);
}

static struct str journal(struct vault *v)
{
	struct stat st;
	assert_int_equal(fstat(v->fd, &st), 0);
	char *p = arena_alloc(v->a, (size_t)st.st_size + 1);
	assert_non_null(p);
	assert_int_equal(pread(v->fd, p, (size_t)st.st_size, 0), st.st_size);
	return (struct str){ .p = p, .n = (size_t)st.st_size };
}

static void rewrite(struct vault *v, struct str bytes)
{
	assert_int_equal(ftruncate(v->fd, 0), 0);
	assert_int_equal(write(v->fd, bytes.p, bytes.n), bytes.n);
}

static size_t lines(struct vault *v)
{
	struct str rest = journal(v), line;
	size_t n = 0;
	while (str_cut(&rest, '\n', &line))
		n++;
	return n - 1;
}

/* --- what it opens ------------------------------------------------------------------ */

static void test_vault_keep__opens_what_it_has_written_down(void **state)
{
	struct vault *v = *state;
	struct vault_request q = request(v, 7);
	struct seal_content got;
	struct vault_line l;
	assert_int_equal(vault_keep_open(&v->keep, v->a, &q, &got), OK);
	assert_true(str_eq(got.parts[0], STR("4010123478")));
	struct str text = journal(v);
	assert_int_equal(vault_line_parse(str_sub(text, 0, text.n - 1), &l), OK);
	assert_int_equal(l.seq, 1);
	assert_int_equal(l.at.ms, KIT_NOW_MS);
	assert_int_equal(l.staff_id, 7);
	assert_int_equal(l.subscriber_id, 42);
	assert_int_equal(l.field, SEAL_PASSPORT);
	assert_true(str_eq(l.who, q.who));
	assert_true(str_eq(l.purpose, q.purpose));
	assert_null(memmem(text.p, text.n, "123478", 6));
}

/* A row of another subscriber in the place of this one, or one that is no box: nothing comes out,
 * and that it was tried is known. */
static void test_vault_keep__refuses_swapped_rows(void **state)
{
	struct vault *v = *state;
	struct vault_request q = request(v, 7);
	struct seal_content got = { 0 };
	q.subscriber_id = 43;
	assert_int_equal(vault_keep_open(&v->keep, v->a, &q, &got), E_INPUT);
	q.subscriber_id = 42;
	q.field = SEAL_ADDRESS;
	assert_int_equal(vault_keep_open(&v->keep, v->a, &q, &got), E_INPUT);
	q.field = SEAL_PASSPORT;
	q.sealed = STR("no box");
	assert_int_equal(vault_keep_open(&v->keep, v->a, &q, &got), E_INPUT);
	assert_int_equal(got.n, 0);
	assert_int_equal(lines(v), 3);
}

static void test_vault_keep__shut_it_opens_nothing(void **state)
{
	struct vault *v = *state;
	struct vault_journal *kept = v->keep.journal;
	v->keep.journal = NULL;
	assert_int_equal(ask(v, 7), E_STORE);
	v->keep.journal = kept;
	assert_int_equal(lines(v), 0);
}

/* --- quotas ------------------------------------------------------------------------- */

static void test_vault_keep__quotas(void **state)
{
	struct vault *v = *state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(v, 7), OK);
	assert_int_equal(ask(v, 7), E_LIMIT);
	assert_int_equal(ask(v, 8), OK); /* each has their own */
	clock_manual_add(&v->clock, HOUR_MS - 1);
	assert_int_equal(ask(v, 7), E_LIMIT);
	clock_manual_add(&v->clock, 1);
	assert_int_equal(ask(v, 7), OK);
	assert_int_equal(ask(v, 7), OK);
	assert_int_equal(ask(v, 7), E_LIMIT); /* five in a day */
	assert_int_equal(ask(v, 8), OK);
	assert_int_equal(ask(v, 9), E_LIMIT); /* seven of all */
	assert_int_equal(lines(v), 7);
	clock_manual_add(&v->clock, DAY_MS - HOUR_MS);
	assert_int_equal(ask(v, 9), OK);
}

/* Neither a new start nor a clock that is set back gives new ones. */
static void test_vault_keep__quotas_survive(void **state)
{
	struct vault *v = *state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(v, 7), OK);
	assert_int_equal(reopen(v), OK);
	assert_int_equal(ask(v, 7), E_LIMIT);
	clock_manual_add(&v->clock, -2 * DAY_MS);
	assert_int_equal(ask(v, 7), E_LIMIT);
	assert_int_equal(reopen(v), OK);
	assert_int_equal(ask(v, 7), E_LIMIT);
	clock_manual_add(&v->clock, 4 * DAY_MS);
	assert_int_equal(reopen(v), OK);
	assert_int_equal(ask(v, 7), OK);
}

/* --- the chain ---------------------------------------------------------------------- */

/* Killed in the middle of a line: it was not answered, so it need not be kept. */
static void test_vault_keep__a_torn_last_line(void **state)
{
	struct vault *v = *state;
	assert_int_equal(ask(v, 7), OK);
	struct str first = journal(v);
	assert_int_equal(ask(v, 7), OK);
	struct str both = journal(v);
	for (size_t n = first.n; n < both.n; n++) {
		rewrite(v, str_sub(both, 0, n));
		assert_int_equal(reopen(v), OK);
		assert_true(str_eq(journal(v), first));
	}
	assert_int_equal(ask(v, 8), OK);
	assert_int_equal(reopen(v), OK);
	assert_int_equal(lines(v), 2);
}

/* Any byte of it, any line left out or moved: it opens nothing any more. */
static void test_vault_keep__a_broken_chain(void **state)
{
	struct vault *v = *state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(v, 7), OK);
	struct str whole = journal(v);
	for (size_t i = 0; i + 1 < whole.n; i++) {
		char changed[BYTES_MAX];
		memcpy(changed, whole.p, whole.n);
		changed[i] ^= 1;
		rewrite(v, (struct str){ .p = changed, .n = whole.n });
		if (reopen(v) != E_INPUT)
			fail_msg("byte %zu", i);
		assert_null(v->keep.journal);
	}
	size_t first = str_find(whole, '\n') + 1;
	rewrite(v, str_sub(whole, first, whole.n));
	assert_int_equal(reopen(v), E_INPUT);
	assert_int_equal(v->line, 1);
	rewrite(v, whole);
	assert_int_equal(reopen(v), OK);
}

static void test_vault_keep__a_chain_of_another_key(void **state)
{
	struct vault *v = *state;
	assert_int_equal(ask(v, 7), OK);
	v->keys.vault_private[0] ^= 8;
	keys_of_journal(&v->keys, &v->chain);
	assert_int_equal(reopen(v), E_INPUT);
	assert_int_equal(v->line, 1);
}

/* More than one piece of reading. */
static void test_vault_keep__a_long_journal(void **state)
{
	struct vault *v = *state;
	struct vault_request q = request(v, 7);
	v->quota = (struct vault_quota){ 1000, 1000, 1000 };
	assert_int_equal(reopen(v), OK);
	for (int i = 0; i < 600; i++)
		assert_int_equal(vault_journal_add(v->keep.journal, &q), OK);
	struct stat st;
	assert_int_equal(fstat(v->fd, &st), 0);
	assert_true(st.st_size > BYTES_MAX);
	v->quota.all_day = 601;
	assert_int_equal(reopen(v), OK);
	assert_int_equal(ask(v, 7), OK);
	assert_int_equal(ask(v, 7), E_LIMIT);
}

/* A full disk: what could not be written down is not opened, and what was begun leaves no trace. */
static void test_vault_keep__a_full_disk(void **state)
{
	struct vault *v = *state;
	struct rlimit before, full;
	assert_int_equal(ask(v, 7), OK);
	struct str first = journal(v);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	full = before;
	full.rlim_cur = first.n + 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	assert_int_equal(ask(v, 7), E_STORE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(str_eq(journal(v), first));
	assert_int_equal(ask(v, 8), OK);
	assert_int_equal(reopen(v), OK);
}

/* A pipe cannot be synced: as a disk that fails. Nobody knows then what it has. */
static void test_vault_keep__a_sync_that_fails(void **state)
{
	struct vault *v = *state;
	int ends[2], file = dup(v->fd);
	assert_true(file >= 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(dup2(ends[1], v->fd), v->fd);
	assert_int_equal(ask(v, 7), E_STORE);
	assert_int_equal(dup2(file, v->fd), v->fd);
	assert_int_equal(ask(v, 7), E_STORE);
	assert_int_equal(lines(v), 0);
	close(file);
	close(ends[0]);
	close(ends[1]);
}

static void test_vault_line__refuses(void **state)
{
#define MAC "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	static const struct str bad[] = {
		STR(""),
		STR("1\t2\t3\t4\tpassport\twho\twhy"),
		STR("1\t2\t3\t4\tpassport\twho\twhy\t" MAC "\t"),
		STR("1\t2\t3\t4\tpassport\twho\twhy\t" MAC "0"),
		STR("0\t2\t3\t4\tpassport\twho\twhy\t" MAC),
		STR("1\t-2\t3\t4\tpassport\twho\twhy\t" MAC),
		STR("1\t2\t0\t4\tpassport\twho\twhy\t" MAC),
		STR("1\t2\t3\t0\tpassport\twho\twhy\t" MAC),
		STR("1\t2\t3\t4\tnothing\twho\twhy\t" MAC),
		STR("1\t2\t3\t4\tpassport\twh\377o\twhy\t" MAC),
	};
	struct vault_line l;
	(void)state;
	assert_int_equal(vault_line_parse(STR("1\t2\t3\t4\tpassport\twho\twhy\t" MAC), &l), OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vault_line_parse(bad[i], &l), E_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_vault_keep__##name, set_up, tear_down)
		T(opens_what_it_has_written_down),
		T(refuses_swapped_rows),
		T(shut_it_opens_nothing),
		T(quotas),
		T(quotas_survive),
		T(a_torn_last_line),
		T(a_broken_chain),
		T(a_chain_of_another_key),
		T(a_long_journal),
		T(a_full_disk),
		T(a_sync_that_fails),
		cmocka_unit_test(test_vault_line__refuses),
#undef T
	};
	return cmocka_run_group_tests_name("domain/vault_keep", tests, NULL, NULL);
}

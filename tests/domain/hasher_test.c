/* Argon2id: what it writes, that nobody's hash lets nobody in, and how many at a time. */
#include <pthread.h>
#include <stdatomic.h>

#include "support/kit.h"

#include "domain/hasher.h"

static struct hasher *make(int64_t in_flight, int64_t queue_max, bool real)
{
	struct hasher *h;
	const struct hasher_opts opts = {
		.in_flight = in_flight,
		.queue_max = queue_max,
		.passes = real ? HASHER_PASSES : 1,
		.memory = real ? HASHER_MEMORY : 8192,
	};
	assert_int_equal(hasher_new(&opts, &h), OK);
	return h;
}

static void test_hasher__checks_what_it_made(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct hasher *h = make(2, 50, true);
	struct str hash;
	bool same = false;
	assert_int_equal(hasher_make(h, a, STR("корова"), &hash), OK);
	assert_true(str_starts(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
	assert_int_equal(hasher_check(h, hash, STR("корова"), &same), OK);
	assert_true(same);
	assert_int_equal(hasher_check(h, hash, STR("коровы"), &same), OK);
	assert_false(same);
	assert_int_equal(hasher_count(h), 3);
	hasher_free(h);
	arena_free(a);
}

static void test_hasher__does_the_work_where_there_is_no_hash(void **state)
{
	(void)state;
	struct hasher *h = make(2, 50, false);
	bool same = true;
	assert_int_equal(hasher_check(h, STR(""), STR(""), &same), OK);
	assert_false(same);
	same = true;
	assert_int_equal(hasher_check(h, STR("not a hash"), STR("x"), &same), OK);
	assert_false(same);
	assert_int_equal(hasher_count(h), 2);
	hasher_free(h);
}

#define THREADS 16

struct crowd {
	struct hasher *h;
	_Atomic int done, busy;
};

static void *one_of(void *arg)
{
	struct crowd *c = arg;
	bool same;
	enum err e = hasher_check(c->h, STR(""), STR("x"), &same);
	c->done += e == OK;
	c->busy += e == E_BUSY;
	return NULL;
}

static void run(struct crowd *c)
{
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_of, c), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void test_hasher__turns_away_what_the_queue_cannot_hold(void **state)
{
	(void)state;
	struct crowd c = { .h = make(1, 2, true) };
	run(&c);
	assert_int_equal(c.done + c.busy, THREADS);
	assert_true(c.done >= 3);
	assert_true(c.busy > 0);
	hasher_free(c.h);
}

static void test_hasher__lets_everybody_in_who_fits(void **state)
{
	(void)state;
	struct crowd c = { .h = make(2, 50, false) };
	run(&c);
	assert_int_equal(c.done, THREADS);
	hasher_free(c.h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hasher__checks_what_it_made),
		cmocka_unit_test(test_hasher__does_the_work_where_there_is_no_hash),
		cmocka_unit_test(test_hasher__turns_away_what_the_queue_cannot_hold),
		cmocka_unit_test(test_hasher__lets_everybody_in_who_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

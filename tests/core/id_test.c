#include "core/check.h"

#include "core/id.h"

#include <pthread.h>
#include <stdlib.h>

#define EPOCH_MS INT64_C(1735689600000)

static int64_t ms_of(int64_t id)
{
	return id >> 22;
}

static void test_id__is_made_of_time_node_and_counter(void **state)
{
	(void)state;
	struct clock_manual clock;
	clock_manual_init(&clock, (tstamp){ .ms = EPOCH_MS + 5 });
	struct ids *ids = ids_new(&clock.base, 1023);
	assert_int_equal(id_next(ids), (INT64_C(5) << 22) | (1023 << 12));
	assert_int_equal(id_next(ids), (INT64_C(5) << 22) | (1023 << 12) | 1);
	clock_manual_add(&clock, 1);
	assert_int_equal(id_next(ids), (INT64_C(6) << 22) | (1023 << 12));
	ids_free(ids);
	ids_free(NULL);
}

static void test_id__grows_when_the_clock_goes_back(void **state)
{
	(void)state;
	struct clock_manual clock;
	clock_manual_init(&clock, (tstamp){ .ms = EPOCH_MS + 100000 });
	struct ids *ids = ids_new(&clock.base, 1);
	int64_t last = id_next(ids);
	for (int i = 0; i < 100; i++) {
		clock_manual_add(&clock, -900);
		int64_t id = id_next(ids);
		assert_true(id > last);
		last = id;
	}
	assert_int_equal(ms_of(last), 100000);
	ids_free(ids);
}

static void test_id__full_counter_moves_the_millisecond_on(void **state)
{
	(void)state;
	struct clock_manual clock;
	clock_manual_init(&clock, (tstamp){ .ms = EPOCH_MS + 7 });
	struct ids *ids = ids_new(&clock.base, 3);
	int64_t last = 0;
	for (int i = 0; i < 3 * 4096; i++) {
		int64_t id = id_next(ids);
		assert_true(id > last);
		assert_int_equal(ms_of(id), 7 + i / 4096);
		assert_int_equal(id >> 12 & 1023, 3);
		last = id;
	}
	ids_free(ids);
}

static void test_id__is_positive_with_a_clock_before_the_epoch(void **state)
{
	(void)state;
	struct clock_manual clock;
	clock_manual_init(&clock, (tstamp){ .ms = 0 });
	struct ids *ids = ids_new(&clock.base, 0);
	int64_t first = id_next(ids);
	assert_true(first > 0);
	assert_true(id_next(ids) > first);
	ids_free(ids);
}

#define THREADS    4
#define PER_THREAD 20000

struct worker {
	struct ids *ids;
	int64_t *got;
};

static void *take_ids(void *arg)
{
	struct worker *w = arg;
	for (size_t i = 0; i < PER_THREAD; i++)
		w->got[i] = id_next(w->ids);
	return NULL;
}

static int cmp_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void test_id__threads_never_share_one(void **state)
{
	(void)state;
	struct ids *ids = ids_new(clock_system(), 1);
	int64_t *got = calloc(THREADS * PER_THREAD, sizeof(*got));
	assert_non_null(got);
	pthread_t threads[THREADS];
	struct worker workers[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .ids = ids, .got = got + i * PER_THREAD };
		assert_int_equal(pthread_create(threads + i, NULL, take_ids, workers + i), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		for (size_t k = 1; k < PER_THREAD; k++)
			assert_true(workers[i].got[k] > workers[i].got[k - 1]);
	qsort(got, THREADS * PER_THREAD, sizeof(*got), cmp_i64);
	for (size_t i = 1; i < THREADS * PER_THREAD; i++)
		assert_true(got[i] > got[i - 1]);
	free(got);
	ids_free(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id__is_made_of_time_node_and_counter),
		cmocka_unit_test(test_id__grows_when_the_clock_goes_back),
		cmocka_unit_test(test_id__full_counter_moves_the_millisecond_on),
		cmocka_unit_test(test_id__is_positive_with_a_clock_before_the_epoch),
		cmocka_unit_test(test_id__threads_never_share_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/check.h"

#include "core/rnd.h"

static void test_rnd__seeded_replays(void **state)
{
	(void)state;
	struct rnd_seeded r[3];
	unsigned char got[3][2][40];
	for (size_t i = 0; i < 3; i++) {
		rnd_seeded_init(r + i, i < 2 ? 42 : 43);
		r[i].base.fill(&r[i].base, got[i][0], sizeof(got[i][0]));
		r[i].base.fill(&r[i].base, got[i][1], sizeof(got[i][1]));
	}
	assert_memory_equal(got[0], got[1], sizeof(got[0]));
	assert_memory_not_equal(got[0], got[2], sizeof(got[0]));
	assert_memory_not_equal(got[0][0], got[0][1], sizeof(got[0][0]));
}

static void test_rnd__system_fills_everything(void **state)
{
	(void)state;
	struct rnd *r = rnd_system();
	unsigned char seen[32] = { 0 };
	/* A byte that stays zero 40 times over is one that is never written. */
	for (int round = 0; round < 40; round++) {
		unsigned char bytes[sizeof(seen)];
		r->fill(r, bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(seen); i++)
			seen[i] |= bytes[i];
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_int_not_equal(seen[i], 0);
}

static void test_rnd__below_is_even(void **state)
{
	(void)state;
	struct rnd_seeded r;
	rnd_seeded_init(&r, 7);
	int seen[10] = { 0 };
	for (int i = 0; i < 100000; i++)
		seen[rnd_below(&r.base, COUNT(seen))]++;
	/* 10,000 each; six standard deviations are 570. */
	for (size_t i = 0; i < COUNT(seen); i++)
		assert_in_range(seen[i], 9430, 10570);
	assert_int_equal(rnd_below(&r.base, 1), 0);
}

/* Gives the values of a list, one a call. */
struct rnd_list {
	struct rnd base;
	const uint64_t *next;
};

static void list_fill(struct rnd *r, void *p, size_t n)
{
	struct rnd_list *list = (struct rnd_list *)r;
	assert_int_equal(n, sizeof(*list->next));
	memcpy(p, list->next++, n);
}

static void test_rnd__below_draws_the_surplus_again(void **state)
{
	(void)state;
	/* 2^64 is 6 mod 10: the values 0..5 would be drawn once too often. */
	const uint64_t values[] = { 0, 5, 6 };
	struct rnd_list list = { .base = { .fill = list_fill }, .next = values };
	assert_int_equal(rnd_below(&list.base, 10), 6);
	assert_ptr_equal(list.next, values + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rnd__seeded_replays),
		cmocka_unit_test(test_rnd__system_fills_everything),
		cmocka_unit_test(test_rnd__below_is_even),
		cmocka_unit_test(test_rnd__below_draws_the_surplus_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/check.h"

#include "core/clock.h"

#include <time.h>

static void test_clock__system_is_the_time_of_the_machine(void **state)
{
	(void)state;
	const struct clock *c = clock_system();
	int64_t before = (int64_t)time(NULL);
	int64_t now_ms = c->now(c).ms;
	int64_t after = (int64_t)time(NULL);
	/* time() may lag behind by a tick of the kernel. */
	assert_true(now_ms / 1000 >= before && now_ms / 1000 <= after + 1);
	int64_t last = c->mono_us(c);
	for (int i = 0; i < 1000; i++) {
		int64_t next = c->mono_us(c);
		assert_true(next >= last);
		last = next;
	}
}

static void test_clock__manual_stands_still_until_moved(void **state)
{
	(void)state;
	struct clock_manual m;
	clock_manual_init(&m, (tstamp){ .ms = 1000 });
	const struct clock *c = &m.base;
	assert_int_equal(c->now(c).ms, 1000);
	assert_int_equal(c->now(c).ms, 1000);
	clock_manual_add(&m, 250);
	assert_int_equal(c->now(c).ms, 1250);
	assert_int_equal(c->mono_us(c), 250000);
}

static void test_clock__manual_jump_back_leaves_durations_alone(void **state)
{
	(void)state;
	struct clock_manual m;
	clock_manual_init(&m, (tstamp){ .ms = 1000 });
	clock_manual_add(&m, 10);
	clock_manual_add(&m, -500);
	assert_int_equal(m.base.now(&m.base).ms, 510);
	assert_int_equal(m.base.mono_us(&m.base), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock__system_is_the_time_of_the_machine),
		cmocka_unit_test(test_clock__manual_stands_still_until_moved),
		cmocka_unit_test(test_clock__manual_jump_back_leaves_durations_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

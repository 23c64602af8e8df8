/* A disk that cannot sync: the store says "unknown" once and then writes nothing more. */
#include "store/fixture.h"
#include "support/disk.h"

static int install_fault(void **state)
{
	(void)state;
	return disk_install();
}

static void test_sync__syncs_before_it_answers(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 5; id++) {
		int before = disk_synced();
		assert_int_equal(store_write(f->s, add_number, &id), OK);
		assert_true(disk_synced() > before);
	}
}

static void test_sync__stops_writing_for_good_when_a_commit_cannot_be_synced(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1, two = 2, three = 3;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	int refused = disk_refused();
	disk_break(true);
	assert_int_equal(store_write(f->s, add_number, &two), E_UNKNOWN);
	assert_true(store_failed(f->s));
	disk_break(false);
	assert_int_equal(store_write(f->s, add_number, &three), E_STORE);
	/* It was tried once, and never again. */
	assert_int_equal(disk_refused(), refused + 1);
	assert_true(fixture_count(f->s) >= 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fixture_setup_sqlite, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_sync__syncs_before_it_answers),
		CASE(test_sync__stops_writing_for_good_when_a_commit_cannot_be_synced),
	};
	return cmocka_run_group_tests(tests, install_fault, NULL);
}

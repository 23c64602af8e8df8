/* A disk that cannot sync: the store says "unknown" once and then writes nothing more. The fault is
 * put between SQLite and the kernel. */
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/fixture.h"

/* What SQLite has no argument for. */
static atomic_bool broken;
static atomic_int refused, synced;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
static int (*real_sync)(sqlite3_file *, int);

static int sync_or_fail(sqlite3_file *file, int flags)
{
	if (atomic_load(&broken)) {
		atomic_fetch_add(&refused, 1);
		return SQLITE_IOERR_FSYNC;
	}
	atomic_fetch_add(&synced, 1);
	return real_sync(file, flags);
}

/* All files of the kind share one table of functions. */
static int open_with_fault(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			   int *ret_flags)
{
	static sqlite3_io_methods patched;
	int rc = real_open(vfs, name, file, flags, ret_flags);
	if (rc != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
		return rc;
	real_sync = file->pMethods->xSync;
	patched = *file->pMethods;
	patched.xSync = sync_or_fail;
	file->pMethods = &patched;
	return rc;
}

static int install_fault(void **state)
{
	static sqlite3_vfs vfs;
	(void)state;
	vfs = *sqlite3_vfs_find(NULL);
	real_open = vfs.xOpen;
	vfs.zName = "faulty";
	vfs.xOpen = open_with_fault;
	return sqlite3_vfs_register(&vfs, 1);
}

static void test_sync__syncs_before_it_answers(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 5; id++) {
		int before = atomic_load(&synced);
		assert_int_equal(store_write(f->s, add_number, &id), OK);
		assert_true(atomic_load(&synced) > before);
	}
}

static void test_sync__stops_writing_for_good_when_a_commit_cannot_be_synced(void **state)
{
	struct fixture *f = *state;
	int64_t one = 1, two = 2, three = 3;
	assert_int_equal(store_write(f->s, add_number, &one), OK);
	atomic_store(&broken, true);
	atomic_store(&refused, 0);
	assert_int_equal(store_write(f->s, add_number, &two), E_UNKNOWN);
	assert_true(store_failed(f->s));
	atomic_store(&broken, false);
	assert_int_equal(store_write(f->s, add_number, &three), E_STORE);
	/* It was tried once, and never again. */
	assert_int_equal(atomic_load(&refused), 1);
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

/* What SQLite has no argument for stands in variables of this file. */
#include "support/disk.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool is_broken;
static atomic_int refused, synced;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
static int (*real_sync)(sqlite3_file *, int);

static int sync_or_fail(sqlite3_file *file, int flags)
{
	if (atomic_load(&is_broken)) {
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

int disk_install(void)
{
	static sqlite3_vfs vfs;
	vfs = *sqlite3_vfs_find(NULL);
	real_open = vfs.xOpen;
	vfs.zName = "faulty";
	vfs.xOpen = open_with_fault;
	return sqlite3_vfs_register(&vfs, 1);
}

void disk_break(bool broken)
{
	atomic_store(&is_broken, broken);
}

int disk_synced(void)
{
	return atomic_load(&synced);
}

int disk_refused(void)
{
	return atomic_load(&refused);
}

/* A disk that can be made unable to sync: SQLite's files of the log lie on it. The fault stands
 * between SQLite and the kernel, for the whole process. */
#ifndef SUPPORT_DISK_H
#define SUPPORT_DISK_H

#include <stdbool.h>

/** disk_install(): once, before any store is opened or thread made. Returns 0, or what SQLite
 * said. */
int disk_install(void);

/** disk_break(broken): from now on no sync succeeds; or all do again. */
void disk_break(bool broken);

/** disk_synced(), disk_refused(): how many syncs did, how many did not. */
int disk_synced(void);
int disk_refused(void);

#endif

/* A commit group: transactions of several callers that share one commit, and so one fsync. */
#ifndef STORE_SQLITE_GROUP_H
#define STORE_SQLITE_GROUP_H

#include "store/sqlite_conn.h"

enum { GROUP_MAX = 64 };

/* One caller's transaction. */
struct sqlite_member {
	store_fn *fn;
	void *arg;
	enum err result;
};

/* What is filled with members, one after the other, between sqlite_group_begin() and _end(). */
struct sqlite_group {
	struct sqlite_conn *c;
	struct sqlite_member *at[GROUP_MAX];
	int n;
	bool broken; /* SQLite has rolled back all of it */
};

/** sqlite_group_begin(g, c): start the transaction that all share. Expected: E_STORE. */
enum err sqlite_group_begin(struct sqlite_group *g, struct sqlite_conn *c) must_check;

/**
 * sqlite_group_add(g, m): run ${m}, in a savepoint of its own. False when no more may be added: the
 * group is full, or broken by ${m}.
 */
bool sqlite_group_add(struct sqlite_group *g, struct sqlite_member *m);

/**
 * sqlite_group_end(g): commit, and set every member's result. When the disk is full or one member
 * broke the group, each is run again alone, so that the innocent succeed. When the commit itself
 * could not be written or synced, the members get E_UNKNOWN and the store has failed for good.
 */
void sqlite_group_end(struct sqlite_group *g);

#endif

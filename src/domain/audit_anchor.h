/* The end of the audit's chain, told outside this machine: once a day, and when many rows came.
 * Who has the application key and the database can write another past; not one that leads through
 * what others have kept. */
#ifndef DOMAIN_AUDIT_ANCHOR_H
#define DOMAIN_AUDIT_ANCHOR_H

#include "domain/audit.h"
#include "domain/keys.h"

#define AUDIT_ANCHOR_ROWS 500 /* after so many an anchor does not wait for the next day */

struct audit_anchor {
	struct date day; /* the operator's */
	int64_t seq;     /* of the row that ends the chain */
	unsigned char mac[KEYS_MAC_BYTES];
};

/** audit_anchor_due(app, &ret_due, &ret): whether one is to be made now, and which. Expected:
 * E_STORE. */
enum err audit_anchor_due(const struct app *app, bool *ret_due,
			  struct audit_anchor *ret) must_check;

/** audit_anchor_line(anchor, b): "2026-11-23 112 <mac in hexadecimal>", as others keep it. */
void audit_anchor_line(const struct audit_anchor *anchor, struct buf *b);

/** audit_anchor_keep(app, anchor): it was told; doing it again changes nothing. */
enum err audit_anchor_keep(const struct app *app, const struct audit_anchor *anchor) must_check;

/** audit_anchor_check(app, report, arg): invariant I14: the chain leads through every anchor.
 * Expected: E_STORE, E_NOMEM. */
enum err audit_anchor_check(const struct app *app,
			    void (*report)(void *arg, const struct check_fault *f),
			    void *arg) must_check;

#endif

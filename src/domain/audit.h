/* The audit: who did what, to whom and why, append-only. A row is written in the transaction of
 * what it tells, or, where that is a look, in one committed before anything is shown. Rows are
 * chained by a MAC, so that the past cannot be changed unseen by who has not the application key;
 * job_anchor() carries the end of the chain out of the machine for the case that they have. */
#ifndef DOMAIN_AUDIT_H
#define DOMAIN_AUDIT_H

#include "core/lang.h"
#include "domain/app.h"
#include "domain/ledger.h"

enum audit_action {
#define AUDIT(id, name, ru, en) AUDIT_##id,
#include "domain/audit.def"
#undef AUDIT
	AUDIT_ACTION_N,
};

/* Whoever acts. */
struct actor {
	int64_t staff_id; /* 0: the console */
	struct str who;   /* as it shall still be understood in ten years: number and name */
};

/** audit_console(): whoever has a shell on the machine. */
struct actor audit_console(void);

#define AUDIT_REASON_MAX 500 /* bytes */

struct audit_entry {
	enum audit_action action;
	struct actor by;
	int64_t subscriber_id; /* whose data; 0: nobody's */
	struct str subject;    /* what it was done to */
	struct str reason;     /* empty: none was asked for */
};

/** audit_put(app, tx, a, entry): append it. ${app}->keys must be there. Who writes holds off all
 * others who write, until the end of the transaction. */
enum err audit_put(const struct app *app, struct tx *tx, struct arena *a,
		   const struct audit_entry *entry) must_check;

/** audit_reason_ok(reason): not empty, one line of clean text, at most AUDIT_REASON_MAX bytes. */
bool audit_reason_ok(struct str reason);

/** audit_action_text(name, lang): what the action of that name in the database is; the name itself
 * where this program does not know it. */
struct str audit_action_text(struct str name, enum lang lang);

struct audit_row {
	int64_t seq;
	tstamp at;
	struct str who, action, subject, reason;
};

#define AUDIT_PAGE 50

struct audit_list {
	size_t n;
	const struct audit_row *v; /* the latest first */
	bool more;                 /* there are older ones */
};

/** audit_list(app, a, before, &ret): AUDIT_PAGE rows before the one of that seq; INT64_MAX: the
 * latest. */
enum err audit_list(const struct app *app, struct arena *a, int64_t before,
		    struct audit_list *ret) must_check;

/** audit_check(app, report, arg): invariant I14, as far as the chain goes. ${app}->keys must be
 * there. Expected: E_STORE, E_NOMEM. */
enum err audit_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		     void *arg) must_check;

#endif

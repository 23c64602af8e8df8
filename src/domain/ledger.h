/* The books: append-only double entry. Money moves only here. A movement is an entry whose legs sum
 * to zero; a subscriber's account keeps balance, count and the head of its hash chain, taken and
 * moved on by one UPDATE … RETURNING; accounts are touched in ascending id. See
 * src/domain/DESIGN-ledger.md. */
#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include "core/money.h"
#include "core/tstamp.h"
#include "domain/app.h"
#include "domain/session.h"

/* System accounts, made by the first migration. */
enum { LEDGER_CLEARING = 1, LEDGER_REVENUE = 2, LEDGER_SUSPENSE = 3, LEDGER_OPENING = 4 };

enum entry_kind {
	ENTRY_OPENING,
	ENTRY_FEE,
	ENTRY_CHARGE,
	ENTRY_PAYMENT,
	ENTRY_REFUND,
	ENTRY_CORRECTION,
	ENTRY_KIND_N
};

struct leg {
	int64_t account_id;
	money amount; /* not zero; below zero lowers the balance */
};

#define LEGS_MAX 4

struct entry {
	struct str key; /* makes it happen once */
	enum entry_kind kind;
	tstamp at;
	struct str title, detail, note,
		source; /* for people: what, of what, why (arithmetic), from where */
	struct leg legs[LEGS_MAX];
	size_t n_legs;
};

/**
 * ledger_post(app, tx, a, entry, &ret_id, &ret_fresh):
 * Record ${entry} once: a repeat with the same key and the same content (the source apart) returns
 * the first one's id and ${ret_fresh} false. Call inside a write transaction, and leave that with
 * the error when this gives one. The legs sum to zero, each account is named once, at least one is
 * a subscriber's or the suspense account. Expected: E_CONFLICT (key used for something else),
 * E_LIMIT (balance would overflow), E_NOTFOUND (no such subscriber's account).
 */
enum err ledger_post(const struct app *app, struct tx *tx, struct arena *a, const struct entry *e,
		     int64_t *ret_id, bool *ret_fresh) must_check;

/* One movement as its owner sees it. */
struct movement {
	int64_t entry_id;
	enum entry_kind kind;
	tstamp at;
	struct str title, detail, note;
	struct str origin;   /* who charged or took the money, by their code; empty: nobody else */
	money amount;        /* above zero: payment and the like; below: charge */
	money before, after; /* balance around it, in the order of time */
};

enum history_kind { HISTORY_ALL, HISTORY_PAYMENTS, HISTORY_CHARGES };

struct history_query {
	struct date from, to; /* inclusive; to - from at most three years */
	enum history_kind kind;
};

struct month_sum {
	struct date month;       /* its first day */
	money payments, charges; /* both >= 0 */
};

struct history {
	money opening, payments, charges,
		closing;    /* of the whole period, whatever the kind; charges >= 0 */
	struct movement *v; /* of the kind asked for, newest first */
	size_t n;
	struct month_sum *months; /* the six months that end with ${to}'s */
	size_t n_months;
};

/** ledger_history(app, a, session, query, &ret): S13, on one snapshot. Expected: E_INPUT (period).
 */
enum err ledger_history(const struct app *app, struct arena *a, const struct session *s,
			const struct history_query *q, struct history *ret) must_check;

/**
 * ledger_check(app, report, arg): invariants I1 (legs sum to zero), I2 (balance is the sum of its
 * postings) and I5 (chains intact, and those that the signed roots vouch for) of the whole store,
 * as a stream; each violation is one call of ${report} that names invariant, account, seq and
 * entry, or the day of a root. Runs on a live store. Expected: E_STORE, E_NOTFOUND (there are roots
 * and ${app}->root is NULL: all but their signatures was checked).
 */
struct check_fault {
	const char *invariant;             /* "I1" … */
	int64_t account_id, seq, entry_id; /* 0 where it does not apply */
	int64_t flow_id;                   /* domain/flow.h */
	int64_t message_id;                /* domain/outbox.h */
	int64_t audit_seq;                 /* domain/audit.h */
	int64_t day;                       /* of a root, since 1970-01-01 */
	const char *what;                  /* a constant */
};
enum err ledger_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		      void *arg) must_check;

#endif

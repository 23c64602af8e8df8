/* What a subscriber wants to know first: how much, until when, on which tariff, in which state
 * (S10-S12). */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "domain/ledger.h"
#include "domain/session.h"

enum number_state { NUMBER_NEW, NUMBER_ACTIVE, NUMBER_BLOCKED };
enum block_reason {
	BLOCK_NONE,
	BLOCK_DEBT,
	BLOCK_REQUEST,
	BLOCK_LOST,
	BLOCK_FRAUD,
	BLOCK_CONTRACT
};

struct account_summary {
	struct msisdn msisdn;
	struct money_state {
		money balance; /* below zero: debt */
	} money;
	enum number_state state;
	enum block_reason reason;
	tstamp state_since;
	struct str operator_name;
	bool has_tariff;
	struct str tariff_name;
	struct date tariff_since;
	money fee;
	int64_t minutes, data_mb, sms; /* -1: unlimited */
	struct date next_fee;          /* the day of the next monthly fee */
	money due;                     /* what to pay; zero without debt */
	struct date due_until;
	struct movement *last; /* the last movements, newest first */
	size_t n_last;
};

/** account_summary(app, a, session, &ret): everything of the home page on one snapshot; 3
 * movements. Reads only, by two statements. */
enum err account_summary(const struct app *app, struct arena *a, const struct session *s,
			 struct account_summary *ret) must_check;

/** account_open(app, tx, credit_limit, &ret_id): an empty account for a new number, which is made
 * after it in the same transaction; it exists before anybody registers. */
enum err account_open(const struct app *app, struct tx *tx, money credit_limit,
		      int64_t *ret_id) must_check;

struct opening {
	int64_t account_id;
	struct msisdn msisdn;
	tstamp at;
	money balance;     /* what the subscriber comes with; zero posts nothing */
	struct str source; /* from which file */
};

/**
 * account_bring(app, tx, a, opening, &ret_fresh):
 * «Входящий остаток»: post what the account comes with, once per number. Expected: E_CONFLICT
 * (there was another one before), E_LIMIT.
 */
enum err account_bring(const struct app *app, struct tx *tx, struct arena *a,
		       const struct opening *o, bool *ret_fresh) must_check;

#endif

/* What a subscriber wants to know first: how much, until when, on which tariff, in which state (S10-S12). */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "domain/ledger.h"
#include "domain/session.h"

enum number_state { NUMBER_NEW, NUMBER_ACTIVE, NUMBER_BLOCKED };
enum block_reason { BLOCK_NONE, BLOCK_DEBT, BLOCK_REQUEST, BLOCK_LOST, BLOCK_FRAUD, BLOCK_CONTRACT };

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

/** account_summary(app, a, session, &ret): everything of the home page on one snapshot; 3 movements. Reads only; no more than six statements. */
enum err account_summary(const struct app *app, struct arena *a, const struct session *s, struct account_summary *ret) must_check;

#endif

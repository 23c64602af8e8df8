/* Tariffs of the operators: what they are called, and by versions what they cost and include (B2).
 */
#ifndef DOMAIN_TARIFF_H
#define DOMAIN_TARIFF_H

#include "core/money.h"
#include "domain/app.h"

struct tariff_version {
	struct str operator_code, code, name; /* a tariff is known by operator and code */
	struct date from;
	money fee;                     /* a month's; >= 0 */
	int64_t minutes, data_mb, sms; /* a month's; -1: unlimited */
};

/** tariff_operator_put(tx, code, name): an operator is there, by this name. */
enum err tariff_operator_put(struct tx *tx, struct str code, struct str name) must_check;

/** tariff_find(tx, a, operator_code, code, &ret_id): Expected: E_NOTFOUND. */
enum err tariff_find(struct tx *tx, struct arena *a, struct str operator_code, struct str code,
		     int64_t *ret_id) must_check;

/**
 * tariff_put(app, tx, a, version, &ret_id, &ret_fresh):
 * The tariff is there, by this name, and costs and includes this from that day on. What is there
 * already stays: the same again changes nothing and ${ret_fresh} is false. Expected: E_CONFLICT
 * (the version of that day says something else), E_NOTFOUND (no such operator).
 */
enum err tariff_put(const struct app *app, struct tx *tx, struct arena *a,
		    const struct tariff_version *v, int64_t *ret_id, bool *ret_fresh) must_check;

/** tariff_connect(tx, a, number_id, tariff_id, from, &ret_fresh): the number has this tariff from
 * that day on. Expected: E_CONFLICT (another one from that very day). */
enum err tariff_connect(struct tx *tx, struct arena *a, int64_t number_id, int64_t tariff_id,
			struct date from, bool *ret_fresh) must_check;

#endif

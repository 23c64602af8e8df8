/* What several kinds of file ask the store while their rows are checked, and make when they are
 * applied. Everything here wants x->tx; faults are complained about. */
#ifndef DOMAIN_IMPORT_FIND_H
#define DOMAIN_IMPORT_FIND_H

#include "domain/import_kind.h"
#include "domain/ledger.h"

/** import_claim_key(x, row, key, &ret_line): the line on which ${key} stood first in the file: this
 * one, or an earlier. */
enum err import_claim_key(struct import_ctx *x, const struct import_row *row, struct str key,
			  int64_t *ret_line) must_check;

/** import_claim(x, row, column, prefix): what stands in the cell may stand once in the file;
 * ${prefix} keeps columns apart. */
enum err import_claim(struct import_ctx *x, const struct import_row *row, size_t column,
		      const char *prefix) must_check;

/** import_find_account(x, row, number, account): put the account of the number into the hidden
 * cell; not given when there is none. */
enum err import_find_account(struct import_ctx *x, struct import_row *row, size_t number,
			     size_t account) must_check;

/** import_find_tariff(x, row, operator, tariff, id): put the tariff's id into the hidden cell. */
enum err import_find_tariff(struct import_ctx *x, struct import_row *row, size_t operator,
			    size_t tariff, size_t id) must_check;

/* Where a row says which SIM card of which operator is on which number. */
struct import_sim_columns {
	size_t number, iccid, imsi, operator;
};

/** import_check_sim(x, row, columns): each stands once in the file, and the store does not say
 * otherwise. */
enum err import_check_sim(struct import_ctx *x, const struct import_row *row,
			  const struct import_sim_columns *c) must_check;

/**
 * import_check_entry(x, row, ref, entry, &ret_suspended):
 * If there is a movement with ${entry}'s key, it is this one (its first leg is compared); else a
 * complaint about the column ${ref}. ${ret_suspended}: it is, but went to the suspense account.
 */
enum err import_check_entry(struct import_ctx *x, const struct import_row *row, size_t ref,
			    const struct entry *e, bool *ret_suspended) must_check;

struct import_number {
	int64_t id, account_id, epoch;
	bool fresh;
};

/** import_make_number(x, msisdn, operator, &ret): the number and its account, as they are or new.
 */
enum err import_make_number(struct import_ctx *x, struct str msisdn, struct str operator_code,
			    struct import_number *ret) must_check;

#endif

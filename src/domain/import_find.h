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

/** import_check_sim(x, row): where the kind says that there is a SIM card (x->kind->sim): each of
 * it stands once in the file, and the store does not say otherwise. */
enum err import_check_sim(struct import_ctx *x, const struct import_row *row) must_check;

/**
 * import_check_entry(x, row, ref, entry, &ret_suspended):
 * If there is a movement with ${entry}'s key, it is this one (its first leg is compared); else a
 * complaint about the column ${ref}. ${ret_suspended}: it is, but went to the suspense account.
 */
enum err import_check_entry(struct import_ctx *x, const struct import_row *row, size_t ref,
			    const struct entry *e, bool *ret_suspended) must_check;

/* Where a row says which movement of money it is. */
struct import_entry_columns {
	const char *what; /* the movement's key begins with it */
	size_t source, ref, at, amount;
};

/** import_check_money(x, row, columns): the sum is above zero; a warning when the moment is still
 * to come. No transaction. */
enum err import_check_money(struct import_ctx *x, const struct import_row *row,
			    const struct import_entry_columns *c) must_check;

enum import_entry {
	IMPORT_ENTRY_FINE,      /* new, there already, or complained about */
	IMPORT_ENTRY_REPEATED,  /* complained about: it stands on an earlier line */
	IMPORT_ENTRY_SUSPENDED, /* there already, but on the suspense account */
};

/** import_claim_entry(x, row, columns, e, &ret): give ${e} its key, which may stand once in the
 * file, then import_check_entry(). */
enum err import_claim_entry(struct import_ctx *x, const struct import_row *row,
			    const struct import_entry_columns *c, struct entry *e,
			    enum import_entry *ret) must_check;

struct import_number {
	int64_t id, account_id, epoch;
	bool fresh;
};

/** import_make_number(x, msisdn, operator, &ret): the number and its account, as they are or new.
 */
enum err import_make_number(struct import_ctx *x, struct str msisdn, struct str operator_code,
			    struct import_number *ret) must_check;

#endif

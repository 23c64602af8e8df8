/* Movements of money for tests: short ways to post them, to tell the balance and to collect what
 * the check finds. */
#ifndef SUPPORT_BOOKS_H
#define SUPPORT_BOOKS_H

#include "domain/ledger.h"
#include "support/kit.h"

/** books_entry(key, account, kop, at): a payment (or with a negative ${kop} a charge) of the
 * account. */
struct entry books_entry(const char *key, int64_t account, int64_t kop, tstamp at);

/** books_post(k, e, &ret_id, &ret_fresh): in a transaction of its own; thread-safe. */
enum err books_post(struct kit *k, const struct entry *e, int64_t *ret_id, bool *ret_fresh);

/** books_pay(k, key, account, kop, at): post it, it is new; its id. */
int64_t books_pay(struct kit *k, const char *key, int64_t account, int64_t kop, tstamp at);

/** books_balance(k, account): as the account says. */
int64_t books_balance(struct kit *k, int64_t account);

#define BOOKS_FAULTS_MAX 64

struct books_faults {
	size_t n;
	struct check_fault v[BOOKS_FAULTS_MAX];
};

/** books_on_fault(faults, fault): for ledger_check(): keep it. */
void books_on_fault(void *faults, const struct check_fault *f);

/** books_check(k, &ret): what ledger_check() finds. */
void books_check(struct kit *k, struct books_faults *ret);

/** books_assert_sound(k): it finds nothing. */
void books_assert_sound(struct kit *k);

#endif

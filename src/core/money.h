/* Money in whole kopecks. The struct keeps it from being mixed with any other number; every
 * operation is checked for overflow. There is no floating point in this program. */
#ifndef CORE_MONEY_H
#define CORE_MONEY_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

typedef struct {
	int64_t kop;
} money;

#define MONEY_RUB(rub) ((money){ .kop = INT64_C(100) * (rub) })
#define MONEY_ZERO     ((money){ .kop = 0 })

/**
 * money_add(a, b, &ret), money_sub(a, b, &ret), money_neg(a, &ret):
 * Expected: E_LIMIT (overflow).
 */
enum err money_add(money a, money b, money *ret) must_check;
enum err money_sub(money a, money b, money *ret) must_check;
enum err money_neg(money a, money *ret) must_check;

/** money_abs(a): saturates at the largest value. */
money money_abs(money a);

/** money_cmp(a, b): -1, 0, 1. */
int money_cmp(money a, money b);

/**
 * money_parse(s, &ret):
 * An amount in roubles as people and files write it: `1500`, `1 500`, `1500,5`, `1500.50`,
 * `-12,30`, U+2212 for minus, any of space, U+00A0, U+202F and U+2009 between groups of three
 * digits. Expected: E_INPUT (not an amount, or more than two digits of kopecks), E_LIMIT (beyond
 * 10^15 kopecks).
 */
enum err money_parse(struct str s, money *ret) must_check;

/** money_plain(b, m): `-1249.60`, for files. */
void money_plain(struct buf *b, money m);

/**
 * money_print(b, m):
 * `−1 249,60 ₽` for people: U+2212, U+00A0 between thousands and before the sign.
 */
void money_print(struct buf *b, money m);

#endif

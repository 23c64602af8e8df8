/* What limits on attempts give: probabilities in whole numbers, in parts of 10^12. */
#ifndef DOMAIN_ODDS_H
#define DOMAIN_ODDS_H

#include "core/buf.h"
#include "domain/limit.h"

#define ODDS_ONE INT64_C(1000000000000)

/** odds_any(guesses, space): that one of so many guesses, each right once in ${space} (> 1), is
 * right. */
int64_t odds_any(int64_t guesses, int64_t space);

/** odds_print(b, odds): `0.0060`: two digits that count. */
void odds_print(struct buf *b, int64_t odds);

/** odds_tries(rule, window_ms): how many tries fit into one window of ${rule} for who waits out
 * every pause. */
int64_t odds_tries(const struct limit *rule, int64_t window_ms);

#endif

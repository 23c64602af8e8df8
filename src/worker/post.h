/* What a gateway has told and the pump has not settled yet: results and receipts, copied. Room is
 * made once, so that telling cannot fail. Not thread-safe. */
#ifndef WORKER_POST_H
#define WORKER_POST_H

#include "domain/outbox_work.h"

#define POST_RESULTS_MAX  256
#define POST_RECEIPTS_MAX 512

struct post;

/** post_new(): empty; NULL without memory. post_free(b): NULL does nothing. */
struct post *post_new(void);
void post_free(struct post *b);

/** post_result(b, r): room is asserted: nobody holds more than POST_RESULTS_MAX messages. */
void post_result(struct post *b, const struct outbox_result *r);

/** post_receipt(b, r): Expected: E_BUSY (full). */
enum err post_receipt(struct post *b, const struct outbox_receipt *r) must_check;

/** post_empty(b), post_clear(b). */
bool post_empty(const struct post *b);
void post_clear(struct post *b);

/** post_fill(b, t): the results and receipts of ${t}; they stay here. */
void post_fill(const struct post *b, struct outbox_turn *t);

#endif

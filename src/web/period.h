/* The period of the history: what the query asks for, or the last two months; and the addresses of
 * its neighbours. */
#ifndef WEB_PERIOD_H
#define WEB_PERIOD_H

#include "web/router.h"

/**
 * period_read(r, &ret, &ret_fault):
 * from, to and kind out of the query. What cannot be read, is the wrong way round, longer than
 * three years or not of this century becomes the last two months, and ${ret_fault} says why.
 */
void period_read(struct req *r, struct history_query *ret, struct say *ret_fault);

/**
 * period_before(q, &ret):
 * As many whole months, ending with the day before ${q} begins; false when that cannot be shown.
 */
bool period_before(const struct history_query *q, struct history_query *ret);

/** period_url(a, path, q, kind, &ret): "/history?from=…&to=…&kind=…". Expected: E_NOMEM. */
enum err period_url(struct arena *a, struct str path, const struct history_query *q,
		    enum history_kind kind, struct url *ret) must_check;

#endif

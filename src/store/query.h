/* What the headers that tools/mksql makes (q_<room>.h) are written in. */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "core/iccid.h"
#include "core/money.h"
#include "core/msisdn.h"
#include "core/tstamp.h"
#include "store/bulk.h"
#include "store/store.h"

/* A number that may be NULL in the database. The other types have a value of their own for that:
 * TSTAMP_NONE, a date of year 0, a number or ICCID with d[0] == '\0', a string with p == NULL. */
struct opt_i64 {
	bool has;
	int64_t v;
};

#endif

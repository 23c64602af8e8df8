/* One of the four edges: where "now" comes from. Tests put a clock of their own in. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "core/tstamp.h"

struct clock {
	tstamp (*now)(const struct clock *c);      /* wall time; may jump */
	int64_t (*mono_us)(const struct clock *c); /* never goes back; for durations only */
};

/** clock_system(): the machine's clock. */
const struct clock *clock_system(void);

struct clock_manual {
	struct clock base;
	_Atomic int64_t now_ms;
	_Atomic int64_t mono_ms;
};

/**
 * clock_manual_init(c, start), clock_manual_add(c, ms):
 * A clock that stands still until clock_manual_add() moves it; a move back (${ms} < 0) is a jump
 * of the wall clock: the monotonic one stays.
 */
void clock_manual_init(struct clock_manual *c, tstamp start);
void clock_manual_add(struct clock_manual *c, int64_t ms);

#endif

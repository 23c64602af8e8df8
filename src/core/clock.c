/* The machine's clock and the one that tests move. The only place that asks the kernel what time it
 * is. */
#include "core/clock.h"

#include <assert.h>
#include <time.h>

static struct timespec read_clock(clockid_t id)
{
	struct timespec t;
	int failed = clock_gettime(id, &t);
	assert(!failed); /* both clocks always exist on Linux */
	return t;
}

static tstamp system_now(const struct clock *c)
{
	(void)c;
	struct timespec t = read_clock(CLOCK_REALTIME);
	return (tstamp){ .ms = t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000 };
}

static int64_t system_mono_us(const struct clock *c)
{
	(void)c;
	struct timespec t = read_clock(CLOCK_MONOTONIC);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

const struct clock *clock_system(void)
{
	static const struct clock clock = { .now = system_now, .mono_us = system_mono_us };
	return &clock;
}

static tstamp manual_now(const struct clock *c)
{
	return (tstamp){ .ms = ((const struct clock_manual *)c)->now_ms };
}

static int64_t manual_mono_us(const struct clock *c)
{
	return ((const struct clock_manual *)c)->mono_ms * 1000;
}

void clock_manual_init(struct clock_manual *c, tstamp start)
{
	*c = (struct clock_manual){
		.base = { .now = manual_now, .mono_us = manual_mono_us },
		.now_ms = start.ms,
	};
}

void clock_manual_add(struct clock_manual *c, int64_t ms)
{
	c->now_ms += ms;
	if (ms > 0)
		c->mono_ms += ms;
}

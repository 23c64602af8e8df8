/* Time. An instant is UTC milliseconds since 1970 in a struct; a date is a day of the calendar
 * without a zone. Which day an instant falls on depends on the operator's offset from UTC
 * (Russia has no summer time since 2014: a constant offset, a setting). "Now" comes only from
 * struct clock. */
#ifndef CORE_TSTAMP_H
#define CORE_TSTAMP_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

typedef struct {
	int64_t ms;
} tstamp;

#define TSTAMP_NONE ((tstamp){ .ms = INT64_MIN }) /* NULL in the database */
#define MINUTE_MS   INT64_C(60000)
#define HOUR_MS     (60 * MINUTE_MS)
#define DAY_MS      (24 * HOUR_MS)

struct date {
	int16_t year; /* 1900..2199 */
	int8_t month; /* 1..12 */
	int8_t day;   /* 1..31 */
};

struct clock_time {
	struct date date;
	int8_t hour, minute, second;
	int16_t milli;
};

static inline bool tstamp_is_none(tstamp t)
{
	return t.ms == INT64_MIN;
}

/** date_valid(d): a day that the calendar has, year 1900..2199. */
bool date_valid(struct date d);

/**
 * date_parse(s, &ret):
 * `27.03.1985`, `27.3.1985`, `27/03/1985`, `27 03 1985`, `27031985` or `1985-03-27`. Expected:
 * E_INPUT.
 */
enum err date_parse(struct str s, struct date *ret) must_check;

/** date_days(d): days since 1970-01-01 (negative before); date_of_days(n) is its inverse. */
int32_t date_days(struct date d);
struct date date_of_days(int32_t days);

/** date_cmp(a, b): -1, 0, 1. */
int date_cmp(struct date a, struct date b);

/**
 * date_add_months(d, n):
 * The same day ${n} months on, or the last of the month where it has no such day.
 */
struct date date_add_months(struct date d, int n);

/**
 * date_age(birth, on):
 * Whole years of age on the day ${on}; someone born on 29 February turns on 1 March.
 */
int date_age(struct date birth, struct date on);

/** date_weekday(d): 0 is Monday. */
int date_weekday(struct date d);

/** date_iso(b, d): `1985-03-27`. date_print(b, d): `27.03.1985`. */
void date_iso(struct buf *b, struct date d);
void date_print(struct buf *b, struct date d);

/** tstamp_local(t, offset_min): the wall clock ${offset_min} minutes east of Greenwich. */
struct clock_time tstamp_local(tstamp t, int offset_min);

/** tstamp_of_date(d, offset_min): the first instant of ${d} on that wall clock. */
tstamp tstamp_of_date(struct date d, int offset_min);

/** tstamp_iso(b, t): `2026-11-22T12:36:00.123Z`. */
void tstamp_iso(struct buf *b, tstamp t);

/**
 * tstamp_parse(s, offset_min, &ret): a date (its first instant), or a date, one space or T, and
 * hh:mm[:ss]; with Z behind it the time is UTC. Expected: E_INPUT.
 */
enum err tstamp_parse(struct str s, int offset_min, tstamp *ret) must_check;

#endif

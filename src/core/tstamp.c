/* Calendar arithmetic without libc: no zone files, no locale, no hidden "now". */
#include "core/tstamp.h"

#include "core/scan.h"

#include <assert.h>

#define YEAR_MIN     1900
#define YEAR_MAX     2199
#define DAYS_PER_ERA 146097    /* 400 years of the Gregorian calendar */
#define DAYS_TO_1970 719468    /* from 0000-03-01 */
#define DAYS_FIRST   (-719162) /* 0001-01-01 */
#define DAYS_LAST    2932896   /* 9999-12-31: what fits four digits */

static int days_in_month(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_valid(struct date d)
{
	return d.year >= YEAR_MIN && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 &&
	       d.day >= 1 && d.day <= days_in_month(d.year, d.month);
}

/* Counted in years that begin on 1 March, so that a leap day is the last of its year; (153 m + 2) /
 * 5 is the number of days before month m of such a year. */
int32_t date_days(struct date d)
{
	int year = d.year - (d.month <= 2);
	int month = (d.month + 9) % 12;
	int era = (year >= 0 ? year : year - 399) / 400;
	int of_era = year - era * 400;
	int day = (153 * month + 2) / 5 + d.day - 1;
	return era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 + day - DAYS_TO_1970;
}

struct date date_of_days(int32_t days)
{
	assert(days >= DAYS_FIRST && days <= DAYS_LAST);
	int n = days + DAYS_TO_1970;
	int era = n / DAYS_PER_ERA;
	int rest = n - era * DAYS_PER_ERA;
	int year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
	rest -= 365 * year + year / 4 - year / 100;
	int month = (5 * rest + 2) / 153;
	return (struct date){
		.year = (int16_t)(era * 400 + year + (month >= 10)),
		.month = (int8_t)(month < 10 ? month + 3 : month - 9),
		.day = (int8_t)(rest - (153 * month + 2) / 5 + 1),
	};
}

int date_cmp(struct date a, struct date b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return (a.day > b.day) - (a.day < b.day);
}

struct date date_add_months(struct date d, int n)
{
	int months = d.year * 12 + d.month - 1 + n;
	assert(months >= 12 && months < 10000 * 12);
	int year = months / 12;
	int month = months % 12 + 1;
	int last = days_in_month(year, month);
	return (struct date){
		.year = (int16_t)year,
		.month = (int8_t)month,
		.day = (int8_t)(d.day < last ? d.day : last),
	};
}

int date_age(struct date birth, struct date on)
{
	bool still_to_come =
		on.month < birth.month || (on.month == birth.month && on.day < birth.day);
	return on.year - birth.year - still_to_come;
}

int date_weekday(struct date d)
{
	/* 1970-01-01 was a Thursday; the multiple of 7 keeps the dividend positive from year 1 on.
	 */
	return (int)((date_days(d) + 3 + 7 * INT64_C(200000)) % 7);
}

void date_iso(struct buf *b, struct date d)
{
	buf_pad(b, d.year, 4);
	buf_c(b, '-');
	buf_pad(b, d.month, 2);
	buf_c(b, '-');
	buf_pad(b, d.day, 2);
}

void date_print(struct buf *b, struct date d)
{
	buf_pad(b, d.day, 2);
	buf_c(b, '.');
	buf_pad(b, d.month, 2);
	buf_c(b, '.');
	buf_pad(b, d.year, 4);
}

/* From min to max digits off the front of s; a longer run is no match. */
static bool take_digits(struct str *s, size_t min, size_t max, int *ret)
{
	struct str rest = *s;
	uint64_t v;
	if (!scan_u64(&rest, 99999999, &v) || s->n - rest.n < min || s->n - rest.n > max)
		return false;
	*s = rest;
	*ret = (int)v;
	return true;
}

static bool take_iso(struct str s, int *year, int *month, int *day)
{
	return take_digits(&s, 4, 4, year) && scan_lit(&s, STR("-")) &&
	       take_digits(&s, 2, 2, month) && scan_lit(&s, STR("-")) &&
	       take_digits(&s, 2, 2, day) && s.n == 0;
}

static bool take_run(struct str s, int *year, int *month, int *day)
{
	int all;
	if (!take_digits(&s, 8, 8, &all) || s.n)
		return false;
	*day = all / 1000000;
	*month = all / 10000 % 100;
	*year = all % 10000;
	return true;
}

static bool take_parted(struct str s, struct str sep, int *year, int *month, int *day)
{
	return take_digits(&s, 1, 2, day) && scan_lit(&s, sep) && take_digits(&s, 1, 2, month) &&
	       scan_lit(&s, sep) && take_digits(&s, 4, 4, year) && s.n == 0;
}

static enum err date_exact(struct str s, struct date *ret)
{
	int year;
	int month;
	int day;
	if (!take_iso(s, &year, &month, &day) && !take_run(s, &year, &month, &day) &&
	    !take_parted(s, STR("."), &year, &month, &day) &&
	    !take_parted(s, STR("/"), &year, &month, &day) &&
	    !take_parted(s, STR(" "), &year, &month, &day))
		return E_INPUT;
	/* At most 9999 and 99: nothing is lost. */
	struct date d = { .year = (int16_t)year, .month = (int8_t)month, .day = (int8_t)day };
	if (!date_valid(d))
		return E_INPUT;
	*ret = d;
	return OK;
}

enum err date_parse(struct str s, struct date *ret)
{
	return date_exact(str_trim(s), ret);
}

/* Days and milliseconds of the day, rounded down also before 1970. */
static int32_t split_day(int64_t ms, int64_t *ret_rest)
{
	int64_t rest = ms % DAY_MS;
	if (rest < 0)
		rest += DAY_MS;
	int64_t days = (ms - rest) / DAY_MS;
	assert(days >= DAYS_FIRST && days <= DAYS_LAST);
	*ret_rest = rest;
	return (int32_t)days;
}

struct clock_time tstamp_local(tstamp t, int offset_min)
{
	assert(t.ms >= DAYS_FIRST * DAY_MS && t.ms <= DAYS_LAST * DAY_MS);
	int64_t rest;
	int32_t days = split_day(t.ms + offset_min * MINUTE_MS, &rest);
	return (struct clock_time){
		.date = date_of_days(days),
		.hour = (int8_t)(rest / HOUR_MS),
		.minute = (int8_t)(rest / MINUTE_MS % 60),
		.second = (int8_t)(rest / 1000 % 60),
		.milli = (int16_t)(rest % 1000),
	};
}

tstamp tstamp_of_date(struct date d, int offset_min)
{
	return (tstamp){ .ms = date_days(d) * DAY_MS - offset_min * MINUTE_MS };
}

void tstamp_iso(struct buf *b, tstamp t)
{
	struct clock_time c = tstamp_local(t, 0);
	date_iso(b, c.date);
	buf_c(b, 'T');
	buf_pad(b, c.hour, 2);
	buf_c(b, ':');
	buf_pad(b, c.minute, 2);
	buf_c(b, ':');
	buf_pad(b, c.second, 2);
	buf_c(b, '.');
	buf_pad(b, c.milli, 3);
	buf_c(b, 'Z');
}

/* hh:mm[:ss] as milliseconds of the day. */
static bool time_exact(struct str s, int64_t *ret)
{
	int hour;
	int minute;
	int second = 0;
	if (!take_digits(&s, 2, 2, &hour) || !scan_lit(&s, STR(":")) ||
	    !take_digits(&s, 2, 2, &minute))
		return false;
	if (scan_lit(&s, STR(":")) && !take_digits(&s, 2, 2, &second))
		return false;
	*ret = hour * HOUR_MS + minute * MINUTE_MS + second * INT64_C(1000);
	return s.n == 0 && hour < 24 && minute < 60 && second < 60;
}

/* Where the space or T before the time stands; a date of the form `27 03 1985` has spaces of its
 * own. */
static size_t find_time(struct str s)
{
	size_t i = str_find(s, ':');
	while (i > 0 && i < s.n && s.p[i] != ' ' && s.p[i] != 'T')
		i--;
	return i;
}

enum err tstamp_parse(struct str s, int offset_min, tstamp *ret)
{
	s = str_trim(s);
	size_t at = find_time(s);
	struct date d;
	try(date_exact(str_sub(s, 0, at), &d));
	int64_t of_day = 0;
	if (at < s.n) {
		struct str time = str_sub(s, at + 1, s.n);
		if (str_ends(time, STR("Z"))) {
			time.n--;
			offset_min = 0;
		}
		if (!time_exact(time, &of_day))
			return E_INPUT;
	}
	ret->ms = tstamp_of_date(d, offset_min).ms + of_day;
	return OK;
}

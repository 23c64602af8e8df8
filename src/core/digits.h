/* Decimal digits, written backwards and two at a time: numbers and amounts are printed for every
 * row of every page. Only for the printers of core/. */
#ifndef CORE_DIGITS_H
#define CORE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 20 /* of the largest uint64_t */

static const char digits_pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

/** digits_pair(p, v): write ${v} < 100 as the two digits before ${p}; returns their start. */
static inline char *digits_pair(char *p, uint64_t v)
{
	return memcpy(p - 2, digits_pairs + 2 * v, 2);
}

/** digits_back(p, v): write ${v} so that it ends before ${p}; returns its start. Zero is one digit.
 */
static inline char *digits_back(char *p, uint64_t v)
{
	for (; v >= 100; v /= 100)
		p = digits_pair(p, v % 100);
	if (v >= 10)
		return digits_pair(p, v);
	*--p = (char)('0' + v);
	return p;
}

/** digits_abs(v): the magnitude of ${v}, also of INT64_MIN. */
static inline uint64_t digits_abs(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

#endif

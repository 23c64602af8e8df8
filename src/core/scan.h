/* Parsing of numbers and tokens out of slices. Each function takes what it understood off the front
 * of ${s} and leaves ${s} untouched when it returns false. */
#ifndef CORE_SCAN_H
#define CORE_SCAN_H

#include "core/str.h"

/** scan_u64(&s, max, &ret): decimal digits, at least one, value at most ${max}. */
bool scan_u64(struct str *s, uint64_t max, uint64_t *ret);

/** scan_i64(&s, &ret): an optional '-' and decimal digits that fit. */
bool scan_i64(struct str *s, int64_t *ret);

/** scan_lit(&s, lit): exactly these bytes. */
bool scan_lit(struct str *s, struct str lit);

/** scan_i64_all(s, min, max, &ret): the whole slice is one number within the bounds. */
bool scan_i64_all(struct str s, int64_t min, int64_t max, int64_t *ret);

/** scan_hex(s, out, n): the whole slice is ${n} bytes in hexadecimal of either case. */
bool scan_hex(struct str s, void *out, size_t n);

#endif

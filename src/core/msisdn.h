/* A Russian mobile number: ten ASCII digits, the first a 9 (ITU-T E.164 country code 7 is left out,
 * as subscribers write it). Parsed once at the border; after that nobody validates again. */
#ifndef CORE_MSISDN_H
#define CORE_MSISDN_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

struct msisdn {
	char d[11]; /* ten digits and a NUL; d[0] == '\0' means none (NULL in the database) */
};

/**
 * msisdn_parse(s, &ret):
 * Any form in which people write it: 9211234567, +7 (921) 123-45-67, 8921…, 7921…, with spaces,
 * no-break spaces, dots, dashes of all kinds, brackets; full-width or Arabic-Indic digits are not
 * digits here. Expected: E_INPUT (also for what is not a mobile number).
 */
enum err msisdn_parse(struct str s, struct msisdn *ret) must_check;

static inline struct str msisdn_str(const struct msisdn *m)
{
	return (struct str){ .p = m->d, .n = m->d[0] ? 10 : 0 };
}

/**
 * msisdn_print(b, m):
 * `+7 921 555-01-23` with no-break spaces. msisdn_mask(b, m): `+7 921 •••-••-23`.
 */
void msisdn_print(struct buf *b, const struct msisdn *m);
void msisdn_mask(struct buf *b, const struct msisdn *m);

#endif

/* The serial number of a SIM card as it is printed (ITU-T E.118): 18 to 20 digits, 89 in front,
 * usually a Luhn digit at the end. Kept as printed; "the last four" are the last four printed. */
#ifndef CORE_ICCID_H
#define CORE_ICCID_H

#include "core/err.h"
#include "core/str.h"

struct iccid {
	char d[21]; /* 18..20 digits and a NUL; d[0] == '\0' means none */
};

/**
 * iccid_parse(s, &ret):
 * Digits, with spaces or dashes between them; begins with 89. Expected: E_INPUT.
 */
enum err iccid_parse(struct str s, struct iccid *ret) must_check;

/** iccid_luhn(i): the check digit over the printed string fits (ISO/IEC 7812-1, annex B). */
bool iccid_luhn(const struct iccid *i);

/** iccid_str(i), iccid_last4(i): slices into ${i}. */
struct str iccid_str(const struct iccid *i);
struct str iccid_last4(const struct iccid *i);

#endif

/* What people put between the digits of amounts, phone numbers and card numbers. */
#ifndef CORE_PUNCT_H
#define CORE_PUNCT_H

#include "core/str.h"

/** punct_space(&s): take one space, U+00A0, U+202F or U+2009 off the front; false when there is
 * none. */
bool punct_space(struct str *s);

/** punct_dash(&s): the same for '-', U+2010..U+2015 and U+2212. */
bool punct_dash(struct str *s);

#endif

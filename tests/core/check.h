/* What the tests of core/ share: cmocka with what it needs before it, and comparisons of slices. */
#ifndef TESTS_CORE_CHECK_H
#define TESTS_CORE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

/** check_str(got, want): equal bytes, shown as text when they are not. */
#define check_str(got, want)                                                                       \
	do {                                                                                       \
		struct str got_ = (got);                                                           \
		struct str want_ = (want);                                                         \
		if (!str_eq(got_, want_))                                                          \
			fail_msg("got \"%.*s\", want \"%.*s\"", (int)got_.n, got_.p, (int)want_.n, \
				 want_.p);                                                         \
	} while (0)

/** check_printed(b, want): what ${b} holds is ${want}; empties it. */
#define check_printed(b, want)                                                                     \
	do {                                                                                       \
		assert_int_equal((b)->err, OK);                                                    \
		check_str(buf_str(b), str_c(want));                                                \
		buf_done(b);                                                                       \
	} while (0)

/** check_has(b, part): ${part} occurs in what ${b} holds. */
#define check_has(b, part)                                                                         \
	do {                                                                                       \
		const char *part_ = (part);                                                        \
		if (!memmem((b)->p, (b)->n, part_, strlen(part_)))                                 \
			fail_msg("no \"%s\" in \"%.*s\"", part_, (int)(b)->n, (b)->p);             \
	} while (0)

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#endif

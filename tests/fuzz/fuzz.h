/* What fuzz targets share. A target is one file, NAME_fuzz.c; its seeds are corpus/NAME/. It must
 * hold for any input: no fault of the sanitizers, and what it asserts. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/** hold(x): abort with a line that says what did not hold. */
#define hold(x)                                                                                    \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);                    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/** fuzz_within(s, p, n): ${s} lies inside the ${n} bytes at ${p}. */
static inline bool fuzz_within(struct str s, const char *p, size_t n)
{
	return s.n == 0 || (s.p >= p && s.p + s.n <= p + n);
}

/** fuzz_copy(data, n): exactly ${n} bytes on the heap, so that one byte too far is seen. */
static inline char *fuzz_copy(const uint8_t *data, size_t n)
{
	char *p = malloc(n ? n : 1);
	hold(p);
	if (n)
		memcpy(p, data, n);
	return p;
}

#endif

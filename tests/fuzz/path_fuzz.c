/* Percent-escapes as a path has them: never longer, no '%' of an escape is overlooked, text is
 * strict. */
#include "core/utf8.h"
#include "fuzz.h"
#include "http/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	for (int plus = 0; plus < 2; plus++) {
		char *p = fuzz_copy(data, n);
		size_t got = 0;
		if (http_unescape(p, n, plus, &got)) {
			struct str s = { .p = p, .n = got };
			hold(got <= n);
			hold(memchr(data, '%', n) || got == n);
			if (http_text_ok(s, false))
				hold(!memchr(p, 0, got));
			if (utf8_clean(s, false))
				hold(http_text_ok(s, false));
		} else {
			hold(memchr(data, '%', n));
		}
		free(p);
	}
	return 0;
}

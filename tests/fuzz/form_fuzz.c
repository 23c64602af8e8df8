/* Bodies of forms and query strings: what is accepted is decoded inside its buffer, bounded, each
 * name once. */
#include "fuzz.h"
#include "http/form.h"
#include "http/text.h"

static void check_pairs(const struct http_pair *v, size_t n, const char *p, size_t bytes,
			bool lines)
{
	hold(n <= HTTP_FIELDS_MAX);
	for (size_t i = 0; i < n; i++) {
		hold(v[i].name.n > 0);
		hold(fuzz_within(v[i].name, p, bytes));
		hold(fuzz_within(v[i].value, p, bytes));
		hold(http_text_ok(v[i].name, false));
		hold(http_text_ok(v[i].value, lines));
		for (size_t j = 0; j < i; j++)
			hold(!str_eq(v[i].name, v[j].name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	for (int lines = 0; lines < 2; lines++) {
		struct arena *a = arena_new((size_t)1 << 20);
		char *p = fuzz_copy(data, n);
		struct http_pair *v;
		size_t count;
		hold(a);
		if (http_form_parse(a, p, n, lines, &v, &count) == OK)
			check_pairs(v, count, p, n, lines);
		free(p);
		arena_free(a);
	}
	return 0;
}

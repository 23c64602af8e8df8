/* The Cookie header: a value is a piece of it; the same header gives the same answer; twice is
 * never believed. */
#include "fuzz.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char name[] = "__Host-kabinet";
	char *p = fuzz_copy(data, n);
	struct http_req req = { .cookies = { .p = p, .n = n } };
	struct str value = { 0 };
	if (http_cookie(&req, str_c(name), &value)) {
		hold(fuzz_within(value, p, n));
		hold(value.n == 0 || !memchr(value.p, ';', value.n));

		char *twice = malloc(2 * n + 1);
		hold(twice);
		memcpy(twice, p, n);
		twice[n] = ';';
		memcpy(twice + n + 1, p, n);
		req.cookies = (struct str){ .p = twice, .n = 2 * n + 1 };
		hold(!http_cookie(&req, str_c(name), &value));
		free(twice);
	}
	free(p);
	return 0;
}

/* application/x-www-form-urlencoded: what a form posts, and what stands behind the '?' of a target.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http/http.h"

#define HTTP_FIELDS_MAX 100

/**
 * http_form_parse(a, p, n, lines, &ret, &ret_n):
 * The pairs of `name=value&…` in the ${n} bytes at ${p}, which are decoded in place: the pairs
 * point into them. Empty pieces (`a=1&&b=2`) are skipped; a piece without '=' has an empty value.
 * Names hold no control characters, values only TAB, CR and LF, and those only with ${lines}.
 * Expected: E_INPUT (a bad escape, not strict UTF-8, an empty name, a name twice, more than
 * HTTP_FIELDS_MAX pairs), E_NOMEM.
 */
enum err http_form_parse(struct arena *a, char *p, size_t n, bool lines, struct http_pair **ret,
			 size_t *ret_n) must_check;

#endif

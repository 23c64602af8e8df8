/* The text of requests: percent-escapes and what may stand in a decoded name, value or path. Pure
 * functions. */
#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H

#include "core/str.h"

/**
 * http_unescape(p, n, plus, &ret_n):
 * Decode %XX in place, with ${plus} also '+' as a space; the result is never longer. False for a
 * '%' without two hexadecimal digits.
 */
bool http_unescape(char *p, size_t n, bool plus, size_t *ret_n);

/**
 * http_text_ok(s, lines):
 * Strict UTF-8 without NUL and controls (C0, DEL, C1); with ${lines} TAB, CR and LF are allowed.
 * Marks that people paste without seeing them (U+202A, U+FEFF) pass: the field they stand in says
 * so, not a page of error 400.
 */
bool http_text_ok(struct str s, bool lines);

/** http_token_ok(s): a token of RFC 9110, not empty: what a field name consists of. */
bool http_token_ok(struct str s);

/** http_eq_nocase(a, b): equal but for the case of ASCII letters. */
bool http_eq_nocase(struct str a, struct str b);

/** http_trim(s): without space and TAB at both ends. */
struct str http_trim(struct str s);

#endif

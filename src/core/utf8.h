/* Text from outside: strict UTF-8 and what a person's name may consist of. Folding and categories
 * come from libutf8proc. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/arena.h"

/**
 * utf8_clean(s, lines):
 * Strict UTF-8 (no overlong form, surrogate, or beyond U+10FFFF) without NUL, C0 and C1 controls,
 * bidi controls (U+061C, U+200E, U+200F, U+202A-202E, U+2066-2069), U+FEFF, U+2028, U+2029,
 * non-characters and private use; with ${lines} also TAB, CR and LF are allowed.
 */
bool utf8_clean(struct str s, bool lines);

/** utf8_length(s): code points of a valid string. */
size_t utf8_length(struct str s);

/**
 * utf8_next(&s, &ret_cp):
 * Take one code point off a string; false at its end. A byte that is not UTF-8 comes as U+FFFD.
 */
bool utf8_next(struct str *s, int32_t *ret_cp);

/**
 * utf8_fold(a, s, &ret):
 * NFC, lower case (full Unicode case folding), «ё» as «е», runs of space as one space, trimmed: the
 * form in which names are compared and searched. Expected: E_NOMEM, E_INPUT (not UTF-8).
 */
enum err utf8_fold(struct arena *a, struct str s, struct str *ret) must_check;

/**
 * utf8_nfc(a, s, &ret):
 * Composed, trimmed, runs of white space as one space. Expected: E_NOMEM, E_INPUT.
 */
enum err utf8_nfc(struct arena *a, struct str s, struct str *ret) must_check;

enum script {
	SCRIPT_NONE, /* not a letter */
	SCRIPT_CYRILLIC,
	SCRIPT_LATIN,
	SCRIPT_OTHER,
};

/** utf8_script(cp): the script of a letter. */
enum script utf8_script(int32_t cp);

/**
 * utf8_from_cp1251(a, s, &ret):
 * Decode Windows-1251 (0x98, which it lacks, is an error). Expected: E_INPUT, E_NOMEM.
 */
enum err utf8_from_cp1251(struct arena *a, struct str s, struct str *ret) must_check;

#endif

/* A slice of bytes: the one string type inside Kabinet. A slice does not own what it points at;
 * who does is said where the slice is made. NUL-terminated strings live only at the border with
 * libc. */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/** STR("literal"): the slice of a string literal. */
#define STR(lit) ((struct str){ .p = "" lit, .n = sizeof(lit) - 1 })

/** str_c(s): the slice of a NUL-terminated string; NULL gives the empty slice. */
static inline struct str str_c(const char *s)
{
	return (struct str){ .p = s ? s : "", .n = s ? strlen(s) : 0 };
}

/** str_sub(s, from, n): ${n} bytes of ${s} from ${from}, cut to what ${s} has. */
static inline struct str str_sub(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct str){ .p = s.p + from, .n = n };
}

/** str_eq(a, b): equal bytes. Not for secrets: see secret_eq(). */
static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/** str_starts(s, prefix), str_ends(s, suffix): by bytes. */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/** str_find(s, c): index of the first byte ${c}, or ${s}.n when there is none. */
size_t str_find(struct str s, char c);

/**
 * str_trim(s):
 * ${s} without ASCII space, tab, CR and LF, U+00A0, and the marks that nobody sees (U+200B-200F,
 * U+202A-202E, U+2060, U+2066-2069, U+FEFF) at both ends.
 */
struct str str_trim(struct str s);

/**
 * str_cut(&rest, sep, &ret_head):
 * Take what stands before the first ${sep} off the front of ${rest}; the last piece is what is
 * left. Returns false when ${rest} was used up (its p is NULL then), so that `while (str_cut(...))`
 * sees every piece, empty ones too.
 */
bool str_cut(struct str *rest, char sep, struct str *ret_head);

#endif

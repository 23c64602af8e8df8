/* A growing run of bytes that names its maximum when it is made. A failed write makes the buffer
 * fail for good: writers need no checks, the reader asks once at the end. */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/err.h"
#include "core/str.h"

struct buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	size_t room;  /* bytes at p; cap is less after a failure */
	enum err err; /* OK, E_LIMIT (past max) or E_NOMEM */
};

/** buf_init(b, max): an empty buffer that grows to at most ${max} bytes; holds no memory yet. */
void buf_init(struct buf *b, size_t max);

/** buf_clear(b): wipe what was written and begin anew, a failure forgotten; the memory is kept. */
void buf_clear(struct buf *b);

/** buf_done(b): wipe it and give the memory back. */
void buf_done(struct buf *b);

/** buf_grow(b, n): room for ${n} more bytes, or false with ${b}->err set. */
bool buf_grow(struct buf *b, size_t n);

/** buf_put(b, s): append bytes. */
static inline void buf_put(struct buf *b, struct str s)
{
	if (__builtin_expect(b->cap - b->n < s.n, 0) && !buf_grow(b, s.n))
		return;
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

/**
 * buf_c(b, c), buf_i64(b, v), buf_hex(b, bytes):
 * One byte; a decimal number; lower-case hexadecimal.
 */
void buf_c(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_hex(struct buf *b, struct str bytes);

/** buf_pad(b, v, width): ${v} >= 0 in decimal, zeros in front up to ${width} digits. */
void buf_pad(struct buf *b, int64_t v, int width);

/** buf_str(b): what is in it; valid until the next write. */
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ .p = b->p ? b->p : "", .n = b->n };
}

#endif

/* The one growing buffer: doubles up to the maximum it was made with, then fails for good. */
#include "core/buf.h"

#include "core/digits.h"

#include <assert.h>
#include <stdlib.h>

#define CAP_MIN ((size_t)256)

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

/* Pages and forms are written here: a copy that is given up is wiped. */
static void give_up(char *p, size_t n)
{
	if (!p)
		return;
	explicit_bzero(p, n);
	free(p);
}

void buf_clear(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->n);
	b->n = 0;
	b->cap = b->room;
	b->err = OK;
}

void buf_done(struct buf *b)
{
	give_up(b->p, b->room);
	*b = (struct buf){ .max = b->max };
}

/* With no spare room left, even a short write comes back to buf_grow(), which refuses it. */
static bool fail(struct buf *b, enum err e)
{
	b->err = e;
	b->cap = b->n;
	return false;
}

static size_t cap_for(const struct buf *b, size_t need)
{
	size_t cap = b->cap > b->max / 2 ? b->max : b->cap * 2;
	if (cap < CAP_MIN)
		cap = CAP_MIN;
	if (cap < need)
		cap = need;
	return cap < b->max ? cap : b->max;
}

bool buf_grow(struct buf *b, size_t n)
{
	if (b->err != OK)
		return false;
	if (n > b->max - b->n)
		return fail(b, E_LIMIT);
	if (n <= b->cap - b->n)
		return true;
	size_t cap = cap_for(b, b->n + n);
	char *p = malloc(cap);
	if (!p)
		return fail(b, E_NOMEM);
	if (b->n)
		memcpy(p, b->p, b->n);
	give_up(b->p, b->room);
	b->p = p;
	b->cap = cap;
	b->room = cap;
	return true;
}

void buf_c(struct buf *b, char c)
{
	if (b->n == b->cap && !buf_grow(b, 1))
		return;
	b->p[b->n++] = c;
}

void buf_i64(struct buf *b, int64_t v)
{
	char space[1 + DIGITS_MAX];
	char *end = space + sizeof(space);
	char *p = digits_back(end, digits_abs(v));
	if (v < 0)
		*--p = '-';
	buf_put(b, (struct str){ .p = p, .n = (size_t)(end - p) });
}

void buf_pad(struct buf *b, int64_t v, int width)
{
	assert(v >= 0 && width >= 0 && width <= DIGITS_MAX);
	char space[DIGITS_MAX];
	char *end = space + sizeof(space);
	char *p = digits_back(end, (uint64_t)v);
	while (end - p < width)
		*--p = '0';
	buf_put(b, (struct str){ .p = p, .n = (size_t)(end - p) });
}

void buf_hex(struct buf *b, struct str bytes)
{
	static const char hex[] = "0123456789abcdef";
	if (bytes.n > SIZE_MAX / 2) {
		fail(b, E_LIMIT);
		return;
	}
	if (b->cap - b->n < 2 * bytes.n && !buf_grow(b, 2 * bytes.n))
		return;
	for (size_t i = 0; i < bytes.n; i++) {
		b->p[b->n++] = hex[(unsigned char)bytes.p[i] >> 4];
		b->p[b->n++] = hex[bytes.p[i] & 15];
	}
}

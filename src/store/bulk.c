/* An array of arrays in JSON, as both databases have functions that take it apart. */
#include "store/bulk.h"

#include <assert.h>

#include "core/buf.h"

struct bulk {
	struct buf text;
	size_t rows;
	bool begun; /* the row has a field */
	bool ended;
};

static void give_back(void *arg)
{
	struct bulk *l = arg;
	buf_done(&l->text);
}

enum err bulk_new(struct arena *a, struct bulk **ret)
{
	struct bulk *l = ARENA_NEW(a, struct bulk);
	if (!l)
		return E_NOMEM;
	buf_init(&l->text, BULK_BYTES_MAX);
	try(arena_on_close(a, give_back, l));
	*ret = l;
	return OK;
}

void bulk_row(struct bulk *l)
{
	assert(!l->ended);
	buf_put(&l->text, l->rows++ ? STR("],[") : STR("[["));
	l->begun = false;
}

static void next_field(struct bulk *l)
{
	assert(l->rows > 0 && !l->ended);
	if (l->begun)
		buf_c(&l->text, ',');
	l->begun = true;
}

void bulk_i64(struct bulk *l, int64_t v)
{
	next_field(l);
	buf_i64(&l->text, v);
}

static void put_char(struct buf *b, char c)
{
	if ((unsigned char)c < ' ') {
		buf_put(b, STR("\\u00"));
		buf_hex(b, (struct str){ .p = &c, .n = 1 });
		return;
	}
	if (c == '"' || c == '\\')
		buf_c(b, '\\');
	buf_c(b, c);
}

void bulk_str(struct bulk *l, struct str s)
{
	next_field(l);
	buf_c(&l->text, '"');
	for (size_t i = 0; i < s.n; i++)
		put_char(&l->text, s.p[i]);
	buf_c(&l->text, '"');
}

enum err bulk_end(struct bulk *l)
{
	assert(!l->ended);
	buf_put(&l->text, l->rows ? STR("]]") : STR("[]"));
	l->ended = true;
	return l->text.err;
}

size_t bulk_rows(const struct bulk *l)
{
	return l->rows;
}

struct str bulk_text(const struct bulk *l)
{
	assert(l->ended && l->text.err == OK);
	return buf_str(&l->text);
}

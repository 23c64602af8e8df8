/* What generated queries share: one row, many rows. */
#include "store/stmt.h"

enum { ROWS_FIRST = 16 };

void *rows_add(struct rows *r)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : ROWS_FIRST;
		void *p = arena_array(r->a, cap, r->size);
		if (!p)
			return NULL;
		if (r->n)
			memcpy(p, r->p, r->n * r->size);
		r->p = p;
		r->cap = cap;
	}
	return (char *)r->p + r->n++ * r->size;
}

struct one {
	struct arena *a;
	stmt_fill *fill;
	void *row;
	bool found;
};

static enum err on_first(void *arg, const struct value *cols)
{
	struct one *one = arg;
	if (one->found)
		return OK;
	one->found = true;
	return one->fill(one->a, cols, one->row);
}

enum err stmt_one(struct tx *tx, const struct stmt *st, const struct value *params, struct arena *a,
		  stmt_fill *fill, void *row)
{
	struct one one = { .a = a, .fill = fill, .row = row };
	try(stmt_run(tx, st, params, on_first, &one, NULL));
	return one.found ? OK : E_NOTFOUND;
}

struct many {
	stmt_fill *fill;
	struct rows *rows;
};

static enum err on_each(void *arg, const struct value *cols)
{
	const struct many *many = arg;
	void *row = rows_add(many->rows);
	return row ? many->fill(many->rows->a, cols, row) : E_NOMEM;
}

enum err stmt_many(struct tx *tx, const struct stmt *st, const struct value *params,
		   stmt_fill *fill, struct rows *rows)
{
	struct many many = { .fill = fill, .rows = rows };
	return stmt_run(tx, st, params, on_each, &many, NULL);
}

/* Rows: which column stands where, the cells of a record, and how they lie in the staging table:
 *
 *     for each column of the kind:  0                       nothing given
 *                                   1  eight bytes          a number, least byte first
 *                                   2  four bytes, bytes    a text and its length before it
 */
#include "domain/import_row.h"
#include "core/utf8.h"

enum tag { TAG_NONE, TAG_INT, TAG_TEXT };

#define ROW_BYTES_MAX ((size_t)256 << 10)

static bool is_int(enum import_type t)
{
	switch (t) {
	case IMPORT_SUM:
	case IMPORT_DAY:
	case IMPORT_MOMENT:
	case IMPORT_AMOUNT:
	case IMPORT_ONE_OF:
	case IMPORT_HIDDEN_INT:
		return true;
	default:
		return false;
	}
}

static bool is_hidden(const struct import_column *c)
{
	return c->type == IMPORT_HIDDEN_INT || c->type == IMPORT_HIDDEN_TEXT;
}

static enum err same_name(struct import_ctx *x, struct str folded, const char *name, bool *ret)
{
	struct str other;
	try(utf8_fold(x->a, str_c(name), &other));
	*ret = str_eq(folded, other);
	return OK;
}

/* The column that a file calls ${raw}; n_columns when there is none. */
static enum err find_column(struct import_ctx *x, struct str raw, struct str *ret_name, size_t *ret)
{
	const struct import_kind *k = x->kind;
	*ret = k->n_columns;
	*ret_name = raw;
	if (x->cp1251) {
		enum err e = utf8_from_cp1251(x->a, raw, ret_name);
		if (e != OK)
			return e == E_INPUT ? OK : e;
	}
	struct str folded;
	enum err e = utf8_fold(x->a, *ret_name, &folded);
	if (e != OK)
		return e == E_INPUT ? OK : e;
	for (size_t i = 0; i < k->n_columns; i++) {
		if (is_hidden(&k->columns[i]))
			continue;
		bool ru;
		bool en;
		try(same_name(x, folded, k->columns[i].ru, &ru));
		try(same_name(x, folded, k->columns[i].en, &en));
		if (ru || en) {
			*ret = i;
			return OK;
		}
	}
	return OK;
}

static enum err complain_head(struct import_ctx *x, int64_t line, enum import_problem p,
			      struct str column)
{
	return import_complain(
		x, (struct import_fault){ .line = line, .problem = p, .column = column });
}

enum err import_map_make(struct import_ctx *x, const struct csv_record *head,
			 struct import_map *ret)
{
	bool seen[CSV_FIELDS_MAX] = { false };
	*ret = (struct import_map){ .n = head->n };
	for (size_t i = 0; i < head->n; i++) {
		struct str name;
		size_t column;
		try(find_column(x, head->fields[i], &name, &column));
		ret->column[i] = column;
		if (column == x->kind->n_columns)
			try(complain_head(x, head->line, IMPORT_COLUMN_UNKNOWN, str_trim(name)));
		else if (seen[column])
			try(complain_head(x, head->line, IMPORT_COLUMN_TWICE, name));
		else
			seen[column] = true;
	}
	for (size_t i = 0; i < x->kind->n_columns; i++)
		if (x->kind->columns[i].required && !seen[i])
			try(complain_head(x, head->line, IMPORT_COLUMN_MISSING,
					  str_c(x->kind->columns[i].ru)));
	return OK;
}

static bool is_blank(const struct csv_record *r, size_t from)
{
	for (size_t i = from; i < r->n; i++)
		if (str_trim(r->fields[i]).n)
			return false;
	return true;
}

static enum err complain_record(struct import_ctx *x, const struct csv_record *r,
				const struct import_map *map)
{
	static const enum import_problem problems[] = {
		[CSV_FAULT_NUL] = IMPORT_NUL,
		[CSV_FAULT_QUOTE] = IMPORT_QUOTE,
		[CSV_FAULT_AFTER_QUOTE] = IMPORT_AFTER_QUOTE,
		[CSV_FAULT_UNCLOSED] = IMPORT_UNCLOSED,
		[CSV_FAULT_FIELD_LONG] = IMPORT_FIELD_LONG,
		[CSV_FAULT_RECORD_LONG] = IMPORT_RECORD_LONG,
		[CSV_FAULT_FIELDS_MANY] = IMPORT_FIELDS_MANY,
	};
	struct import_fault f = { .line = r->line, .problem = problems[r->fault] };
	if (r->fault_field < map->n)
		f.column = str_c(x->kind->columns[map->column[r->fault_field]].ru);
	return import_complain(x, f);
}

enum err import_row_read(struct import_ctx *x, const struct import_map *map,
			 const struct csv_record *record, struct import_row *ret)
{
	*ret = (struct import_row){ .line = record->line };
	if (record->fault)
		return complain_record(x, record, map);
	if (is_blank(record, 0))
		return OK;
	if (record->n < map->n)
		return import_complain(x, (struct import_fault){ .line = record->line,
								 .problem = IMPORT_FIELDS_FEW,
								 .n = (int64_t)record->n });
	/* Spreadsheets like to end rows with separators. */
	if (!is_blank(record, map->n))
		return import_complain(x, (struct import_fault){ .line = record->line,
								 .problem = IMPORT_FIELDS_MANY });
	struct import_cell *cells = arena_array(x->a, x->kind->n_columns, sizeof(*cells));
	if (!cells)
		return E_NOMEM;
	for (size_t i = 0; i < map->n; i++)
		try(import_cell_parse(x, record->line, &x->kind->columns[map->column[i]],
				      record->fields[i], &cells[map->column[i]]));
	ret->cells = cells;
	return OK;
}

static void put_number(struct buf *b, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_c(b, (char)(v >> 8 * i & 0xFF));
}

static void pack_cell(struct buf *b, const struct import_column *c, const struct import_cell *cell)
{
	if (!cell->given || c->sealed) {
		buf_c(b, TAG_NONE);
	} else if (is_int(c->type)) {
		buf_c(b, TAG_INT);
		put_number(b, (uint64_t)cell->i, 8);
	} else {
		buf_c(b, TAG_TEXT);
		put_number(b, cell->s.n, 4);
		buf_put(b, cell->s);
	}
}

enum err import_row_pack(struct import_ctx *x, const struct import_row *row, struct str *ret)
{
	struct buf b;
	buf_init(&b, ROW_BYTES_MAX);
	for (size_t i = 0; i < x->kind->n_columns; i++)
		pack_cell(&b, &x->kind->columns[i], &row->cells[i]);
	enum err e = b.err ? b.err : arena_str(x->a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

static bool take_number(struct str *s, size_t bytes, uint64_t *ret)
{
	if (s->n < bytes)
		return false;
	*ret = 0;
	for (size_t i = 0; i < bytes; i++)
		*ret |= (uint64_t)(unsigned char)s->p[i] << 8 * i;
	*s = str_sub(*s, bytes, s->n);
	return true;
}

static bool unpack_cell(struct str *s, struct import_cell *cell)
{
	uint64_t tag;
	uint64_t v;
	if (!take_number(s, 1, &tag) || tag > TAG_TEXT)
		return false;
	cell->given = tag != TAG_NONE;
	if (tag == TAG_NONE)
		return true;
	if (!take_number(s, tag == TAG_INT ? 8 : 4, &v))
		return false;
	cell->i = (int64_t)v;
	if (tag == TAG_INT)
		return true;
	if (v > s->n)
		return false;
	cell->s = str_sub(*s, 0, v);
	*s = str_sub(*s, v, s->n);
	return true;
}

enum err import_row_unpack(struct import_ctx *x, struct str bytes, struct import_row *row)
{
	row->cells = arena_array(x->a, x->kind->n_columns, sizeof(*row->cells));
	if (!row->cells)
		return E_NOMEM;
	for (size_t i = 0; i < x->kind->n_columns; i++)
		if (!unpack_cell(&bytes, &row->cells[i]))
			return E_STORE;
	return bytes.n ? E_STORE : OK;
}

/* From a record of the file to the cells of a row, and from there to the staging table and back. */
#ifndef DOMAIN_IMPORT_ROW_H
#define DOMAIN_IMPORT_ROW_H

#include "domain/import_kind.h"

/* Which column of the kind stands in which place of the file. */
struct import_map {
	size_t n;
	size_t column[CSV_FIELDS_MAX];
};

/** import_map_make(x, head, &ret): from the first record of the file; complains. */
enum err import_map_make(struct import_ctx *x, const struct csv_record *head,
			 struct import_map *ret) must_check;

/** import_row_read(x, map, record, &ret): its cells by type, in ${x}->a; complains. ${ret}->cells
 * NULL: an empty row. */
enum err import_row_read(struct import_ctx *x, const struct import_map *map,
			 const struct csv_record *record, struct import_row *ret) must_check;

/** import_row_pack(x, row, &ret), import_row_unpack(x, bytes, &row): the cells as bytes, without
 * the sealed ones' clear text. Expected: E_STORE (not such bytes). */
enum err import_row_pack(struct import_ctx *x, const struct import_row *row,
			 struct str *ret) must_check;
enum err import_row_unpack(struct import_ctx *x, struct str bytes,
			   struct import_row *row) must_check;

#endif

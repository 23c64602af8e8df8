/* Rows that a statement gets as one parameter, of type `bulk`: so many rows cost one execution and
 * one round trip. In the statement `${each}($1)` is a table of them with the column `value`;
 * value->>0 is the first field, as a text (a number: CAST(value->>0 AS BIGINT)). */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "core/arena.h"

#define BULK_BYTES_MAX ((size_t)1 << 20)

struct bulk;

/** bulk_new(a, &ret): without a row; it belongs to the arena. Expected: E_NOMEM. */
enum err bulk_new(struct arena *a, struct bulk **ret) must_check;

/** bulk_row(l): a row begins. bulk_i64(l, v), bulk_str(l, s): its next field; a string is UTF-8. */
void bulk_row(struct bulk *l);
void bulk_i64(struct bulk *l, int64_t v);
void bulk_str(struct bulk *l, struct str s);

/** bulk_end(l): nothing comes any more; only then is it a parameter. Expected: E_NOMEM, E_LIMIT
 * (past BULK_BYTES_MAX). */
enum err bulk_end(struct bulk *l) must_check;

/** bulk_rows(l): how many. */
size_t bulk_rows(const struct bulk *l);

/** bulk_text(l): as the databases read it; for store/value.h. */
struct str bulk_text(const struct bulk *l);

#endif

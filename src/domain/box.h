/* Short secrets that lie in a row of the database: sealed with a key made from app.key, and bound
 * to their row, so that a copied one opens nowhere else. A database or a backup without app.key
 * gives none of them away. */
#ifndef DOMAIN_BOX_H
#define DOMAIN_BOX_H

#include "core/secret.h"
#include "domain/app.h"

/** box_seal(app, a, purpose, row, clear, &ret): the bytes, in ${a}; ${purpose} (a constant) keeps
 * uses apart, ${row} is the id of the row. Expected: E_NOMEM. */
enum err box_seal(const struct app *app, struct arena *a, const char *purpose, int64_t row,
		  struct secret clear, struct str *ret) must_check;

/** box_open(app, a, purpose, row, sealed, &ret): the inverse; ${ret} is wiped with ${a}. Expected:
 * E_INPUT (damaged, of another row or purpose, or by another app.key), E_NOMEM. */
enum err box_open(const struct app *app, struct arena *a, const char *purpose, int64_t row,
		  struct str sealed, struct secret *ret) must_check;

#endif

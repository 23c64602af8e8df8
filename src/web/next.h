/* Where somebody was going when the sign-in page, or an error, came between: an address of ours
 * with its query, carried as text through the browser and believed only as far as it names one of
 * our rows. */
#ifndef WEB_NEXT_H
#define WEB_NEXT_H

#include "web/router.h"

/** next_of(r, &ret): the page that ${r} asked for, with its query where that is plain and not
 * longer than the form of the sign-in page takes. Expected: E_NOMEM. */
enum err next_of(struct req *r, struct str *ret) must_check;

/** next_put(b, next): what one of the others gave, as the value of a query. */
void next_put(struct buf *b, struct str next);

/**
 * next_page(r, next, &ret):
 * Where ${next}, whoever wrote it, leads a subscriber: one of our pages, with its query where that
 * is plain, or the page of one of our forms; else home. Expected: E_NOMEM.
 */
enum err next_page(struct req *r, struct str next, struct str *ret) must_check;

/** next_lead(r, path, next): redirect to ${path}, one of our pages, and carry ${next}, what one of
 * the others gave; empty: nothing. */
enum err next_lead(struct req *r, const char *path, struct str next) must_check;

#endif

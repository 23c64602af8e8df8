/* Errors as pages: what happened, what to do, and a number that is in the log. One table maps a
 * code to status and words; handlers never choose a status for a failure. */
#ifndef WEB_ERROR_H
#define WEB_ERROR_H

#include "web/router.h"

/** error_answer(r, e): the page of an error that a handler returned, logged with its number. */
void error_answer(struct req *r, enum err e);

/** error_status(r, status): the page of a request that had no handler: 400, 404, 405, 413, 415,
 * 431, 503 … */
void error_status(struct req *r, int status);

#endif

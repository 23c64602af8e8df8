/* Exchanges to be used again, so that a request on a busy server allocates nothing to begin with.
 */
#ifndef HTTP_SUPPLY_H
#define HTTP_SUPPLY_H

#include "http/exchange.h"

/** http_supply_get(s): an empty exchange with its arena; NULL without memory. Any thread may call
 * it. */
struct exchange *http_supply_get(struct http_server *s);

/** http_supply_put(x): clean it, wipe what was posted, and keep it or free it. */
void http_supply_put(struct exchange *x);

/** http_supply_done(s): free those that were kept. */
void http_supply_done(struct http_server *s);

#endif

/* One request and its answer, from the request line to the last byte sent. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/server.h"

#include <microhttpd.h>

/** Callbacks of libmicrohttpd; ${cls} is the server. */
void *http_exchange_begin(void *cls, const char *target, struct MHD_Connection *mhd);
enum MHD_Result http_exchange_step(void *cls, struct MHD_Connection *mhd, const char *url,
				   const char *method, const char *version, const char *data,
				   size_t *n, void **context);
void http_exchange_end(void *cls, struct MHD_Connection *mhd, void **context,
		       enum MHD_RequestTerminationCode why);

/** http_exchange_free_spares(s): when no connection is left. */
void http_exchange_free_spares(struct http_server *s);

#endif

/* From struct http_resp to what libmicrohttpd sends. */
#ifndef HTTP_RESP_H
#define HTTP_RESP_H

#include "http/http.h"

struct MHD_Response;

/**
 * http_resp_build(r, a, close):
 * A response of libmicrohttpd that points at the body of ${r}, which has to outlive it; ${a} serves
 * for scratch. With ${close} the connection ends after it. NULL without memory. Any thread may call
 * it.
 */
struct MHD_Response *http_resp_build(const struct http_resp *r, struct arena *a, bool close);

#endif

/* One request and its answer, from the request line to the last byte sent. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/server.h"

#include <microhttpd.h>

enum http_step { HTTP_STEP_HEADER, HTTP_STEP_BODY, HTTP_STEP_RESUMED };

struct exchange {
	struct http_job job;
	struct exchange *next; /* spare */
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct http_conn *conn;
	const char *line_target; /* where the target lies in the library's buffer */
	struct http_req req;
	struct http_resp resp;
	struct buf body;
	enum http_step step;
	enum http_lane lane;
	int refused; /* the status to refuse with, or 0 */
	bool close;  /* the connection cannot be used again */
	struct MHD_Response *answer;
};

/** Callbacks of libmicrohttpd; ${cls} is the server. */
void *http_exchange_begin(void *cls, const char *target, struct MHD_Connection *mhd);
enum MHD_Result http_exchange_step(void *cls, struct MHD_Connection *mhd, const char *url,
				   const char *method, const char *version, const char *data,
				   size_t *n, void **context);
void http_exchange_end(void *cls, struct MHD_Connection *mhd, void **context,
		       enum MHD_RequestTerminationCode why);

#endif

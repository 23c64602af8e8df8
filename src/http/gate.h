/* The thread at the door: lets connections in, and shows the slow ones out. */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "http/server.h"

/** http_gate_start(s): accept for ${s}, whose daemon runs. Expected: E_NOMEM (no eventfd or
 * thread). */
enum err http_gate_start(struct http_server *s) must_check;

/** http_gate_end(s): close the listening socket, wait until the connections are done (30 s at
 * most), end. */
void http_gate_end(struct http_server *s);

#endif

/* The thread at the door: lets connections in, and shows the slow ones out. */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "http/server.h"

/* As many connections may be on their way from the gate to the I/O threads: what the table of
 * connections cannot count yet. libmicrohttpd's own limit, past which it closes without a word,
 * stands that much higher. */
#define HTTP_ACCEPT_BURST 64

/** http_gate_start(s): accept for ${s}, whose daemon runs. Expected: E_NOMEM (no eventfd or
 * thread). */
enum err http_gate_start(struct http_server *s) must_check;

/** http_gate_end(s): close the listening socket, wait until the connections are done (30 s at
 * most), end. */
void http_gate_end(struct http_server *s);

#endif

/* Having requests answered: by the handler, on the thread that its lane names, or as refused. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "http/exchange.h"

/** http_answer_dispatch(x): run the handler here, or suspend the connection and queue it for its
 * lane. */
enum MHD_Result http_answer_dispatch(struct exchange *x);

/** http_answer_refuse(x, status): have the page drawn, send it, and end the connection. */
enum MHD_Result http_answer_refuse(struct exchange *x, int status);

/** http_answer_send(x): what the handler has answered meanwhile; on the I/O thread. */
enum MHD_Result http_answer_send(struct exchange *x);

#endif

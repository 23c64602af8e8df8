/* The header of one request as libmicrohttpd read it, and what libmicrohttpd does not say about it.
 *
 * libmicrohttpd 0.9.75 forgives much and tells nobody: a bare LF ends a line, a NUL cuts a value
 * off, a folded line is glued to the *name* of the field before it, more than one space may stand
 * in the request line. But it parses in place, so that all of it can be seen in where the pieces
 * lie: in a plain header each begins right behind CR LF of the one before. A header of another
 * shape is refused: two readers could differ about it. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "core/str.h"

struct MHD_Connection;

#define HTTP_HEAD_BYTES_MAX ((size_t)16384)

struct http_line {
	const char *method;
	const char *target; /* where it lies; its bytes have been changed since */
	size_t target_n;
	const char *version;
};

struct http_head {
	struct str accept_encoding, accept_language, content_encoding, content_length, content_type,
		cookie;
	struct str expect, forwarded_for, forwarded_proto, host, if_none_match, origin,
		sec_fetch_site;
	struct str transfer_encoding, user_agent;
	size_t n_fields;
	size_t bytes;
	bool malformed;   /* not of the plain shape, a bad name or value, or a field twice that may
			     come once */
	const char *next; /* where the next field has to begin */
};

/** http_head_read(mhd, line, &ret): the fields of the request that ${mhd} has just received. */
void http_head_read(struct MHD_Connection *mhd, const struct http_line *line,
		    struct http_head *ret);

#endif

/* What a client says about copies it has and encodings it takes. */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include "core/str.h"

/** http_etag_matches(if_none_match, etag): the client has it (weak comparison; `*` matches all). */
bool http_etag_matches(struct str if_none_match, struct str etag);

/** http_accepts(accept_encoding, coding): the client takes ${coding}; `br;q=0` says it does not. */
bool http_accepts(struct str accept_encoding, struct str coding);

#endif

/* Addresses as administrators write them: a name or an IPv4 address, or an IPv6 address in
 * brackets, and a port behind a colon. */
#ifndef CORE_HOSTPORT_H
#define CORE_HOSTPORT_H

#include "core/err.h"
#include "core/str.h"

struct hostport {
	struct str host; /* without brackets; 1 to 253 bytes of printable ASCII */
	struct str port; /* decimal, 0 to 65535 */
};

/** hostport_parse(s, &ret): the two parts of ${s}, pointing into it. Expected: E_INPUT. */
enum err hostport_parse(struct str s, struct hostport *ret) must_check;

#endif

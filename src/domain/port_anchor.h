/* What the domain needs from whoever keeps the anchors of the audit outside: add a line, for good.
 * A port is made by `anchor_<name>_start()`. */
#ifndef DOMAIN_PORT_ANCHOR_H
#define DOMAIN_PORT_ANCHOR_H

#include "core/err.h"
#include "core/str.h"

struct port_anchor {
	enum err (*put)(const struct port_anchor *p, struct str line);
};

/** port_anchor_put(p, line): ${line}, without an end of line, is kept when this returns OK.
 * Expected: E_UPSTREAM (perhaps not). */
static inline enum err port_anchor_put(const struct port_anchor *p, struct str line)
{
	return p->put(p, line);
}

#endif

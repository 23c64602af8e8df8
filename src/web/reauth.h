/* How a form gets over re-authentication: as over a new sign-in (docs/decisions/0002). */
#ifndef WEB_REAUTH_H
#define WEB_REAUTH_H

#include "web/router.h"

/** reauth_keep(r): the page that asks for a code again, carrying the form that ${r} typed. */
enum err reauth_keep(struct req *r) must_check;

#endif

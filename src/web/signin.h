/* How a form whose session has ended gets over a new sign-in (docs/decisions/0002). */
#ifndef WEB_SIGNIN_H
#define WEB_SIGNIN_H

#include "web/router.h"

/** signin_keep(r): the sign-in page, carrying the form that ${r} typed into a page whose session
 * has ended. */
enum err signin_keep(struct req *r) must_check;

#endif

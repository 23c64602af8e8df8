/* What becomes of a form whose POST failed through no fault of its sender: it waits in the error
 * page (docs/decisions/0008). Nothing here asks the store, which may be what failed. */
#ifndef WEB_AGAIN_H
#define WEB_AGAIN_H

#include "web/router.h"

/**
 * again_offer(r, nothing_done, &ret):
 * What the error page offers of the form that ${r} posted: to send it as it is when it has no
 * secrets, its token is right and ${nothing_done}; else to be led back to it. Nothing when there is
 * no form, it came from another site, or memory runs short.
 */
void again_offer(struct req *r, bool nothing_done, struct web_again *ret);

#endif

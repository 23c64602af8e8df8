/* The profile for the handlers of forms that stand in it and have pages of their own. */
#ifndef WEB_PROFILE_H
#define WEB_PROFILE_H

#include "web/router.h"

/** profile_refused(r, until): the profile, which says that no letter can be sent before ${until}.
 */
enum err profile_refused(struct req *r, tstamp until) must_check;

#endif

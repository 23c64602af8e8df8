/* What to call a device in the list of sessions: «Android, Chrome». */
#ifndef WEB_BROWSER_H
#define WEB_BROWSER_H

#include "core/str.h"

/** browser_name(user_agent): a constant of the program: nothing of what the client sent is stored.
 */
struct str browser_name(struct str user_agent);

#endif

/* What to call a device in the list of sessions: «Android, Chrome». */
#ifndef WEB_DEVICE_H
#define WEB_DEVICE_H

#include "core/str.h"

/** device_name(user_agent): a constant of the program: nothing of what the client sent is stored. */
struct str device_name(struct str user_agent);

#endif

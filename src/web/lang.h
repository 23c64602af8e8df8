/* Which language a visitor reads: ?lang= (kept in a cookie), the cookie, Accept-Language, Russian.
 */
#ifndef WEB_LANG_H
#define WEB_LANG_H

#include "web/router.h"

/** lang_choose(r): set ${r}->lang; remembers a choice made by ?lang=. */
void lang_choose(struct req *r);

#endif

/* What every answer has: the layout's data, security headers, cookies. For the router's own files;
 * handlers use web/router.h. */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "web/router.h"

/** answer_page_init(r): fill ${r}->page from the settings and the request; no session yet. After an
 * error it is good enough for an error page. */
enum err answer_page_init(struct req *r) must_check;

/** answer_lang(r): of that the link to the other language, for a row that was changed. */
enum err answer_lang(struct req *r) must_check;

/** answer_page_session(r): and from the session that was found. */
enum err answer_page_session(struct req *r) must_check;

/** answer_headers(r): the security headers of a personal page. */
void answer_headers(struct req *r);

/** answer_cookie(r, name, value, age_s): Secure, HttpOnly, SameSite=Lax, Path=/; ${age_s} 0: of the
 * browser's session, below 0: remove. */
enum err answer_cookie(struct req *r, const char *name, struct str value, int64_t age_s) must_check;

#endif

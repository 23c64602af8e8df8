/* Going on with what a new sign-in interrupted (docs/decisions/0002). */
#ifndef WEB_RESUME_H
#define WEB_RESUME_H

#include "web/router.h"

/**
 * resume_form(r, token, next, keep, &ret_shown):
 * Set the cookie of a session that has been opened (SESSION_TOKEN_BYTES). If ${keep} is a form of
 * the row ${next}, and they may enter it, show its page with everything that was typed.
 */
enum err resume_form(struct req *r, const unsigned char *token, struct str next, struct str keep,
		     bool *ret_shown) must_check;

/** resume_page(r, next): otherwise: to the page they were going to. */
enum err resume_page(struct req *r, struct str next) must_check;

#endif

/* How a form whose session has ended gets over a new sign-in (docs/decisions/0002). */
#ifndef WEB_SIGNIN_H
#define WEB_SIGNIN_H

#include "domain/signin.h"
#include "web/router.h"

/** signin_keep(r): the sign-in page, carrying the form that ${r} typed into a page whose session
 * has ended. */
enum err signin_keep(struct req *r) must_check;

/** signin_again(r, next, keep): the sign-in page, as the time for the code is over. */
enum err signin_again(struct req *r, struct str next, struct str keep) must_check;

/** signin_go_on(r, done, next, keep): set the cookies of a session that has been opened, and go on
 * with what was interrupted: the page ${next}, or its form as ${keep} has it. */
enum err signin_go_on(struct req *r, const struct signin_done *done, struct str next,
		      struct str keep) must_check;

/** signin_ask_code(r, done, next, keep): the page that asks for the code of a second factor. */
enum err signin_ask_code(struct req *r, const struct signin_done *done, struct str next,
			 struct str keep) must_check;

#endif

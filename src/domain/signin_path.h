/* Which way into the cabinet a number has: shared by signing in and by recovering. */
#ifndef DOMAIN_SIGNIN_PATH_H
#define DOMAIN_SIGNIN_PATH_H

#include "domain/app.h"
#include "q_signin.h"

/** signin_first_open(app, path): nobody is registered, a card is issued, its days are not over and
 * the policy is not `office`: the card's digits can open the registration, alone or with a code. */
bool signin_first_open(const struct app *app, const struct q_signin_path_row *path);

/** signin_digits(typed): the four digits that were typed, or nothing when it was anything else. */
struct str signin_digits(struct str typed);

#endif

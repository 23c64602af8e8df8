/* The known-device cookie: a browser that once signed in with the password keeps a counter of wrong
 * tries of its own, so that a stranger who burns the account's tries does not lock its owner out.
 * It is signed, names number and epoch, opens nothing, and is fresh after each full sign-in. */
#ifndef DOMAIN_DEVICE_H
#define DOMAIN_DEVICE_H

#include "core/arena.h"
#include "domain/app.h"

/** device_make(app, a, number_id, epoch, &ret): a new cookie's value, of characters that need no
 * quoting. Expected: E_NOMEM. */
enum err device_make(const struct app *app, struct arena *a, int64_t number_id, int64_t epoch,
		     struct str *ret) must_check;

#define DEVICE_NAME_BYTES 33

/**
 * device_known(app, cookie, number_id, epoch, name):
 * ${cookie} was made here for this number and epoch, not longer than 180 days ago; ${name} is then
 * set to what tells this device from others.
 */
bool device_known(const struct app *app, struct str cookie, int64_t number_id, int64_t epoch,
		  char name[DEVICE_NAME_BYTES]);

#endif

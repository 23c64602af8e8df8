/* What email.c and email_change.c share. */
#ifndef DOMAIN_EMAIL_ROW_H
#define DOMAIN_EMAIL_ROW_H

#include "domain/email.h"
#include "q_email.h"

#define EMAIL_LINK "email confirm"
#define EMAIL_STOP "email cancel"

/** email_row(app, tx, a, subscriber_id, &ret): Expected: E_NOTFOUND. */
enum err email_row(const struct app *app, struct tx *tx, struct arena *a, int64_t subscriber_id,
		   struct q_email_find_row *ret) must_check;

/** email_password(app, a, session, now, &problems): the password, counted and compared. Expected:
 * E_INPUT (field "now"), E_BUSY. */
enum err email_password(const struct app *app, struct arena *a, const struct session *s,
			struct secret now, struct problems *ret_problems) must_check;

#endif

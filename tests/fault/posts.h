/* What the cases of forms share, and those that do not stand in posts.c. */
#ifndef FAULT_POSTS_H
#define FAULT_POSTS_H

#include "fault/torture.h"

#define POSTS_PHONE "9055550118" /* the contact phone of everybody who registers here */

/** posts_begin_full(t): ${t}->v has registered as the first person. */
void posts_begin_full(struct torture *t);

/** posts_begin_totp(t): and has a second factor; ${t}->before is the subscriber's id. */
void posts_begin_totp(struct torture *t);

/** posts_answered(t, v, location): the last answer leads there; else it must be an error page. */
bool posts_answered(const struct torture *t, struct visitor *v, const char *location);

/** posts_sign_in(v, n, password): if ${v} is not. posts_assert_signed_in(v): without doing it. */
void posts_sign_in(struct visitor *v, int n, const char *password);
void posts_assert_signed_in(struct visitor *v);

/** posts_can_sign_in(t, n, password): in another browser. */
bool posts_can_sign_in(struct torture *t, int n, const char *password);

/** posts_password_changed(t): ${t}->password and ${t}->next_password change places. */
void posts_password_changed(struct torture *t);

/** posts_drop_other(t): free ${t}->other. */
void posts_drop_other(struct torture *t);

/** posts_begin_colleague(t): somebody of the staff has enrolled; posts_begin_administrator(t):
 * ${t}->v is one at work, and somebody else has a link. */
void posts_begin_colleague(struct torture *t);
void posts_begin_administrator(struct torture *t);

#define POSTS_CASE(name)                                                                           \
	void posts_##name##_prepare(struct torture *t);                                            \
	bool posts_##name##_attempt(struct torture *t);                                            \
	void posts_##name##_settle(struct torture *t, bool right);

/* posts_recover.c */
POSTS_CASE(recover_ask)
POSTS_CASE(recover_ask_first)
POSTS_CASE(recover_try)
POSTS_CASE(recover_save)
POSTS_CASE(recover_save_first)

/* posts_phone.c */
POSTS_CASE(phone_send)
POSTS_CASE(phone_confirm)
POSTS_CASE(phone_change_ask)
POSTS_CASE(phone_change_again)
POSTS_CASE(phone_change_try)
POSTS_CASE(phone_change_cancel)
POSTS_CASE(phone_refuse)

/* posts_email.c */
POSTS_CASE(email_send)
POSTS_CASE(email_change)
POSTS_CASE(email_remove)
POSTS_CASE(email_confirm)
POSTS_CASE(email_cancel)
POSTS_CASE(email_refuse)
POSTS_CASE(recover_mail)

/* posts_totp.c */
POSTS_CASE(signin_code)
POSTS_CASE(totp_begin)
POSTS_CASE(totp_on)
POSTS_CASE(totp_spares)
POSTS_CASE(totp_off)
POSTS_CASE(reauth_try)
POSTS_CASE(reauth_send)

/* posts_office.c */
POSTS_CASE(office_signin)
POSTS_CASE(office_code)
POSTS_CASE(office_signout)
POSTS_CASE(office_enrol)
POSTS_CASE(office_add)
POSTS_CASE(office_invite)
POSTS_CASE(office_disable)
POSTS_CASE(office_enable)
POSTS_CASE(office_again)

#endif

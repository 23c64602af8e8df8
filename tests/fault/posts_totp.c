/* The forms about a second factor, rightly filled in. */
#include "fault/posts.h"

#include <stdio.h>

#include "support/authenticator.h"

void posts_begin_totp(struct torture *t)
{
	struct signin_done done;
	struct totp_spares spares;
	posts_begin_full(t);
	assert_int_equal(kit_signin(t->k, kit_person(1).msisdn, t->password, &done), OK);
	struct session s = kit_session(t->k, &done);
	authenticator_on(t->k, &s, &spares);
	t->before = s.subscriber_id;
}

/* --- signing in ------------------------------------------------------------- */

static bool type_code(struct torture *t)
{
	POST_FORM(t->other, "/signin/code", { STR("code"), str_c(t->text) });
	return posts_answered(t, t->other, "/home");
}

static void give_password(struct torture *t)
{
	struct totp_code code = authenticator_next(t->k, t->before);
	assert_int_equal(visitor_signin(t->other, kit_person(1).msisdn, t->password), 303);
	assert_true(visitor_at(t->other, "/signin/code"));
	assert_int_equal(visitor_get(t->other, "/signin/code"), 200);
	snprintf(t->text, sizeof(t->text), "%s", code.d);
}

void posts_signin_code_prepare(struct torture *t)
{
	t->other = visitor_new(t->k);
	give_password(t);
}

bool posts_signin_code_attempt(struct torture *t)
{
	fault_request();
	return type_code(t);
}

/* An error page may come with the cookie of the session that was opened before the error; and when
 * the password's page is to be begun with, the next code is right. */
void posts_signin_code_settle(struct torture *t, bool right)
{
	if (!right && visitor_get(t->other, "/profile") != 200) {
		if (visitor_get(t->other, "/signin/code") != 200)
			give_password(t);
		assert_true(type_code(t));
	}
	posts_assert_signed_in(t->other);
	posts_drop_other(t);
}

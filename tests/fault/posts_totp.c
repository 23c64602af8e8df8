/* The forms about a second factor, rightly filled in. */
#include "fault/posts.h"

#include <stdio.h>

#include "support/authenticator.h"
#include "support/sms.h"

void posts_begin_totp(struct torture *t)
{
	struct signin_done done;
	struct totp_spares spares;
	posts_begin_full(t);
	assert_int_equal(kit_signin(t->k, kit_person(1).msisdn, t->password, &done), OK);
	struct session s = kit_session(t->k, &done);
	/* As if by the visitor, whose session goes on. */
	s.id = kit_number(t->k, "SELECT min(id) FROM session");
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

/* --- switching it on and off -------------------------------------------------- */

/* As if signed in just now, with every try still there. */
static void renew(struct torture *t, bool fresh)
{
	long long now = app_now(&t->k->app).ms;
	kit_sql(t->k,
		"DELETE FROM attempt_limit;"
		"UPDATE session SET created_ms = %lld, used_ms = %lld, reauth_ms = NULL",
		now, now);
	if (fresh)
		kit_sql(t->k, "UPDATE session SET reauth_ms = %lld", now);
}

static void without(struct torture *t)
{
	kit_sql(t->k, "DELETE FROM totp_spare; DELETE FROM totp");
	renew(t, true);
	posts_sign_in(t->v, 1, t->password);
	t->before = kit_number(t->k, "SELECT id FROM subscriber");
}

static bool begin(struct torture *t)
{
	POST_FORM(t->v, "/totp", { STR("now"), str_c(t->password) });
	return posts_answered(t, t->v, "/totp");
}

/* Answered with the codes on paper. */
static bool shown(struct torture *t)
{
	int status = t->v->resp.status;
	if (status != 200 && status < 500)
		fail_msg("try %d: %d, and no codes", t->n, status);
	return status == 200;
}

static bool switch_on(struct torture *t)
{
	struct totp_code code = authenticator_next(t->k, t->before);
	POST_FORM(t->v, "/totp/on", { STR("code"), str_c(code.d) });
	return shown(t);
}

static bool is_on(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM totp WHERE on_ms IS NOT NULL") == 1;
}

static bool switch_off(struct torture *t)
{
	POST_FORM(t->v, "/totp/off", { STR("now"), str_c(t->password) });
	return posts_answered(t, t->v, "/security?off=1");
}

void posts_totp_begin_prepare(struct torture *t)
{
	without(t);
}

bool posts_totp_begin_attempt(struct torture *t)
{
	fault_request();
	return begin(t);
}

void posts_totp_begin_settle(struct torture *t, bool right)
{
	if (!right && visitor_get(t->v, "/totp") != 200)
		assert_true(begin(t));
	assert_int_equal(visitor_get(t->v, "/totp"), 200);
	assert_false(is_on(t));
}

void posts_totp_on_prepare(struct torture *t)
{
	without(t);
	assert_true(begin(t));
	snprintf(t->text, sizeof(t->text), "%s", authenticator_code(t->k, t->before, 0).d);
}

bool posts_totp_on_attempt(struct torture *t)
{
	fault_request();
	POST_FORM(t->v, "/totp/on", { STR("code"), str_c(t->text) });
	return shown(t);
}

void posts_totp_on_settle(struct torture *t, bool right)
{
	if (!is_on(t)) {
		assert_false(right);
		assert_true(switch_on(t));
	}
	assert_true(is_on(t));
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM totp_spare"), TOTP_SPARE_N);
	posts_assert_signed_in(t->v);
}

static bool print_spares(struct torture *t)
{
	visitor_post(t->v, "/totp/spares", NULL, 0);
	return shown(t);
}

void posts_totp_spares_prepare(struct torture *t)
{
	renew(t, true);
}

bool posts_totp_spares_attempt(struct torture *t)
{
	fault_request();
	return print_spares(t);
}

void posts_totp_spares_settle(struct torture *t, bool right)
{
	assert_true(right || print_spares(t));
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM totp_spare WHERE used_ms IS NULL"),
			 TOTP_SPARE_N);
}

void posts_totp_off_prepare(struct torture *t)
{
	without(t);
	assert_true(begin(t));
	assert_true(switch_on(t));
	renew(t, true);
}

bool posts_totp_off_attempt(struct torture *t)
{
	fault_request();
	return switch_off(t);
}

void posts_totp_off_settle(struct torture *t, bool right)
{
	if (is_on(t)) {
		assert_false(right);
		assert_true(switch_off(t));
	}
	assert_false(is_on(t));
	posts_assert_signed_in(t->v);
}

/* --- proving anew who they are ------------------------------------------------ */

static bool prove(struct torture *t)
{
	POST_FORM(t->v, "/reauth", { STR("code"), str_c(t->text) },
		  { STR("next"), STR("/totp/change") });
	return posts_answered(t, t->v, "/totp/change");
}

static void keep_next(struct torture *t)
{
	snprintf(t->text, sizeof(t->text), "%s", authenticator_next(t->k, t->before).d);
}

void posts_reauth_try_prepare(struct torture *t)
{
	renew(t, false);
	assert_int_equal(visitor_get(t->v, "/reauth?next=/totp/change"), 200);
	keep_next(t);
}

bool posts_reauth_try_attempt(struct torture *t)
{
	fault_request();
	return prove(t);
}

void posts_reauth_try_settle(struct torture *t, bool right)
{
	if (!right && visitor_get(t->v, "/totp/change") != 200) {
		keep_next(t);
		assert_true(prove(t));
	}
	assert_int_equal(visitor_get(t->v, "/totp/change"), 200);
}

static bool send_code(struct torture *t)
{
	POST_FORM(t->v, "/reauth/send", { STR("next"), STR("/totp/change") });
	return posts_answered(t, t->v, "/reauth?next=/totp/change");
}

void posts_reauth_send_prepare(struct torture *t)
{
	kit_minutes(t->k, 1);
	kit_sql(t->k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	renew(t, false);
	assert_int_equal(visitor_get(t->v, "/reauth?next=/totp/change"), 200);
	t->before = sms_count(t->k, POSTS_PHONE);
}

bool posts_reauth_send_attempt(struct torture *t)
{
	fault_request();
	return send_code(t);
}

/* Fresh afterwards, and nothing to change: no second factor. */
void posts_reauth_send_settle(struct torture *t, bool right)
{
	int64_t sent = sms_count(t->k, POSTS_PHONE) - t->before;
	assert_true(sent == 1 || (sent == 0 && !right));
	if (!right) {
		kit_minutes(t->k, 1);
		assert_true(send_code(t));
	}
	snprintf(t->text, sizeof(t->text), "%s", sms_code(t->k, POSTS_PHONE));
	assert_true(prove(t));
}

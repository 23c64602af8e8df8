/* The forms about the e-mail address, rightly filled in. */
#include "fault/posts.h"

#include <stdio.h>

#include "support/sms.h"

#define OWN       "anna@example.ru" /* of kit_registration() */
#define NEW_EMAIL "anna.new@example.ru"

/* As before anything was asked, with every limit open and a session that is fresh. */
static void reset(struct torture *t, bool confirmed)
{
	long long now;
	kit_minutes(t->k, 1);
	now = app_now(&t->k->app).ms;
	t->k->conf.mail_gateway = STR("log");
	t->k->conf.http_origin = STR("http://lk.test");
	kit_sql(t->k,
		"DELETE FROM session; DELETE FROM attempt_limit; DELETE FROM email_change;"
		"UPDATE subscriber SET email = '" OWN "', phone_confirmed_ms = 1, "
		"email_confirmed_ms = %s",
		confirmed ? "1" : "NULL");
	posts_sign_in(t->v, 1, KIT_PASSWORD);
	kit_sql(t->k, "UPDATE session SET reauth_ms = %lld", now);
}

static int64_t letters(struct torture *t)
{
	return letter_count(t->k, OWN) + letter_count(t->k, NEW_EMAIL);
}

static int64_t changes(struct torture *t, const char *state)
{
	return kit_number(t->k, "SELECT count(*) FROM email_change WHERE state = '%s'", state);
}

static void keep_link(struct torture *t, const char *address)
{
	enum message_id text;
	struct message_args args = letter_last(t->k, address, &text);
	snprintf(t->text, sizeof(t->text), "%s", message_link(t->k, &args));
}

static void follow(struct torture *t, const char *path)
{
	char target[64];
	t->other = visitor_new(t->k);
	snprintf(target, sizeof(target), "%s?t=%.40s", path, t->text);
	assert_int_equal(visitor_get(t->other, target), 200);
}

/* --- a link --------------------------------------------------------------------- */

/* A link went out by what was answered rightly; who was told that it failed may have to wait. */
static void settle_link(struct torture *t, bool right, bool (*again)(struct torture *t),
			const char *to)
{
	int64_t sent = letters(t) - t->before;
	assert_true(sent == 1 || (sent == 0 && !right));
	posts_assert_signed_in(t->v);
	if (!right) {
		kit_minutes(t->k, 1);
		assert_true(again(t));
		assert_int_equal(letters(t) - t->before, sent + 1);
	}
	keep_link(t, to);
	follow(t, "/e");
	POST_FORM(t->other, "/e", { STR("t"), str_c(t->text) });
	assert_int_equal(t->other->resp.status, 303);
	assert_int_equal(changes(t, "held") + changes(t, "done"), 1);
	posts_drop_other(t);
}

static bool send_link(struct torture *t)
{
	visitor_post(t->v, "/email/send", NULL, 0);
	return posts_answered(t, t->v, "/profile?done=email-sent");
}

void posts_email_send_prepare(struct torture *t)
{
	reset(t, false);
	t->before = letters(t);
}

bool posts_email_send_attempt(struct torture *t)
{
	fault_request();
	return send_link(t);
}

void posts_email_send_settle(struct torture *t, bool right)
{
	settle_link(t, right, send_link, OWN);
}

static bool ask(struct torture *t)
{
	POST_FORM(t->v, "/email", { STR("email"), STR(NEW_EMAIL) },
		  { STR("now"), STR(KIT_PASSWORD) });
	return posts_answered(t, t->v, "/profile?done=email-sent");
}

void posts_email_change_prepare(struct torture *t)
{
	reset(t, true);
	t->before = letters(t);
}

bool posts_email_change_attempt(struct torture *t)
{
	fault_request();
	return ask(t);
}

void posts_email_change_settle(struct torture *t, bool right)
{
	settle_link(t, right, ask, NEW_EMAIL);
}

static bool give_up(struct torture *t)
{
	POST_FORM(t->v, "/email", { STR("now"), STR(KIT_PASSWORD) }, { STR("remove"), STR("1") });
	return posts_answered(t, t->v, "/profile?done=email-removed");
}

void posts_email_remove_prepare(struct torture *t)
{
	reset(t, true);
	t->before = letters(t);
}

bool posts_email_remove_attempt(struct torture *t)
{
	fault_request();
	return give_up(t);
}

void posts_email_remove_settle(struct torture *t, bool right)
{
	posts_assert_signed_in(t->v);
	assert_true(right || give_up(t));
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM subscriber WHERE email <> ''"), 0);
	assert_int_equal(letters(t) - t->before, 1); /* the address hears of it once */
}

/* --- the link followed ------------------------------------------------------------ */

void posts_email_confirm_prepare(struct torture *t)
{
	reset(t, false);
	assert_true(send_link(t));
	keep_link(t, OWN);
	follow(t, "/e");
}

bool posts_email_confirm_attempt(struct torture *t)
{
	fault_request();
	POST_FORM(t->other, "/e", { STR("t"), str_c(t->text) });
	return posts_answered(t, t->other, "/e?done=1");
}

static int64_t confirmed(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM subscriber WHERE "
				"email_confirmed_ms IS NOT NULL");
}

void posts_email_confirm_settle(struct torture *t, bool right)
{
	assert_true(confirmed(t) || !right);
	if (!confirmed(t)) {
		POST_FORM(t->other, "/e", { STR("t"), str_c(t->text) });
		assert_true(posts_answered(t, t->other, "/e?done=1"));
	}
	assert_int_equal(confirmed(t), 1);
	posts_drop_other(t);
}

static void hold(struct torture *t)
{
	reset(t, true);
	assert_true(ask(t));
	keep_link(t, NEW_EMAIL);
	follow(t, "/e");
	POST_FORM(t->other, "/e", { STR("t"), str_c(t->text) });
	assert_true(posts_answered(t, t->other, "/e?done=held"));
	posts_drop_other(t);
}

static bool cancel(struct torture *t)
{
	visitor_post(t->v, "/email/cancel", NULL, 0);
	return posts_answered(t, t->v, "/profile?done=email-off");
}

void posts_email_cancel_prepare(struct torture *t)
{
	hold(t);
	t->before = letters(t);
}

bool posts_email_cancel_attempt(struct torture *t)
{
	fault_request();
	return cancel(t);
}

void posts_email_cancel_settle(struct torture *t, bool right)
{
	posts_assert_signed_in(t->v);
	assert_true(right || cancel(t));
	assert_int_equal(changes(t, "held"), 0);
	assert_int_equal(letters(t) - t->before, 1);
}

/* By who reads the letters of the address so far. */
void posts_email_refuse_prepare(struct torture *t)
{
	hold(t);
	keep_link(t, OWN);
	follow(t, "/m");
}

static bool refuse(struct torture *t)
{
	POST_FORM(t->other, "/m", { STR("t"), str_c(t->text) });
	return posts_answered(t, t->other, "/m?done=1");
}

bool posts_email_refuse_attempt(struct torture *t)
{
	fault_request();
	return refuse(t);
}

void posts_email_refuse_settle(struct torture *t, bool right)
{
	bool done = changes(t, "held") == 0;
	assert_true(done || !right);
	if (!done) {
		posts_assert_signed_in(t->v);
		assert_true(refuse(t));
	}
	assert_int_equal(changes(t, "held"), 0);
	assert_int_equal(visitor_get(t->v, "/home"), 303);
	posts_drop_other(t);
}

/* --- a code by letter ---------------------------------------------------------------- */

static bool ask_code(struct torture *t)
{
	POST_FORM(t->other, "/recover/mail", { STR("login"), STR("9210000001") });
	return posts_answered(t, t->other, "/recover/code");
}

void posts_recover_mail_prepare(struct torture *t)
{
	reset(t, true);
	t->other = visitor_new(t->k);
	visitor_get(t->other, "/recover");
	t->before = letters(t);
}

bool posts_recover_mail_attempt(struct torture *t)
{
	fault_request();
	return ask_code(t);
}

void posts_recover_mail_settle(struct torture *t, bool right)
{
	int64_t sent = letters(t) - t->before;
	assert_true(sent == 1 || (sent == 0 && !right));
	if (!right) {
		kit_minutes(t->k, 1);
		assert_true(ask_code(t));
		assert_int_equal(letters(t) - t->before, sent + 1);
	}
	assert_int_equal(visitor_get(t->other, "/recover/code"), 200);
	POST_FORM(t->other, "/recover/code", { STR("code"), str_c(letter_code(t->k, OWN)) });
	assert_true(visitor_at(t->other, "/recover/new"));
	posts_drop_other(t);
}

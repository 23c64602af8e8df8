/* The forms of «Восстановить пароль», rightly filled in. */
#include "fault/posts.h"

#include <stdio.h>

#include "support/sms.h"

/* Somebody who has not registered: another one each time. */
static struct kit_person newcomer(const struct torture *t)
{
	return kit_person(t->n + 1);
}

static void visit(struct torture *t)
{
	t->other = visitor_new(t->k);
	visitor_get(t->other, "/recover");
}

static void ask(struct torture *t, const char *login)
{
	POST_FORM(t->other, "/recover", { STR("login"), str_c(login) });
}

static void type_code(struct torture *t, const char *code)
{
	POST_FORM(t->other, "/recover/code", { STR("code"), str_c(code) });
}

/* Up to the page that sets the password. */
static void prove(struct torture *t, const char *phone)
{
	type_code(t, sms_code(t->k, phone));
	assert_true(visitor_at(t->other, "/recover/new"));
	assert_int_equal(visitor_get(t->other, "/recover/new"), 200);
}

static void begin_flow(struct torture *t, const char *login)
{
	visit(t);
	ask(t, login);
	assert_true(visitor_at(t->other, "/recover/code"));
	assert_int_equal(visitor_get(t->other, "/recover/code"), 200);
}

/* --- asking for a code ------------------------------------------------------ */

static void prepare_ask(struct torture *t, const char *phone)
{
	visit(t);
	t->before = sms_count(t->k, phone);
}

static bool attempt_ask(struct torture *t, const char *login)
{
	fault_request();
	ask(t, login);
	return posts_answered(t, t->other, "/recover/code");
}

/* Who was told that it failed may have to wait for a minute, as after a code that did not come. */
static void settle_ask(struct torture *t, bool right, const char *login, const char *phone)
{
	int64_t sent = sms_count(t->k, phone) - t->before;
	assert_true(sent == 1 || (sent == 0 && !right));
	if (!right) {
		kit_minutes(t->k, 1);
		ask(t, login);
		assert_true(visitor_at(t->other, "/recover/code"));
		assert_int_equal(sms_count(t->k, phone) - t->before, sent + 1);
	}
	assert_int_equal(visitor_get(t->other, "/recover/code"), 200);
	prove(t, phone);
	posts_drop_other(t);
}

void posts_recover_ask_prepare(struct torture *t)
{
	prepare_ask(t, POSTS_PHONE);
}

bool posts_recover_ask_attempt(struct torture *t)
{
	return attempt_ask(t, kit_person(1).msisdn);
}

void posts_recover_ask_settle(struct torture *t, bool right)
{
	settle_ask(t, right, kit_person(1).msisdn, POSTS_PHONE);
}

void posts_recover_ask_first_prepare(struct torture *t)
{
	struct kit_person p = kit_issue(t->k, t->n + 1);
	prepare_ask(t, p.msisdn);
}

bool posts_recover_ask_first_attempt(struct torture *t)
{
	return attempt_ask(t, newcomer(t).msisdn);
}

void posts_recover_ask_first_settle(struct torture *t, bool right)
{
	struct kit_person p = newcomer(t);
	settle_ask(t, right, p.msisdn, p.msisdn);
}

/* --- typing it -------------------------------------------------------------- */

void posts_recover_try_prepare(struct torture *t)
{
	begin_flow(t, kit_person(1).msisdn);
	snprintf(t->text, sizeof(t->text), "%s", sms_code(t->k, POSTS_PHONE));
}

bool posts_recover_try_attempt(struct torture *t)
{
	fault_request();
	type_code(t, t->text);
	return posts_answered(t, t->other, "/recover/new");
}

void posts_recover_try_settle(struct torture *t, bool right)
{
	if (!right && visitor_get(t->other, "/recover/code") == 200) {
		type_code(t, t->text);
		assert_true(visitor_at(t->other, "/recover/new"));
	}
	assert_int_equal(visitor_get(t->other, "/recover/new"), 200);
	posts_drop_other(t);
}

/* --- the new password ------------------------------------------------------- */

static bool save(struct torture *t)
{
	POST_FORM(t->other, "/recover/new", { STR("last4"), str_c(kit_person(1).last4) },
		  { STR("want"), str_c(t->next_password) });
	return posts_answered(t, t->other, "/profile?done=password");
}

void posts_recover_save_prepare(struct torture *t)
{
	posts_sign_in(t->v, 1, t->password);
	begin_flow(t, kit_person(1).msisdn);
	prove(t, POSTS_PHONE);
	t->before = sms_count(t->k, POSTS_PHONE);
}

bool posts_recover_save_attempt(struct torture *t)
{
	fault_request();
	return save(t);
}

/* Either nothing has changed, or the password has, whoever was in is out, and its owner is told. */
void posts_recover_save_settle(struct torture *t, bool right)
{
	bool done = posts_can_sign_in(t, 1, t->next_password);
	assert_true(done || !right);
	assert_true(done != posts_can_sign_in(t, 1, t->password));
	if (!done) {
		assert_int_equal(sms_count(t->k, POSTS_PHONE), t->before);
		posts_assert_signed_in(t->v);
		assert_int_equal(visitor_get(t->other, "/recover/new"), 200);
		assert_true(save(t));
	}
	assert_int_equal(sms_count(t->k, POSTS_PHONE), t->before + 1);
	assert_int_equal(visitor_get(t->v, "/home"), 303);
	posts_password_changed(t);
	if (right || !done)
		posts_assert_signed_in(t->other);
	posts_drop_other(t);
}

static bool save_first(struct torture *t)
{
	POST_FORM(t->other, "/recover/new", { STR("last4"), str_c(newcomer(t).last4) });
	return posts_answered(t, t->other, "/register");
}

void posts_recover_save_first_prepare(struct torture *t)
{
	struct kit_person p = kit_issue(t->k, t->n + 1);
	begin_flow(t, p.msisdn);
	prove(t, p.msisdn);
}

bool posts_recover_save_first_attempt(struct torture *t)
{
	fault_request();
	return save_first(t);
}

/* When the code is used up and nobody knows by whom, another opens the same. */
void posts_recover_save_first_settle(struct torture *t, bool right)
{
	struct kit_person p = newcomer(t);
	if (!right && visitor_get(t->other, "/register") != 200) {
		if (visitor_get(t->other, "/recover/new") != 200) {
			posts_drop_other(t);
			kit_minutes(t->k, 1);
			begin_flow(t, p.msisdn);
			prove(t, p.msisdn);
		}
		assert_true(save_first(t));
	}
	assert_int_equal(visitor_get(t->other, "/register"), 200);
	posts_drop_other(t);
}

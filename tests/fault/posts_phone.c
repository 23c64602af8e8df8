/* The forms about the contact phone, rightly filled in. */
#include "fault/posts.h"

#include <sodium.h>
#include <stdio.h>

#include "support/sms.h"

#define NEW_PHONE "9110000001"

/* As before anything was asked; no code is too young to be replaced, and no session so old that it
 * could end in the middle of a try. */
static void reset(struct torture *t, bool confirmed)
{
	kit_minutes(t->k, 1);
	kit_sql(t->k,
		"DELETE FROM session;"
		"UPDATE phone_change SET state = 'cancelled' WHERE state = 'held';"
		"UPDATE subscriber SET contact_phone = '" POSTS_PHONE "', phone_confirmed_ms = %s",
		confirmed ? "1" : "NULL");
	posts_sign_in(t->v, 1, KIT_PASSWORD);
}

/* Written to either phone. */
static int64_t told(struct torture *t)
{
	return sms_count(t->k, POSTS_PHONE) + sms_count(t->k, NEW_PHONE);
}

/* A code was sent by what was answered rightly. Who was told that it failed may have to wait for a
 * minute, as after a code that did not come. */
static void settle_sent(struct torture *t, bool right, bool (*again)(struct torture *t))
{
	int64_t sent = told(t) - t->before;
	assert_true(sent == 1 || (sent == 0 && !right));
	posts_assert_signed_in(t->v);
	if (right)
		return;
	kit_minutes(t->k, 1);
	assert_true(again(t));
	assert_int_equal(told(t) - t->before, sent + 1);
}

static void keep_code(struct torture *t)
{
	snprintf(t->text, sizeof(t->text), "%s", sms_code(t->k, POSTS_PHONE));
}

/* --- confirming ------------------------------------------------------------- */

static bool confirmed(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM subscriber WHERE "
				"phone_confirmed_ms IS NOT NULL") == 1;
}

static bool send(struct torture *t)
{
	visitor_post(t->v, "/phone/send", NULL, 0);
	return posts_answered(t, t->v, "/phone");
}

static bool confirm(struct torture *t)
{
	POST_FORM(t->v, "/phone", { STR("code"), str_c(t->text) });
	return posts_answered(t, t->v, "/home?done=phone");
}

void posts_phone_send_prepare(struct torture *t)
{
	reset(t, false);
	t->before = told(t);
}

bool posts_phone_send_attempt(struct torture *t)
{
	fault_request();
	return send(t);
}

void posts_phone_send_settle(struct torture *t, bool right)
{
	settle_sent(t, right, send);
	keep_code(t);
	assert_true(confirm(t));
	assert_true(confirmed(t));
}

void posts_phone_confirm_prepare(struct torture *t)
{
	reset(t, false);
	assert_true(send(t));
	keep_code(t);
}

bool posts_phone_confirm_attempt(struct torture *t)
{
	fault_request();
	return confirm(t);
}

void posts_phone_confirm_settle(struct torture *t, bool right)
{
	bool done = confirmed(t);
	assert_true(done || !right);
	posts_assert_signed_in(t->v);
	if (!done) {
		assert_int_equal(visitor_get(t->v, "/phone"), 200);
		assert_true(confirm(t));
	}
	assert_true(confirmed(t));
}

/* --- another one ------------------------------------------------------------ */

static int64_t held(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM phone_change WHERE state = 'held'");
}

static bool ask(struct torture *t)
{
	POST_FORM(t->v, "/phone/change", { STR("phone"), STR(NEW_PHONE) },
		  { STR("now"), STR(KIT_PASSWORD) });
	return posts_answered(t, t->v, "/phone/change/code");
}

static bool ask_again(struct torture *t)
{
	visitor_post(t->v, "/phone/change/again", NULL, 0);
	return posts_answered(t, t->v, "/phone/change/code");
}

static bool type_code(struct torture *t)
{
	POST_FORM(t->v, "/phone/change/code", { STR("code"), str_c(t->text) });
	return posts_answered(t, t->v, "/profile?done=phone-held");
}

static bool cancel(struct torture *t)
{
	visitor_post(t->v, "/phone/change/cancel", NULL, 0);
	return posts_answered(t, t->v, "/profile?done=phone-off");
}

/* The code that came last is the one that counts. */
static void assert_holds(struct torture *t)
{
	keep_code(t);
	assert_int_equal(held(t), 0);
	assert_true(type_code(t));
	assert_int_equal(held(t), 1);
}

void posts_phone_change_ask_prepare(struct torture *t)
{
	reset(t, true);
	t->before = told(t);
}

bool posts_phone_change_ask_attempt(struct torture *t)
{
	fault_request();
	return ask(t);
}

void posts_phone_change_ask_settle(struct torture *t, bool right)
{
	settle_sent(t, right, ask);
	assert_holds(t);
}

void posts_phone_change_again_prepare(struct torture *t)
{
	reset(t, true);
	assert_true(ask(t));
	kit_minutes(t->k, 1);
	t->before = told(t);
}

bool posts_phone_change_again_attempt(struct torture *t)
{
	fault_request();
	return ask_again(t);
}

void posts_phone_change_again_settle(struct torture *t, bool right)
{
	settle_sent(t, right, ask_again);
	assert_holds(t);
}

void posts_phone_change_try_prepare(struct torture *t)
{
	reset(t, true);
	assert_true(ask(t));
	keep_code(t);
	t->before = told(t);
}

bool posts_phone_change_try_attempt(struct torture *t)
{
	fault_request();
	return type_code(t);
}

/* Nothing is held of which both phones are not told. */
void posts_phone_change_try_settle(struct torture *t, bool right)
{
	bool done = held(t) == 1;
	assert_true(done || !right);
	posts_assert_signed_in(t->v);
	if (!done) {
		assert_int_equal(told(t), t->before);
		assert_int_equal(visitor_get(t->v, "/phone/change/code"), 200);
		assert_true(type_code(t));
	}
	assert_int_equal(held(t), 1);
	assert_int_equal(told(t), t->before + 2);
}

/* --- as it was -------------------------------------------------------------- */

static void hold(struct torture *t)
{
	reset(t, true);
	assert_true(ask(t));
	assert_holds(t);
}

/* True: it is off, and both phones are told. False: nothing has changed. */
static bool off(struct torture *t)
{
	bool is = held(t) == 0;
	assert_int_equal(told(t), t->before + (is ? 2 : 0));
	return is;
}

void posts_phone_change_cancel_prepare(struct torture *t)
{
	hold(t);
	t->before = told(t);
}

bool posts_phone_change_cancel_attempt(struct torture *t)
{
	fault_request();
	return cancel(t);
}

void posts_phone_change_cancel_settle(struct torture *t, bool right)
{
	posts_assert_signed_in(t->v);
	assert_true(off(t) || !right);
	assert_true(right || cancel(t)); /* once more does no harm */
	assert_true(off(t));
}

static bool refuse(struct torture *t)
{
	POST_FORM(t->other, "/c", { STR("t"), str_c(t->text) });
	return posts_answered(t, t->other, "/c?done=1");
}

/* By who reads the messages of the phone so far. */
void posts_phone_refuse_prepare(struct torture *t)
{
	char target[64];
	enum message_id text;
	t->k->conf.http_origin = STR("http://lk.test");
	hold(t);
	struct message_args args = sms_last(t->k, POSTS_PHONE, &text);
	assert_true(args.has_token);
	sodium_bin2base64(t->text, sizeof(t->text), args.token, sizeof(args.token),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	t->other = visitor_new(t->k);
	snprintf(target, sizeof(target), "/c?t=%.40s", t->text);
	assert_int_equal(visitor_get(t->other, target), 200);
	t->before = told(t);
}

bool posts_phone_refuse_attempt(struct torture *t)
{
	fault_request();
	return refuse(t);
}

/* And whoever was in is out. */
void posts_phone_refuse_settle(struct torture *t, bool right)
{
	bool done = off(t);
	assert_true(done || !right);
	if (!done) {
		posts_assert_signed_in(t->v);
		assert_true(refuse(t));
	}
	assert_true(off(t));
	assert_int_equal(visitor_get(t->v, "/home"), 303);
	posts_drop_other(t);
}

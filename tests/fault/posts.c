/* Every form of web/routes.def and web/office/routes.def, rightly filled in. What was answered
 * rightly is in the store; what was answered with an error page is there as a whole or not at all,
 * takes nobody's session away, and can be sent again. */
#include "fault/posts.h"

#include <stdio.h>
#include <string.h>

#define OTHER_PASSWORD "другой трамвай 5"

bool posts_answered(const struct torture *t, struct visitor *v, const char *location)
{
	if (visitor_at(v, location))
		return true;
	if (v->resp.status < 500)
		fail_msg("try %d: %d, and not the way to %s", t->n, v->resp.status, location);
	return false;
}

void posts_assert_signed_in(struct visitor *v)
{
	assert_int_equal(visitor_get(v, "/profile"), 200);
}

/* An error page may come with the cookie of the session that was opened before the error. */
void posts_sign_in(struct visitor *v, int n, const char *password)
{
	if (visitor_get(v, "/profile") == 200)
		return;
	assert_int_equal(visitor_signin(v, kit_person(n).msisdn, password), 303);
	assert_true(visitor_at(v, "/home"));
	posts_assert_signed_in(v);
}

bool posts_can_sign_in(struct torture *t, int n, const char *password)
{
	struct visitor *v = visitor_new(t->k);
	int status = visitor_signin(v, kit_person(n).msisdn, password);
	bool can = status == 303 && visitor_at(v, "/home");
	assert_true(can || status == 403);
	visitor_free(v);
	return can;
}

void posts_begin_full(struct torture *t)
{
	t->v = visitor_full(t->k, 1);
	t->password = KIT_PASSWORD;
	t->next_password = OTHER_PASSWORD;
}

void posts_password_changed(struct torture *t)
{
	const char *old = t->password;
	t->password = t->next_password;
	t->next_password = old;
}

/* --- signing in ------------------------------------------------------------- */

static void prepare_signin(struct torture *t)
{
	t->other = visitor_new(t->k);
	visitor_get(t->other, "/");
}

static bool sign_in_as(struct torture *t, const char *password, int n, const char *location)
{
	fault_request();
	POST_FORM(t->other, "/signin", { STR("login"), str_c(kit_person(n).msisdn) },
		  { STR("password"), str_c(password) });
	return posts_answered(t, t->other, location);
}

static bool attempt_signin(struct torture *t)
{
	return sign_in_as(t, KIT_PASSWORD, 1, "/home");
}

void posts_drop_other(struct torture *t)
{
	visitor_free(t->other);
	t->other = NULL;
}

static void settle_signin(struct torture *t, bool right)
{
	if (!right)
		posts_sign_in(t->other, 1, KIT_PASSWORD);
	posts_assert_signed_in(t->other);
	assert_int_equal(visitor_post(t->other, "/signout", NULL, 0), 303);
	posts_drop_other(t);
}

static void prepare_first(struct torture *t)
{
	kit_issue(t->k, t->n);
	prepare_signin(t);
}

/* What memory ran short for is none of the three tries for life. */
static void assert_not_counted(struct torture *t)
{
	bool memory = t->fault->kind == FAULT_HEAP || t->fault->kind == FAULT_ARENA;
	if (memory && !t->fault->lasting)
		assert_int_equal(kit_number(t->k, "SELECT sum(n) FROM attempt_limit"), 0);
}

static bool attempt_first(struct torture *t)
{
	bool right = sign_in_as(t, kit_person(t->n).last4, t->n, "/register");
	assert_not_counted(t);
	return right;
}

static void settle_first(struct torture *t, bool right)
{
	struct kit_person p = kit_person(t->n);
	if (!right && visitor_get(t->other, "/register") != 200)
		assert_int_equal(visitor_signin(t->other, p.msisdn, p.last4), 303);
	assert_int_equal(visitor_get(t->other, "/register"), 200);
	posts_drop_other(t);
}

/* The form that an expired session had kept. */
static void prepare_kept(struct torture *t)
{
	struct http_pair form[VISITOR_FORM_MAX];
	t->other = visitor_first(t->k, t->n);
	size_t n = visitor_form(form);
	kit_minutes(t->k, 31);
	assert_int_equal(visitor_post(t->other, "/register", form, n), 403);
}

static bool attempt_kept(struct torture *t)
{
	struct kit_person p = kit_person(t->n);
	const struct http_pair form[] = {
		{ STR("login"), str_c(p.msisdn) },
		{ STR("password"), str_c(p.last4) },
		{ STR("next"), visitor_field(t->other, "next") },
		{ STR("keep"), visitor_field(t->other, "keep") },
	};
	fault_request();
	visitor_post(t->other, "/signin", form, 4);
	if (t->other->resp.status == 200)
		assert_true(str_eq(visitor_field(t->other, "family"), STR("Соколова")));
	return t->other->resp.status == 200 || posts_answered(t, t->other, "");
}

/* --- signing out ------------------------------------------------------------ */

static void prepare_full(struct torture *t)
{
	posts_assert_signed_in(t->v);
}

static bool attempt_signout(struct torture *t)
{
	fault_request();
	visitor_post(t->v, "/signout", NULL, 0);
	return posts_answered(t, t->v, "/?out=1");
}

static void settle_signout(struct torture *t, bool right)
{
	if (!right && visitor_get(t->v, "/profile") == 200)
		assert_int_equal(visitor_post(t->v, "/signout", NULL, 0), 303);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM session"), 0);
	assert_int_equal(visitor_get(t->v, "/home"), 303);
	posts_sign_in(t->v, 1, KIT_PASSWORD);
}

/* --- registering ------------------------------------------------------------ */

static void prepare_register(struct torture *t)
{
	t->other = visitor_first(t->k, t->n);
}

static bool attempt_register(struct torture *t)
{
	struct http_pair form[VISITOR_FORM_MAX];
	size_t n = visitor_form(form);
	fault_request();
	visitor_post(t->other, "/register", form, n);
	return posts_answered(t, t->other, "/home");
}

static int64_t registered(struct torture *t)
{
	int64_t n = kit_number(t->k, "SELECT count(*) FROM subscriber");
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM consent"), n);
	return n;
}

/* Who was told that it failed goes back to the form, or signs in with the new password. */
static void settle_register(struct torture *t, bool right)
{
	struct http_pair form[VISITOR_FORM_MAX];
	bool done = registered(t) == t->n;
	assert_true(done || !right);
	if (!done) {
		assert_int_equal(visitor_get(t->other, "/register"), 200);
		assert_int_equal(visitor_post(t->other, "/register", form, visitor_form(form)),
				 303);
		assert_true(visitor_at(t->other, "/home"));
	} else if (!right) {
		posts_sign_in(t->other, t->n, KIT_PASSWORD);
	}
	posts_assert_signed_in(t->other);
	assert_int_equal(registered(t), t->n);
	posts_drop_other(t);
}

/* --- the profile ------------------------------------------------------------ */

static bool attempt_password(struct torture *t)
{
	fault_request();
	POST_FORM(t->v, "/profile/password", { STR("now"), str_c(t->password) },
		  { STR("want"), str_c(t->next_password) });
	return posts_answered(t, t->v, "/profile?done=password");
}

static void settle_password(struct torture *t, bool right)
{
	bool done = posts_can_sign_in(t, 1, t->next_password);
	assert_true(done || !right);
	assert_true(done != posts_can_sign_in(t, 1, t->password));
	if (!done) { /* then nothing has changed */
		posts_assert_signed_in(t->v);
		return;
	}
	posts_password_changed(t);
	if (!right)
		posts_sign_in(t->v, 1, t->password);
	posts_assert_signed_in(t->v);
}

static int64_t ends(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM event WHERE kind LIKE 'session%%'");
}

static void prepare_other_session(struct torture *t)
{
	t->other = visitor_new(t->k);
	posts_sign_in(t->other, 1, KIT_PASSWORD);
	assert_int_equal(visitor_get(t->v, "/security"), 200); /* names the other one */
	t->before = ends(t);
	assert_int_equal(arena_str(t->k->a, visitor_field(t->v, "id"), &t->page), OK);
}

static bool end_session(struct torture *t)
{
	POST_FORM(t->v, "/security/sessions/end", { STR("id"), t->page });
	return posts_answered(t, t->v, "/security?session=1");
}

static bool attempt_end_session(struct torture *t)
{
	fault_request();
	return end_session(t);
}

static bool end_others(struct torture *t)
{
	visitor_post(t->v, "/security/sessions/others", NULL, 0);
	return posts_answered(t, t->v, "/security?others=1");
}

static bool attempt_end_others(struct torture *t)
{
	fault_request();
	return end_others(t);
}

/* Mine goes on, the other one is over. */
static void assert_alone(struct torture *t)
{
	posts_assert_signed_in(t->v);
	assert_int_equal(visitor_get(t->other, "/home"), 303);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM session"), 1);
	assert_int_equal(ends(t) - t->before, 1); /* told once */
	posts_drop_other(t);
}

static void settle_end_session(struct torture *t, bool right)
{
	posts_assert_signed_in(t->v);
	assert_true(right || end_session(t));
	assert_alone(t);
}

static void settle_end_others(struct torture *t, bool right)
{
	posts_assert_signed_in(t->v);
	assert_true(right || end_others(t));
	assert_alone(t);
}

/* --- back to a form that failed --------------------------------------------- */

static bool attempt_again(struct torture *t)
{
	fault_request();
	visitor_post(t->v, "/again?to=/profile/password", NULL, 0);
	return t->v->resp.status == 200 || posts_answered(t, t->v, "");
}

/* --- which ------------------------------------------------------------------ */

#define CASE_signin_do                                                                             \
	{ .name = "signin_password",                                                               \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_signin,                                                               \
	  .attempt = attempt_signin,                                                               \
	  .settle = settle_signin },                                                               \
		{ .name = "signin_first",                                                          \
		  .prepare = prepare_first,                                                        \
		  .attempt = attempt_first,                                                        \
		  .settle = settle_first },                                                        \
		{ .name = "signin_kept",                                                           \
		  .prepare = prepare_kept,                                                         \
		  .attempt = attempt_kept,                                                         \
		  .settle = settle_first },
#define CASE_signin_out                                                                            \
	{ .name = "signout",                                                                       \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_full,                                                                 \
	  .attempt = attempt_signout,                                                              \
	  .settle = settle_signout },
#define CASE_register_save                                                                         \
	{ .name = "register",                                                                      \
	  .prepare = prepare_register,                                                             \
	  .attempt = attempt_register,                                                             \
	  .settle = settle_register },
#define CASE_profile_password                                                                      \
	{ .name = "password",                                                                      \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_full,                                                                 \
	  .attempt = attempt_password,                                                             \
	  .settle = settle_password },
#define CASE_again_send                                                                            \
	{ .name = "again",                                                                         \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_full,                                                                 \
	  .attempt = attempt_again },
#define CASE_security_end_session                                                                  \
	{ .name = "end_session",                                                                   \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_other_session,                                                        \
	  .attempt = attempt_end_session,                                                          \
	  .settle = settle_end_session },
#define CASE_security_end_others                                                                   \
	{ .name = "end_others",                                                                    \
	  .begin = posts_begin_full,                                                               \
	  .prepare = prepare_other_session,                                                        \
	  .attempt = attempt_end_others,                                                           \
	  .settle = settle_end_others },
/* In a file of its own. */
#define ELSEWHERE(case) ELSEWHERE_SINCE(posts_begin_full, case)
#define ELSEWHERE_SINCE(what, case)                                                                \
	{ .name = #case,                                                                           \
	  .begin = what,                                                                           \
	  .prepare = posts_##case##_prepare,                                                       \
	  .attempt = posts_##case##_attempt,                                                       \
	  .settle = posts_##case##_settle },
#define CASE_signin_code_try     ELSEWHERE_SINCE(posts_begin_totp, signin_code)
#define CASE_recover_ask         ELSEWHERE(recover_ask) ELSEWHERE(recover_ask_first)
#define CASE_recover_try         ELSEWHERE(recover_try)
#define CASE_recover_save        ELSEWHERE(recover_save) ELSEWHERE(recover_save_first)
#define CASE_phone_send          ELSEWHERE(phone_send)
#define CASE_phone_confirm       ELSEWHERE(phone_confirm)
#define CASE_phone_change_ask    ELSEWHERE(phone_change_ask)
#define CASE_phone_change_again  ELSEWHERE(phone_change_again)
#define CASE_phone_change_try    ELSEWHERE(phone_change_try)
#define CASE_phone_change_cancel ELSEWHERE(phone_change_cancel)
#define CASE_phone_refuse        ELSEWHERE(phone_refuse)
#define CASE_email_send          ELSEWHERE(email_send)
#define CASE_email_change        ELSEWHERE(email_change) ELSEWHERE(email_remove)
#define CASE_email_confirm       ELSEWHERE(email_confirm)
#define CASE_email_cancel        ELSEWHERE(email_cancel)
#define CASE_email_refuse        ELSEWHERE(email_refuse)
#define CASE_recover_mail        ELSEWHERE(recover_mail)
#define CASE_totp_begin          ELSEWHERE(totp_begin)
#define CASE_totp_on             ELSEWHERE(totp_on)
#define CASE_totp_spares         ELSEWHERE_SINCE(posts_begin_totp, totp_spares)
#define CASE_totp_off            ELSEWHERE(totp_off)
#define CASE_reauth_try          ELSEWHERE_SINCE(posts_begin_totp, reauth_try)
#define CASE_reauth_send         ELSEWHERE(reauth_send)

#define CASE_office_signin_do       ELSEWHERE_SINCE(posts_begin_colleague, office_signin)
#define CASE_office_signin_code_try ELSEWHERE_SINCE(posts_begin_colleague, office_code)
#define CASE_office_signin_out      ELSEWHERE_SINCE(posts_begin_colleague, office_signout)
#define CASE_office_enrol_do        ELSEWHERE_SINCE(NULL, office_enrol)
#define CASE_office_again_send      ELSEWHERE_SINCE(posts_begin_administrator, office_again)
#define CASE_office_staff_add       ELSEWHERE_SINCE(posts_begin_administrator, office_add)
#define CASE_office_staff_invite    ELSEWHERE_SINCE(posts_begin_administrator, office_invite)
#define CASE_office_staff_disable   ELSEWHERE_SINCE(posts_begin_administrator, office_disable)
#define CASE_office_staff_enable    ELSEWHERE_SINCE(posts_begin_administrator, office_enable)

/* A row of either routes.def without its case here does not compile. */
static const struct torture_case cases[] = {
#define PAGE(...)
#define POST(url, handler, ...) CASE_##handler
#define POST_WHOLE              POST
#include "web/office/routes.def"
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
};

struct torture_list torture_posts(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}

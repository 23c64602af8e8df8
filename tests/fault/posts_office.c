/* The forms of the office, rightly filled in. */
#include "fault/posts.h"

#include <stdio.h>

#include "support/colleague.h"

#define CODE_AT 64 /* ${t}->text holds the token of a link, and here a code */

/* --- who signs in ----------------------------------------------------------- */

static struct staff_link link_of(const struct torture *t)
{
	struct staff_link link = { 0 };
	snprintf(link.token, sizeof(link.token), "%.*s", STAFF_LINK_CHARS, t->text);
	return link;
}

static void keep_link(struct torture *t, const struct staff_link *link)
{
	snprintf(t->text, sizeof(t->text), "%s", link->token);
}

static void keep_code(struct torture *t)
{
	struct staff_link link = link_of(t);
	snprintf(t->text + CODE_AT, sizeof(t->text) - CODE_AT, "%s",
		 colleague_code(t->k, &link, 0).d);
}

void posts_begin_colleague(struct torture *t)
{
	struct staff_link link = colleague_add(t->k, "boris", "clerk");
	colleague_enrol(t->k, &link);
	keep_link(t, &link);
}

static bool give_password(struct torture *t, const char *login)
{
	POST_FORM(t->other, "/signin", { STR("login"), str_c(login) },
		  { STR("password"), STR(COLLEAGUE_PASSWORD) });
	return posts_answered(t, t->other, "/signin/code");
}

static bool type_code(struct torture *t)
{
	POST_FORM(t->other, "/signin/code", { STR("code"), str_c(t->text + CODE_AT) });
	return posts_answered(t, t->other, "/home");
}

/* With a code that has not been used; a session of before is over when these minutes add up. */
static void reach_code(struct torture *t, const char *login)
{
	kit_minutes(t->k, 1);
	visitor_get(t->other, "/");
	assert_true(give_password(t, login));
	assert_int_equal(visitor_get(t->other, "/signin/code"), 200);
	keep_code(t);
}

static bool is_inside(struct torture *t)
{
	return visitor_get(t->other, "/home") == 200;
}

static void get_inside(struct torture *t, const char *login)
{
	if (is_inside(t))
		return;
	reach_code(t, login);
	assert_true(type_code(t));
	assert_true(is_inside(t));
}

/* --- signing in and out ------------------------------------------------------ */

void posts_office_signin_prepare(struct torture *t)
{
	t->other = visitor_at_office(t->k);
	visitor_get(t->other, "/");
}

bool posts_office_signin_attempt(struct torture *t)
{
	fault_request();
	return give_password(t, "boris");
}

void posts_office_signin_settle(struct torture *t, bool right)
{
	if (!right && visitor_get(t->other, "/signin/code") != 200) {
		visitor_get(t->other, "/");
		assert_true(give_password(t, "boris"));
	}
	assert_int_equal(visitor_get(t->other, "/signin/code"), 200);
	posts_drop_other(t);
}

void posts_office_code_prepare(struct torture *t)
{
	t->other = visitor_at_office(t->k);
	reach_code(t, "boris");
}

bool posts_office_code_attempt(struct torture *t)
{
	fault_request();
	return type_code(t);
}

void posts_office_code_settle(struct torture *t, bool right)
{
	assert_true(!right || is_inside(t));
	get_inside(t, "boris");
	posts_drop_other(t);
}

void posts_office_signout_prepare(struct torture *t)
{
	t->other = visitor_at_office(t->k);
	kit_sql(t->k, "DELETE FROM staff_session");
	get_inside(t, "boris");
}

static bool sign_out(struct torture *t)
{
	visitor_post(t->other, "/signout", NULL, 0);
	return posts_answered(t, t->other, "/?out=1");
}

bool posts_office_signout_attempt(struct torture *t)
{
	fault_request();
	return sign_out(t);
}

void posts_office_signout_settle(struct torture *t, bool right)
{
	if (!right && is_inside(t))
		assert_true(sign_out(t));
	assert_false(is_inside(t));
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM staff_session"), 0);
	posts_drop_other(t);
}

/* --- enrolling --------------------------------------------------------------- */

static bool enrol(struct torture *t)
{
	struct staff_link link = link_of(t);
	POST_FORM(t->other, "/enrol", { STR("t"), str_c(link.token) },
		  { STR("password"), STR(COLLEAGUE_PASSWORD) },
		  { STR("code"), str_c(t->text + CODE_AT) });
	return posts_answered(t, t->other, "/home");
}

static bool is_open(struct torture *t)
{
	char target[128];
	snprintf(target, sizeof(target), "/enrol?t=%s", link_of(t).token);
	return visitor_get(t->other, target) == 200;
}

static const char *newcomer(const struct torture *t, char login[16])
{
	snprintf(login, 16, "n%d", t->n);
	return login;
}

void posts_office_enrol_prepare(struct torture *t)
{
	char login[16];
	struct staff_link link = colleague_add(t->k, newcomer(t, login), "clerk");
	keep_link(t, &link);
	keep_code(t);
	t->other = visitor_at_office(t->k);
	assert_true(is_open(t));
}

bool posts_office_enrol_attempt(struct torture *t)
{
	fault_request();
	return enrol(t);
}

/* The link is good still, or all that it gives is there. */
void posts_office_enrol_settle(struct torture *t, bool right)
{
	char login[16];
	assert_true(!right || is_inside(t));
	if (!right && is_open(t))
		assert_true(enrol(t));
	get_inside(t, newcomer(t, login));
	assert_false(is_open(t));
	posts_drop_other(t);
}

/* --- people ------------------------------------------------------------------ */

void posts_begin_administrator(struct torture *t)
{
	t->v = colleague_at_work(t->k, "anna", "administrator");
	colleague_add(t->k, "boris", "clerk");
}

static int64_t told(struct torture *t, const char *action)
{
	return kit_number(t->k, "SELECT count(*) FROM audit WHERE action = '%s'", action);
}

static void begin_try(struct torture *t, const char *action)
{
	assert_int_equal(visitor_get(t->v, "/staff"), 200);
	t->before = told(t, action);
}

/* Told by the audit exactly when it was done. */
static void assert_told(struct torture *t, const char *action, bool done)
{
	assert_int_equal(told(t, action), t->before + done);
}

/* Answered with the link, in the page itself. */
static bool linked(struct torture *t)
{
	int status = t->v->resp.status;
	if (status != 200 && status < 500)
		fail_msg("try %d: %d, and no link", t->n, status);
	assert_true(status != 200 || visitor_sees(t->v, "/enrol?t="));
	return status == 200;
}

static bool add(struct torture *t)
{
	char login[16];
	POST_FORM(t->v, "/staff", { STR("name"), STR("Новый Борис") },
		  { STR("login"), str_c(newcomer(t, login)) }, { STR("role"), STR("clerk") });
	return linked(t);
}

/* Alone again: the answer lists everybody, and would take more each time. */
void posts_office_add_prepare(struct torture *t)
{
	kit_sql(t->k, "DELETE FROM staff_enrolment;"
		      "DELETE FROM staff WHERE login LIKE 'n%%'");
	begin_try(t, "staff.add");
}

bool posts_office_add_attempt(struct torture *t)
{
	fault_request();
	return add(t);
}

void posts_office_add_settle(struct torture *t, bool right)
{
	char login[16];
	bool done = kit_number(t->k, "SELECT count(*) FROM staff WHERE login = '%s'",
			       newcomer(t, login)) == 1;
	assert_true(done || !right);
	assert_told(t, "staff.add", done);
	assert_true(done || add(t));
	assert_told(t, "staff.add", true);
}

static struct str boris(struct torture *t, char id[24])
{
	long long n = kit_number(t->k, "SELECT id FROM staff WHERE login = 'boris'");
	snprintf(id, 24, "%lld", n);
	return str_c(id);
}

static bool invite(struct torture *t)
{
	POST_FORM(t->v, "/staff/invite", { STR("id"), str_c(t->text) });
	return linked(t);
}

void posts_office_invite_prepare(struct torture *t)
{
	boris(t, t->text);
	begin_try(t, "staff.invite");
}

bool posts_office_invite_attempt(struct torture *t)
{
	fault_request();
	return invite(t);
}

void posts_office_invite_settle(struct torture *t, bool right)
{
	assert_true(!right || told(t, "staff.invite") == t->before + 1);
	assert_true(right || invite(t));
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM staff_enrolment"), 1);
}

static bool change(struct torture *t, const char *path, const char *location)
{
	POST_FORM(t->v, path, { STR("id"), str_c(t->text) }, { STR("reason"), STR("отпуск") });
	return posts_answered(t, t->v, location);
}

static bool is_out(struct torture *t)
{
	return kit_number(t->k, "SELECT count(*) FROM staff WHERE disabled_ms > 0") == 1;
}

void posts_office_disable_prepare(struct torture *t)
{
	boris(t, t->text);
	kit_sql(t->k, "UPDATE staff SET disabled_ms = NULL");
	begin_try(t, "staff.disable");
}

bool posts_office_disable_attempt(struct torture *t)
{
	fault_request();
	return change(t, "/staff/disable", "/staff?done=off");
}

void posts_office_disable_settle(struct torture *t, bool right)
{
	bool done = is_out(t);
	assert_true(done || !right);
	assert_told(t, "staff.disable", done);
	assert_true(done || change(t, "/staff/disable", "/staff?done=off"));
	assert_true(is_out(t));
}

void posts_office_enable_prepare(struct torture *t)
{
	boris(t, t->text);
	kit_sql(t->k, "UPDATE staff SET disabled_ms = 1 WHERE login = 'boris'");
	begin_try(t, "staff.enable");
}

bool posts_office_enable_attempt(struct torture *t)
{
	fault_request();
	return change(t, "/staff/enable", "/staff?done=on");
}

void posts_office_enable_settle(struct torture *t, bool right)
{
	bool done = !is_out(t);
	assert_true(done || !right);
	assert_told(t, "staff.enable", done);
	assert_true(done || change(t, "/staff/enable", "/staff?done=on"));
	assert_false(is_out(t));
}

/* --- back to a form that failed ------------------------------------------------ */

void posts_office_again_prepare(struct torture *t)
{
	assert_int_equal(visitor_get(t->v, "/staff"), 200);
}

bool posts_office_again_attempt(struct torture *t)
{
	fault_request();
	visitor_post(t->v, "/again?to=/staff", NULL, 0);
	return t->v->resp.status == 200 || posts_answered(t, t->v, "");
}

void posts_office_again_settle(struct torture *t, bool right)
{
	(void)right;
	assert_int_equal(visitor_get(t->v, "/staff"), 200);
}

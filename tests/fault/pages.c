/* Every page of web/routes.def and web/office/routes.def, by those who may see it. The right answer
 * is the one that was given before anything failed, to the last byte; any other must be an error
 * page, and takes nobody's session away. */
#include "fault/torture.h"

#include <stdio.h>
#include <string.h>

#include "support/authenticator.h"
#include "support/books.h"
#include "support/colleague.h"
#include "support/sms.h"

#define PHONE "9055550118"
#define EMAIL "anna@example.ru"

static void note(struct torture *t)
{
	struct str location = visitor_header(t->v, "Location");
	t->status = t->v->resp.status;
	assert_int_equal(arena_str(t->k->a, t->v->text, &t->page), OK);
	assert_int_equal(arena_str(t->k->a, location, &t->location), OK);
}

/* Each error page has another number. */
static bool as_noted(struct torture *t)
{
	return t->v->resp.status == t->status &&
	       (t->status >= 400 || str_eq(t->v->text, t->page)) &&
	       str_eq(visitor_header(t->v, "Location"), t->location);
}

/* The same token for a new visitor each time. */
static void seed(struct torture *t)
{
	rnd_seeded_init(&t->rnd, 1);
	t->k->app.rnd = &t->rnd.base;
}

static void prepare(struct torture *t)
{
	memcpy(t->v->jar, t->jar, sizeof(t->jar));
	seed(t);
}

/* A link that was sent is in ${t}->text. */
static const char *path(const struct torture *t)
{
	return t->text[0] ? t->text : t->what->path;
}

static void begin_with(struct torture *t, struct visitor *v)
{
	t->v = v;
	memcpy(t->jar, v->jar, sizeof(t->jar));
	seed(t);
	visitor_get(v, path(t));
	note(t);
}

static void begin_nobody(struct torture *t)
{
	begin_with(t, visitor_new(t->k));
}

static void begin_first(struct torture *t)
{
	begin_with(t, visitor_first(t->k, 1));
}

static void begin_full(struct torture *t)
{
	struct visitor *v = visitor_full(t->k, 1);
	tstamp now = app_now(&t->k->app);
	books_pay(t->k, "a", 1001, 50000, (tstamp){ now.ms - DAY_MS });
	books_pay(t->k, "b", 1001, -35000, (tstamp){ now.ms - HOUR_MS });
	begin_with(t, v);
}

/* --- in the middle of something ----------------------------------------------- */

static struct visitor *asked(struct torture *t)
{
	struct visitor *v = visitor_new(t->k);
	visitor_free(visitor_full(t->k, 1));
	visitor_get(v, "/recover");
	POST_FORM(v, "/recover", { STR("login"), str_c(kit_person(1).msisdn) });
	assert_int_equal(visitor_get(v, "/recover/code"), 200);
	return v;
}

static void begin_asked(struct torture *t)
{
	begin_with(t, asked(t));
}

static void begin_proved(struct torture *t)
{
	struct visitor *v = asked(t);
	POST_FORM(v, "/recover/code", { STR("code"), str_c(sms_code(t->k, PHONE)) });
	assert_int_equal(visitor_get(v, "/recover/new"), 200);
	begin_with(t, v);
}

/* The address of the registration, confirmed or with a link on its way, where letters go out. */
static struct visitor *addressed(struct torture *t, bool confirmed)
{
	struct visitor *v = visitor_full(t->k, 1);
	t->k->conf.mail_gateway = STR("log");
	t->k->conf.http_origin = STR("http://lk.test");
	if (confirmed)
		kit_sql(t->k, "UPDATE subscriber SET email_confirmed_ms = 1");
	else
		assert_int_equal(visitor_post(v, "/email/send", NULL, 0), 303);
	return v;
}

static void begin_linked(struct torture *t)
{
	begin_with(t, addressed(t, false));
}

static void begin_followed(struct torture *t)
{
	enum message_id text;
	visitor_free(addressed(t, false));
	struct message_args args = letter_last(t->k, EMAIL, &text);
	snprintf(t->text, sizeof(t->text), "%s?t=%s", t->what->path, message_link(t->k, &args));
	begin_with(t, visitor_new(t->k));
	assert_true(visitor_sees(t->v, "Подтвердить почту"));
}

static void begin_lettered(struct torture *t)
{
	struct visitor *v = visitor_new(t->k);
	visitor_free(addressed(t, true));
	visitor_get(v, "/recover");
	POST_FORM(v, "/recover/mail", { STR("login"), str_c(kit_person(1).msisdn) });
	assert_int_equal(visitor_get(v, "/recover/code"), 200);
	assert_int_equal(letter_count(t->k, EMAIL), 1);
	begin_with(t, v);
}

static void begin_confirming(struct torture *t)
{
	struct visitor *v = visitor_full(t->k, 1);
	assert_int_equal(visitor_post(v, "/phone/send", NULL, 0), 303);
	begin_with(t, v);
}

static struct visitor *changing(struct torture *t)
{
	struct visitor *v = visitor_full(t->k, 1);
	kit_sql(t->k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	POST_FORM(v, "/phone/change", { STR("phone"), STR("9110000001") },
		  { STR("now"), STR(KIT_PASSWORD) });
	assert_int_equal(visitor_get(v, "/phone/change/code"), 200);
	return v;
}

static void begin_changing(struct torture *t)
{
	begin_with(t, changing(t));
}

static struct visitor *held(struct torture *t)
{
	struct visitor *v = changing(t);
	POST_FORM(v, "/phone/change/code", { STR("code"), str_c(sms_code(t->k, PHONE)) });
	assert_true(visitor_at(v, "/profile?done=phone-held"));
	return v;
}

static void begin_held(struct torture *t)
{
	begin_with(t, held(t));
}

static void begin_code(struct torture *t)
{
	struct totp_spares spares;
	struct session s = kit_register(t->k, 1);
	struct visitor *v = visitor_new(t->k);
	authenticator_on(t->k, &s, &spares);
	visitor_signin(v, kit_person(1).msisdn, KIT_PASSWORD);
	assert_true(visitor_at(v, "/signin/code"));
	begin_with(t, v);
}

/* With a second factor, and proved a moment ago. */
static void begin_fresh(struct torture *t)
{
	struct totp_spares spares;
	struct signin_done done;
	struct visitor *v = visitor_full(t->k, 1);
	assert_int_equal(kit_signin(t->k, kit_person(1).msisdn, KIT_PASSWORD, &done), OK);
	struct session s = kit_session(t->k, &done);
	/* As if by the visitor, whose session goes on. */
	s.id = kit_number(t->k, "SELECT min(id) FROM session");
	authenticator_on(t->k, &s, &spares);
	kit_sql(t->k, "UPDATE session SET reauth_ms = %lld", (long long)app_now(&t->k->app).ms);
	begin_with(t, v);
}

/* --- in the office ------------------------------------------------------------ */

static void begin_stranger(struct torture *t)
{
	begin_with(t, visitor_at_office(t->k));
}

static void begin_administrator(struct torture *t)
{
	begin_with(t, colleague_at_work(t->k, "anna", "administrator"));
}

static void begin_step(struct torture *t)
{
	struct staff_link link = colleague_add(t->k, "boris", "clerk");
	struct visitor *v = visitor_at_office(t->k);
	colleague_enrol(t->k, &link);
	visitor_signin(v, "boris", COLLEAGUE_PASSWORD);
	assert_true(visitor_at(v, "/signin/code"));
	begin_with(t, v);
}

/* ---------------------------------------------------------------------------- */

static bool attempt(struct torture *t)
{
	fault_request();
	visitor_get(t->v, path(t));
	bool right = as_noted(t);
	const char *now = visitor_cookie(t->v, "__Host-kabinet");
	bool signed_in =
		(now || visitor_cookie(t->v, "__Host-kabinet-office")) && t->jar[0].name[0];
	if (!right && t->v->resp.status < 500)
		fail_msg("try %d: %d, and not the %d of before", t->n, t->v->resp.status,
			 t->status);
	if (signed_in)
		assert_memory_equal(t->v->jar, t->jar, sizeof(t->jar));
	return right;
}

#define CASE(handler, url, who)                                                                    \
	{ .name = #handler "_" #who,                                                               \
	  .path = url,                                                                             \
	  .begin = begin_##who,                                                                    \
	  .prepare = prepare,                                                                      \
	  .attempt = attempt },
#define CASES_ANYONE(handler, url)     CASE(handler, url, nobody) CASE(handler, url, full)
#define CASES_FIRST(handler, url)      CASE(handler, url, first)
#define CASES_SUBSCRIBER(handler, url) CASE(handler, url, nobody) CASE(handler, url, full)
#define CASES_FACTOR(handler, url)     CASES_SUBSCRIBER(handler, url)
#define CASES_ENROL(handler, url)      CASES_SUBSCRIBER(handler, url)
#define CASES_FRESH(handler, url)      CASE(handler, url, full) CASE(handler, url, fresh)

static const struct torture_case cases[] = {
#define PAGE(url, handler, access, lane) CASES_##access(handler, url)
#define POST(...)
#define POST_WHOLE(...)
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
#define PAGE(url, handler, right, lane)                                                            \
	CASE(handler, url, stranger) CASE(handler, url, administrator)
#define POST(...)
#define POST_WHOLE(...)
#include "web/office/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
	/* clang-format off */
	CASE(office_signin_code, "/signin/code", step)
	CASE(nothing, "/nowhere", full)
	CASE(lang, "/help?lang=en&a=%26&b", nobody)
	CASE(period, "/history?period=own&from=2026-01-01&to=2026-11-23&kind=charges", full)
	CASE(recover_code, "/recover/code", asked)
	CASE(recover_code, "/recover/code", lettered)
	CASE(recover_new, "/recover/new", proved)
	CASE(phone_show, "/phone", confirming)
	CASE(phone_change_code, "/phone/change/code", changing)
	CASE(profile_show, "/profile", held)
	CASE(profile_show, "/profile", linked)
	CASE(email_link, "/e", followed)
	CASE(signin_code, "/signin/code", code)
	/* clang-format on */
};

struct torture_list torture_pages(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}

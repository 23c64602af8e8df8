/* Every route asked by everybody, and what the router checks before a handler sees anything. */
#include "support/visitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNKNOWN_TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))
#define OVER          "303 /recover?over=1"

/* --- the sweep ------------------------------------------------------------- */

enum who { NOBODY, UNKNOWN, FIRST, FULL, EXPIRED, CLOSED, WHO_N };

static const char *const who_names[WHO_N] = {
	[NOBODY] = "without a cookie",       [UNKNOWN] = "with an unknown cookie",
	[FIRST] = "signed in by the digits", [FULL] = "registered",
	[EXPIRED] = "whose session is over", [CLOSED] = "whose number has another owner",
};

/* What each gets: status and, after a blank, where it leads. Of a POST with the right token and no
 * fields. A row of routes.def without its constant here does not compile; neither does a constant
 * without its row. */
#define WANT(handler, nobody, unknown, first, full)                                                \
	static const char *const want_##handler[WHO_N] = { nobody, unknown, first,                 \
							   full,   unknown, unknown };
WANT(signin_show, "200", "200", "303 /register", "303 /home")
WANT(signin_do, "403", "422", "422", "422")
WANT(signin_code, "303 /?over=1", "303 /?over=1", "303 /", "303 /")
WANT(signin_code_try, "403", "403", "403", "403")
WANT(signin_out, "403", "303 /?out=1", "303 /?out=1", "303 /?out=1")
WANT(recover_show, "200", "200", "200", "200")
WANT(recover_ask, "403", "422", "422", "422")
WANT(recover_code, OVER, OVER, OVER, OVER)
WANT(recover_try, "403", OVER, OVER, OVER)
WANT(recover_mail, "403", "422", "422", "422")
WANT(recover_new, OVER, OVER, OVER, OVER)
WANT(recover_save, "403", OVER, OVER, OVER)
WANT(register_show, "303 /?next=/register", "303 /?next=/register", "200", "303 /home")
WANT(register_save, "403", "403", "422", "303 /home")
WANT(consent_show, "200", "200", "200", "200")
WANT(home_show, "303 /?next=/home", "303 /?next=/home", "303 /register", "200")
WANT(history_show, "303 /?next=/history", "303 /?next=/history", "303 /register", "200")
WANT(history_csv, "303 /?next=/history.csv", "303 /?next=/history.csv", "303 /register", "200")
WANT(profile_show, "303 /?next=/profile", "303 /?next=/profile", "303 /register", "200")
WANT(profile_password, "403", "403", "303 /register", "422")
WANT(again_show, "303 /", "303 /", "303 /", "303 /")
WANT(again_send, "403", "403", "403", "403")
WANT(security_show, "303 /?next=/security", "303 /?next=/security", "303 /register", "200")
WANT(security_end_session, "403", "403", "303 /register", "422")
WANT(security_end_others, "403", "403", "303 /register", "303 /security?others=1")
WANT(totp_begin, "403", "403", "303 /register", "422")
WANT(totp_show, "303 /?next=/totp", "303 /?next=/totp", "303 /register", "303 /security")
WANT(totp_qr, "303 /?next=/totp/qr.svg", "303 /?next=/totp/qr.svg", "303 /register", "404")
WANT(totp_on, "403", "403", "303 /register", "303 /security")
WANT(totp_change, "303 /?next=/totp/change", "303 /?next=/totp/change", "303 /register",
     "303 /reauth?next=/totp/change")
WANT(totp_spares, "403", "403", "303 /register", "403")
WANT(totp_off, "403", "403", "303 /register", "403")
WANT(reauth_show, "303 /?next=/reauth", "303 /?next=/reauth", "303 /register", "303 /phone")
WANT(reauth_try, "403", "403", "303 /register", "303 /phone")
WANT(reauth_send, "403", "403", "303 /register", "303 /reauth")
WANT(phone_show, "303 /?next=/phone", "303 /?next=/phone", "303 /register", "200")
WANT(phone_confirm, "403", "403", "303 /register", "422")
WANT(phone_send, "403", "403", "303 /register", "303 /phone")
WANT(phone_change, "303 /?next=/phone/change", "303 /?next=/phone/change", "303 /register", "200")
WANT(phone_change_ask, "403", "403", "303 /register", "422")
WANT(phone_change_code, "303 /?next=/phone/change/code", "303 /?next=/phone/change/code",
     "303 /register", "303 /phone/change?over=1")
WANT(phone_change_try, "403", "403", "303 /register", "303 /phone/change?over=1")
WANT(phone_change_again, "403", "403", "303 /register", "303 /phone/change?over=1")
WANT(phone_change_cancel, "403", "403", "303 /register", "303 /profile?done=phone-off")
WANT(phone_refusal, "200", "200", "200", "200")
WANT(phone_refuse, "403", "422", "422", "422")
WANT(email_show, "303 /?next=/email", "303 /?next=/email", "303 /register",
     "303 /reauth?next=/email")
WANT(email_change, "403", "403", "303 /register", "403")
WANT(email_send, "403", "403", "303 /register", "303 /profile")
WANT(email_cancel, "403", "403", "303 /register", "303 /profile?done=email-off")
WANT(email_link, "200", "200", "200", "200")
WANT(email_confirm, "403", "422", "422", "422")
WANT(email_refusal, "200", "200", "200", "200")
WANT(email_refuse, "403", "422", "422", "422")
WANT(help_show, "200", "200", "200", "200")
WANT(health_show, "200", "200", "200", "200")

struct row {
	const char *name, *path;
	bool post;
	const char *access, *lane;
	const char *const *want;
};

static const struct row rows[] = {
#define PAGE(url, handler, access, lane) { #handler, url, false, #access, #lane, want_##handler },
#define POST(url, handler, access, lane, form, back)                                               \
	{ #handler, url, true, #access, #lane, want_##handler },
#define POST_WHOLE POST
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
};

/* A page in the middle of a flow leads to its beginning whoever is not in one. */
static bool in_flow(const struct row *row)
{
	return strstr(row->want[UNKNOWN], "?over=1");
}

static struct visitor *visitor_of(struct kit *k, enum who who, int n)
{
	struct visitor *v = who <= UNKNOWN ? visitor_new(k)
			    : who == FIRST ? visitor_first(k, n)
					   : visitor_full(k, n);
	if (who == UNKNOWN) {
		visitor_set_cookie(v, "__Host-kabinet", UNKNOWN_TOKEN);
		visitor_get(v, "/");
	}
	if (who == EXPIRED)
		kit_minutes(k, 31);
	if (who == CLOSED)
		kit_sql(k, "UPDATE number SET epoch = epoch + 1 WHERE id = %d", n);
	return v;
}

static void outcome(const struct visitor *v, char text[128])
{
	struct str location = visitor_header(v, "Location");
	snprintf(text, 128, "%d%s%.*s", v->resp.status, location.n ? " " : "", (int)location.n,
		 location.n ? location.p : "");
}

static void test_router__sweep(void **state)
{
	struct kit *k = *state;
	char got[128];
	int n = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (int who = 0; who < WHO_N; who++) {
			struct visitor *v = visitor_of(k, (enum who)who, n++);
			if (rows[i].post)
				visitor_post(v, rows[i].path, NULL, 0);
			else
				visitor_get(v, rows[i].path);
			outcome(v, got);
			if (strcmp(got, rows[i].want[who]) != 0)
				fail_msg("%s, %s: %s, not %s", rows[i].name, who_names[who], got,
					 rows[i].want[who]);
			visitor_free(v);
		}
	}
}

/* Nobody without the right kind of session gets anything but a way to sign in. */
static void test_router__personal_pages_need_a_session(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool open = strcmp(rows[i].access, "ANYONE") == 0;
		bool shows = strcmp(rows[i].want[UNKNOWN], "200") == 0 ||
			     rows[i].want == want_again_show || in_flow(&rows[i]);
		if (!rows[i].post && open != (shows || rows[i].want == want_signin_show))
			fail_msg("%s", rows[i].name);
		if (strcmp(rows[i].access, "SUBSCRIBER") == 0)
			assert_string_equal(rows[i].want[FIRST], "303 /register");
	}
}

static void test_router__head_is_get(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!rows[i].post)
			assert_int_equal(visitor_head(v, rows[i].path),
					 visitor_get(v, rows[i].path));
	}
	visitor_free(v);
}

static void test_router__what_never_touches_the_store_does_not(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	size_t n = 0;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(rows[i].lane, "NONE") != 0)
			continue;
		int64_t before = kit_statements(k);
		assert_int_equal(visitor_get(v, rows[i].path), 200);
		assert_int_equal(kit_statements(k), before);
		assert_null(visitor_header(v, "Set-Cookie").p);
		n++;
	}
	assert_true(n > 0);
	visitor_free(v);
}

static int64_t commits(struct kit *k)
{
	struct store_stats stats;
	store_stats(k->app.store, &stats);
	return stats.commits;
}

static void test_router__page_views_are_no_commits(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_new(k);
	int64_t before = commits(k);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].post)
			continue;
		visitor_get(v, rows[i].path);
		visitor_get(stranger, rows[i].path);
	}
	assert_int_equal(commits(k), before);
	visitor_free(stranger);
	visitor_free(v);
}

/* --- did they mean it -------------------------------------------------------- */

static void test_router__origin(void **state)
{
	static const struct {
		const char *origin, *site;
		bool good;
	} cases[] = {
		{ "http://lk.test", "same-origin", true },
		{ "http://lk.test", "", true },
		{ "", "same-origin", true },
		{ "null", "same-origin", true },
		{ "", "", false },
		{ "null", "", false },
		{ "null", "cross-site", false },
		{ "", "cross-site", false },
		{ "", "same-site", false },
		{ "", "none", false },
		{ "http://evil.test", "", false },
		{ "http://evil.test", "same-origin", false },
		{ "https://lk.test", "", false },
		{ "http://lk.test:81", "", false },
		{ "http://lk.test.evil.test", "", false },
		{ "http://lk.tes", "", false },
		{ "lk.test", "", false },
	};
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t c = 0; rows[i].post && c < COUNT(cases); c++) {
			if (cases[c].good) /* that is the sweep's */
				continue;
			v->says.origin = str_c(cases[c].origin);
			v->says.sec_fetch_site = str_c(cases[c].site);
			visitor_post(v, rows[i].path, NULL, 0);
			if (v->resp.status != 403 || !visitor_sees(v, "Запрос не принят"))
				fail_msg("%s from «%s» «%s»: %d", rows[i].path, cases[c].origin,
					 cases[c].site, v->resp.status);
		}
	}
	for (size_t c = 0; c < COUNT(cases); c++) {
		v->says.origin = str_c(cases[c].origin);
		v->says.sec_fetch_site = str_c(cases[c].site);
		visitor_post(v, "/security/sessions/others", NULL, 0);
		assert_int_equal(v->resp.status, cases[c].good ? 303 : 403);
	}
	visitor_free(v);
}

static void test_router__origin_behind_tls_and_as_configured(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	v->says.tls = true;
	v->says.origin = STR("http://lk.test");
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 403);
	v->says.origin = STR("https://lk.test");
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 303);
	k->conf.http_origin = STR("https://lk.example.ru");
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 403);
	v->says.origin = STR("https://lk.example.ru");
	assert_int_equal(visitor_post(v, "/security/sessions/others", NULL, 0), 303);
	visitor_free(v);
}

static void test_router__wrong_tokens_do_nothing(void **state)
{
	static const char *const tokens[] = { NULL, "", "0", "00000000000000000000000000000000" };
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t t = 0; rows[i].post && t <= COUNT(tokens); t++) {
			const char *token = t < COUNT(tokens) ? tokens[t] : other->csrf;
			const struct http_pair pair = { STR("csrf"), str_c(token) };
			/* A subscriber has no business on the registration page, token or not. */
			if (rows[i].want == want_register_save)
				continue;
			visitor_post_raw(v, rows[i].path, &pair, token != NULL);
			if (v->resp.status != 403)
				fail_msg("%s with «%s»: %d", rows[i].path, token, v->resp.status);
		}
	}
	assert_int_equal(visitor_get(v, "/home"), 200); /* nobody has signed it out */
	visitor_free(other);
	visitor_free(v);
}

static void test_router__a_stale_page_keeps_what_was_typed(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX];
	snprintf(v->csrf, sizeof(v->csrf), "%032d", 0);
	assert_int_equal(visitor_post(v, "/register", form, visitor_form(form)), 403);
	assert_true(visitor_sees(v, "Страница устарела"));
	assert_true(str_eq(visitor_field(v, "family"), STR("Соколова")));
	assert_true(str_eq(visitor_field(v, "passport_by"), STR("ТП № 45 ОУФМС России")));
	assert_false(visitor_sees(v, KIT_PASSWORD));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 0);
	/* The page that came back works. */
	assert_int_equal(visitor_post(v, "/register", form, visitor_form(form)), 303);
	visitor_free(v);
}

/* --- a form survives its session (docs/decisions/0002) ----------------------- */

/* Signs in on the page that carries the form. */
static int go_on(struct visitor *v, const char *login, const char *password)
{
	return POST_FORM(v, "/signin", { STR("login"), str_c(login) },
			 { STR("password"), str_c(password) },
			 { STR("next"), visitor_field(v, "next") },
			 { STR("keep"), visitor_field(v, "keep") });
}

static void test_router__an_expired_session_keeps_the_form(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX];
	size_t n = visitor_form(form);
	form[0].value = STR("Д'Артаньян-\"Ко\" <&%41+ё>");
	form[8].value = STR("ГУ МВД\r\nпо СПб");
	kit_minutes(k, 31);
	assert_int_equal(visitor_post(v, "/register", form, n), 403);
	assert_true(visitor_sees(v, "Сеанс закончился"));
	assert_true(visitor_field(v, "login").p || visitor_sees(v, "name=\"login\""));
	assert_false(visitor_sees(v, KIT_PASSWORD));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 0);
	/* A wrong password loses nothing either. */
	assert_int_equal(go_on(v, p.msisdn, "0000"), 403);
	assert_int_equal(go_on(v, p.msisdn, p.last4), 200);
	for (size_t i = 0; i < n; i++) {
		bool shown = !str_eq(form[i].name, STR("password")) &&
			     !str_eq(form[i].name, STR("consent")) && form[i].value.n > 0;
		struct str value = visitor_field(v, form[i].name.p);
		if (shown && !str_eq(value, form[i].value))
			fail_msg("%s: «%.*s»", form[i].name.p, (int)value.n, value.p);
	}
	assert_true(visitor_sees(v, "name=\"consent\" value=\"yes\" checked"));
	assert_true(visitor_sees(v, "Вы снова вошли"));
	assert_false(visitor_sees(v, "aria-invalid"));
	/* And it can be sent as it stands. */
	form[0].value = STR("Соколова");
	assert_int_equal(visitor_post(v, "/register", form, n), 303);
	assert_true(visitor_at(v, "/home"));
	visitor_free(v);
}

/* A form of passwords keeps nothing, so nothing is said to be kept. */
static void test_router__an_expired_session_promises_no_more_than_it_keeps(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_minutes(k, 31);
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR(KIT_PASSWORD) },
				   { STR("want"), STR("другой трамвай 5") }),
			 403);
	assert_true(visitor_sees(v, "Сеанс закончился"));
	assert_false(visitor_sees(v, "сохранилось"));
	visitor_free(v);
}

static void test_router__a_kept_form_is_shown_to_its_kind_of_session_only(void **state)
{
	static const char keep[] = "family=%D0%98&password=planted-secret&now=planted-secret";
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	static const char *const nexts[] = { "/register", "/nowhere", "/signout", "/signin", "" };
	for (size_t i = 0; i < COUNT(nexts); i++) {
		visitor_set_cookie(v, "__Host-kabinet", NULL);
		visitor_get(v, "/");
		assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
					   { STR("password"), STR(KIT_PASSWORD) },
					   { STR("next"), str_c(nexts[i]) },
					   { STR("keep"), str_c(keep) }),
				 303);
		assert_true(visitor_at(v, "/home"));
	}
	visitor_set_cookie(v, "__Host-kabinet", NULL);
	visitor_get(v, "/");
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), STR("/profile/password") },
				   { STR("keep"), str_c(keep) }),
			 200);
	assert_true(visitor_sees(v, "Профиль"));
	assert_false(visitor_sees(v, "planted-secret"));
	visitor_free(v);
}

/* Where nothing typed can be kept, the way back is the page of the form. */
static void test_router__after_an_expired_form_of_secrets_its_page_is_next(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	kit_minutes(k, 31);
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR(KIT_PASSWORD) },
				   { STR("want"), STR("другой трамвай 5") }),
			 403);
	assert_false(visitor_sees(v, "трамвай"));
	assert_null(visitor_field(v, "keep").p);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), visitor_field(v, "next") }),
			 303);
	assert_true(visitor_at(v, "/profile"));
	visitor_free(v);
}

/* What no field takes is not carried along: it would make the sign-in itself too big. */
static void test_router__an_enormous_field_does_not_bar_the_way(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_first(k, 1);
	struct http_pair form[VISITOR_FORM_MAX];
	size_t n = visitor_form(form);
	char *text = test_malloc(60000);
	memset(text, 'x', 60000);
	form[8].value = (struct str){ .p = text, .n = 60000 };
	kit_minutes(k, 31);
	assert_int_equal(visitor_post(v, "/register", form, n), 403);
	assert_int_equal(go_on(v, p.msisdn, p.last4), 200);
	assert_true(str_eq(visitor_field(v, "family"), STR("Соколова")));
	test_free(text);
	visitor_free(v);
}

/* --- where one is led --------------------------------------------------------- */

/* A bookmark with a query is reached through the sign-in page, also through a wait. */
static void test_router__next_carries_the_query(void **state)
{
	static const char bookmark[] = "/history?from=2026-01-01&to=2026-02-03&kind=payments";
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	char target[600];
	visitor_set_cookie(v, "__Host-kabinet", NULL);
	assert_int_equal(visitor_get(v, bookmark), 303);
	struct str location = visitor_header(v, "Location");
	assert_true(str_starts(location, STR("/?next=/history%3ffrom%3d2026-01-01%26to%3d")));
	snprintf(target, sizeof(target), "%.*s", (int)location.n, location.p);
	assert_int_equal(visitor_get(v, target), 200);
	assert_true(str_eq(visitor_field(v, "next"), str_c(bookmark)));
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
				   { STR("password"), STR(KIT_PASSWORD) },
				   { STR("next"), visitor_field(v, "next") }),
			 303);
	assert_true(visitor_at(v, bookmark));
	visitor_free(v);
}

/* What the form of the sign-in page would not take is left out: the page is reached all the same.
 */
static void test_router__next_without_a_query_that_is_too_long(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	char target[600];
	snprintf(target, sizeof(target), "/history?%0503d", 0); /* 512 characters */
	assert_int_equal(visitor_get(v, target), 303);
	assert_true(visitor_header(v, "Location").n > 512);
	snprintf(target, sizeof(target), "/history?%0504d", 0);
	assert_int_equal(visitor_get(v, target), 303);
	assert_true(visitor_at(v, "/?next=/history"));
	visitor_free(v);
}

static void test_router__next_goes_through_the_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	assert_int_equal(visitor_get(v, "/?next=/profile"), 200);
	assert_true(str_eq(visitor_field(v, "next"), STR("/profile")));
	assert_int_equal(visitor_get(v, "/?next=%22%3E%3Cscript%3E"), 200);
	assert_false(visitor_sees(v, "<script>"));
	assert_true(str_eq(visitor_field(v, "next"), STR("\"><script>")));
	visitor_free(v);
}

/* Who reloads the address of a form, or kept it as a bookmark, is led to the page that has the
 * form. */
static void test_router__a_get_of_a_form_leads_to_its_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *stranger = visitor_new(k);
	visitor_get(stranger, "/signin");
	assert_true(visitor_at(stranger, "/"));
	visitor_get(v, "/profile/password");
	assert_true(visitor_at(v, "/profile"));
	visitor_get(v, "/security/sessions/end");
	assert_true(visitor_at(v, "/security"));
	visitor_free(stranger);
	visitor_free(v);
}

static void test_router__a_post_to_a_page_is_refused(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	assert_int_equal(visitor_post(v, "/home", NULL, 0), 405);
	assert_true(str_eq(visitor_header(v, "Allow"), STR("GET, HEAD")));
	assert_int_equal(visitor_post(v, "/nowhere", NULL, 0), 404);
	assert_int_equal(visitor_get(v, "/nowhere"), 404);
	assert_int_equal(visitor_get(v, "/home/"), 404);
	assert_int_equal(visitor_get(v, "/HOME"), 404);
	visitor_free(v);
}

/* --- languages ---------------------------------------------------------------- */

static bool english(const struct visitor *v)
{
	bool en = visitor_sees(v, "<html lang=\"en\">");
	assert_int_equal(visitor_sees(v, "<html lang=\"ru\">"), !en);
	assert_true(str_eq(visitor_header(v, "Content-Language"), en ? STR("en") : STR("ru")));
	return en;
}

static void test_router__language_by_accept_language(void **state)
{
	static const struct {
		const char *accept;
		bool english;
	} cases[] = {
		{ "", false },
		{ "en", true },
		{ "en-GB,en;q=0.9", true },
		{ "EN-us", true },
		{ "de,en;q=0.5", true },
		{ "de", false },
		{ "ru,en;q=0.9", false },
		{ "de-DE, ru;q=0.5", false },
		{ "eng", false },
		{ ",,;;=,", false },
		{ "*", false },
	};
	struct kit *k = *state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct visitor *v = visitor_new(k);
		v->says.accept_language = str_c(cases[i].accept);
		visitor_get(v, "/help");
		if (english(v) != cases[i].english)
			fail_msg("«%s»", cases[i].accept);
		visitor_free(v);
	}
}

static void test_router__a_chosen_language_stays(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	visitor_get(v, "/help?lang=en");
	assert_true(english(v));
	assert_string_equal(visitor_cookie(v, "__Host-kabinet-lang"), "en");
	visitor_get(v, "/");
	assert_true(english(v));
	v->says.accept_language = STR("en");
	visitor_get(v, "/?lang=ru");
	assert_false(english(v));
	visitor_get(v, "/?lang=xx");
	assert_false(english(v));
	assert_string_equal(visitor_cookie(v, "__Host-kabinet-lang"), "ru");
	visitor_set_cookie(v, "__Host-kabinet-lang", "<b>");
	visitor_get(v, "/");
	assert_true(english(v));
	visitor_free(v);
}

/* The link to the other language keeps what the page shows. */
static void test_router__the_other_language_is_the_same_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	visitor_get(v, "/history?from=2026-01-01&lang=ru&to=2026-02-03&kind=payments");
	assert_true(visitor_sees(
		v, "href=\"/"
		   "history?from=2026-01-01&amp;to=2026-02-03&amp;kind=payments&amp;lang=en\""));
	visitor_get(v, "/history?x=%22%3E%26%D1%8F");
	assert_true(visitor_sees(v, "href=\"/history?x=%22%3e%26%d1%8f&amp;lang=en\""));
	visitor_get(v, "/help");
	assert_true(visitor_sees(v, "href=\"/help?lang=en\""));
	POST_FORM(v, "/profile/password", { STR("now"), STR("x") });
	assert_true(visitor_sees(v, "href=\"/profile?lang=en\""));
	visitor_free(v);
}

/* --- errors ------------------------------------------------------------------- */

#define LOG_TAIL_BYTES 4096

/* The number that the page shows is in the log, in a line with the status. */
static void must_be_logged(struct kit *k, const struct visitor *v, int status)
{
	static const char before[] = "Номер ошибки для поддержки: <b class=\"num\">";
	char number[9];
	char in_log[64];
	char log[LOG_TAIL_BYTES + 1];
	const char *at = memmem(v->text.p, v->text.n, before, sizeof(before) - 1);
	assert_non_null(at);
	snprintf(number, sizeof(number), "%.8s", at + sizeof(before) - 1);
	assert_int_equal(strspn(number, "0123456789"), 8);
	off_t end = lseek(k->log_fd, 0, SEEK_END);
	ssize_t n = pread(k->log_fd, log, LOG_TAIL_BYTES,
			  end > LOG_TAIL_BYTES ? end - LOG_TAIL_BYTES : 0);
	assert_true(n > 0);
	log[n] = '\0';
	snprintf(in_log, sizeof(in_log), "\"status\":%d,\"number\":%ld}", status,
		 strtol(number, NULL, 10));
	if (!strstr(log, in_log))
		fail_msg("%s is not in %s", in_log, log);
}

static void test_router__errors_have_a_number_that_is_in_the_log(void **state)
{
	static const int refused[] = { 400, 405, 408, 413, 414, 415, 417, 431, 503 };
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	assert_int_equal(visitor_get(v, "/nowhere"), 404);
	must_be_logged(k, v, 404);
	assert_true(visitor_sees(v, k->conf.operator_support_phone.p));
	v->says.origin = STR("http://evil.test");
	assert_int_equal(visitor_post(v, "/signin", NULL, 0), 403);
	must_be_logged(k, v, 403);
	for (size_t i = 0; i < COUNT(refused); i++) {
		visitor_refused(v, "/", refused[i]);
		must_be_logged(k, v, refused[i]);
	}
	visitor_free(v);
}

/* A page that passes its limit is an error, not half a page; and no fault of ours. */
static void test_router__a_page_that_does_not_fit_is_an_error(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_first(k, 1);
	char *text = test_malloc(1 << 20);
	memset(text, '&', 1 << 20); /* five times as long when escaped */
	POST_FORM(v, "/register", { STR("family"), { .p = text, .n = 1 << 20 } });
	test_free(text);
	assert_int_equal(v->resp.status, 413);
	assert_true(visitor_sees(v, "</html>"));
	must_be_logged(k, v, 413);
	visitor_free(v);
}

/* Nothing can be read: every page says so, and what a visitor had stays. */
static void test_router__without_the_store(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	kit_sql(k, "ALTER TABLE session RENAME TO session_gone");
	assert_int_equal(visitor_get(v, "/home"), 503);
	assert_true(str_eq(visitor_header(v, "Retry-After"), STR("60")));
	must_be_logged(k, v, 503);
	assert_true(visitor_sees(v, "href=\"/home\">Обновить страницу<"));
	assert_int_equal(visitor_get(v, "/history?kind=payments&x=%22"), 503);
	assert_true(visitor_sees(v, "href=\"/history?kind=payments&amp;x=%22\">Обновить"));
	assert_int_equal(visitor_get(v, "/healthz"), 200);
	assert_int_equal(visitor_get(v, "/nowhere"), 404);
	kit_sql(k, "ALTER TABLE session_gone RENAME TO session");
	assert_int_equal(visitor_get(v, "/home"), 200);
	visitor_free(v);
}

static void test_router__behind_tls_browsers_are_told_to_stay_there(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	v->says.tls = true; /* the visitor looks for the header itself */
	assert_int_equal(visitor_get(v, "/"), 200);
	assert_int_equal(visitor_get(v, "/home"), 303);
	assert_int_equal(visitor_get(v, "/nowhere"), 404);
	visitor_free(v);
}

static void test_router__a_broken_cookie_is_no_cookie(void **state)
{
	static const char *const broken[] = {
		"",
		"x",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
		"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
	};
	struct kit *k = *state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct visitor *v = visitor_new(k);
		visitor_set_cookie(v, "__Host-kabinet", broken[i]);
		visitor_get(v, "/");
		assert_int_equal(strlen(visitor_cookie(v, "__Host-kabinet")), 43);
		assert_string_not_equal(visitor_cookie(v, "__Host-kabinet"), broken[i]);
		visitor_free(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_router__sweep),
		cmocka_unit_test(test_router__personal_pages_need_a_session),
#define T(name) cmocka_unit_test_setup_teardown(test_router__##name, kit_setup_sqlite, kit_teardown)
		T(head_is_get),
		T(what_never_touches_the_store_does_not),
		T(page_views_are_no_commits),
		T(origin),
		T(origin_behind_tls_and_as_configured),
		T(wrong_tokens_do_nothing),
		T(a_stale_page_keeps_what_was_typed),
		T(an_expired_session_promises_no_more_than_it_keeps),
		T(an_expired_session_keeps_the_form),
		T(a_kept_form_is_shown_to_its_kind_of_session_only),
		T(after_an_expired_form_of_secrets_its_page_is_next),
		T(an_enormous_field_does_not_bar_the_way),
		T(next_carries_the_query),
		T(next_without_a_query_that_is_too_long),
		T(next_goes_through_the_page),
		T(a_get_of_a_form_leads_to_its_page),
		T(a_post_to_a_page_is_refused),
		T(language_by_accept_language),
		T(a_chosen_language_stays),
		T(the_other_language_is_the_same_page),
		T(errors_have_a_number_that_is_in_the_log),
		T(a_page_that_does_not_fit_is_an_error),
		T(without_the_store),
		T(behind_tls_browsers_are_told_to_stay_there),
		T(a_broken_cookie_is_no_cookie),
#undef T
	};
	return cmocka_run_group_tests_name("web/router", tests, NULL, NULL);
}

/* Signing in as a browser sees it: refusals that tell nothing, the wait, and tokens that change. */
#include "support/visitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TOKEN    "__Host-kabinet"
#define DEVICE   "__Host-kabinet-device"

/* --- refusals (threat-model.md, rule 12) --------------------------------------- */

/* The answer without what differs between any two: the token, and the number that was typed. */
static struct str told(struct visitor *v, struct arena *a, const char *login)
{
	struct str rest = v->text;
	char *p = arena_alloc(a, rest.n + 1);
	size_t n = 0;
	assert_non_null(p);
	while (rest.n) {
		bool token = str_starts(rest, str_c(v->csrf));
		bool number = login[0] && str_starts(rest, str_c(login));
		if (token || number)
			rest = str_sub(rest, strlen(token ? v->csrf : login), rest.n);
		else {
			p[n++] = rest.p[0];
			rest = str_sub(rest, 1, rest.n);
		}
	}
	return (struct str){ .p = p, .n = n };
}

static struct str headers(struct visitor *v, struct arena *a)
{
	char *p = arena_alloc(a, 8192);
	size_t n = 0;
	assert_non_null(p);
	for (size_t i = 0; i < v->resp.n_headers; i++) {
		const struct http_header *h = &v->resp.headers[i];
		n += (size_t)snprintf(p + n, 8192 - n, "%s: %.*s\n", h->name, (int)h->value.n,
				      h->value.p);
		assert_true(n < 8192);
	}
	return (struct str){ .p = p, .n = n };
}

static void test_signin__refusals_are_the_same(void **state)
{
	struct kit *k = *state;
	struct kit_person issued = kit_issue(k, 1);
	struct kit_person locked = kit_issue(k, 2);
	struct kit_person registered = kit_person(3);
	struct kit_person guessed = kit_person(4);
	visitor_free(visitor_full(k, 3));
	visitor_free(visitor_full(k, 4));
	struct visitor *v = visitor_new(k);
	for (int i = 0; i < 3; i++)
		assert_int_equal(visitor_signin(v, locked.msisdn, "0000"), 403);
	for (int i = 0; i < 10; i++)
		assert_int_equal(visitor_signin(v, guessed.msisdn, "not this one"), 403);
	const struct {
		const char *what, *login, *password;
	} cases[] = {
		{ "unknown number", "9219999999", "корова на крыше" },
		{ "unknown number, digits", "9219999999", "1234" },
		{ "not registered, wrong digits", issued.msisdn, "0000" },
		{ "not registered, a password", issued.msisdn, "корова на крыше" },
		{ "locked, right digits", locked.msisdn, locked.last4 },
		{ "registered, wrong password", registered.msisdn, "корова под крышей" },
		{ "registered, the digits", registered.msisdn, registered.last4 },
		{ "locked, right password", guessed.msisdn, KIT_PASSWORD },
		{ "no number at all", "ничего", "x" },
	};
	struct arena *a = arena_new(1 << 20);
	struct str text = { 0 };
	struct str head = { 0 };
	for (size_t i = 0; i < COUNT(cases); i++) {
		visitor_set_cookie(v, TOKEN, NULL);
		assert_int_equal(visitor_signin(v, cases[i].login, cases[i].password), 403);
		struct str this_text = told(v, a, cases[i].login);
		struct str this_head = headers(v, a);
		assert_true(visitor_sees(v, "Номер или пароль не подошли. Проверьте оба"));
		assert_true(str_eq(visitor_field(v, "login"), str_c(cases[i].login)));
		assert_int_equal(visitor_field(v, "password").n, 0);
		if (i > 0 && (!str_eq(this_text, text) || !str_eq(this_head, head)))
			fail_msg("%s", cases[i].what);
		text = this_text;
		head = this_head;
	}
	arena_free(a);
	visitor_free(v);
}

/* The device's cookie is signed and bound: what is not ours changes nothing. */
static void test_signin__a_foreign_device_cookie_is_no_device(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	struct visitor *v = visitor_full(k, 1);
	struct visitor *other = visitor_full(k, 2);
	assert_non_null(visitor_cookie(v, DEVICE));
	struct visitor *thief = visitor_new(k);
	for (int i = 0; i < 3; i++)
		visitor_signin(thief, p.msisdn, "not this one");
	/* The account pauses for strangers, also with another's cookie or a changed one. */
	visitor_set_cookie(thief, DEVICE, visitor_cookie(other, DEVICE));
	assert_int_equal(visitor_signin(thief, p.msisdn, KIT_PASSWORD), 403);
	char changed[512];
	snprintf(changed, sizeof(changed), "%s", visitor_cookie(v, DEVICE));
	changed[strlen(changed) - 1] ^= 1;
	visitor_set_cookie(thief, DEVICE, changed);
	assert_int_equal(visitor_signin(thief, p.msisdn, KIT_PASSWORD), 403);
	/* And not for the device that has signed in before. */
	visitor_set_cookie(v, TOKEN, NULL);
	assert_int_equal(visitor_signin(v, p.msisdn, KIT_PASSWORD), 303);
	visitor_free(thief);
	visitor_free(other);
	visitor_free(v);
}

static void test_signin__an_empty_form_names_its_fields(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	assert_int_equal(visitor_signin(v, "", ""), 422);
	assert_true(visitor_sees(v, "id=\"login-e\"") && visitor_sees(v, "id=\"password-e\""));
	assert_int_equal(visitor_signin(v, "921 000-00-01", ""), 422);
	assert_true(str_eq(visitor_field(v, "login"), STR("921 000-00-01")));
	visitor_free(v);
}

/* --- tokens that change --------------------------------------------------------- */

/* Whoever knew the token before cannot use it after. */
static void must_be_worthless(struct kit *k, const char *token)
{
	struct visitor *thief = visitor_new(k);
	visitor_set_cookie(thief, TOKEN, token);
	visitor_get(thief, "/home");
	assert_true(visitor_at(thief, "/?next=/home"));
	visitor_get(thief, "/register");
	assert_true(visitor_at(thief, "/?next=/register"));
	visitor_free(thief);
}

static void keep(struct visitor *v, char token[64])
{
	snprintf(token, 64, "%s", visitor_cookie(v, TOKEN));
	assert_int_equal(strlen(token), 43);
}

static void must_have_changed(struct visitor *v, char token[64])
{
	assert_string_not_equal(visitor_cookie(v, TOKEN), token);
	must_be_worthless(v->k, token);
	keep(v, token);
}

static void test_signin__every_change_of_rights_changes_the_token(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct visitor *v = visitor_new(k);
	struct http_pair form[VISITOR_FORM_MAX];
	char token[64];
	visitor_get(v, "/");
	keep(v, token);
	assert_int_equal(visitor_signin(v, p.msisdn, p.last4), 303);
	must_have_changed(v, token);
	visitor_get(v, "/register");
	assert_int_equal(visitor_post(v, "/register", form, visitor_form(form)), 303);
	must_have_changed(v, token);
	visitor_get(v, "/profile");
	assert_int_equal(POST_FORM(v, "/profile/password", { STR("now"), STR(KIT_PASSWORD) },
				   { STR("want"), STR("другой трамвай 5") }),
			 303);
	must_have_changed(v, token);
	visitor_get(v, "/profile");
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	assert_null(visitor_cookie(v, TOKEN));
	must_be_worthless(k, token);
	assert_int_equal(visitor_get(v, "/?out=1"), 200);
	assert_true(visitor_sees(v, "Вы вышли из кабинета"));
	visitor_free(v);
}

/* A token that a stranger planted does not become the victim's session. */
static void test_signin__a_planted_token_is_not_used(void **state)
{
	static const char planted[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct kit *k = *state;
	struct kit_person p = kit_issue(k, 1);
	struct visitor *v = visitor_new(k);
	visitor_set_cookie(v, TOKEN, planted);
	assert_int_equal(visitor_signin(v, p.msisdn, p.last4), 303);
	assert_string_not_equal(visitor_cookie(v, TOKEN), planted);
	must_be_worthless(k, planted);
	visitor_free(v);
}

static void test_signin__the_cookie_ends_with_the_browser(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct kit_person p = kit_person(1);
	visitor_set_cookie(v, TOKEN, NULL);
	visitor_signin(v, p.msisdn, KIT_PASSWORD);
	for (size_t i = 0; i < v->resp.n_headers; i++) {
		struct str line = v->resp.headers[i].value;
		if (strcmp(v->resp.headers[i].name, "Set-Cookie") == 0 &&
		    str_starts(line, STR(TOKEN "=")))
			assert_null(memmem(line.p, line.n, "Max-Age", 7));
	}
	visitor_free(v);
}

/* --- the wait -------------------------------------------------------------------- */

/* Wrong passwords at many numbers, until the network is held back; the ticket that the page gives.
 */
static void until_held_back(struct visitor *v, char ticket[256])
{
	char login[16];
	int i = 0;
	do {
		snprintf(login, sizeof(login), "921777%04d", i++);
		assert_true(i < 100);
	} while (visitor_signin(v, login, "not this one") == 403);
	assert_int_equal(v->resp.status, 429);
	struct str refresh = visitor_header(v, "Refresh");
	const char *at = memmem(refresh.p, refresh.n, "; url=/?ticket=", 15);
	assert_non_null(at);
	snprintf(ticket, 256, "%.*s", (int)(refresh.n - (size_t)(at + 15 - refresh.p)), at + 15);
	assert_true(visitor_sees(v, "href=\"/?ticket="));
}

static int with_ticket(struct visitor *v, const char *ticket, const char *login,
		       const char *password)
{
	visitor_get(v, "/");
	return POST_FORM(v, "/signin", { STR("login"), str_c(login) },
			 { STR("password"), str_c(password) }, { STR("ticket"), str_c(ticket) });
}

static void test_signin__a_wait_is_waited_out(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	visitor_free(visitor_full(k, 1));
	struct visitor *v = visitor_new(k);
	char ticket[256];
	char target[300];
	until_held_back(v, ticket);
	snprintf(target, sizeof(target), "/?ticket=%s", ticket);
	assert_int_equal(visitor_get(v, target), 200);
	assert_true(str_eq(visitor_field(v, "ticket"), str_c(ticket)));
	/* Too early; the right password opens nothing. */
	assert_int_equal(with_ticket(v, ticket, p.msisdn, KIT_PASSWORD), 429);
	clock_manual_add(&k->clock, 31000);
	/* Without it, forged, or from elsewhere in the same network: none of them has waited. */
	assert_int_equal(with_ticket(v, "", p.msisdn, KIT_PASSWORD), 429);
	char forged[256];
	snprintf(forged, sizeof(forged), "%s", ticket);
	forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == '0' ? '1' : '0';
	assert_int_equal(with_ticket(v, forged, p.msisdn, KIT_PASSWORD), 429);
	v->says.peer = STR("192.0.2.99");
	assert_int_equal(with_ticket(v, ticket, p.msisdn, KIT_PASSWORD), 429);
	v->says.peer = STR("192.0.2.1");
	assert_int_equal(with_ticket(v, ticket, p.msisdn, KIT_PASSWORD), 303);
	visitor_free(v);
}

static void test_signin__a_wait_goes_on_to_the_same_page(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	char ticket[256];
	until_held_back(v, ticket);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), STR("9217770000") },
				   { STR("password"), STR("not this one") },
				   { STR("next"), STR("/history?kind=payments") }),
			 429);
	assert_true(
		str_ends(visitor_header(v, "Refresh"), STR("&next=/history%3fkind%3dpayments")));
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), STR("9217770000") },
				   { STR("password"), STR("not this one") },
				   { STR("next"), STR("//evil.test") }),
			 429);
	assert_true(str_ends(visitor_header(v, "Refresh"), STR("&next=/home")));
	visitor_free(v);
}

/* A page that goes on by itself could not take a form along, so the form waits where it is. */
static void test_signin__a_wait_loses_no_form(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	visitor_free(visitor_full(k, 1));
	struct visitor *v = visitor_new(k);
	char ticket[256];
	until_held_back(v, ticket);
	const struct http_pair form[] = {
		{ STR("login"), str_c(p.msisdn) },
		{ STR("password"), STR(KIT_PASSWORD) },
		{ STR("next"), STR("/profile/password") },
		{ STR("keep"), STR("a=b") },
	};
	visitor_get(v, "/");
	assert_int_equal(visitor_post(v, "/signin", form, COUNT(form)), 429);
	assert_null(visitor_header(v, "Refresh").p);
	assert_true(visitor_sees(v, "Из вашей сети сейчас много попыток входа"));
	assert_true(str_eq(visitor_field(v, "keep"), STR("a=b")));
	assert_true(str_eq(visitor_field(v, "next"), STR("/profile/password")));
	assert_true(str_eq(visitor_field(v, "login"), str_c(p.msisdn)));
	struct str given = visitor_field(v, "ticket");
	assert_true(given.n > 0 && given.n < sizeof(ticket));
	snprintf(ticket, sizeof(ticket), "%.*s", (int)given.n, given.p);
	clock_manual_add(&k->clock, 31000);
	assert_int_equal(with_ticket(v, ticket, p.msisdn, KIT_PASSWORD), 303);
	visitor_free(v);
}

static void test_signin__a_ticket_grows_old(void **state)
{
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	visitor_free(visitor_full(k, 1));
	struct visitor *v = visitor_new(k);
	char ticket[256];
	until_held_back(v, ticket);
	clock_manual_add(&k->clock, 30000 + 10 * MINUTE_MS + 1);
	assert_int_equal(with_ticket(v, ticket, p.msisdn, KIT_PASSWORD), 429);
	visitor_free(v);
}

/* One wait is good for one try: who goes on guessing with the same ticket waits again. */
static void test_signin__a_ticket_is_no_season_ticket(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_new(k);
	char ticket[256];
	until_held_back(v, ticket);
	clock_manual_add(&k->clock, 31000);
	assert_int_equal(with_ticket(v, ticket, "9219999998", "not this one"), 403);
	for (int i = 0; i < 5; i++)
		assert_int_equal(with_ticket(v, ticket, "9219999997", "not this one"), 429);
	visitor_free(v);
}

static void test_signin__strange_tickets(void **state)
{
	static const char *const strange[] = {
		".",
		"..",
		"1.1.",
		"9223372036854775807.9223372036854775807.00",
		"-1.-1.0000000000000000000000000000000000000000000000000000000000000000",
		"0.0.zz",
		"1795435200000.30",
		"<script>",
	};
	struct kit *k = *state;
	struct kit_person p = kit_person(1);
	visitor_free(visitor_full(k, 1));
	struct visitor *v = visitor_new(k);
	char ticket[256];
	until_held_back(v, ticket);
	clock_manual_add(&k->clock, 31000);
	for (size_t i = 0; i < COUNT(strange); i++)
		assert_int_equal(with_ticket(v, strange[i], p.msisdn, KIT_PASSWORD), 429);
	visitor_free(v);
}

/* Who is signed in and signs in again gets a session, and the old one stays its owner's. */
static void test_signin__once_more_while_signed_in(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct kit_person p = kit_issue(k, 2);
	char token[64];
	keep(v, token);
	assert_int_equal(POST_FORM(v, "/signin", { STR("login"), str_c(p.msisdn) },
				   { STR("password"), str_c(p.last4) }),
			 303);
	assert_true(visitor_at(v, "/register"));
	assert_string_not_equal(visitor_cookie(v, TOKEN), token);
	visitor_free(v);
}

/* «Выйти» on a page that another tab has outdated: still inside, so it must not look like outside.
 */
static void test_signin__who_could_not_leave_sees_it(void **state)
{
	struct kit *k = *state;
	struct visitor *v = visitor_full(k, 1);
	struct visitor *first = visitor_first(k, 2);
	snprintf(v->csrf, sizeof(v->csrf), "%032d", 0);
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 403);
	assert_true(visitor_sees(v, "Вы еще в кабинете"));
	assert_false(visitor_sees(v, "name=\"login\""));
	assert_int_equal(visitor_post(v, "/signout", NULL, 0), 303);
	assert_true(visitor_at(v, "/?out=1"));
	snprintf(first->csrf, sizeof(first->csrf), "%032d", 0);
	assert_int_equal(visitor_post(first, "/signout", NULL, 0), 403);
	assert_true(visitor_sees(first, "Вы еще в кабинете"));
	assert_true(visitor_sees(first, "name=\"passport\""));
	visitor_free(first);
	visitor_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_signin__refusals_are_the_same),
		KIT_BOTH(test_signin__every_change_of_rights_changes_the_token),
#define T(name) cmocka_unit_test_setup_teardown(test_signin__##name, kit_setup_sqlite, kit_teardown)
		T(a_foreign_device_cookie_is_no_device),
		T(an_empty_form_names_its_fields),
		T(a_planted_token_is_not_used),
		T(the_cookie_ends_with_the_browser),
		T(a_wait_is_waited_out),
		T(a_wait_goes_on_to_the_same_page),
		T(a_wait_loses_no_form),
		T(a_ticket_grows_old),
		T(a_ticket_is_no_season_ticket),
		T(strange_tickets),
		T(once_more_while_signed_in),
		T(who_could_not_leave_sees_it),
#undef T
	};
	return cmocka_run_group_tests_name("web/signin", tests, NULL, NULL);
}

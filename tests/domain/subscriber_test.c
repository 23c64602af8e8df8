/* Registration, profile and change of password. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/seal.h"
#include "domain/sim.h"
#include "domain/subscriber.h"
#include "support/sms.h"

static struct session first_session(struct kit *k, int n)
{
	struct kit_person p = kit_issue(k, n);
	struct signin_done done;
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), OK);
	return kit_session(k, &done);
}

static bool has(const struct problems *p, const char *field, enum say_id id)
{
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->v[i].field, field) == 0)
			return p->v[i].say.id == id;
	}
	return id == SAY_NONE;
}

/* --- registration --------------------------------------------------------- */

static void test_subscriber__registers(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	struct profile profile;
	assert_int_equal(s.kind, SESSION_FULL);
	assert_int_equal(subscriber_profile(&k->app, k->a, &s, &profile), OK);
	assert_true(str_eq(profile.family, STR("Соколова")));
	assert_true(str_eq(profile.patronymic, STR("Павловна")));
	assert_string_equal(profile.contact_phone.d, "9055550118");
	assert_false(profile.phone_confirmed);
	assert_true(str_eq(profile.passport_mask, STR("78")));
	assert_true(str_eq(profile.city, STR("Санкт-Петербург")));
	assert_int_equal(profile.registered.ms, KIT_NOW_MS);
	assert_int_equal(profile.password_changed.ms, KIT_NOW_MS);
	assert_int_equal(profile.contract_code.n, 0);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM sim WHERE id = 1 AND state = 'registered'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM consent WHERE version = '2026-11' AND kind = "
			      "'personal_data' AND withdrawn_ms IS NULL"),
		1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM subscriber WHERE name_fold = "
			      "'соколова анна павловна' AND password_hash LIKE '$argon2id$%%'"),
		1);
}

static void test_subscriber__registers_once(void **state)
{
	struct kit *k = *state;
	struct session s = first_session(k, 1);
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), OK);
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done),
			 E_CONFLICT);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 1);
}

struct race {
	struct kit *k;
	struct session s;
	_Atomic int won, lost;
};

static void *race(void *arg)
{
	struct race *r = arg;
	struct arena *a = arena_new(1 << 20);
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	enum err e = subscriber_register(&r->k->app, a, &r->s, &reg, &problems, &done);
	r->won += e == OK;
	r->lost += e == E_CONFLICT;
	arena_free(a);
	return NULL;
}

static void test_subscriber__registers_one_of_many_at_once(void **state)
{
	struct kit *k = *state;
	struct race r = { .k = k, .s = first_session(k, 1) };
	pthread_t threads[8];
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &r), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(r.won, 1);
	assert_int_equal(r.lost, 7);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM consent"), 1);
}

static void test_subscriber__of_an_import_keeps_its_row(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 1);
	kit_sql(k, "INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, "
		   "name_fold, email, "
		   "passport_mask, city, imported_ms) VALUES (77, 1, 1, 'Ким', 'Ян', '', 'ким ян', "
		   "'', '', '', 1)");
	struct kit_person p = kit_person(1);
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), OK);
	struct session s = kit_session(k, &done);
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), OK);
	assert_int_equal(kit_session(k, &done).subscriber_id, 77);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber WHERE family = 'Соколова'"),
			 1);
}

/* --- the checks of the form ----------------------------------------------- */

struct form_case {
	const char *field;
	enum say_id say;
	void (*spoil)(struct registration *reg);
};

#define TEXT_CASE(name, field, text)                                                               \
	static void name(struct registration *reg)                                                 \
	{                                                                                          \
		reg->field = STR(text);                                                            \
	}
#define DATE_CASE(name, field, y, m, d)                                                            \
	static void name(struct registration *reg)                                                 \
	{                                                                                          \
		reg->field = (struct date){ y, m, d };                                             \
	}

TEXT_CASE(no_family, family, "")
TEXT_CASE(mixed_family, family, "Сoколова")
TEXT_CASE(digit_family, family, "Соколова2")
TEXT_CASE(dash_family, family, "-")
TEXT_CASE(double_family, family, "Римская-Корсакова")
TEXT_CASE(apostrophe_family, family, "O’Neill")
TEXT_CASE(long_family, family, "ааааааааааааааааааааааааааааааааааааааааааааааааааааааааааааа")
TEXT_CASE(broken_given, given, "Ан\xff")
TEXT_CASE(bidi_given, given, "Анна\xe2\x80\xae")
TEXT_CASE(two_given, given, "Анна Мария")
TEXT_CASE(no_patronymic, patronymic, "")
DATE_CASE(no_birth, birth, 0, 0, 0)
DATE_CASE(future_birth, birth, 2026, 11, 24)
DATE_CASE(child_birth, birth, 2012, 11, 24)
DATE_CASE(old_birth, birth, 1905, 11, 23)
TEXT_CASE(no_mail, email, "")
TEXT_CASE(plain_mail, email, "anna")
TEXT_CASE(dotless_mail, email, "anna@example")
TEXT_CASE(dots_mail, email, "an..na@example.ru")
TEXT_CASE(two_at_mail, email, "an@na@example.ru")
TEXT_CASE(space_mail, email, "an na@example.ru")
TEXT_CASE(ip_mail, email, "anna@127.0.0.1")
TEXT_CASE(russian_mail, email, "анна@почта.рф")
TEXT_CASE(plus_mail, email, "anna+mts@mail.example.ru")
TEXT_CASE(no_passport, passport, "")
TEXT_CASE(nine_passport, passport, "4010 12347")
TEXT_CASE(letter_passport, passport, "40I0 123478")
TEXT_CASE(dashed_passport, passport, "4010-123478")
TEXT_CASE(spaced_passport, passport,
	  " 40 10\xc2\xa0"
	  "123 478 ")
DATE_CASE(no_issued, passport_issued, 0, 0, 0)
DATE_CASE(future_issued, passport_issued, 2026, 11, 24)
DATE_CASE(early_issued, passport_issued, 1999, 3, 26)
DATE_CASE(first_issued, passport_issued, 1999, 3, 27)
DATE_CASE(at_20_issued, passport_issued, 2005, 3, 27)
TEXT_CASE(no_by, passport_by, "")
TEXT_CASE(no_code, passport_code, "")
TEXT_CASE(short_code, passport_code, "780-04")
TEXT_CASE(plain_code, passport_code, "780045")
TEXT_CASE(dash_code, passport_code,
	  "780\xe2\x80\x93"
	  "045")
TEXT_CASE(no_city, city, "")
TEXT_CASE(no_house, house, "")
TEXT_CASE(any_building, building, "*")
TEXT_CASE(no_building, building, "")

static void no_phone(struct registration *reg)
{
	reg->contact_phone.d[0] = '\0';
}

static void no_consent(struct registration *reg)
{
	reg->consent = false;
}

#define PASSWORD_CASE(name, text)                                                                  \
	static void name(struct registration *reg)                                                 \
	{                                                                                          \
		reg->password = (struct secret){ STR(text) };                                      \
	}

PASSWORD_CASE(no_password, "")
PASSWORD_CASE(short_password, "корова1")
PASSWORD_CASE(common_password, "Password1")
PASSWORD_CASE(own_password, "соколова-на-крыше")

static const struct form_case form_cases[] = {
	{ "family", SAY_REQUIRED, no_family },
	{ "family", SAY_NAME_SCRIPT, mixed_family },
	{ "family", SAY_NAME_CHARS, digit_family },
	{ "family", SAY_NAME_CHARS, dash_family },
	{ "family", SAY_NONE, double_family },
	{ "family", SAY_NONE, apostrophe_family },
	{ "family", SAY_TOO_LONG, long_family },
	{ "given", SAY_BAD_TEXT, broken_given },
	{ "given", SAY_BAD_TEXT, bidi_given },
	{ "given", SAY_NONE, two_given },
	{ "patronymic", SAY_NONE, no_patronymic },
	{ "birth", SAY_REQUIRED, no_birth },
	{ "birth", SAY_DATE_FUTURE, future_birth },
	{ "birth", SAY_AGE_MIN, child_birth },
	{ "birth", SAY_AGE_MAX, old_birth },
	{ "contact_phone", SAY_REQUIRED, no_phone },
	{ "email", SAY_REQUIRED, no_mail },
	{ "email", SAY_EMAIL_FORM, plain_mail },
	{ "email", SAY_EMAIL_FORM, dotless_mail },
	{ "email", SAY_EMAIL_FORM, dots_mail },
	{ "email", SAY_EMAIL_FORM, two_at_mail },
	{ "email", SAY_EMAIL_FORM, space_mail },
	{ "email", SAY_EMAIL_FORM, ip_mail },
	{ "email", SAY_NONE, russian_mail },
	{ "email", SAY_NONE, plus_mail },
	{ "passport", SAY_REQUIRED, no_passport },
	{ "passport", SAY_PASSPORT_DIGITS, nine_passport },
	{ "passport", SAY_PASSPORT_FORM, letter_passport },
	{ "passport", SAY_NONE, spaced_passport },
	{ "passport", SAY_NONE, dashed_passport },
	{ "passport_issued", SAY_REQUIRED, no_issued },
	{ "passport_issued", SAY_DATE_FUTURE, future_issued },
	{ "passport_issued", SAY_PASSPORT_BEFORE_14, early_issued },
	{ "passport_issued", SAY_PASSPORT_EXPIRED, first_issued },
	{ "passport_issued", SAY_NONE, at_20_issued },
	{ "passport_by", SAY_REQUIRED, no_by },
	{ "passport_code", SAY_REQUIRED, no_code },
	{ "passport_code", SAY_SUBDIVISION_FORM, short_code },
	{ "passport_code", SAY_NONE, plain_code },
	{ "passport_code", SAY_NONE, dash_code },
	{ "city", SAY_REQUIRED, no_city },
	{ "house", SAY_REQUIRED, no_house },
	{ "building", SAY_NONE, any_building },
	{ "building", SAY_NONE, no_building },
	{ "password", SAY_REQUIRED, no_password },
	{ "password", SAY_PASSWORD_SHORT, short_password },
	{ "password", SAY_PASSWORD_COMMON, common_password },
	{ "password", SAY_PASSWORD_OWN, own_password },
	{ "consent", SAY_CONSENT_NEEDED, no_consent },
};

static void test_subscriber__checks_every_field(void **state)
{
	struct kit *k = *state;
	for (size_t i = 0; i < sizeof(form_cases) / sizeof(form_cases[0]); i++) {
		const struct form_case *c = &form_cases[i];
		struct session s = first_session(k, 1 + (int)i);
		struct registration reg = kit_registration();
		struct problems problems = { 0 };
		struct signin_done done;
		c->spoil(&reg);
		enum err e = subscriber_register(&k->app, k->a, &s, &reg, &problems, &done);
		if (e != (c->say == SAY_NONE ? OK : E_INPUT) ||
		    problems.n != (c->say != SAY_NONE) || !has(&problems, c->field, c->say))
			fail_msg("case %zu: %s: %s, %zu problems, first %s %d", i, c->field,
				 err_name(e), problems.n, problems.n ? problems.v[0].field : "",
				 problems.n ? (int)problems.v[0].say.id : 0);
	}
}

static void test_subscriber__names_every_fault_at_once(void **state)
{
	struct kit *k = *state;
	struct session s = first_session(k, 1);
	struct registration reg = { 0 };
	struct problems problems = { 0 };
	struct signin_done done;
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), E_INPUT);
	assert_int_equal(problems.n, 14); /* all but patronymic, building and flat */
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1); /* nothing is lost */
}

/* An SMS to a number that does not work yet reaches nobody. */
static void test_subscriber__wants_another_phone_until_the_number_works(void **state)
{
	struct kit *k = *state;
	struct session s = first_session(k, 1);
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	reg.contact_phone = s.msisdn;
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), E_INPUT);
	assert_true(has(&problems, "contact_phone", SAY_PHONE_SAME));
	kit_status(k, 1, "active", "none");
	problems.n = 0;
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), OK);
}

static struct str print_day(struct kit *k, int32_t day)
{
	struct buf b;
	struct str s;
	buf_init(&b, 16);
	date_iso(&b, date_of_days(day));
	assert_int_equal(arena_str(k->a, buf_str(&b), &s), OK);
	buf_done(&b);
	return s;
}

/* The old passport is good for 90 days after the birthday that ends it. */
static void test_subscriber__lets_a_passport_run_out_in_ninety_days(void **state)
{
	struct kit *k = *state;
	static const struct {
		int born_years_ago, days_since_birthday;
		bool good;
	} cases[] = {
		{ 20, 0, true },  { 20, 90, true },  { 20, 91, false },
		{ 45, 90, true }, { 45, 91, false },
	};
	int32_t today = date_days(app_today(&k->app));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session s = first_session(k, 1 + (int)i);
		struct registration reg = kit_registration();
		struct problems problems = { 0 };
		struct signin_done done;
		struct date birthday = date_of_days(today - cases[i].days_since_birthday);
		reg.birth = date_add_months(birthday, -12 * cases[i].born_years_ago);
		reg.passport_issued = date_of_days(date_days(birthday) - 100);
		enum err e = subscriber_register(&k->app, k->a, &s, &reg, &problems, &done);
		if (e != (cases[i].good ? OK : E_INPUT))
			fail_msg("case %zu: born %s: %s", i, print_day(k, date_days(reg.birth)).p,
				 err_name(e));
		assert_true(has(&problems, "passport_issued",
				cases[i].good ? SAY_NONE : SAY_PASSPORT_EXPIRED));
	}
}

/* --- what is sealed ------------------------------------------------------- */

static void test_subscriber__seals_what_only_the_vault_may_read(void **state)
{
	struct kit *k = *state;
	int64_t id = kit_register(k, 1).subscriber_id;
	struct str passport = kit_bytes(k, "passport_sealed", "subscriber");
	struct str birth = kit_bytes(k, "birth_sealed", "subscriber");
	struct str address = kit_bytes(k, "address_sealed", "subscriber");
	struct seal_content c;
	assert_int_equal(seal_open(&k->keys, k->a, passport, SEAL_PASSPORT, id, &c), OK);
	assert_int_equal(c.n, 4);
	assert_true(str_eq(c.parts[0], STR("4010123478")));
	assert_true(str_eq(c.parts[1], STR("2010-04-12")));
	assert_true(str_eq(c.parts[3], STR("780-045")));
	assert_int_equal(seal_open(&k->keys, k->a, birth, SEAL_BIRTH, id, &c), OK);
	assert_true(c.n == 1 && str_eq(c.parts[0], STR("1985-03-27")));
	assert_int_equal(seal_open(&k->keys, k->a, address, SEAL_ADDRESS, id, &c), OK);
	assert_int_equal(c.n, 5);
	assert_true(str_eq(c.parts[1], STR("Садовая")) && str_eq(c.parts[3], STR("-")) &&
		    c.parts[4].n == 0);
	/* A row swapped for another's is refused. */
	assert_int_equal(seal_open(&k->keys, k->a, passport, SEAL_PASSPORT, id + 1, &c), E_INPUT);
	assert_int_equal(seal_open(&k->keys, k->a, passport, SEAL_BIRTH, id, &c), E_INPUT);
}

static bool file_holds(const char *path, struct str needle)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	char *text = malloc((size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	bool holds = memmem(text, (size_t)st.st_size, needle.p, needle.n) != NULL;
	free(text);
	close(fd);
	return holds;
}

/* How many files of the kit (database, write-ahead log, log) hold ${needle}. */
static int files_that_hold(struct kit *k, struct str needle)
{
	char path[512];
	int n = 0;
	DIR *d = opendir(k->dir);
	for (struct dirent *e; (e = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", k->dir, e->d_name);
		if (e->d_type == DT_REG)
			n += file_holds(path, needle);
	}
	closedir(d);
	return n;
}

static void test_subscriber__leaves_no_passport_in_any_file(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	struct session s = first_session(k, 2); /* and one that is refused half-way */
	struct registration reg = kit_registration();
	struct problems problems = { 0 };
	struct signin_done done;
	reg.consent = false;
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), E_INPUT);
	static const char *const canaries[] = { "123478",     "4010 12", "Садовая", "1985-03-27",
						"27.03.1985", "780-045", "на крыше" };
	for (size_t i = 0; i < sizeof(canaries) / sizeof(canaries[0]); i++)
		assert_int_equal(files_that_hold(k, str_c(canaries[i])), 0);
	assert_true(files_that_hold(k, STR("Соколова")) >
		    0); /* the search does find what is in clear */
}

static void test_subscriber__leaves_no_passport_in_postgres(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM subscriber s WHERE s::text LIKE '%%123478%%' OR "
			   "s::text LIKE '%%Садовая%%' OR s::text LIKE '%%1985-03%%'"),
		0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber s WHERE "
				       "position('123478'::bytea in s.passport_sealed) > 0"),
			 0);
}

/* --- change of password --------------------------------------------------- */

#define NEW_PASSWORD "зонтик в шкафу"

static enum err change(struct kit *k, const struct session *s, const char *now, const char *want,
		       struct problems *problems, struct signin_done *done)
{
	const struct password_change c = {
		.now = { str_c(now) },
		.want = { str_c(want) },
		.device = STR("Linux, Firefox"),
	};
	*problems = (struct problems){ 0 };
	return subscriber_change_password(&k->app, k->a, s, &c, problems, done);
}

/* Only where it is known whose phone it is. */
static void test_subscriber__tells_the_confirmed_phone_of_a_new_password(void **state)
{
	struct kit *k = *state;
	enum message_id text;
	struct session s = kit_register(k, 1);
	struct problems problems;
	struct signin_done done;
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &problems, &done), OK);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	kit_sql(k, "UPDATE subscriber SET phone_confirmed_ms = 1");
	assert_int_equal(change(k, &s, NEW_PASSWORD, KIT_PASSWORD, &problems, &done), OK);
	(void)sms_last(k, "9055550118", &text);
	assert_int_equal(text, MESSAGE_PASSWORD_CHANGED);
	assert_int_equal(change(k, &s, NEW_PASSWORD, KIT_PASSWORD, &problems, &done), E_INPUT);
	assert_int_equal(sms_count(k, "9055550118"), 1);
}

static void test_subscriber__changes_the_password(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	struct problems problems;
	struct signin_done done;
	struct signin_done other;
	struct session gone;
	const char *msisdn = kit_person(1).msisdn;
	assert_int_equal(kit_signin(k, msisdn, KIT_PASSWORD, &other), OK);
	kit_minutes(k, 1);
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &problems, &done), OK);
	struct str token = { .p = (const char *)other.token, .n = SESSION_TOKEN_BYTES };
	assert_int_equal(session_find(&k->app, k->a, token, &gone), E_NOTFOUND);
	assert_int_equal(kit_session(k, &done).subscriber_id, s.subscriber_id);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
	assert_true(done.device_cookie.n > 0);
	assert_int_equal(kit_signin(k, msisdn, KIT_PASSWORD, &done), E_DENIED);
	assert_int_equal(kit_signin(k, msisdn, NEW_PASSWORD, &done), OK);
	struct profile profile;
	assert_int_equal(subscriber_profile(&k->app, k->a, &s, &profile), OK);
	assert_int_equal(profile.password_changed.ms, KIT_NOW_MS + MINUTE_MS);
}

static void test_subscriber__refuses_a_bad_change(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	struct problems p;
	struct signin_done done;
	assert_int_equal(change(k, &s, "", "", &p, &done), E_INPUT);
	assert_true(has(&p, "now", SAY_REQUIRED) && has(&p, "want", SAY_REQUIRED));
	assert_int_equal(change(k, &s, KIT_PASSWORD, "коротко", &p, &done), E_INPUT);
	assert_true(has(&p, "want", SAY_PASSWORD_SHORT));
	assert_int_equal(change(k, &s, KIT_PASSWORD, "пароль 9210000001", &p, &done), E_INPUT);
	assert_true(has(&p, "want", SAY_PASSWORD_OWN));
	assert_int_equal(change(k, &s, KIT_PASSWORD, KIT_PASSWORD, &p, &done), E_INPUT);
	assert_true(has(&p, "want", SAY_PASSWORD_SAME));
	/* None of these was a wrong try. */
	assert_int_equal(kit_number(k,
				    "SELECT coalesce(sum(n), 0) FROM attempt_limit WHERE key LIKE "
				    "'password.change:%%'"),
			 0);
	assert_int_equal(change(k, &s, "не тот", NEW_PASSWORD, &p, &done), E_INPUT);
	assert_true(has(&p, "now", SAY_PASSWORD_WRONG));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM session"), 1);
}

/* Whoever holds the session cannot try for ever; whoever does not cannot use the tries up. */
static void test_subscriber__counts_tries_of_a_change(void **state)
{
	struct kit *k = *state;
	struct session s = kit_register(k, 1);
	struct problems p;
	struct signin_done done;
	for (int i = 0; i < 3; i++)
		assert_int_equal(kit_signin(k, kit_person(1).msisdn, "не тот", &done), E_DENIED);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(change(k, &s, "не тот", NEW_PASSWORD, &p, &done), E_INPUT);
		assert_true(has(&p, "now", SAY_PASSWORD_WRONG));
	}
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &p, &done), E_INPUT);
	assert_true(has(&p, "now", SAY_PASSWORD_TRIES));
	assert_int_equal(p.v[0].say.a, 1);
	kit_minutes(k, 1);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(change(k, &s, "не тот", NEW_PASSWORD, &p, &done), E_INPUT);
		assert_true(has(&p, "now", SAY_PASSWORD_WRONG));
		kit_minutes(k, 15);
	}
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &p, &done), E_INPUT);
	assert_true(has(&p, "now", SAY_PASSWORD_TRIES_DAY));
	kit_minutes(k, 9 * 60 - 1 - 7 * 15 - 1); /* a minute to midnight */
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &p, &done), E_INPUT);
	assert_true(has(&p, "now", SAY_PASSWORD_TRIES_DAY));
	kit_minutes(k, 1);
	assert_int_equal(change(k, &s, KIT_PASSWORD, NEW_PASSWORD, &p, &done), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_subscriber__registers),
		KIT_BOTH(test_subscriber__registers_once),
		KIT_BOTH(test_subscriber__registers_one_of_many_at_once),
		KIT_BOTH(test_subscriber__of_an_import_keeps_its_row),
		{ "test_subscriber__checks_every_field", test_subscriber__checks_every_field,
		  kit_setup_sqlite, kit_teardown, NULL },
		KIT_BOTH(test_subscriber__names_every_fault_at_once),
		KIT_BOTH(test_subscriber__wants_another_phone_until_the_number_works),
		KIT_BOTH(test_subscriber__lets_a_passport_run_out_in_ninety_days),
		KIT_BOTH(test_subscriber__seals_what_only_the_vault_may_read),
		{ "test_subscriber__leaves_no_passport_in_any_file",
		  test_subscriber__leaves_no_passport_in_any_file, kit_setup_sqlite, kit_teardown,
		  NULL },
		{ "test_subscriber__leaves_no_passport_in_postgres",
		  test_subscriber__leaves_no_passport_in_postgres, kit_setup_postgres, kit_teardown,
		  NULL },
		KIT_BOTH(test_subscriber__changes_the_password),
		KIT_BOTH(test_subscriber__tells_the_confirmed_phone_of_a_new_password),
		KIT_BOTH(test_subscriber__refuses_a_bad_change),
		KIT_BOTH(test_subscriber__counts_tries_of_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

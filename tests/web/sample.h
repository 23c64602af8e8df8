/* Made-up data for every page in its states: what the look, the escaping and the speed of views are
 * tried with. All text goes through text(), so that a test can put something hostile into every
 * string of every page. */
#ifndef TESTS_WEB_SAMPLE_H
#define TESTS_WEB_SAMPLE_H

#include "views.h"
#include "web/chart.h"

struct sample {
	struct arena *a;
	enum lang lang;
	struct str hostile; /* stands for every text unless empty */
	bool lengthy;       /* names as long as they come */
	struct page page;
};

#define LONG_TARIFF "Корпоративный безлимитный с роумингом 1650"
#define LONG_EMAIL  "olga.konstantinopolskaya-preobrazhenskaya@example-company-name.ru"
#define LONG_NAME   "Константинопольская-Преображенская"

static struct str text(const struct sample *s, const char *plain)
{
	return s->hostile.n ? s->hostile : str_c(plain);
}

static tstamp at(int16_t year, int8_t month, int8_t day, int hour, int minute)
{
	tstamp t = tstamp_of_date((struct date){ year, month, day }, 180);

	t.ms += hour * HOUR_MS + minute * MINUTE_MS;
	return t;
}

static struct msisdn phone(const char *digits)
{
	struct msisdn m = { 0 };

	memcpy(m.d, digits, 10);
	return m;
}

static void sample_page(struct sample *s, enum section section)
{
	bool ru = s->lang == LANG_RU;

	s->page = (struct page){
		.lang = s->lang,
		.operator_name = text(s, "Смарт Кард"),
		.operator_area = text(s, "Санкт-Петербург и Ленинградская область"),
		.support_phone = text(s, "8-800-222-05-00"),
		.support_tel = { STR("tel:+78002220500") },
		.csrf = text(s, "q1w2e3r4t5y6u7i8o9p0"),
		.signed_in = section != SECTION_NONE,
		.short_name = text(s, s->lengthy ? LONG_NAME " А." : "Ольга К."),
		.section = section,
		.lang_url = { ru ? STR("?lang=en") : STR("?lang=ru") },
	};
}

/* --- movements ------------------------------------------------------------- */

static struct movement sample_charge(const struct sample *s, tstamp when, int64_t kop,
				     int64_t before)
{
	return (struct movement){
		.kind = ENTRY_CHARGE,
		.at = when,
		.title = text(s, "Звонки сверх тарифа"),
		.detail = text(s, "64 минуты сверх 600"),
		.note = text(s, "600 минут из тарифа закончились 26 октября. Дальше минута стоит "
				"2,50 ₽"),
		.origin = text(s, "megafon"),
		.amount = { -kop },
		.before = { before },
		.after = { before - kop },
	};
}

static struct web_movements sample_moves(const struct sample *s, size_t n)
{
	struct movement *v = arena_array(s->a, n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++) {
		tstamp when = at(2026, 11, (int8_t)(28 - i / 2), 14, 32);

		v[i] = sample_charge(s, when, 16000, -59960);
		if (i % 3 == 1)
			v[i] = (struct movement){ .kind = ENTRY_FEE,
						  .at = when,
						  .amount = { -65000 },
						  .before = { -59960 },
						  .after = { -124960 } };
		if (i % 3 == 2)
			v[i] = (struct movement){ .kind = ENTRY_PAYMENT,
						  .at = when,
						  .amount = { 25000 },
						  .title = text(s, "Платеж картой"),
						  .detail = text(s, "•• 4417"),
						  .before = { -84960 },
						  .after = { -59960 } };
	}
	return (struct web_movements){ .v = v, .n = n };
}

/* --- home ------------------------------------------------------------------ */

static struct web_home sample_home(const struct sample *s, int64_t kop)
{
	return (struct web_home){
		.sum = {
			.msisdn = phone("9215550123"),
			.money.balance = { kop },
			.state = NUMBER_ACTIVE,
			.state_since = at(2026, 11, 20, 9, 0),
			.operator_name = text(s, "МегаФон"),
			.has_tariff = true,
			.tariff_name = text(s, s->lengthy ? LONG_TARIFF : "Корпоративный 650"),
			.tariff_since = { 2025, 3, 1 },
			.fee = { 65000 },
			.minutes = 600,
			.data_mb = 15 * 1024,
			.sms = s->lengthy ? -1 : 100,
			.next_fee = { 2026, 12, 1 },
			.due = { kop < 0 ? -kop : 0 },
			.due_until = { 2026, 11, 30 },
		},
		.shown = { kop < 0 ? -kop : kop },
		.last = sample_moves(s, 3),
	};
}

static void render_home_debt(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, -124960);

	sample_page(s, SECTION_HOME);
	home.sum.state = NUMBER_BLOCKED;
	home.sum.reason = BLOCK_DEBT;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_debt_active(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, -23770);

	sample_page(s, SECTION_HOME);
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_overpaid(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 41230);

	sample_page(s, SECTION_HOME);
	s->page.notice.id = SAY_FORM_KEPT;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_lost(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 1234567890);

	s->lengthy = true;
	sample_page(s, SECTION_HOME);
	home = sample_home(s, 1234567890);
	home.sum.state = NUMBER_BLOCKED;
	home.sum.reason = BLOCK_LOST;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_unconfirmed(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 0);

	sample_page(s, SECTION_HOME);
	home.unconfirmed = true;
	home.contact = phone("9055550418");
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_new(struct sample *s, struct out *o)
{
	struct web_home home = {
		.sum = { .msisdn = phone("9215550123"),
			 .state = NUMBER_NEW,
			 .operator_name = text(s, "t2") },
	};

	sample_page(s, SECTION_HOME);
	v_home_show(o, .page = &s->page, .home = &home);
}

/* --- history --------------------------------------------------------------- */

static struct web_history sample_history(const struct sample *s, size_t n)
{
	static const struct month_sum months[] = {
		{ { 2026, 6, 1 }, { 65000 }, { 65000 } },  { { 2026, 7, 1 }, { 50000 }, { 65000 } },
		{ { 2026, 8, 1 }, { 80000 }, { 65000 } },  { { 2026, 9, 1 }, { 65000 }, { 65000 } },
		{ { 2026, 10, 1 }, { 25000 }, { 84960 } }, { { 2026, 11, 1 }, { 0 }, { 65000 } },
	};
	struct web_history h = {
		.from = { 2026, 10, 1 },
		.to = { 2026, 11, 28 },
		.from_field = { .name = STR("from"), .value = text(s, "2026-10-01") },
		.to_field = { .name = STR("to"), .value = text(s, "2026-11-28") },
		.all_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=all") },
		.payments_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=payments") },
		.charges_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=charges") },
		.csv_url = { STR("/history.csv?from=2026-10-01&to=2026-11-28&kind=all") },
		.older_url = { STR("/history?from=2026-08-01&to=2026-09-30") },
		.payments = { 25000 },
		.charges = { 149960 },
		.closing = { -124960 },
		.closing_shown = { 124960 },
	};
	struct web_movements all = sample_moves(s, n);
	struct web_day *days = arena_array(s->a, n / 2 + 1, sizeof *days);

	for (size_t i = 0; i < n; i += 2)
		days[h.days.n++] = (struct web_day){
			.date = tstamp_local(all.v[i].at, 180).date,
			.moves = { .v = all.v + i, .n = i + 1 < n ? 2 : 1 },
		};
	h.days.v = days;
	if (web_chart(s->a, months, 6, (struct date){ 2026, 11, 28 }, &h.months) != OK)
		h.months.n = 0;
	return h;
}

static void render_history(struct sample *s, struct out *o)
{
	struct web_history h = sample_history(s, 30);

	sample_page(s, SECTION_HISTORY);
	v_history_show(o, .page = &s->page, .history = &h);
}

static void render_history_empty(struct sample *s, struct out *o)
{
	struct web_history h = sample_history(s, 0);

	sample_page(s, SECTION_HISTORY);
	s->page.fault = true;
	h.fault.id = SAY_PERIOD_FORM;
	h.kind = HISTORY_PAYMENTS;
	h.payments = h.charges = h.closing = h.closing_shown = MONEY_ZERO;
	v_history_show(o, .page = &s->page, .history = &h);
}

/* --- sign-in, registration ------------------------------------------------- */

static void render_signin(struct sample *s, struct out *o)
{
	struct web_signin signin = { .f = { .login.name = STR("login"),
					    .password.name = STR("password") } };

	sample_page(s, SECTION_NONE);
	v_signin_show(o, .page = &s->page, .signin = &signin);
}

static void render_signin_refused(struct sample *s, struct out *o)
{
	struct web_signin signin = {
		.fault.id = SAY_SIGNIN_REFUSED,
		.f = { .login = { .name = STR("login"), .value = text(s, "921 555-01-23") },
		       .password.name = STR("password"),
		       .ticket = { .name = STR("ticket"), .value = text(s, "abc.123") },
		       .next = { .name = STR("next"), .value = text(s, "/history") },
		       .keep = { .name = STR("keep"), .value = text(s, "a=1&b=2") } },
	};

	sample_page(s, SECTION_NONE);
	s->page.fault = true;
	v_signin_show(o, .page = &s->page, .signin = &signin);
}

static void render_wait(struct sample *s, struct out *o)
{
	struct web_wait wait = { .wait_s = 32,
				 .next = { STR("/?ticket=abc.123&next=%2Fhistory") } };

	sample_page(s, SECTION_NONE);
	v_signin_wait(o, .page = &s->page, .wait = &wait);
}

static void render_recover(struct sample *s, struct out *o)
{
	struct web_recover recover = { .login.name = STR("login") };

	sample_page(s, SECTION_NONE);
	v_recover_show(o, .page = &s->page, .recover = &recover);
}

static void render_recover_faults(struct sample *s, struct out *o)
{
	struct web_recover recover = {
		.login = { .name = STR("login"),
			   .value = text(s, "921 555-01-2"),
			   .err = { .id = SAY_PHONE_DIGITS, .a = 9 } },
	};

	sample_page(s, SECTION_NONE);
	s->page.fault = true;
	v_recover_show(o, .page = &s->page, .recover = &recover);
}

static void code_page(struct sample *s, struct out *o, bool fault)
{
	struct web_code code = {
		.number = phone("9215550123"),
		.expires = at(2026, 11, 22, 12, 46),
		.again = at(2026, 11, 22, 12, 42),
		.again_open = fault,
		.login = text(s, "9215550123"),
		.code.name = STR("code"),
	};

	if (fault)
		code.code.err = (struct say){ .id = SAY_CODE_WRONG, .a = 2 };
	sample_page(s, SECTION_NONE);
	s->page.fault = fault;
	v_recover_code(o, .page = &s->page, .code = &code);
}

static void render_recover_code(struct sample *s, struct out *o)
{
	code_page(s, o, false);
}

static void render_recover_code_wrong(struct sample *s, struct out *o)
{
	code_page(s, o, true);
}

static struct web_phone sample_phone(const struct sample *s, bool asked)
{
	return (struct web_phone){
		.contact = phone("9055550418"),
		.refused_until = TSTAMP_NONE,
		.asked = asked,
		.sent = at(2026, 11, 22, 12, 41),
		.expires = at(2026, 11, 22, 12, 46),
		.again = at(2026, 11, 22, 12, 42),
		.code.name = STR("code"),
		.next = { .name = STR("next"), .value = text(s, "/history") },
	};
}

static void render_phone(struct sample *s, struct out *o)
{
	struct web_phone phone = sample_phone(s, false);

	phone.locked = true;
	sample_page(s, SECTION_PROFILE);
	v_phone_show(o, .page = &s->page, .phone = &phone);
}

static void render_phone_refused(struct sample *s, struct out *o)
{
	struct web_phone phone = sample_phone(s, false);

	phone.refused_until = at(2026, 11, 23, 0, 0);
	sample_page(s, SECTION_PROFILE);
	v_phone_show(o, .page = &s->page, .phone = &phone);
}

static void render_phone_asked(struct sample *s, struct out *o)
{
	struct web_phone phone = sample_phone(s, true);

	sample_page(s, SECTION_PROFILE);
	v_phone_show(o, .page = &s->page, .phone = &phone);
}

static void render_phone_wrong(struct sample *s, struct out *o)
{
	struct web_phone phone = sample_phone(s, true);

	phone.again_open = true;
	phone.code.err = (struct say){ .id = SAY_CODE_WRONG, .a = 1 };
	sample_page(s, SECTION_PROFILE);
	s->page.fault = true;
	v_phone_show(o, .page = &s->page, .phone = &phone);
}

static void change_page(struct sample *s, struct out *o, bool confirmed)
{
	struct web_phone_change change = {
		.contact = phone("9055550418"),
		.confirmed = confirmed,
		.login = text(s, "9215550123"),
		.refused_until = TSTAMP_NONE,
		.phone = { .name = STR("phone"), .value = text(s, "911 000-00-0") },
		.now.name = STR("now"),
	};

	if (!confirmed) {
		change.phone.err = (struct say){ .id = SAY_PHONE_DIGITS, .a = 9 };
		change.now.err.id = SAY_PASSWORD_WRONG;
	}
	sample_page(s, SECTION_PROFILE);
	s->page.fault = !confirmed;
	v_phone_change(o, .page = &s->page, .change = &change);
}

static void render_phone_change(struct sample *s, struct out *o)
{
	change_page(s, o, true);
}

static void render_phone_change_faults(struct sample *s, struct out *o)
{
	change_page(s, o, false);
}

static void render_phone_code(struct sample *s, struct out *o)
{
	struct web_code code = {
		.number = phone("9055550418"),
		.expires = at(2026, 11, 22, 12, 46),
		.again = at(2026, 11, 22, 12, 42),
		.code.name = STR("code"),
	};

	sample_page(s, SECTION_PROFILE);
	v_phone_code(o, .page = &s->page, .code = &code);
}

static void refusal_page(struct sample *s, struct out *o, bool found, bool done)
{
	struct web_phone_refusal refusal = {
		.found = found,
		.done = done,
		.next = phone("9110000001"),
		.due = at(2026, 11, 23, 12, 41),
		.token = text(s, "q1w2e3r4t5y6u7i8"),
	};

	sample_page(s, SECTION_NONE);
	v_phone_refusal(o, .page = &s->page, .refusal = &refusal);
}

static void render_phone_refusal(struct sample *s, struct out *o)
{
	refusal_page(s, o, true, false);
}

static void render_phone_refused_change(struct sample *s, struct out *o)
{
	refusal_page(s, o, false, true);
}

static void render_phone_refusal_over(struct sample *s, struct out *o)
{
	refusal_page(s, o, false, false);
}

static void new_page(struct sample *s, struct out *o, bool first, bool fault)
{
	struct web_recover_new new = {
		.first = first,
		.number = phone("9215550123"),
		.login = text(s, "9215550123"),
		.last4.name = STR("last4"),
		.want.name = STR("want"),
	};

	if (fault) {
		new.last4.err.id = SAY_LAST4_NEEDED;
		new.want.err = (struct say){ .id = SAY_PASSWORD_SHORT, .a = 5, .b = 8 };
	}
	sample_page(s, SECTION_NONE);
	s->page.fault = fault;
	v_recover_new(o, .page = &s->page, .new = &new);
}

static void render_recover_new(struct sample *s, struct out *o)
{
	new_page(s, o, false, false);
}

static void render_recover_new_faults(struct sample *s, struct out *o)
{
	new_page(s, o, false, true);
}

static void render_recover_first(struct sample *s, struct out *o)
{
	new_page(s, o, true, false);
}

static struct web_register sample_register(const struct sample *s)
{
	struct web_register reg = { .number = phone("9215550123"),
				    .consent_version = text(s, "2026-11") };
	struct typed_registration *f = &reg.f;

	f->family = (struct field){ .name = STR("family"),
				    .value = text(s, s->lengthy ? LONG_NAME : "Кравцова") };
	f->given = (struct field){ .name = STR("given"), .value = text(s, "Ольга") };
	f->patronymic = (struct field){ .name = STR("patronymic"), .value = text(s, "Сергеевна") };
	f->birth = (struct field){ .name = STR("birth"), .value = text(s, "29.02.1985") };
	f->contact_phone =
		(struct field){ .name = STR("contact_phone"), .value = text(s, "905 555-04-18") };
	f->email = (struct field){ .name = STR("email"), .value = text(s, "olga.kravtsova@") };
	f->passport = (struct field){ .name = STR("passport"), .value = text(s, "40 12 34567") };
	f->passport_issued =
		(struct field){ .name = STR("passport_issued"), .value = text(s, "05.04.2012") };
	f->passport_by = (struct field){ .name = STR("passport_by"),
					 .value = text(s, "ТП № 45 отдела УФМС России") };
	f->passport_code =
		(struct field){ .name = STR("passport_code"), .value = text(s, "780-045") };
	f->city = (struct field){ .name = STR("city"), .value = text(s, "Санкт-Петербург") };
	f->street = (struct field){ .name = STR("street"), .value = text(s, "Кубинская ул.") };
	f->house = (struct field){ .name = STR("house"), .value = text(s, "58") };
	f->building = (struct field){ .name = STR("building"), .value = text(s, "2") };
	f->flat = (struct field){ .name = STR("flat"), .value = text(s, "114") };
	f->password = (struct field){ .name = STR("password") };
	f->consent = (struct field){ .name = STR("consent") };
	return reg;
}

static void render_register(struct sample *s, struct out *o)
{
	struct sample blank = *s;

	blank.hostile = (struct str){ 0 };
	struct web_register reg = sample_register(&blank);
	struct field *f = (struct field *)&reg.f;
	for (size_t i = 0; i < sizeof reg.f / sizeof *f; i++)
		f[i].value = (struct str){ 0 };
	sample_page(s, SECTION_NONE);
	v_register_show(o, .page = &s->page, .reg = &reg);
}

static void render_register_faults(struct sample *s, struct out *o)
{
	struct web_register reg = sample_register(s);

	sample_page(s, SECTION_NONE);
	s->page.fault = true;
	reg.number_works = true;
	reg.n_faults = 5;
	reg.f.birth.err.id = SAY_DATE_FORM;
	reg.f.email.err.id = SAY_EMAIL_FORM;
	reg.f.passport.err = (struct say){ .id = SAY_PASSPORT_DIGITS, .a = 9 };
	reg.f.passport_by.err = (struct say){ .id = SAY_TOO_LONG, .a = 200 };
	reg.f.consent.err.id = SAY_CONSENT_NEEDED;
	v_register_show(o, .page = &s->page, .reg = &reg);
}

static void render_consent(struct sample *s, struct out *o)
{
	struct web_consent consent = { .version = text(s, "2026-11") };

	sample_page(s, SECTION_NONE);
	v_consent_show(o, .page = &s->page, .consent = &consent);
}

/* --- profile, help, errors ------------------------------------------------- */

static struct web_profile sample_profile(const struct sample *s)
{
	struct web_session *v = arena_array(s->a, 3, sizeof *v);

	for (int i = 0; i < 3; i++)
		v[i] = (struct web_session){ .id = STR("17-2f"),
					     .device = text(s, i == 1 ? "Windows, Яндекс Браузер"
								      : "Android, Chrome"),
					     .created = at(2026, 11, 22, 9, 5),
					     .used = at(2026, 11, (int8_t)(22 - i), 12, 40),
					     .current = i == 0 };
	return (struct web_profile){
		.p = {
			.family = text(s, s->lengthy ? LONG_NAME : "Кравцова"),
			.given = text(s, s->lengthy ? LONG_NAME : "Ольга"),
			.patronymic = text(s, "Сергеевна"),
			.email = text(s, s->lengthy ? LONG_EMAIL : "olga.kravtsova@yandex.ru"),
			.passport_mask = text(s, "78"),
			.city = text(s, "Санкт-Петербург"),
			.registered = at(2026, 11, 2, 18, 22),
			.password_changed = at(2026, 11, 2, 18, 22),
			.contract_code = text(s, "К-2026/118"),
		},
		.phone = { .contact = phone("9055550418"), .due = TSTAMP_NONE },
		.login = text(s, "9215550123"),
		.number = phone("9215550123"),
		.now = { .name = STR("now") },
		.want = { .name = STR("want") },
		.sessions = { .v = v, .n = 3 },
	};
}

static void render_profile(struct sample *s, struct out *o)
{
	struct web_profile profile = sample_profile(s);

	sample_page(s, SECTION_PROFILE);
	s->page.notice.id = SAY_PASSWORD_SAVED;
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

static void render_profile_faults(struct sample *s, struct out *o)
{
	s->lengthy = true;
	struct web_profile profile = sample_profile(s);

	sample_page(s, SECTION_PROFILE);
	s->page.fault = true;
	profile.phone.confirmed = profile.phone.held = true;
	profile.phone.next = phone("9110000001");
	profile.phone.due = at(2026, 11, 23, 12, 41);
	profile.sessions.n = 1;
	profile.now.err.id = SAY_PASSWORD_WRONG;
	profile.want.err = (struct say){ .id = SAY_PASSWORD_SHORT, .a = 5, .b = 8 };
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

static void render_help(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_HELP);
	v_help_show(o, .page = &s->page);
}

static void render_error(struct sample *s, struct out *o)
{
	struct web_error error = {
		.status = 404,
		.what.id = SAY_ERROR_NOT_FOUND,
		.number = text(s, "48213077"),
		.back = { STR("/") },
	};

	sample_page(s, SECTION_NONE);
	s->page.fault = true;
	v_error_show(o, .page = &s->page, .error = &error);
}

static void render_error_store(struct sample *s, struct out *o)
{
	struct web_error error = { .status = 503,
				   .what.id = SAY_ERROR_STORE,
				   .number = text(s, "48213078"),
				   .reload = { STR("/history?kind=all") },
				   .back = { STR("/home") } };

	sample_page(s, SECTION_HOME);
	v_error_show(o, .page = &s->page, .error = &error);
}

static void render_error_again(struct sample *s, struct out *o)
{
	const struct field fields[] = {
		{ .name = STR("family"), .value = text(s, "Константинопольская") },
		{ .name = STR("given"), .value = text(s, "Анна") },
	};
	struct web_error error = { .status = 503,
				   .what.id = SAY_ERROR_BUSY,
				   .number = text(s, "48213079"),
				   .back = { STR("/") } };

	error.again = (struct web_again){ .action = { STR("/again?to=/register") },
					  .secret = true,
					  .fields = { fields, 2 } };
	sample_page(s, SECTION_NONE);
	s->page.signed_in = false;
	v_error_show(o, .page = &s->page, .error = &error);
}

static const struct {
	const char *name;
	void (*render)(struct sample *s, struct out *o);
} samples[] = {
	{ "signin", render_signin },
	{ "signin-refused", render_signin_refused },
	{ "signin-wait", render_wait },
	{ "recover", render_recover },
	{ "recover-faults", render_recover_faults },
	{ "recover-code", render_recover_code },
	{ "recover-code-wrong", render_recover_code_wrong },
	{ "recover-new", render_recover_new },
	{ "recover-new-faults", render_recover_new_faults },
	{ "recover-first", render_recover_first },
	{ "phone", render_phone },
	{ "phone-refused", render_phone_refused },
	{ "phone-asked", render_phone_asked },
	{ "phone-wrong", render_phone_wrong },
	{ "phone-change", render_phone_change },
	{ "phone-change-faults", render_phone_change_faults },
	{ "phone-change-code", render_phone_code },
	{ "phone-refusal", render_phone_refusal },
	{ "phone-refusal-done", render_phone_refused_change },
	{ "phone-refusal-over", render_phone_refusal_over },
	{ "register", render_register },
	{ "register-faults", render_register_faults },
	{ "consent", render_consent },
	{ "home-debt-blocked", render_home_debt },
	{ "home-debt", render_home_debt_active },
	{ "home-overpaid", render_home_overpaid },
	{ "home-lost-long", render_home_lost },
	{ "home-unconfirmed", render_home_unconfirmed },
	{ "home-new", render_home_new },
	{ "history", render_history },
	{ "history-empty", render_history_empty },
	{ "profile", render_profile },
	{ "profile-faults-long", render_profile_faults },
	{ "help", render_help },
	{ "error-404", render_error },
	{ "error-503", render_error_store },
	{ "error-503-again", render_error_again },
};

#define SAMPLES_N (sizeof samples / sizeof *samples)

#endif

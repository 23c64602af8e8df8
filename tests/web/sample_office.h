/* The office. */
#ifndef TESTS_WEB_SAMPLE_OFFICE_H
#define TESTS_WEB_SAMPLE_OFFICE_H

#include "web/sample.h"

#define OFFICE_LINK "https://office.example.ru/enrol?t=QxSf0_qQqEYzxlVYsIAFMhKW6hGEkSmc10ooYBDwHnI"

static void sample_office(struct sample *s, bool inside)
{
	sample_page(s, inside ? SECTION_HOME : SECTION_NONE);
	s->page.office = true;
	s->page.short_name = text(s, s->lengthy ? LONG_NAME " Анна" : "Белова Мария");
#define RIGHT(id, clerk, accountant, administrator, auditor, what) s->page.may.id = inside;
#include "domain/right.def"
#undef RIGHT
}

static void sample_office_told(struct sample *s, bool inside, enum say_id what, bool not_done)
{
	sample_office(s, inside);
	s->page.notice.id = what;
	s->page.not_done = not_done;
}

static struct staff sample_staff(const struct sample *s, int64_t number, enum staff_role role)
{
	return (struct staff){
		.id = 100 + number,
		.number = number,
		.login = text(s, "belova"),
		.name = text(s, s->lengthy ? LONG_NAME " Анна Владиславовна" : "Белова Мария"),
		.role = role,
	};
}

/* --- signing in ------------------------------------------------------------- */

static void office_signin_page(struct sample *s, struct out *o)
{
	const struct typed_office_signin f = {
		.login = { .name = STR("login"), .value = text(s, "belova") },
		.password.name = STR("password"),
		.next = { .name = STR("next"), .value = text(s, "/staff") },
		.keep = { .name = STR("keep"), .value = text(s, "a=1&b=2") },
	};

	v_office_signin_show(o, .page = &s->page, .f = &f);
}

static void render_office_signin(struct sample *s, struct out *o)
{
	sample_office(s, false);
	office_signin_page(s, o);
}

static void render_office_signin_refused(struct sample *s, struct out *o)
{
	sample_office_told(s, false, SAY_STAFF_SIGNIN_REFUSED, true);
	s->page.fault = true;
	office_signin_page(s, o);
}

static void office_code_page(struct sample *s, struct out *o, enum say_id fault)
{
	const struct typed_office_signin_code f = {
		.code = { .name = STR("code"), .err.id = fault },
		.next = { .name = STR("next"), .value = text(s, "/staff") },
		.keep = { .name = STR("keep"), .value = text(s, "a=1&b=2") },
	};

	sample_office(s, false);
	s->page.fault = fault != SAY_NONE;
	v_office_signin_code(o, .page = &s->page, .login = text(s, "belova"), .f = &f);
}

static void render_office_code(struct sample *s, struct out *o)
{
	office_code_page(s, o, SAY_NONE);
}

static void render_office_code_wrong(struct sample *s, struct out *o)
{
	office_code_page(s, o, SAY_TOTP_WRONG);
}

LOOK(office_signin_show, { "office-signin", render_office_signin },
     { "office-signin-refused", render_office_signin_refused })
LOOK(office_signin_code, { "office-code", render_office_code },
     { "office-code-wrong", render_office_code_wrong })

/* --- enrolling -------------------------------------------------------------- */

static void office_enrol_page(struct sample *s, struct out *o, bool fault)
{
	struct web_enrol enrol = {
		.staff = sample_staff(s, 7, STAFF_CLERK),
		.text = text(s, "GLPW TL73 ZFJ4 RG7S M3H2 XGVY PSEG 5DWQ"),
		.link = { STR("otpauth://totp/x?secret=GLPWTL73ZFJ4RG7SM3H2XGVYPSEG5DWQ") },
		.qr = { STR("/totp/qr.svg") },
		.f = { .t = { .name = STR("t"), .value = text(s, "QxSf0_qQqEYzxlVYsIAF") },
		       .password = { .name = STR("password") },
		       .code = { .name = STR("code") } },
	};

	sample_office(s, false);
	if (fault) {
		s->page.fault = true;
		enrol.f.password.err = (struct say){ SAY_PASSWORD_SHORT, 5, 8 };
		enrol.f.code.err.id = SAY_TOTP_WRONG;
	}
	v_office_enrol_show(o, .page = &s->page, .enrol = &enrol);
}

static void render_office_enrol(struct sample *s, struct out *o)
{
	office_enrol_page(s, o, false);
}

static void render_office_enrol_faults(struct sample *s, struct out *o)
{
	office_enrol_page(s, o, true);
}

static void render_office_enrol_none(struct sample *s, struct out *o)
{
	sample_office(s, false);
	v_office_enrol_none(o, .page = &s->page);
}

LOOK(office_enrol_show, { "office-enrol", render_office_enrol },
     { "office-enrol-faults", render_office_enrol_faults },
     { "office-enrol-none", render_office_enrol_none })
LOOK_NOT(office_enrol_qr)

/* --- inside ----------------------------------------------------------------- */

static void render_office_home(struct sample *s, struct out *o)
{
	struct staff staff = sample_staff(s, 1, STAFF_ADMINISTRATOR);

	sample_office(s, true);
	v_office_home_show(o, .page = &s->page, .staff = &staff);
}

static void render_office_home_forbidden(struct sample *s, struct out *o)
{
	struct staff staff = sample_staff(s, 4, STAFF_AUDITOR);

	sample_office_told(s, true, SAY_RIGHT_MISSING, true);
	v_office_home_show(o, .page = &s->page, .staff = &staff);
}

static void office_find_page(struct sample *s, struct out *o, const char *looked_for,
			     const struct find_list *list)
{
	sample_office(s, true);
	s->page.at = OFFICE_FIND;
	s->page.looked_for = text(s, looked_for);
	v_office_find_show(o, .page = &s->page, .list = list);
}

static void render_office_find(struct sample *s, struct out *o)
{
	struct find_row v[6];

	for (int i = 0; i < 6; i++)
		v[i] = (struct find_row){
			.number_id = 100 + i,
			.msisdn = phone("9215550123"),
			.family = text(s, s->lengthy ? LONG_NAME : "Кравцова"),
			.given = text(s, "Ольга"),
			.patronymic = text(s, "Сергеевна"),
			.state = (enum number_state)(i % 3),
			.tariff = text(s, s->lengthy ? LONG_TARIFF : "Корпоративный 650"),
			.balance = { .kop = i % 2 ? -124960 : 30000 },
		};
	v[5].family = v[5].given = v[5].patronymic = v[5].tariff = (struct str){ 0 };
	office_find_page(s, o, "кравц", &(struct find_list){ .n = 6, .v = v, .more = true });
}

static void render_office_find_none(struct sample *s, struct out *o)
{
	office_find_page(s, o, "кравц", &(struct find_list){ 0 });
}

static void render_office_find_empty(struct sample *s, struct out *o)
{
	sample_office(s, true);
	v_office_find_show(o, .page = &s->page, .list = &(struct find_list){ 0 });
}

LOOK(office_find_show, { "office-find", render_office_find },
     { "office-find-none", render_office_find_none },
     { "office-find-empty", render_office_find_empty })

static void office_card_page(struct sample *s, struct out *o, const struct account_summary *sum,
			     bool person)
{
	const struct card_sim sims[] = {
		{ text(s, "8970101000000000012"), SIM_ACTIVE, at(2024, 3, 14, 12, 0) },
		{ text(s, "8970101000000000020"), SIM_ORDERED, at(2026, 11, 20, 12, 0) },
		{ text(s, "8970101000000000038"), SIM_REGISTERED, at(2026, 11, 20, 12, 0) },
		{ text(s, "8970101000000000046"), SIM_STOCK, TSTAMP_NONE },
		{ text(s, "8970101000000000053"), SIM_RETIRED, at(2020, 1, 20, 12, 0) },
	};
	struct movement moves[] = { { .kind = ENTRY_FEE,
				      .at = at(2026, 11, 1, 3, 0),
				      .title = text(s, "Абонентская плата, ноябрь"),
				      .amount = { -65000 } },
				    { .kind = ENTRY_PAYMENT,
				      .at = at(2026, 10, 3, 3, 0),
				      .title = text(s, "Платеж картой"),
				      .amount = { 25000 } } };
	struct notice notices[] = { { { .id = SAY_STAFF_ENABLED },
				      text(s, "+7 905 •••-••-18"),
				      OUTBOX_DELIVERED,
				      at(2026, 11, 20, 14, 32) } };
	struct card card = {
		.number_id = 101,
		.msisdn = phone("9215550123"),
		.contract = text(s, person ? "14-2031" : ""),
		.contract_opened = { 2024, 3, 14 },
		.company = text(s, person ? "ООО «Невский берег»" : ""),
		.sims = { .n = person ? 5 : 0, .v = sims },
		.sum = *sum,
		.last = { .n = person ? 2 : 0, .v = moves },
		.person = person,
		.family = text(s, s->lengthy ? LONG_NAME : "Кравцова"),
		.given = text(s, "Ольга"),
		.patronymic = text(s, "Сергеевна"),
		.contact_phone = phone("9055550118"),
		.phone_confirmed = true,
		.email = text(s, s->lengthy ? LONG_EMAIL : "olga@example.ru"),
		.passport_mask = text(s, "78"),
		.city = text(s, "Санкт-Петербург"),
		.registered = at(2024, 3, 14, 15, 0),
		.has_password = true,
		.factor = true,
		.notices = { .n = person ? 1 : 0, .v = notices },
	};

	sample_office(s, true);
	s->page.at = OFFICE_FIND;
	if (!person)
		card.contract = card.company = (struct str){ 0 };
	if (sum->reason == BLOCK_LOST)
		card.registered = TSTAMP_NONE;
	if (sum->reason == BLOCK_FRAUD)
		card.has_password = false;
	if (sum->reason == BLOCK_REQUEST) {
		card.phone_confirmed = card.factor = false;
		card.contact_phone.d[0] = '\0';
		card.email = card.passport_mask = card.city = (struct str){ 0 };
	}
	v_office_card_show(o, .page = &s->page, .card = &card);
}

static struct account_summary office_card_sum(struct sample *s, enum number_state state,
					      enum block_reason reason, int64_t kop)
{
	return (struct account_summary){
		.msisdn = phone("9215550123"),
		.money.balance = { kop },
		.state = state,
		.reason = reason,
		.state_since = at(2026, 11, 20, 3, 10),
		.operator_name = text(s, "МегаФон"),
		.has_tariff = state != NUMBER_NEW,
		.tariff_name = text(s, s->lengthy ? LONG_TARIFF : "Корпоративный 650"),
		.fee = { 65000 },
		.next_fee = { 2026, 12, 1 },
		.due = { kop < 0 ? -kop : 0 },
		.due_until = { 2026, 11, 30 },
	};
}

static void render_office_card(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_ACTIVE, BLOCK_NONE, 30000);

	office_card_page(s, o, &sum, true);
}

static void render_office_card_debt(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_BLOCKED, BLOCK_DEBT, -124960);

	office_card_page(s, o, &sum, true);
}

static void render_office_card_nobody(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_NEW, BLOCK_NONE, 0);

	office_card_page(s, o, &sum, false);
}

static void render_office_card_request(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_BLOCKED, BLOCK_REQUEST, 0);

	office_card_page(s, o, &sum, true);
}

static void render_office_card_lost(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_BLOCKED, BLOCK_LOST, 0);

	office_card_page(s, o, &sum, true);
}

static void render_office_card_fraud(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_BLOCKED, BLOCK_FRAUD, 0);

	office_card_page(s, o, &sum, true);
}

static void render_office_card_contract(struct sample *s, struct out *o)
{
	struct account_summary sum = office_card_sum(s, NUMBER_BLOCKED, BLOCK_CONTRACT, 0);

	office_card_page(s, o, &sum, true);
}

LOOK(office_card_show, { "office-card", render_office_card },
     { "office-card-debt", render_office_card_debt },
     { "office-card-nobody", render_office_card_nobody },
     { "office-card-request", render_office_card_request },
     { "office-card-lost", render_office_card_lost },
     { "office-card-fraud", render_office_card_fraud },
     { "office-card-contract", render_office_card_contract })

static struct web_staff sample_staff_list(const struct sample *s)
{
	struct web_staff_row *v = arena_array(s->a, 4, sizeof *v);

	for (int i = 0; i < 4; i++)
		v[i] = (struct web_staff_row){
			.row.staff = sample_staff(s, i + 1, (enum staff_role)(3 - i)),
			.active = i < 2,
			.own = i == 0,
			.disabled = i == 3,
			.waited = i == 2,
		};
	return (struct web_staff){
		.rows = { .v = v, .n = 4 },
		.add = { .login.name = STR("login"),
			 .name.name = STR("name"),
			 .role.name = STR("role") },
		.reason.name = STR("reason"),
	};
}

static void render_office_staff(struct sample *s, struct out *o)
{
	struct web_staff staff = sample_staff_list(s);

	sample_office_told(s, true, SAY_STAFF_DISABLED, false);
	s->page.at = OFFICE_STAFF;
	v_office_staff_show(o, .page = &s->page, .staff = &staff);
}

static void render_office_staff_link(struct sample *s, struct out *o)
{
	struct web_staff staff = sample_staff_list(s);

	staff.link = text(s, OFFICE_LINK);
	staff.link_of = text(s, "belova");
	staff.link_expires = at(2026, 11, 30, 14, 32);
	sample_office(s, true);
	s->page.at = OFFICE_STAFF;
	v_office_staff_show(o, .page = &s->page, .staff = &staff);
}

static void render_office_staff_fault(struct sample *s, struct out *o)
{
	struct web_staff staff = sample_staff_list(s);

	staff.add.login.value = text(s, "Белова");
	staff.add.login.err.id = SAY_STAFF_LOGIN;
	staff.role_clerk = true;
	sample_office(s, true);
	s->page.fault = true;
	s->page.at = OFFICE_STAFF;
	v_office_staff_show(o, .page = &s->page, .staff = &staff);
}

static void render_office_staff_reason(struct sample *s, struct out *o)
{
	struct web_staff staff = sample_staff_list(s);

	((struct web_staff_row *)(uintptr_t)staff.rows.v)[1].open = true;
	staff.reason.err.id = SAY_REQUIRED;
	staff.add.role.err.id = SAY_NONE;
	sample_office(s, true);
	s->page.fault = true;
	s->page.at = OFFICE_STAFF;
	v_office_staff_show(o, .page = &s->page, .staff = &staff);
}

static void render_office_audit(struct sample *s, struct out *o)
{
	static const char *const reasons[] = { "", "потеряла телефон, паспорт показан" };
	struct web_audit_row v[12];

	for (int i = 0; i < 12; i++)
		v[i] = (struct web_audit_row){
			.seq = 112 - i,
			.at = at(2026, 11, 22, 18 - i, 7 * i % 60),
			.who = text(s,
				    s->lengthy ? "№ 7, " LONG_NAME " Анна" : "№ 7, Белова Мария"),
			.action = text(s, i % 3 ? "Отключен код для входа" : "Вход"),
			.subject = text(s, "9215550123"),
			.reason = text(s, reasons[i % 2]),
		};
	struct web_audit audit = { .rows = { .v = v, .n = 12 },
				   .older = { STR("/audit?before=101") } };

	sample_office(s, true);
	s->page.at = OFFICE_AUDIT;
	v_office_audit_show(o, .page = &s->page, .audit = &audit);
}

static void render_office_audit_empty(struct sample *s, struct out *o)
{
	const struct web_audit audit = { 0 };

	sample_office(s, true);
	s->page.at = OFFICE_AUDIT;
	v_office_audit_show(o, .page = &s->page, .audit = &audit);
}

LOOK(office_home_show, { "office-home", render_office_home },
     { "office-home-forbidden", render_office_home_forbidden })
LOOK(office_staff_show, { "office-staff", render_office_staff },
     { "office-staff-link", render_office_staff_link },
     { "office-staff-fault", render_office_staff_fault },
     { "office-staff-reason", render_office_staff_reason })
LOOK(office_audit_show, { "office-audit", render_office_audit },
     { "office-audit-empty", render_office_audit_empty })
LOOK_NOT(office_again_show)
LOOK_NOT(office_health_show)

#endif

/* The registration and the text of the consent. */
#ifndef TESTS_WEB_SAMPLE_REGISTER_H
#define TESTS_WEB_SAMPLE_REGISTER_H

#include "web/sample.h"

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
	reg.n_faults = 6;
	reg.f.birth.err.id = SAY_DATE_FORM;
	reg.f.email.err.id = SAY_EMAIL_FORM;
	reg.f.passport.err = (struct say){ .id = SAY_PASSPORT_DIGITS, .a = 9 };
	reg.f.passport_issued.err.id = SAY_PASSPORT_BEFORE_14;
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

LOOK(register_show, { "register", render_register }, { "register-faults", render_register_faults })
LOOK(consent_show, { "consent", render_consent })

#endif

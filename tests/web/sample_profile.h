/* The profile. */
#ifndef TESTS_WEB_SAMPLE_PROFILE_H
#define TESTS_WEB_SAMPLE_PROFILE_H

#include "web/sample.h"

static struct web_profile sample_profile(const struct sample *s)
{
	return (struct web_profile){
		.p = {
			.family = text(s, s->lengthy ? LONG_NAME : "Кравцова"),
			.given = text(s, s->lengthy ? LONG_NAME : "Ольга"),
			.patronymic = text(s, "Сергеевна"),
			.passport_mask = text(s, "78"),
			.city = text(s, "Санкт-Петербург"),
			.registered = at(2026, 11, 2, 18, 22),
			.password_changed = at(2026, 11, 2, 18, 22),
			.contract_code = text(s, "К-2026/118"),
		},
		.phone = { .contact = phone("9055550418"), .due = TSTAMP_NONE },
		.email = { .e = { .address = text(s, s->lengthy ? LONG_EMAIL
								: "olga.kravtsova@yandex.ru") },
			   .carried = true,
			   .may_confirm = true,
			   .refused_until = TSTAMP_NONE },
		.login = text(s, "9215550123"),
		.number = phone("9215550123"),
		.now = { .name = STR("now") },
		.want = { .name = STR("want") },
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
	profile.email.e.confirmed = profile.email.e.held = true;
	profile.email.e.next = text(s, LONG_EMAIL);
	profile.email.e.until = at(2026, 11, 23, 12, 41);
	profile.now.err.id = SAY_PASSWORD_WRONG;
	profile.want.err = (struct say){ .id = SAY_PASSWORD_SHORT, .a = 5, .b = 8 };
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

/* Nobody has given a phone yet, or one that may not recover a password yet. */
static void render_profile_bare(struct sample *s, struct out *o)
{
	struct web_profile profile = sample_profile(s);

	sample_page(s, SECTION_PROFILE);
	profile.phone.contact = (struct msisdn){ 0 };
	profile.p.city = profile.email.e.address = (struct str){ 0 };
	profile.email.may_confirm = false;
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

static void render_profile_waits(struct sample *s, struct out *o)
{
	struct web_profile profile = sample_profile(s);

	sample_page_told(s, SECTION_PROFILE, (struct say){ .id = SAY_PHONE_CHANGE_AT_ONCE }, false);
	profile.phone.confirmed = profile.phone.held = profile.phone.at_once = true;
	profile.phone.next = profile.phone.contact;
	profile.phone.due = at(2026, 11, 23, 12, 41);
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

/* A link is on its way to the address, and no other can be sent before long. */
static void render_profile_link(struct sample *s, struct out *o)
{
	struct web_profile profile = sample_profile(s);

	sample_page(s, SECTION_PROFILE);
	profile.email.e.asked = true;
	profile.email.e.next = profile.email.e.address;
	profile.email.e.until = at(2026, 11, 23, 12, 41);
	profile.email.refused_until = at(2026, 11, 22, 12, 42);
	v_profile_show(o, .page = &s->page, .profile = &profile);
}

LOOK(profile_show, { "profile-link", render_profile_link }, { "profile", render_profile },
     { "profile-faults-long", render_profile_faults }, { "profile-bare", render_profile_bare },
     { "profile-waits", render_profile_waits })

#endif

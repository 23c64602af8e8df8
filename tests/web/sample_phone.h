/* The contact phone: confirmed, changed, a change refused. */
#ifndef TESTS_WEB_SAMPLE_PHONE_H
#define TESTS_WEB_SAMPLE_PHONE_H

#include "web/sample.h"

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

static void refusal_page(struct sample *s, struct out *o, bool found, bool done, bool at_once)
{
	struct web_phone_refusal refusal = {
		.found = found,
		.done = done,
		.at_once = at_once,
		.next = phone("9110000001"),
		.due = at(2026, 11, 23, 12, 41),
		.token = text(s, "q1w2e3r4t5y6u7i8"),
	};

	sample_page(s, SECTION_NONE);
	v_phone_refusal(o, .page = &s->page, .refusal = &refusal);
}

static void render_phone_refusal(struct sample *s, struct out *o)
{
	refusal_page(s, o, true, false, false);
}

static void render_phone_refused_change(struct sample *s, struct out *o)
{
	refusal_page(s, o, false, true, false);
}

static void render_phone_refusal_over(struct sample *s, struct out *o)
{
	refusal_page(s, o, false, false, false);
}

static void render_phone_refusal_at_once(struct sample *s, struct out *o)
{
	refusal_page(s, o, true, false, true);
}

static void render_phone_none(struct sample *s, struct out *o)
{
	struct web_phone phone = sample_phone(s, false);

	phone.contact = (struct msisdn){ 0 };
	sample_page(s, SECTION_PROFILE);
	v_phone_show(o, .page = &s->page, .phone = &phone);
}

LOOK(phone_show, { "phone", render_phone }, { "phone-refused", render_phone_refused },
     { "phone-asked", render_phone_asked }, { "phone-wrong", render_phone_wrong },
     { "phone-none", render_phone_none })
LOOK(phone_change, { "phone-change", render_phone_change },
     { "phone-change-faults", render_phone_change_faults })
LOOK(phone_change_code, { "phone-change-code", render_phone_code })
LOOK(phone_refusal, { "phone-refusal", render_phone_refusal },
     { "phone-refusal-at-once", render_phone_refusal_at_once },
     { "phone-refusal-done", render_phone_refused_change },
     { "phone-refusal-over", render_phone_refusal_over })

#endif

/* Recovering the password. */
#ifndef TESTS_WEB_SAMPLE_RECOVER_H
#define TESTS_WEB_SAMPLE_RECOVER_H

#include "web/sample.h"

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

static struct web_code sample_code(const struct sample *s, bool fault)
{
	struct web_code code = {
		.number = phone("9215550123"),
		.expires = at(2026, 11, 22, 12, 46),
		.again = at(2026, 11, 22, 12, 42),
		.again_open = fault,
		.login = text(s, "9215550123"),
		.codes_a_day = 3,
		.code.name = STR("code"),
	};

	if (fault)
		code.code.err = (struct say){ .id = SAY_CODE_WRONG, .a = 2 };
	return code;
}

static void code_page(struct sample *s, struct out *o, bool fault)
{
	struct web_code code = sample_code(s, fault);

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

static void render_recover_code_or_mail(struct sample *s, struct out *o)
{
	struct web_code code = sample_code(s, false);

	code.mail = true;
	code.ticket = text(s, "30.1795435200.0a1b2c3d");
	sample_page(s, SECTION_NONE);
	v_recover_code(o, .page = &s->page, .code = &code);
}

static void mail_page(struct sample *s, struct out *o, bool fault)
{
	struct web_code code = sample_code(s, fault);

	sample_page(s, SECTION_NONE);
	s->page.fault = fault;
	v_recover_mail(o, .page = &s->page, .code = &code);
}

static void render_recover_mail(struct sample *s, struct out *o)
{
	mail_page(s, o, false);
}

static void render_recover_mail_wrong(struct sample *s, struct out *o)
{
	mail_page(s, o, true);
}

static void new_page(struct sample *s, struct out *o, bool first, bool fault)
{
	struct web_recover_new new = {
		.first = first,
		.asks_code = fault,
		.number = phone("9215550123"),
		.login = text(s, "9215550123"),
		.last4.name = STR("last4"),
		.want.name = STR("want"),
		.code.name = STR("code"),
	};

	if (fault) {
		new.last4.err.id = first ? SAY_LAST4_FORM : SAY_LAST4_NEEDED;
		new.code.err.id = first ? SAY_NONE : SAY_TOTP_NEEDED;
		if (!first)
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

static void render_recover_first_fault(struct sample *s, struct out *o)
{
	new_page(s, o, true, true);
}

static void render_recover_new_mail(struct sample *s, struct out *o)
{
	struct web_recover_new new = {
		.mail = true,
		.number = phone("9215550123"),
		.login = text(s, "9215550123"),
		.last4.name = STR("last4"),
		.want.name = STR("want"),
		.code.name = STR("code"),
	};

	sample_page(s, SECTION_NONE);
	v_recover_new(o, .page = &s->page, .new = &new);
}

static void render_recover_or_mail(struct sample *s, struct out *o)
{
	struct web_recover recover = { .mail = true, .login.name = STR("login") };

	sample_page(s, SECTION_NONE);
	v_recover_show(o, .page = &s->page, .recover = &recover);
}

static void render_recover_over(struct sample *s, struct out *o)
{
	struct web_recover recover = { .login.name = STR("login") };

	sample_page_told(s, SECTION_NONE, (struct say){ .id = SAY_CODE_OVER }, true);
	v_recover_show(o, .page = &s->page, .recover = &recover);
}

LOOK(recover_show, { "recover", render_recover }, { "recover-over", render_recover_over },
     { "recover-or-mail", render_recover_or_mail }, { "recover-faults", render_recover_faults })
LOOK(recover_code, { "recover-code", render_recover_code },
     { "recover-code-wrong", render_recover_code_wrong },
     { "recover-code-or-mail", render_recover_code_or_mail },
     { "recover-mail", render_recover_mail }, { "recover-mail-wrong", render_recover_mail_wrong })
LOOK(recover_new, { "recover-new", render_recover_new },
     { "recover-new-faults", render_recover_new_faults }, { "recover-first", render_recover_first },
     { "recover-new-mail", render_recover_new_mail },
     { "recover-first-fault", render_recover_first_fault })

#endif

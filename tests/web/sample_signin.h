/* Signing in. */
#ifndef TESTS_WEB_SAMPLE_SIGNIN_H
#define TESTS_WEB_SAMPLE_SIGNIN_H

#include "web/sample.h"

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

static void signin_told(struct sample *s, struct out *o, enum say_id what, bool not_done)
{
	struct web_signin signin = { .f = { .login.name = STR("login"),
					    .password.name = STR("password") } };

	sample_page_told(s, SECTION_NONE, (struct say){ .id = what }, not_done);
	v_signin_show(o, .page = &s->page, .signin = &signin);
}

static void render_signin_out(struct sample *s, struct out *o)
{
	signin_told(s, o, SAY_SIGNED_OUT, false);
}

static void render_signin_expired(struct sample *s, struct out *o)
{
	signin_told(s, o, SAY_SESSION_ENDED_KEPT, true);
}

static void signin_code_page(struct sample *s, struct out *o, bool spare, enum say_id fault)
{
	struct web_signin_code code = {
		.number = phone("9215550123"),
		.spare = spare,
		.f = { .code = { .name = STR("code"), .err.id = fault },
		       .next = { .name = STR("next"), .value = text(s, "/history") },
		       .keep = { .name = STR("keep"), .value = text(s, "a=1&b=2") } },
	};

	sample_page(s, SECTION_NONE);
	s->page.fault = fault != SAY_NONE;
	v_signin_code(o, .page = &s->page, .code = &code);
}

static void render_signin_code(struct sample *s, struct out *o)
{
	signin_code_page(s, o, false, SAY_NONE);
}

static void render_signin_code_wrong(struct sample *s, struct out *o)
{
	signin_code_page(s, o, false, SAY_TOTP_FORM);
}

static void render_signin_code_paper(struct sample *s, struct out *o)
{
	signin_code_page(s, o, true, SAY_NONE);
}

static void render_wait(struct sample *s, struct out *o)
{
	struct web_wait wait = { .wait_s = 32,
				 .next = { STR("/?ticket=abc.123&next=%2Fhistory") } };

	sample_page(s, SECTION_NONE);
	v_signin_wait(o, .page = &s->page, .wait = &wait);
}

static void render_wait_code(struct sample *s, struct out *o)
{
	struct web_wait wait = { .wait_s = 60,
				 .code = true,
				 .next = { STR("/recover?ticket=1764.60.0a1b") } };

	sample_page(s, SECTION_NONE);
	v_signin_wait(o, .page = &s->page, .wait = &wait);
}

LOOK(signin_show, { "signin", render_signin }, { "signin-refused", render_signin_refused },
     { "signin-out", render_signin_out }, { "signin-expired", render_signin_expired })
LOOK(signin_code, { "signin-code", render_signin_code },
     { "signin-code-wrong", render_signin_code_wrong },
     { "signin-code-paper", render_signin_code_paper })
LOOK(signin_wait, { "signin-wait", render_wait }, { "recover-wait", render_wait_code })

#endif

/* «Безопасность»: the second factor, its codes on paper, and proving anew who one is. */
#ifndef TESTS_WEB_SAMPLE_SECURITY_H
#define TESTS_WEB_SAMPLE_SECURITY_H

#include "web/sample.h"

static struct totp sample_totp(int64_t spare_left)
{
	return (struct totp){ .on = true,
			      .since = at(2026, 11, 3, 19, 7),
			      .spare_left = spare_left };
}

static void security_page(struct sample *s, struct out *o, struct totp totp, bool fault)
{
	struct web_security security = {
		.login = text(s, "9215550123"),
		.totp = totp,
		.now.name = STR("now"),
	};

	if (fault)
		security.now.err.id = SAY_PASSWORD_WRONG;
	s->page.fault = fault;
	v_security_show(o, .page = &s->page, .security = &security);
}

static void render_security_off(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_PROFILE);
	security_page(s, o, (struct totp){ 0 }, false);
}

static void render_security_fault(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_PROFILE);
	security_page(s, o, (struct totp){ 0 }, true);
}

static void render_security_late(struct sample *s, struct out *o)
{
	sample_page_told(s, SECTION_PROFILE, (struct say){ .id = SAY_TOTP_LATE }, true);
	security_page(s, o, (struct totp){ 0 }, false);
}

static void render_security_on(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_PROFILE);
	security_page(s, o, sample_totp(9), false);
}

static void render_security_bare(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_PROFILE);
	security_page(s, o, sample_totp(0), false);
}

static void totp_page(struct sample *s, struct out *o, bool fault)
{
	struct web_totp totp = {
		.text = text(s, "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"),
		.link = { STR(
			"otpauth://totp/9215550123?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") },
		.code.name = STR("code"),
	};

	if (fault)
		totp.code.err.id = SAY_TOTP_WRONG;
	sample_page(s, SECTION_PROFILE);
	s->page.fault = fault;
	v_totp_show(o, .page = &s->page, .totp = &totp);
}

static void render_totp(struct sample *s, struct out *o)
{
	totp_page(s, o, false);
}

static void render_totp_wrong(struct sample *s, struct out *o)
{
	totp_page(s, o, true);
}

static void spares_page(struct sample *s, struct out *o, bool renewed)
{
	struct web_totp_spare *v = arena_array(s->a, TOTP_SPARE_N, sizeof *v);

	for (size_t i = 0; i < TOTP_SPARE_N; i++)
		v[i].code = text(s, i % 2 ? "m7wqx-k2h9c" : "ab3de-fgh4j");
	struct web_totp_spares spares = {
		.number = phone("9215550123"), .renewed = renewed, .n = TOTP_SPARE_N, .v = v
	};
	sample_page(s, SECTION_PROFILE);
	v_totp_spares(o, .page = &s->page, .spares = &spares);
}

static void render_spares(struct sample *s, struct out *o)
{
	spares_page(s, o, false);
}

static void render_spares_renewed(struct sample *s, struct out *o)
{
	spares_page(s, o, true);
}

static void totp_change_page(struct sample *s, struct out *o, bool fault)
{
	struct web_totp_change change = {
		.login = text(s, "9215550123"),
		.totp = sample_totp(4),
		.now.name = STR("now"),
	};

	if (fault)
		change.now.err = (struct say){ .id = SAY_PASSWORD_TRIES, .a = 14 };
	sample_page(s, SECTION_PROFILE);
	s->page.fault = fault;
	v_totp_change(o, .page = &s->page, .change = &change);
}

static void render_totp_change(struct sample *s, struct out *o)
{
	totp_change_page(s, o, false);
}

static void render_totp_change_fault(struct sample *s, struct out *o)
{
	totp_change_page(s, o, true);
}

/* --- proving anew ---------------------------------------------------------- */

static struct web_reauth sample_reauth(const struct sample *s, bool sms)
{
	return (struct web_reauth){
		.sms = sms,
		.contact = phone("9055550418"),
		.expires = at(2026, 11, 22, 12, 46),
		.again = at(2026, 11, 22, 12, 42),
		.refused_until = TSTAMP_NONE,
		.f = { .code.name = STR("code"),
		       .next = { .name = STR("next"), .value = text(s, "/totp/change") },
		       .keep.name = STR("keep") },
	};
}

static void reauth_page(struct sample *s, struct out *o, const struct web_reauth *reauth)
{
	sample_page(s, SECTION_PROFILE);
	s->page.fault = reauth->f.code.err.id != SAY_NONE;
	v_reauth_show(o, .page = &s->page, .reauth = reauth);
}

static void render_reauth(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, false);

	reauth_page(s, o, &reauth);
}

static void render_reauth_paper(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, false);

	reauth.spare = true;
	reauth.f.code.err.id = SAY_TOTP_WRONG;
	reauth_page(s, o, &reauth);
}

static void render_reauth_sms(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, true);

	reauth.f.keep.value = text(s, "a=1&b=2");
	reauth_page(s, o, &reauth);
}

static void render_reauth_asked(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, true);

	reauth.asked = true;
	reauth_page(s, o, &reauth);
}

static void render_reauth_wrong(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, true);

	reauth.asked = reauth.again_open = true;
	reauth.f.code.err = (struct say){ .id = SAY_CODE_WRONG, .a = 1 };
	reauth_page(s, o, &reauth);
}

static void render_reauth_refused(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, true);

	reauth.refused_until = at(2026, 11, 23, 0, 0);
	reauth_page(s, o, &reauth);
}

LOOK(security_show, { "security-off", render_security_off },
     { "security-fault", render_security_fault }, { "security-late", render_security_late },
     { "security-on", render_security_on }, { "security-on-bare", render_security_bare })
LOOK(totp_show, { "totp", render_totp }, { "totp-wrong", render_totp_wrong })
LOOK_NOT(totp_qr)
LOOK(totp_spares, { "totp-spares", render_spares },
     { "totp-spares-renewed", render_spares_renewed })
LOOK(totp_change, { "totp-change", render_totp_change },
     { "totp-change-fault", render_totp_change_fault })
LOOK(reauth_show, { "reauth", render_reauth }, { "reauth-paper-wrong", render_reauth_paper },
     { "reauth-sms", render_reauth_sms }, { "reauth-asked", render_reauth_asked },
     { "reauth-wrong", render_reauth_wrong }, { "reauth-refused", render_reauth_refused })

#endif

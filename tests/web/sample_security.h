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

static struct web_session *sample_sessions(const struct sample *s)
{
	struct web_session *v = arena_array(s->a, 3, sizeof *v);

	for (int i = 0; i < 3; i++)
		v[i] = (struct web_session){
			.id = STR("17-2f"),
			.device = i == 2 ? STR("")
					 : text(s, i == 1 ? "Windows, Яндекс Браузер"
							  : "Android, Chrome"),
			.created = at(2026, 11, 22, 9, 5),
			.used = at(2026, 11, (int8_t)(22 - i), 12, 40),
			.current = i == 0
		};
	return v;
}

/* ${n} kinds from ${from} on. */
static struct event_list sample_events(const struct sample *s, int from, int n, bool more)
{
	struct event *v = arena_array(s->a, EVENT_N, sizeof *v);

	for (int i = 0; i < n; i++) {
		v[i].kind = (enum event_kind)(from + i);
		v[i].what = event_text(v[i].kind);
		v[i].at = at(2026, 11, (int8_t)(22 - i), 9, 5 + i);
		v[i].device = i == 2 ? STR("") : text(s, "Android, Яндекс Браузер");
	}
	return (struct event_list){ .n = (size_t)n, .v = v, .more = more };
}

static struct notice_list sample_notices(const struct sample *s, size_t n, bool more)
{
	static const enum event_kind told[] = { EVENT_SIGNIN_NEW, EVENT_PHONE_ASKED,
						EVENT_PHONE_ASKED, EVENT_PASSWORD, EVENT_TOTP_ON };
	struct notice *v = arena_array(s->a, 5, sizeof *v);

	for (int i = 0; i < 5; i++)
		v[i] = (struct notice){
			.what = event_text(told[i]),
			.to = text(s, i == 4 ? "o•••@example.ru" : "+7 905 •••-••-18"),
			.state = (enum outbox_state)(i + 1),
			.at = at(2026, 11, (int8_t)(22 - i), 9, 5),
		};
	return (struct notice_list){ .n = n, .v = v, .more = more };
}

static struct web_security sample_security(const struct sample *s, struct totp totp)
{
	return (struct web_security){
		.login = text(s, "9215550123"),
		.totp = totp,
		.now.name = STR("now"),
		.confirmed = true,
		.sessions = { .v = sample_sessions(s), .n = 3 },
		.events = { .signins = sample_events(s, EVENT_SIGNIN, 3, true),
			    .changes = sample_events(s, EVENT_PASSWORD, 3, true) },
		.notices = sample_notices(s, 3, true),
	};
}

static void render_security_off(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, (struct totp){ 0 });

	sample_page(s, SECTION_PROFILE);
	v_security_show(o, .page = &s->page, .security = &security);
}

static void render_security_fault(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, (struct totp){ 0 });

	sample_page(s, SECTION_PROFILE);
	s->page.fault = true;
	security.now.err.id = SAY_PASSWORD_WRONG;
	v_security_show(o, .page = &s->page, .security = &security);
}

static void render_security_prove(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, (struct totp){ 0 });

	sample_page(s, SECTION_PROFILE);
	security.prove = true;
	v_security_show(o, .page = &s->page, .security = &security);
}

/* Nothing has happened yet, and the phone is not confirmed. */
static void render_security_late(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, (struct totp){ 0 });

	sample_page_told(s, SECTION_PROFILE, (struct say){ .id = SAY_TOTP_LATE }, true);
	security.confirmed = false;
	security.sessions.n = 1;
	security.events = (struct event_lists){ 0 };
	security.notices = (struct notice_list){ 0 };
	v_security_show(o, .page = &s->page, .security = &security);
}

static void render_security_on(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, sample_totp(9));

	sample_page(s, SECTION_PROFILE);
	v_security_show(o, .page = &s->page, .security = &security);
}

/* Many events, and none of the codes on paper left. */
static void render_security_bare(struct sample *s, struct out *o)
{
	struct web_security security = sample_security(s, sample_totp(0));

	sample_page(s, SECTION_PROFILE);
	security.all = true;
	security.sessions.n = 2;
	security.events.signins = sample_events(s, EVENT_SIGNIN, 4, false);
	security.notices = sample_notices(s, 5, false);
	security.events.changes = sample_events(s, EVENT_N - 9, 9, false);
	v_security_show(o, .page = &s->page, .security = &security);
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
		.held_until = TSTAMP_NONE,
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

static void render_reauth_held(struct sample *s, struct out *o)
{
	struct web_reauth reauth = sample_reauth(s, false);

	reauth.held_until = at(2026, 11, 23, 12, 40);
	reauth_page(s, o, &reauth);
}

LOOK(security_show, { "security-off", render_security_off },
     { "security-prove", render_security_prove }, { "security-fault", render_security_fault },
     { "security-late", render_security_late }, { "security-on", render_security_on },
     { "security-on-bare-all", render_security_bare })
LOOK(totp_show, { "totp", render_totp }, { "totp-wrong", render_totp_wrong })
LOOK_NOT(totp_qr)
LOOK(totp_spares, { "totp-spares", render_spares },
     { "totp-spares-renewed", render_spares_renewed })
LOOK(totp_change, { "totp-change", render_totp_change },
     { "totp-change-fault", render_totp_change_fault })
LOOK(reauth_show, { "reauth", render_reauth }, { "reauth-paper-wrong", render_reauth_paper },
     { "reauth-sms", render_reauth_sms }, { "reauth-asked", render_reauth_asked },
     { "reauth-wrong", render_reauth_wrong }, { "reauth-refused", render_reauth_refused },
     { "reauth-held", render_reauth_held })

#endif

/* The e-mail address: confirmed by a link, changed, a change refused. */
#ifndef TESTS_WEB_SAMPLE_EMAIL_H
#define TESTS_WEB_SAMPLE_EMAIL_H

#include "web/sample.h"

static void email_page(struct sample *s, struct out *o, bool confirmed, bool fault)
{
	struct web_email_change change = {
		.address = text(s, "olga.kravtsova@yandex.ru"),
		.confirmed = confirmed,
		.login = text(s, "9215550123"),
		.refused_until = TSTAMP_NONE,
		.email.name = STR("email"),
		.now.name = STR("now"),
	};

	if (fault) {
		change.email.value = text(s, "olga@");
		change.email.err.id = SAY_EMAIL_FORM;
		change.now.err.id = SAY_PASSWORD_WRONG;
	}
	sample_page(s, SECTION_PROFILE);
	s->page.fault = fault;
	v_email_change(o, .page = &s->page, .change = &change);
}

static void render_email_change(struct sample *s, struct out *o)
{
	email_page(s, o, true, false);
}

static void render_email_faults(struct sample *s, struct out *o)
{
	email_page(s, o, false, true);
}

static void render_email_refused(struct sample *s, struct out *o)
{
	struct web_email_change change = {
		.login = text(s, "9215550123"),
		.refused_until = at(2026, 11, 23, 0, 0),
		.email = { .name = STR("email"), .value = text(s, "olga@example.ru") },
		.now.name = STR("now"),
	};

	sample_page(s, SECTION_PROFILE);
	v_email_change(o, .page = &s->page, .change = &change);
}

static struct web_email_link email_link(const struct sample *s, bool found, bool done, bool held)
{
	return (struct web_email_link){
		.found = found,
		.done = done,
		.address = text(s, "olga.kravtsova@yandex.ru"),
		.held = held,
		.until = at(2026, 11, 23, 12, 41),
		.token = text(s, "q1w2e3r4t5y6u7i8o9p0a1"),
	};
}

static void link_page(struct sample *s, struct out *o, bool found, bool done, bool held)
{
	struct web_email_link link = email_link(s, found, done, held);

	sample_page(s, SECTION_NONE);
	v_email_link(o, .page = &s->page, .link = &link);
}

static void render_email_link(struct sample *s, struct out *o)
{
	link_page(s, o, true, false, false);
}

static void render_email_confirmed(struct sample *s, struct out *o)
{
	link_page(s, o, false, true, false);
}

static void render_email_held(struct sample *s, struct out *o)
{
	link_page(s, o, false, true, true);
}

static void render_email_over(struct sample *s, struct out *o)
{
	link_page(s, o, false, false, false);
}

static void email_refusal_page(struct sample *s, struct out *o, bool found, bool done)
{
	struct web_email_link link = email_link(s, found, done, true);

	sample_page(s, SECTION_NONE);
	v_email_refusal(o, .page = &s->page, .link = &link);
}

static void render_email_refusal(struct sample *s, struct out *o)
{
	email_refusal_page(s, o, true, false);
}

static void render_email_refusal_done(struct sample *s, struct out *o)
{
	email_refusal_page(s, o, false, true);
}

static void render_email_refusal_over(struct sample *s, struct out *o)
{
	email_refusal_page(s, o, false, false);
}

LOOK(email_show, { "email", render_email_change }, { "email-faults", render_email_faults },
     { "email-refused", render_email_refused })
LOOK(email_link, { "email-link", render_email_link }, { "email-link-done", render_email_confirmed },
     { "email-link-held", render_email_held }, { "email-link-over", render_email_over })
LOOK(email_refusal, { "email-refusal", render_email_refusal },
     { "email-refusal-done", render_email_refusal_done },
     { "email-refusal-over", render_email_refusal_over })

#endif

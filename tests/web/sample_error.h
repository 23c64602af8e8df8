/* Help, and what is shown when something goes wrong. */
#ifndef TESTS_WEB_SAMPLE_ERROR_H
#define TESTS_WEB_SAMPLE_ERROR_H

#include "web/sample.h"

static void render_help(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_HELP);
	v_help_show(o, .page = &s->page, .mail = true);
}

static void render_help_outside(struct sample *s, struct out *o)
{
	sample_page(s, SECTION_NONE);
	v_help_show(o, .page = &s->page, .mail = true);
}

/* Refused, and nothing to be done about it here. */
static void error_page(struct sample *s, struct out *o, int status, enum say_id what)
{
	struct web_error error = {
		.status = status,
		.what.id = what,
		.number = text(s, "48213077"),
		.back = { STR("/") },
	};

	sample_page(s, SECTION_NONE);
	s->page.fault = true;
	v_error_show(o, .page = &s->page, .error = &error);
}

static void render_error_400(struct sample *s, struct out *o)
{
	error_page(s, o, 400, SAY_ERROR_REQUEST);
}

static void render_error_403(struct sample *s, struct out *o)
{
	error_page(s, o, 403, SAY_ERROR_DENIED);
}

static void render_error_404(struct sample *s, struct out *o)
{
	error_page(s, o, 404, SAY_ERROR_NOT_FOUND);
}

static void render_error_413(struct sample *s, struct out *o)
{
	error_page(s, o, 413, SAY_ERROR_TOO_BIG);
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

static void again_page(struct sample *s, struct out *o, struct web_error error)
{
	const struct field fields[] = {
		{ .name = STR("family"), .value = text(s, "Константинопольская") },
		{ .name = STR("given"), .value = text(s, "Анна") },
	};

	error.number = text(s, "48213079");
	error.back = (struct url){ STR("/") };
	error.again.fields.v = fields;
	error.again.fields.n = 2;
	sample_page(s, SECTION_NONE);
	v_error_show(o, .page = &s->page, .error = &error);
}

static void render_error_again(struct sample *s, struct out *o)
{
	again_page(s, o,
		   (struct web_error){
			   .status = 503,
			   .what.id = SAY_ERROR_BUSY,
			   .again = { .action = { STR("/again?to=/register") }, .secret = true } });
}

static void render_error_again_as_it_is(struct sample *s, struct out *o)
{
	again_page(
		s, o,
		(struct web_error){ .status = 409,
				    .what.id = SAY_ERROR_CONFLICT,
				    .again = { .action = { STR("/signout") }, .as_it_is = true } });
}

LOOK(help_show, { "help", render_help }, { "help-outside", render_help_outside })
LOOK(error_show, { "error-400", render_error_400 }, { "error-403", render_error_403 },
     { "error-404", render_error_404 }, { "error-413", render_error_413 },
     { "error-503", render_error_store })
LOOK(again_show, { "error-503-again", render_error_again },
     { "error-409-again", render_error_again_as_it_is })
LOOK_NOT(health_show)

#endif

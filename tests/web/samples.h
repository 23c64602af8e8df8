/* The table of all pages in their states: those of both routes.def, and those that only an answer
 * to a form shows. */
#ifndef TESTS_WEB_SAMPLES_H
#define TESTS_WEB_SAMPLES_H

#include "web/sample_email.h"
#include "web/sample_error.h"
#include "web/sample_history.h"
#include "web/sample_home.h"
#include "web/sample_office.h"
#include "web/sample_phone.h"
#include "web/sample_profile.h"
#include "web/sample_recover.h"
#include "web/sample_register.h"
#include "web/sample_security.h"
#include "web/sample_signin.h"

static const struct look *const samples[] = {
#define PAGE(path, handler, access, lane) look_##handler,
#define POST(path, handler, access, lane, form, back)
#define POST_WHOLE POST
#include "web/office/routes.def"
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE
	look_signin_wait,
	look_totp_spares,
	look_error_show,
};

/* for (struct sample_at at = { 0 }; sample_next(&at);) at.look is one state after the other. */
struct sample_at {
	const struct look *look;
	size_t page;
};

static inline bool sample_next(struct sample_at *at)
{
	if (at->look)
		at->look++;
	while (!at->look || !at->look->name) {
		if (at->page == sizeof samples / sizeof *samples)
			return false;
		at->look = samples[at->page++];
	}
	return true;
}

#endif

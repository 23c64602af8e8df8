/* S3: the registration form. */
#include "domain/consent.h"
#include "domain/number.h"
#include "domain/subscriber.h"
#include "views.h"
#include "web/router.h"

enum err web_register_show(struct req *r)
{
	const struct typed_registration *typed = TYPED(r, registration);
	if (!typed)
		return E_NOMEM;
	struct web_register reg = {
		.number = r->session.msisdn,
		.n_faults = r->problems.n,
		.f = *typed,
		.consent_version = STR(CONSENT_VERSION),
		.consent_given = typed->consent.value.n > 0,
	};
	try(number_works(r->app, r->arena, r->session.number_id, &reg.number_works));
	struct out o = web_out(r);
	v_register_show(&o, .page = &r->page, .reg = &reg);
	return OK;
}

/* A second press of the button or another tab has done it already, or the card was taken back. The
 * cookie stays: the press that won may just have set it. */
static enum err too_late(struct req *r)
{
	try(session_end(r->app, &r->session));
	return web_redirect(r, STR("/?late=1"));
}

enum err web_register_save(struct req *r, const struct form_registration *f)
{
	struct registration reg = {
		.family = f->family,
		.given = f->given,
		.patronymic = f->patronymic,
		.birth = f->birth,
		.contact_phone = f->contact_phone,
		.email = f->email,
		.passport = f->passport,
		.passport_issued = f->passport_issued,
		.passport_by = f->passport_by,
		.passport_code = f->passport_code,
		.city = f->city,
		.street = f->street,
		.house = f->house,
		.building = f->building,
		.flat = f->flat,
		.password = f->password,
		.consent = f->consent,
		.consent_version = STR(CONSENT_VERSION),
	};
	struct signin_done done;
	enum err e = subscriber_register(r->app, r->arena, &r->session, &reg, &r->problems, &done);
	if (e == E_CONFLICT)
		return too_late(r);
	try(e);
	try(web_set_token(r, done.token));
	try(web_set_device(r, done.device_cookie));
	return web_redirect(r, str_c(URL_home_show));
}

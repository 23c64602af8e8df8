/* The second page of signing in, where a second factor is on: its code, or one on paper. */
#include "domain/signin_step.h"

#include "views.h"
#include "web/browser.h"
#include "web/guard.h"
#include "web/next.h"
#include "web/signin.h"

static enum err show(struct req *r, struct web_signin_code *code)
{
	struct out o = web_out(r);
	v_signin_code(&o, .page = &r->page, .code = code);
	return OK;
}

/* The page as it stands: of a GET by its address, of a POST by its form. */
static enum err read_typed(struct req *r, struct web_signin_code *ret)
{
	const struct typed_signin_code *typed = TYPED(r, signin_code);
	if (!typed)
		return E_NOMEM;
	*ret = (struct web_signin_code){ .f = *typed };
	if (r->http->method != HTTP_POST)
		ret->f.next.value = http_query(r->http, STR("next"));
	ret->spare = ret->f.spare.value.n > 0;
	return OK;
}

enum err web_signin_code(struct req *r)
{
	struct web_signin_code code;
	try(read_typed(r, &code));
	enum err e = signin_step_find(r->app, r->arena, r->token, &code.number);
	if (e == E_NOTFOUND && r->http->method != HTTP_POST)
		return web_redirect(r, r->signed_in ? str_c(URL_signin_show) : STR("/?over=1"));
	if (e == E_NOTFOUND)
		return signin_again(r, code.f.next.value, code.f.keep.value);
	try(e);
	return show(r, &code);
}

/* A form that is kept is too long for an address: it waits in the page, which is shown at once. */
enum err signin_ask_code(struct req *r, const struct signin_done *done, struct str next,
			 struct str keep)
{
	struct web_signin_code code = {
		.f = { .code = { .name = STR("code") },
		       .next = { .name = STR("next"), .value = next },
		       .keep = { .name = STR("keep"), .value = keep } },
	};
	try(web_set_token(r, done->token));
	if (keep.n == 0) {
		struct str page = STR("");
		if (next.n)
			try(next_page(r, next, &page));
		return next_lead(r, URL_signin_code, page);
	}
	/* A copy: an error page asks for it when ${done} is gone. */
	try(arena_str(r->arena,
		      (struct str){ .p = (const char *)done->token, .n = SESSION_TOKEN_BYTES },
		      &r->token));
	try(guard_token(r));
	try(signin_step_find(r->app, r->arena, r->token, &code.number));
	return show(r, &code);
}

/* «Ввести код восстановления» and back: the same page with another field. */
static enum err swap(struct req *r)
{
	struct web_signin_code code;
	try(read_typed(r, &code));
	try(signin_step_find(r->app, r->arena, r->token, &code.number));
	code.spare = !code.spare;
	return show(r, &code);
}

enum err web_signin_code_try(struct req *r, const struct form_signin_code *f)
{
	struct signin_done done;
	struct signin_code t = {
		.browser = r->token,
		.code = f->code,
		.device = browser_name(r->http->user_agent),
	};
	if (!http_cookie(r->http, STR(COOKIE_DEVICE), &t.device_cookie))
		t.device_cookie = STR("");
	enum err e =
		f->swap.n ? swap(r) : signin_step_try(r->app, r->arena, &t, &r->problems, &done);
	if (e == E_NOTFOUND)
		return signin_again(r, f->next, f->keep);
	try(e);
	return f->swap.n ? OK : signin_go_on(r, &done, f->next, f->keep);
}

/* Session, origin and CSRF token. The token in the cookie exists before anyone signs in; the CSRF
 * token is a MAC of it, so nothing is stored for visitors. */
#include "web/guard.h"

#include <sodium.h>

#include "domain/keys.h"
#include "web/next.h"
#include "web/reauth.h"
#include "web/signin.h"
#include "web/site.h"

#define CSRF_BYTES 16

static enum err csrf_of(struct req *r, struct str token, struct str *ret)
{
	unsigned char mac[KEYS_MAC_BYTES];
	keys_mac(r->app->keys, "csrf", token, mac);
	char hex[2 * CSRF_BYTES + 1];
	sodium_bin2hex(hex, sizeof(hex), mac, CSRF_BYTES);
	return arena_str(r->arena, str_c(hex), ret);
}

static bool read_token(const struct req *r, unsigned char token[SESSION_TOKEN_BYTES])
{
	struct str text;
	size_t n;
	return http_cookie(r->http, str_c(r->site->cookie), &text) &&
	       sodium_base642bin(token, SESSION_TOKEN_BYTES, text.p, text.n, NULL, &n, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       n == SESSION_TOKEN_BYTES;
}

/* A fresh visitor's token. It names no session, and one that signs in is given another. */
static enum err make_token(struct req *r, unsigned char token[SESSION_TOKEN_BYTES])
{
	r->app->rnd->fill(r->app->rnd, token, SESSION_TOKEN_BYTES);
	return web_set_token(r, token);
}

/* The cookie's token, or a fresh one. */
static enum err take_token(struct req *r, bool *ret_sent)
{
	unsigned char *token = arena_alloc(r->arena, SESSION_TOKEN_BYTES);
	if (!token)
		return E_NOMEM;
	*ret_sent = read_token(r, token);
	if (!*ret_sent)
		try(make_token(r, token));
	r->token = (struct str){ .p = (const char *)token, .n = SESSION_TOKEN_BYTES };
	return OK;
}

enum err guard_session(struct req *r)
{
	bool sent;
	try(take_token(r, &sent));
	if (sent)
		try(r->site->find(r));
	return csrf_of(r, r->token, &r->page.csrf);
}

enum err guard_token(struct req *r)
{
	bool sent;
	if (r->token.n == 0)
		try(take_token(r, &sent));
	return csrf_of(r, r->token, &r->page.csrf);
}

enum err guard_session_again(struct req *r)
{
	try(r->site->find(r));
	return csrf_of(r, r->token, &r->page.csrf);
}

/* scheme://host as a browser would send it, made from what we were asked for. */
static bool origin_is_ours(struct req *r)
{
	struct str want = r->site->origin(r->app->conf);
	if (want.n)
		return str_eq(r->http->origin, want);
	struct str scheme = r->http->tls ? STR("https://") : STR("http://");
	struct str origin = r->http->origin;
	return str_starts(origin, scheme) &&
	       str_eq(str_sub(origin, scheme.n, origin.n), r->http->host);
}

enum err guard_origin(struct req *r)
{
	struct str origin = r->http->origin;
	if (origin.n == 0 || str_eq(origin, STR("null")))
		return str_eq(r->http->sec_fetch_site, STR("same-origin")) ? OK : E_DENIED;
	return origin_is_ours(r) ? OK : E_DENIED;
}

enum err guard_csrf(struct req *r)
{
	struct str sent = http_form(r->http, STR("csrf"));
	return sent.n && secret_eq(sent, r->page.csrf) ? OK : E_DENIED;
}

static bool must_prove(enum access access, const struct session *s)
{
	if (s->fresh)
		return false;
	return access == ACCESS_FRESH || (access == ACCESS_FACTOR && s->factor) ||
	       (access == ACCESS_ENROL && !s->factor && subscriber_phone_confirmed(s));
}

enum guard_entry guard_entry(enum access access, const struct session *s)
{
	bool full = s && s->kind == SESSION_FULL;
	if (access == ACCESS_ANYONE)
		return GUARD_OPEN;
	if (!s)
		return GUARD_SIGNIN;
	if (access == ACCESS_FIRST)
		return full ? GUARD_HOME : GUARD_OPEN;
	if (!full)
		return GUARD_REGISTER;
	if (access == ACCESS_CONFIRMED && !subscriber_phone_confirmed(s))
		return GUARD_CONFIRM;
	return must_prove(access, s) ? GUARD_REAUTH : GUARD_OPEN;
}

/* ${path}?next=<this page>. */
static enum err lead_by(struct req *r, const char *path)
{
	struct str next;
	try(next_of(r, &next));
	return next_lead(r, path, next);
}

enum err guard_ask_confirmation(struct req *r)
{
	return lead_by(r, URL_phone_show);
}

enum err guard_ask_reauth(struct req *r)
{
	return r->http->method == HTTP_POST ? reauth_keep(r) : lead_by(r, URL_reauth_show);
}

enum err guard_ask_signin(struct req *r)
{
	return r->http->method == HTTP_POST ? signin_keep(r) : lead_by(r, URL_signin_show);
}

/* Headers, cookies and the data of the layout. */
#include "web/answer.h"

#include <assert.h>
#include <sodium.h>

#include "core/utf8.h"
#include "web/guard.h"
#include "web/site.h"

/* A page of a few rows is 8 to 12 KB; a three years' history with all its explanations stays below
 * this. */
#define PAGE_BYTES_USUAL (12u << 10)
#define PAGE_BYTES_MAX   (4u << 20)

/* A query of 16 KiB, each byte of it escaped. */
#define URL_BYTES_MAX (64u << 10)

static const struct http_header personal_headers[] = {
	{ "Cache-Control", STR("no-store") },
	{ "Content-Security-Policy",
	  STR("default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
	      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'") },
	{ "X-Content-Type-Options", STR("nosniff") },
	{ "Referrer-Policy", STR("same-origin") },
	{ "Permissions-Policy",
	  STR("camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()") },
	{ "Cross-Origin-Opener-Policy", STR("same-origin") },
	{ "Cross-Origin-Resource-Policy", STR("same-origin") },
	{ "X-Frame-Options", STR("DENY") },
};

void answer_headers(struct req *r)
{
	for (size_t i = 0; i < sizeof(personal_headers) / sizeof(personal_headers[0]); i++)
		http_resp_header(r->resp, personal_headers[i].name, personal_headers[i].value);
	if (r->http->tls)
		http_resp_header(r->resp, "Strict-Transport-Security",
				 STR("max-age=31536000; includeSubDomains"));
}

/* What was written, in the arena; the buffer goes in any case. */
static enum err must_check keep(struct arena *a, struct buf *b, struct str *ret)
{
	enum err e = b->err ? b->err : arena_str(a, buf_str(b), ret);
	buf_done(b);
	return e;
}

/* tel: wants digits only; 8-800-… is the Russian way to write +7-800-… */
static enum err tel_url(struct arena *a, struct str phone, struct url *ret)
{
	struct buf b;
	buf_init(&b, 64);
	buf_put(&b, STR("tel:"));
	size_t digits = 0;
	for (size_t i = 0; i < phone.n; i++) {
		if (phone.p[i] < '0' || phone.p[i] > '9')
			continue;
		if (digits++ == 0 && phone.p[i] == '8')
			buf_put(&b, STR("+7"));
		else
			buf_c(&b, phone.p[i]);
	}
	return keep(a, &b, &ret->s);
}

static void put_pairs(struct buf *b, const struct http_req *http)
{
	struct out o = { .b = b };
	for (size_t i = 0; i < http->n_query; i++) {
		if (str_eq(http->query[i].name, STR("lang")))
			continue;
		put_query_str(&o, http->query[i].name);
		buf_c(b, '=');
		put_query_str(&o, http->query[i].value);
		buf_c(b, '&');
	}
}

/* This page in the other language; of a form, the page that has it. */
enum err answer_lang(struct req *r)
{
	struct buf b;
	buf_init(&b, URL_BYTES_MAX);
	bool page = r->route && r->route->method == HTTP_GET;
	buf_put(&b, page ? r->route->path : r->route ? r->route->page : STR("/"));
	buf_c(&b, '?');
	if (page)
		put_pairs(&b, r->http);
	buf_put(&b, r->lang == LANG_RU ? STR("lang=en") : STR("lang=ru"));
	return keep(r->arena, &b, &r->page.lang_url.s);
}

enum err answer_page_init(struct req *r)
{
	const struct config *conf = r->app->conf;
	r->page = (struct page){
		.lang = r->lang,
		.office = r->site->office,
		.operator_name = conf->operator_name,
		.operator_area = conf->operator_area,
		.support_phone = conf->operator_support_phone,
		.lang_url = { .s = STR("/") },
	};
	try(tel_url(r->arena, conf->operator_support_phone, &r->page.support_tel));
	return answer_lang(r);
}

/* «Ольга К.» */
static enum err short_name(struct arena *a, const struct session *s, struct str *ret)
{
	struct buf b;
	buf_init(&b, 1024);
	buf_put(&b, s->given);
	struct str rest = s->family;
	int32_t cp;
	if (utf8_next(&rest, &cp)) {
		buf_c(&b, ' ');
		buf_put(&b, str_sub(s->family, 0, s->family.n - rest.n));
		buf_c(&b, '.');
	}
	return keep(a, &b, ret);
}

enum err answer_page_session(struct req *r)
{
	if (r->session.kind != SESSION_FULL)
		return OK;
	r->page.signed_in = true;
	r->page.short_name = r->session.given;
	return short_name(r->arena, &r->session, &r->page.short_name);
}

struct out web_out(struct req *r)
{
	r->resp->status = r->status;
	r->resp->content_type = "text/html; charset=utf-8";
	answer_headers(r);
	http_resp_header(r->resp, "Content-Language", r->lang == LANG_RU ? STR("ru") : STR("en"));
	r->resp->body.max = PAGE_BYTES_MAX;
	(void)buf_grow(&r->resp->body, PAGE_BYTES_USUAL);
	return (struct out){
		.b = &r->resp->body,
		.lang = r->lang,
		.utc_offset_min = (int)r->app->conf->operator_utc_offset_min,
		.year = app_today(r->app).year,
	};
}

enum err web_redirect(struct req *r, struct str url)
{
	assert(url.n > 0 && url.p[0] == '/' && (url.n == 1 || url.p[1] != '/'));
	r->resp->status = 303;
	answer_headers(r);
	http_resp_header(r->resp, "Location", url);
	return OK;
}

enum err answer_cookie(struct req *r, const char *name, struct str value, int64_t age_s)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_put(&b, str_c(name));
	buf_c(&b, '=');
	buf_put(&b, value);
	buf_put(&b, STR("; Path=/; Secure; HttpOnly; SameSite=Lax"));
	if (age_s != 0) {
		buf_put(&b, STR("; Max-Age="));
		buf_i64(&b, age_s > 0 ? age_s : 0);
	}
	struct str line = { 0 };
	try(keep(r->arena, &b, &line));
	http_resp_header(r->resp, "Set-Cookie", line);
	return OK;
}

enum err web_set_token(struct req *r, const unsigned char *token)
{
	if (!token)
		return answer_cookie(r, r->site->cookie, STR(""), -1);
	char text[sodium_base64_ENCODED_LEN(SESSION_TOKEN_BYTES,
					    sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
	sodium_bin2base64(text, sizeof(text), token, SESSION_TOKEN_BYTES,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return answer_cookie(r, r->site->cookie, str_c(text), 0);
}

enum err web_set_device(struct req *r, struct str cookie)
{
	if (cookie.n == 0)
		return OK;
	return answer_cookie(r, COOKIE_DEVICE, cookie, 365 * 24 * 3600);
}

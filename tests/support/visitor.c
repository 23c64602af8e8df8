/* Requests made by hand, answers looked at. */
#include "support/visitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/form.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define HOST        "lk.test"

static struct visitor *visit(struct kit *k, const struct site *site)
{
	struct visitor *v = calloc(1, sizeof(*v));
	assert_non_null(v);
	v->k = k;
	v->web = web_new(&k->app, site);
	v->a = arena_new(ARENA_BYTES);
	assert_true(v->web && v->a);
	v->says = (struct http_req){
		.host = STR(HOST),
		.peer = STR("192.0.2.1"),
		.user_agent = STR("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"),
	};
	return v;
}

struct visitor *visitor_new(struct kit *k)
{
	return visit(k, web_subscribers());
}

struct visitor *visitor_at_office(struct kit *k)
{
	return visit(k, web_office());
}

void visitor_free(struct visitor *v)
{
	buf_done(&v->resp.body);
	arena_free(v->a);
	web_free(v->web);
	free(v);
}

/* --- cookies --------------------------------------------------------------- */

static struct visitor_cookie *cookie_find(const struct visitor *v, const char *name)
{
	for (size_t i = 0; i < VISITOR_COOKIES; i++) {
		if (strcmp(v->jar[i].name, name) == 0)
			return (struct visitor_cookie *)&v->jar[i];
	}
	return NULL;
}

const char *visitor_cookie(const struct visitor *v, const char *name)
{
	const struct visitor_cookie *c = cookie_find(v, name);
	return c ? c->value : NULL;
}

void visitor_set_cookie(struct visitor *v, const char *name, const char *value)
{
	struct visitor_cookie *c = cookie_find(v, name);
	if (!value) {
		if (c)
			*c = (struct visitor_cookie){ 0 };
		return;
	}
	if (!c)
		c = cookie_find(v, ""); /* a free place */
	assert_non_null(c);
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->value, sizeof(c->value), "%s", value);
}

static struct str cookie_header(struct visitor *v)
{
	struct buf b;
	struct str text;
	buf_init(&b, 2 * sizeof(v->jar));
	for (size_t i = 0; i < VISITOR_COOKIES; i++) {
		if (!v->jar[i].name[0])
			continue;
		buf_put(&b, b.n ? STR("; ") : STR(""));
		buf_put(&b, str_c(v->jar[i].name));
		buf_c(&b, '=');
		buf_put(&b, str_c(v->jar[i].value));
	}
	assert_int_equal(arena_str(v->a, buf_str(&b), &text), OK);
	buf_done(&b);
	return text;
}

/* Bound to this host, to TLS, to the whole path, out of a script's reach, not sent along from
 * elsewhere. */
static void take_cookie(struct visitor *v, struct str line)
{
	struct str rest = line;
	struct str pair;
	struct str name;
	char name_text[40];
	char value_text[512];
	assert_true(str_cut(&rest, ';', &pair));
	assert_non_null(memmem(rest.p, rest.n, " Path=/; Secure; HttpOnly; SameSite=Lax", 39));
	assert_null(memmem(rest.p, rest.n, "Domain", 6));
	struct str value = pair;
	assert_true(str_cut(&value, '=', &name) && str_starts(name, STR("__Host-")));
	snprintf(name_text, sizeof(name_text), "%.*s", (int)name.n, name.p);
	snprintf(value_text, sizeof(value_text), "%.*s", (int)value.n, value.p);
	bool gone = str_ends(rest, STR("Max-Age=0"));
	visitor_set_cookie(v, name_text, gone ? NULL : value_text);
}

/* --- what every answer must have -------------------------------------------- */

static size_t header_count(const struct visitor *v, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < v->resp.n_headers; i++)
		n += strcmp(v->resp.headers[i].name, name) == 0;
	return n;
}

struct str visitor_header(const struct visitor *v, const char *name)
{
	for (size_t i = 0; i < v->resp.n_headers; i++) {
		if (strcmp(v->resp.headers[i].name, name) == 0)
			return v->resp.headers[i].value;
	}
	return (struct str){ 0 };
}

static void must_have(const struct visitor *v, const char *name, const char *value)
{
	if (!str_eq(visitor_header(v, name), str_c(value)))
		fail_msg("%s is not %s", name, value);
}

static void look_at_page(const struct visitor *v)
{
	struct str csp = visitor_header(v, "Content-Security-Policy");
	must_have(v, "Cache-Control", "no-store");
	must_have(v, "X-Content-Type-Options", "nosniff");
	must_have(v, "Referrer-Policy", "same-origin");
	must_have(v, "X-Frame-Options", "DENY");
	assert_true(visitor_header(v, "Permissions-Policy").n > 0);
	assert_true(str_starts(csp, STR("default-src 'none'; ")));
	assert_null(memmem(csp.p, csp.n, "unsafe", 6));
	assert_non_null(memmem(csp.p, csp.n, "frame-ancestors 'none'", 22));
	assert_non_null(memmem(csp.p, csp.n, "form-action 'self'", 18));
	assert_int_equal(visitor_header(v, "Strict-Transport-Security").n > 0, v->says.tls);
}

static void look(struct visitor *v)
{
	assert_int_equal(v->resp.body.err, OK);
	assert_true(v->resp.status >= 200 && v->resp.status < 600);
	for (size_t i = 0; i < v->resp.n_headers; i++) {
		const struct http_header *h = &v->resp.headers[i];
		if (strcmp(h->name, "Set-Cookie") == 0)
			take_cookie(v, h->value);
		else if (header_count(v, h->name) != 1)
			fail_msg("%s is sent %zu times", h->name, header_count(v, h->name));
	}
	struct str location = visitor_header(v, "Location");
	assert_int_equal(location.n > 0, v->resp.status == 303);
	if (location.n)
		assert_true(location.p[0] == '/' && (location.n == 1 || location.p[1] != '/'));
	if (location.n ||
	    (v->resp.content_type && strncmp(v->resp.content_type, "text/html", 9) == 0))
		look_at_page(v);
	struct str csrf = visitor_field(v, "csrf");
	if (csrf.n)
		snprintf(v->csrf, sizeof(v->csrf), "%.*s", (int)csrf.n, csrf.p);
}

/* --- asking ---------------------------------------------------------------- */

static void new_request(struct visitor *v, const char *target, struct http_req *ret)
{
	buf_done(&v->resp.body);
	arena_reset(v->a);
	v->resp = (struct http_resp){ 0 };
	*ret = v->says;
	ret->arena = v->a;
	ret->target = str_c(target);
	ret->cookies = cookie_header(v);
	struct str rest = ret->target;
	struct str query;
	assert_true(str_cut(&rest, '?', &ret->path));
	if (!rest.p)
		return;
	assert_int_equal(arena_str(v->a, rest, &query), OK);
	assert_int_equal(http_form_parse(v->a, (char *)(uintptr_t)query.p, query.n, false,
					 &ret->query, &ret->n_query),
			 OK);
}

static int ask(struct visitor *v, struct http_req *req)
{
	enum http_lane lane = web_classify(v->web, req);
	if (req->method == HTTP_POST && req->route)
		assert_int_not_equal(lane, LANE_READ); /* it writes: never on an I/O thread */
	web_handle(v->web, req, &v->resp, 0);
	v->text = v->resp.static_body.p ? v->resp.static_body : buf_str(&v->resp.body);
	look(v);
	return v->resp.status;
}

int visitor_get(struct visitor *v, const char *target)
{
	struct http_req req;
	new_request(v, target, &req);
	req.method = HTTP_GET;
	return ask(v, &req);
}

int visitor_head(struct visitor *v, const char *target)
{
	struct http_req req;
	new_request(v, target, &req);
	req.method = HTTP_HEAD;
	return ask(v, &req);
}

int visitor_post_raw(struct visitor *v, const char *path, const struct http_pair *form, size_t n)
{
	struct http_req req;
	/* What is posted may point into the page before, which goes now. */
	struct arena *kept = arena_new(ARENA_BYTES);
	struct http_pair *pairs = arena_array(kept, n + 1, sizeof(*pairs));
	assert_non_null(pairs);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(arena_str(kept, form[i].name, &pairs[i].name), OK);
		assert_int_equal(arena_str(kept, form[i].value, &pairs[i].value), OK);
	}
	new_request(v, path, &req);
	req.method = HTTP_POST;
	req.form = pairs;
	req.n_form = n;
	if (!req.origin.p)
		req.origin = STR("http://" HOST);
	int status = ask(v, &req);
	arena_free(kept);
	return status;
}

int visitor_post(struct visitor *v, const char *path, const struct http_pair *form, size_t n)
{
	struct http_pair all[VISITOR_FORM_MAX + 8];
	char csrf[sizeof(v->csrf)];
	memcpy(csrf, v->csrf, sizeof(csrf));
	assert_true(n + 1 <= sizeof(all) / sizeof(all[0]));
	if (n)
		memcpy(all, form, n * sizeof(all[0]));
	all[n] = (struct http_pair){ STR("csrf"), str_c(csrf) };
	return visitor_post_raw(v, path, all, n + 1);
}

static void refuse(struct visitor *v, struct http_req *req, int status)
{
	web_handle(v->web, req, &v->resp, status);
	v->text = buf_str(&v->resp.body);
	look(v);
	assert_int_equal(v->resp.status, status);
}

void visitor_refused(struct visitor *v, const char *path, int status)
{
	struct http_req req;
	new_request(v, path, &req);
	refuse(v, &req, status);
}

void visitor_refused_post(struct visitor *v, const char *path, const struct http_pair *form,
			  size_t n, int status)
{
	struct http_req req;
	new_request(v, path, &req);
	req.method = HTTP_POST;
	req.form = (struct http_pair *)(uintptr_t)form;
	req.n_form = n;
	req.origin = STR("http://" HOST);
	web_classify(v->web, &req);
	refuse(v, &req, status);
}

/* --- looking --------------------------------------------------------------- */

bool visitor_sees(const struct visitor *v, const char *text)
{
	return v->text.n && memmem(v->text.p, v->text.n, text, strlen(text));
}

bool visitor_at(const struct visitor *v, const char *location)
{
	return v->resp.status == 303 && str_eq(visitor_header(v, "Location"), str_c(location));
}

static struct str unescaped(const struct visitor *v, struct str s)
{
	static const struct {
		struct str from;
		char to;
	} entities[] = {
		{ STR("&amp;"), '&' },  { STR("&lt;"), '<' },   { STR("&gt;"), '>' },
		{ STR("&quot;"), '"' }, { STR("&#39;"), '\'' },
	};
	char *p = arena_alloc(v->a, s.n + 1);
	size_t n = 0;
	assert_non_null(p);
	while (s.n) {
		size_t step = 1;
		p[n] = s.p[0];
		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
			if (!str_starts(s, entities[i].from))
				continue;
			p[n] = entities[i].to;
			step = entities[i].from.n;
		}
		n++;
		s = str_sub(s, step, s.n);
	}
	return (struct str){ .p = p, .n = n };
}

/* What stands between ${open} and ${close}, or p == NULL. */
static struct str between(struct str s, const char *open, const char *close)
{
	const char *from = memmem(s.p, s.n, open, strlen(open));
	if (!from)
		return (struct str){ 0 };
	from += strlen(open);
	size_t left = s.n - (size_t)(from - s.p);
	const char *to = memmem(from, left, close, strlen(close));
	return to ? (struct str){ .p = from, .n = (size_t)(to - from) } : (struct str){ 0 };
}

struct str visitor_field(const struct visitor *v, const char *name)
{
	char attribute[64];
	snprintf(attribute, sizeof(attribute), " name=\"%s\"", name);
	const char *at =
		v->text.n ? memmem(v->text.p, v->text.n, attribute, strlen(attribute)) : NULL;
	if (!at)
		return (struct str){ 0 };
	const char *start = at;
	while (*start != '<')
		start--;
	struct str rest = { .p = start, .n = v->text.n - (size_t)(start - v->text.p) };
	if (str_starts(rest, STR("<textarea")))
		return unescaped(v, between(between(rest, "<textarea", "/textarea>"), ">", "<"));
	struct str tag = between(rest, "<", ">"); /* what is in a value has its > escaped */
	return unescaped(v, between(tag, " value=\"", "\""));
}

/* --- people ---------------------------------------------------------------- */

int visitor_signin(struct visitor *v, const char *login, const char *password)
{
	visitor_get(v, "/");
	return POST_FORM(v, "/signin", { STR("login"), str_c(login) },
			 { STR("password"), str_c(password) });
}

size_t visitor_form(struct http_pair ret[VISITOR_FORM_MAX])
{
	static const struct http_pair form[] = {
		{ STR("family"), STR("Соколова") },
		{ STR("given"), STR("Анна") },
		{ STR("patronymic"), STR("Павловна") },
		{ STR("birth"), STR("27.03.1985") },
		{ STR("contact_phone"), STR("905 555-01-18") },
		{ STR("email"), STR("anna@example.ru") },
		{ STR("passport"), STR("4010 123478") },
		{ STR("passport_issued"), STR("12.04.2010") },
		{ STR("passport_by"), STR("ТП № 45 ОУФМС России") },
		{ STR("passport_code"), STR("780-045") },
		{ STR("city"), STR("Санкт-Петербург") },
		{ STR("street"), STR("Садовая") },
		{ STR("house"), STR("12") },
		{ STR("building"), STR("") },
		{ STR("flat"), STR("7") },
		{ STR("password"), STR(KIT_PASSWORD) },
		{ STR("consent"), STR("yes") },
	};
	memcpy(ret, form, sizeof(form));
	return sizeof(form) / sizeof(form[0]);
}

struct visitor *visitor_first(struct kit *k, int n)
{
	struct kit_person p = kit_issue(k, n);
	struct visitor *v = visitor_new(k);
	assert_int_equal(visitor_signin(v, p.msisdn, p.last4), 303);
	assert_true(visitor_at(v, "/register"));
	assert_int_equal(visitor_get(v, "/register"), 200);
	return v;
}

struct visitor *visitor_full(struct kit *k, int n)
{
	struct visitor *v = visitor_first(k, n);
	struct http_pair form[VISITOR_FORM_MAX];
	assert_int_equal(visitor_post(v, "/register", form, visitor_form(form)), 303);
	assert_true(visitor_at(v, "/home"));
	assert_int_equal(visitor_get(v, "/profile"), 200);
	return v;
}

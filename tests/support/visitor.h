/* A browser without a network: asks the pages of an application, keeps their cookies and tokens,
 * and looks at every answer for what each must have (security headers, cookies that are bound,
 * redirects that stay here). */
#ifndef SUPPORT_VISITOR_H
#define SUPPORT_VISITOR_H

#include "http/http.h"
#include "support/kit.h"
#include "web/web.h"

#define VISITOR_COOKIES 4

struct visitor_cookie {
	char name[40];
	char value[512];
};

struct visitor {
	struct kit *k;
	struct web *web;
	struct arena *a; /* of one request */
	struct visitor_cookie jar[VISITOR_COOKIES];
	char csrf[64]; /* of the last page that had one */
	/* What each request says besides; a POST without an origin set here has our own. */
	struct http_req says;
	struct http_resp resp;
	struct str text; /* the body of the last answer */
};

/** visitor_new(k): of the subscribers' site, with an empty jar, at 192.0.2.1. Whatever fails in
 * here fails the test. visitor_at_office(k): of the office. */
struct visitor *visitor_new(struct kit *k);
struct visitor *visitor_at_office(struct kit *k);
void visitor_free(struct visitor *v);

/** visitor_get(v, target): the status. visitor_head(): the same by HEAD. */
int visitor_get(struct visitor *v, const char *target);
int visitor_head(struct visitor *v, const char *target);

/** visitor_post(v, path, form, n): with the token of the last page; visitor_post_raw(): without.
 * The status. */
int visitor_post(struct visitor *v, const char *path, const struct http_pair *form, size_t n);
int visitor_post_raw(struct visitor *v, const char *path, const struct http_pair *form, size_t n);

/** visitor_refused(v, path, status): the page of a request that http/ refused;
 * visitor_refused_post(): of one whose form it had read, as ${form}. */
void visitor_refused(struct visitor *v, const char *path, int status);
void visitor_refused_post(struct visitor *v, const char *path, const struct http_pair *form,
			  size_t n, int status);

/** POST_FORM(v, path, { name, value }, …) */
#define POST_FORM(v, path, ...)                                                                    \
	visitor_post((v), (path), (const struct http_pair[]){ __VA_ARGS__ },                       \
		     sizeof((const struct http_pair[]){ __VA_ARGS__ }) / sizeof(struct http_pair))

/** visitor_header(v, name): of the last answer; p == NULL when it has none. */
struct str visitor_header(const struct visitor *v, const char *name);

/** visitor_sees(v, text): it is in the body. visitor_at(v, location): the answer leads there. */
bool visitor_sees(const struct visitor *v, const char *text);
bool visitor_at(const struct visitor *v, const char *location);

/** visitor_field(v, name): the value of the first input or textarea of that name, unescaped; p ==
 * NULL: none. */
struct str visitor_field(const struct visitor *v, const char *name);

/** visitor_cookie(v, name): its value, or NULL. visitor_set_cookie(v, name, value): NULL removes
 * it. */
const char *visitor_cookie(const struct visitor *v, const char *name);
void visitor_set_cookie(struct visitor *v, const char *name, const char *value);

/** visitor_signin(v, login, password): by the sign-in page; the status. */
int visitor_signin(struct visitor *v, const char *login, const char *password);

/** visitor_form(ret): the registration form without faults; the number of its fields. */
#define VISITOR_FORM_MAX 20
size_t visitor_form(struct http_pair ret[VISITOR_FORM_MAX]);

/** visitor_first(k, n), visitor_full(k, n): issue the ${n}th number and sign in with its digits;
 * and register. */
struct visitor *visitor_first(struct kit *k, int n);
struct visitor *visitor_full(struct kit *k, int n);

#endif

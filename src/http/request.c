/* Decides which requests exist at all. Refuses early and says with which status; draws no page. */
#include "http/request.h"

#include "core/scan.h"
#include "http/form.h"
#include "http/text.h"

enum http_method http_method_of(const char *name)
{
	struct str s = str_c(name);
	if (str_eq(s, STR("GET")))
		return HTTP_GET;
	if (str_eq(s, STR("HEAD")))
		return HTTP_HEAD;
	return str_eq(s, STR("POST")) ? HTTP_POST : HTTP_OTHER;
}

static bool host_ok(struct str host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		char lower = (char)(c | 0x20);
		bool letter = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
		if (!letter && (c == '\0' || !strchr("-._:[]", c)))
			return false;
	}
	return host.n > 0 && host.n <= 255;
}

int64_t http_request_length(const struct http_head *h)
{
	int64_t length = 0;
	if (h->content_length.p && !scan_i64_all(h->content_length, 0, INT64_MAX, &length))
		return -1;
	return length;
}

static int framing_refusal(const struct http_head *h, enum http_method method, const char *version)
{
	if (h->bytes > HTTP_HEAD_BYTES_MAX)
		return 431;
	if (h->malformed || h->n_fields > HTTP_FIELDS_MAX || http_request_length(h) < 0)
		return 400;
	if (h->transfer_encoding.p)
		return h->content_length.p ? 400 : 411;
	bool host_needed = !str_eq(str_c(version), STR("HTTP/1.0"));
	if (h->host.p ? !host_ok(h->host) : host_needed)
		return 400;
	if ((method == HTTP_GET || method == HTTP_HEAD) && http_request_length(h) > 0)
		return 400;
	return method == HTTP_POST && !h->content_length.p ? 411 : 0;
}

/* `application/x-www-form-urlencoded`, perhaps with `; charset=UTF-8`. */
static bool is_form(struct str content_type)
{
	struct str type;
	if (!str_cut(&content_type, ';', &type))
		return false;
	if (!http_eq_nocase(http_trim(type), STR("application/x-www-form-urlencoded")))
		return false;
	struct str parameter = http_trim(content_type);
	return parameter.n == 0 || http_eq_nocase(parameter, STR("charset=utf-8")) ||
	       http_eq_nocase(parameter, STR("charset=\"utf-8\""));
}

int http_request_refusal(const struct http_head *h, enum http_method method, const char *version,
			 size_t body_max)
{
	int framing = framing_refusal(h, method, version);
	if (framing)
		return framing;
	if (method == HTTP_OTHER)
		return 405;
	if (h->content_encoding.p)
		return 415;
	if (method != HTTP_POST)
		return 0;
	if ((uint64_t)http_request_length(h) > body_max)
		return 413;
	bool nothing = http_request_length(h) == 0 && !h->content_type.p;
	return nothing || is_form(h->content_type) ? 0 : 415;
}

/* As sent, a target is printable ASCII without '#'; everything else has to be escaped. */
static bool target_bytes_ok(struct str target)
{
	for (size_t i = 0; i < target.n; i++)
		if (target.p[i] <= ' ' || target.p[i] > '~' || target.p[i] == '#')
			return false;
	return target.n > 0 && target.p[0] == '/';
}

/* Path and query are decoded in copies: ${target} stays as it was sent. */
static enum err target_decode(struct http_req *req, struct str target)
{
	if (!target_bytes_ok(target))
		return E_INPUT;
	char *copy = arena_alloc(req->arena, target.n);
	if (!copy)
		return E_NOMEM;
	memcpy(copy, target.p, target.n);
	size_t path_n = str_find(target, '?');
	struct str path = { .p = copy };
	if (!http_unescape(copy, path_n, false, &path.n) || !http_text_ok(path, false))
		return E_INPUT;
	if (path_n < target.n)
		try(http_form_parse(req->arena, copy + path_n + 1, target.n - path_n - 1, false,
				    &req->query, &req->n_query));
	req->path = path;
	req->target = target;
	return OK;
}

enum err http_request_target(struct http_req *req, struct str target)
{
	req->path = STR("/");
	req->target = STR("/");
	return target_decode(req, target);
}

enum err http_request_fields(struct http_req *req, const struct http_head *h,
			     const struct http_conn *conn, const struct http_proxies *proxies)
{
	req->host = h->host;
	req->origin = h->origin;
	req->sec_fetch_site = h->sec_fetch_site;
	req->accept_language = h->accept_language;
	req->accept_encoding = h->accept_encoding;
	req->if_none_match = h->if_none_match;
	req->user_agent = h->user_agent;
	req->cookies = h->cookie;
	req->peer = str_c(conn->peer);
	if (!conn->trusted)
		return OK;
	req->tls = http_eq_nocase(h->forwarded_proto, STR("https"));
	char client[HTTP_PEER_MAX];
	if (!http_forwarded_for(proxies, h->forwarded_for, client))
		return OK;
	return arena_str(req->arena, str_c(client), &req->peer);
}

static struct str pair_value(const struct http_pair *pairs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(pairs[i].name, name))
			return pairs[i].value;
	return (struct str){ 0 };
}

struct str http_query(const struct http_req *req, struct str name)
{
	return pair_value(req->query, req->n_query, name);
}

struct str http_form(const struct http_req *req, struct str name)
{
	return pair_value(req->form, req->n_form, name);
}

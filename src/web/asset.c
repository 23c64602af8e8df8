#include "web/asset.h"

#include "assets.h"
#include "http/accept.h"

static struct str choose(const struct http_req *req, const struct asset *a, struct str *ret_coding)
{
	*ret_coding = (struct str){ 0 };
	if (a->br.n && http_accepts(req->accept_encoding, STR("br"))) {
		*ret_coding = STR("br");
		return a->br;
	}
	if (a->gzip.n && http_accepts(req->accept_encoding, STR("gzip"))) {
		*ret_coding = STR("gzip");
		return a->gzip;
	}
	return a->plain;
}

bool asset_answer(const struct http_req *req, struct http_resp *resp)
{
	if (!str_starts(req->path, STR("/a/")) || req->method == HTTP_POST)
		return false;
	const struct asset *a = asset_find(req->path);
	if (!a)
		return false;
	http_resp_header(resp, "Cache-Control", STR("public, max-age=31536000, immutable"));
	http_resp_header(resp, "ETag", a->etag);
	http_resp_header(resp, "Vary", STR("Accept-Encoding"));
	http_resp_header(resp, "X-Content-Type-Options", STR("nosniff"));
	if (http_etag_matches(req->if_none_match, a->etag)) {
		resp->status = 304;
		return true;
	}
	struct str coding;
	resp->status = 200;
	resp->content_type = a->type;
	resp->static_body = choose(req, a, &coding);
	if (coding.n)
		http_resp_header(resp, "Content-Encoding", coding);
	return true;
}

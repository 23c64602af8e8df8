/* From what came over the network to struct http_req: everything a handler may rely on is decided
 * here. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/conn.h"
#include "http/head.h"
#include "http/http.h"

/** http_method_of(name): by its exact name. */
enum http_method http_method_of(const char *name);

/**
 * http_request_refusal(h, method, version, body_max):
 * The status with which a request is refused for its framing, its method or its kind of body; 0
 * when it may go on. Framing comes first: where a request ends is the one thing that two servers
 * must never differ about.
 */
int http_request_refusal(const struct http_head *h, enum http_method method, const char *version,
			 size_t body_max);

/** http_request_length(h): the Content-Length, 0 without one, -1 when it is no number. */
int64_t http_request_length(const struct http_head *h);

/**
 * http_request_target(req, target):
 * Take path, query and target out of ${target}, whose memory lives as long as the request.
 * Expected: E_INPUT (not an absolute path, a byte that must be escaped, a bad escape, no strict
 * UTF-8, a field twice), E_NOMEM; then path and target are "/".
 */
enum err http_request_target(struct http_req *req, struct str target) must_check;

/** http_request_fields(req, h, conn, proxies): the rest: headers, peer, tls. Expected: E_NOMEM. */
enum err http_request_fields(struct http_req *req, const struct http_head *h,
			     const struct http_conn *conn,
			     const struct http_proxies *proxies) must_check;

#endif

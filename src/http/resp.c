/* Builds responses. The body is handed over by address: it is copied once, by the kernel. */
#include "http/resp.h"

#include <assert.h>
#include <microhttpd.h>

void http_resp_header(struct http_resp *r, const char *name, struct str value)
{
	assert(r->n_headers < HTTP_HEADERS_MAX);
	assert(str_find(value, '\r') == value.n && str_find(value, '\n') == value.n);
	r->headers[r->n_headers++] = (struct http_header){ .name = name, .value = value };
}

/* libmicrohttpd wants a NUL behind the value, and refuses an empty one: no header says the same. */
static bool add(struct MHD_Response *m, struct arena *a, const char *name, struct str value)
{
	struct str copy;
	if (value.n == 0)
		return true;
	return arena_str(a, value, &copy) == OK &&
	       MHD_add_response_header(m, name, copy.p) == MHD_YES;
}

static bool add_all(struct MHD_Response *m, const struct http_resp *r, struct arena *a, bool close)
{
	bool ok = true;
	if (r->content_type)
		ok = MHD_add_response_header(m, "Content-Type", r->content_type) == MHD_YES;
	for (size_t i = 0; ok && i < r->n_headers; i++)
		ok = add(m, a, r->headers[i].name, r->headers[i].value);
	if (ok && close)
		ok = MHD_add_response_header(m, "Connection", "close") == MHD_YES;
	return ok;
}

struct MHD_Response *http_resp_build(const struct http_resp *r, struct arena *a, bool close)
{
	struct str body = r->static_body.p ? r->static_body : buf_str(&r->body);
	/* The library promises not to write to persistent memory; only its prototype does not. */
	struct MHD_Response *m = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p,
								 MHD_RESPMEM_PERSISTENT);
	if (m && add_all(m, r, a, close))
		return m;
	MHD_destroy_response(m);
	return NULL;
}

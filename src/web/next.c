#include "web/next.h"

#include "web/site.h"

#define NEXT_BYTES_MAX 512 /* what the field `next` of the sign-in form takes */

/* What browsers and our own pages write into queries: nothing that could mean anything but itself
 * in a header, in HTML or to the parser of queries. */
static bool is_plain(struct str query)
{
	for (size_t i = 0; i < query.n; i++) {
		char c = query.p[i];
		bool word =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!word && !memchr("-._~%=&+", c, 8))
			return false;
	}
	return true;
}

static bool personal(const struct route *route)
{
	return route && route->access >= ACCESS_SUBSCRIBER;
}

static struct str path_of(struct str target)
{
	return str_sub(target, 0, str_find(target, '?'));
}

static struct str query_of(struct str target)
{
	return str_sub(target, str_find(target, '?') + 1, target.n);
}

static enum err with_query(struct arena *a, struct str path, struct str query, struct str *ret)
{
	*ret = path;
	if (query.n == 0 || !is_plain(query) || path.n + 1 + query.n > NEXT_BYTES_MAX)
		return OK;
	struct buf b;
	buf_init(&b, NEXT_BYTES_MAX);
	buf_put(&b, path);
	buf_c(&b, '?');
	buf_put(&b, query);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

enum err next_of(struct req *r, struct str *ret)
{
	return with_query(r->arena, r->route->path, query_of(r->http->target), ret);
}

void next_put(struct buf *b, struct str next)
{
	struct str path = path_of(next); /* of a row: nothing in it needs an escape */
	buf_put(b, path);
	put_query_str(&(struct out){ .b = b }, str_sub(next, path.n, next.n));
}

enum err next_page(struct req *r, struct str next, struct str *ret)
{
	struct str path = path_of(next);
	/* A file would leave them on the form they have just sent: the page that links to it. */
	if (str_eq(path, str_c(URL_history_csv)))
		path = str_c(URL_history_show);
	const struct route *page = web_route_find(r->site, HTTP_GET, path);
	if (personal(page))
		return with_query(r->arena, page->path, query_of(next), ret);
	const struct route *form = web_route_find(r->site, HTTP_POST, path);
	*ret = personal(form) ? form->page : r->site->home;
	return OK;
}

enum err next_lead(struct req *r, const char *path, struct str next)
{
	struct str url = { 0 };
	struct buf b;
	buf_init(&b, 2048);
	buf_put(&b, str_c(path));
	if (next.n) {
		buf_put(&b, STR("?next="));
		next_put(&b, next);
	}
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), &url);
	buf_done(&b);
	try(e);
	return web_redirect(r, url);
}

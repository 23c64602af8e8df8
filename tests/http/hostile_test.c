/* Requests that want to be misunderstood. Each row is the bytes sent and what has to come back. */
#include "http/site.h"

enum after { ENDS, GOES_ON };

struct hostile {
	const char *what;
	struct str bytes;
	int status; /* 0: closed without an answer */
	enum after after;
};

#define GET_WITH(fields)        STR("GET / HTTP/1.1\r\n" fields "\r\n")
#define GET_TARGET(target)      STR("GET " target " HTTP/1.1\r\nHost: a\r\n\r\n")
#define FORM                    "Content-Type: application/x-www-form-urlencoded\r\n"
#define POST_WITH(fields, body) STR("POST / HTTP/1.1\r\nHost: a\r\n" fields "\r\n" body)
#define POST_FORM(n, body)      POST_WITH(FORM "Content-Length: " n "\r\n", body)

static const struct hostile cases[] = {
	{ "plain", GET_WITH("Host: a\r\n"), 200, GOES_ON },
	{ "empty line before the request", STR("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200,
	  GOES_ON },

	/* Where does the request end? */
	{ "two lengths", POST_WITH(FORM "Content-Length: 3\r\nContent-Length: 3\r\n", "a=1"), 400,
	  ENDS },
	{ "two different lengths",
	  POST_WITH(FORM "Content-Length: 3\r\nContent-Length: 30\r\n", "a=1"), 400, ENDS },
	{ "length and chunked",
	  POST_WITH(FORM "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
	  ENDS },
	{ "chunked and length",
	  POST_WITH(FORM "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400,
	  ENDS },
	{ "chunked", POST_WITH(FORM "Transfer-Encoding: chunked\r\n", "3\r\na=1\r\n0\r\n\r\n"), 411,
	  ENDS },
	{ "chunked twice",
	  POST_WITH(FORM "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", ""), 400,
	  ENDS },
	{ "unknown transfer coding", POST_WITH(FORM "Transfer-Encoding: xchunked\r\n", ""), 411,
	  ENDS },
	{ "chunked GET", GET_WITH("Host: a\r\nTransfer-Encoding: chunked\r\n"), 411, ENDS },
	{ "space before the colon", POST_WITH(FORM "Content-Length : 3\r\n", "a=1"), 400, ENDS },
	{ "transfer coding with a space before the colon",
	  POST_WITH(FORM "Content-Length: 3\r\nTransfer-Encoding : chunked\r\n", "a=1"), 400,
	  ENDS },
	{ "length with a plus", POST_FORM("+3", "a=1"), 400, ENDS },
	{ "negative length", POST_FORM("-3", "a=1"), 400, ENDS },
	{ "hexadecimal length", POST_FORM("0x3", "a=1"), 400, ENDS },
	{ "list of lengths", POST_FORM("3, 3", "a=1"), 400, ENDS },
	{ "length beyond 64 bits", POST_FORM("99999999999999999999", "a=1"), 413, ENDS },
	{ "length beyond 63 bits", POST_FORM("9223372036854775808", "a=1"), 400, ENDS },
	{ "length of an exabyte", POST_FORM("999999999999999999", "a=1"), 413, ENDS },
	{ "empty length", POST_FORM("", ""), 400, ENDS },
	{ "no length", POST_WITH(FORM, ""), 411, ENDS },
	{ "GET with a body", GET_WITH("Host: a\r\nContent-Length: 3\r\n"), 400, ENDS },
	{ "GET with a body of nothing", GET_WITH("Host: a\r\nContent-Length: 0\r\n"), 200,
	  GOES_ON },
	{ "body compressed",
	  POST_WITH(FORM "Content-Encoding: gzip\r\nContent-Length: 3\r\n", "a=1"), 415, ENDS },

	/* Which fields are there? */
	{ "folded line", GET_WITH("Host: a\r\nX-A: b\r\n c\r\n"), 400, ENDS },
	{ "folded into a name", GET_WITH("Hos: a\r\n t\r\n"), 400, ENDS },
	{ "folded with a tab", GET_WITH("Host: a\r\nX-A: b\r\n\tc\r\n"), 400, ENDS },
	{ "bare LF behind the request line", STR("GET / HTTP/1.1\nHost: a\r\n\r\n"), 400, ENDS },
	{ "bare LF behind a field", GET_WITH("Host: a\nX-A: b\r\n"), 400, ENDS },
	{ "bare LF at the end", STR("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400, ENDS },
	{ "NUL in a value", GET_WITH("Host: a\r\nX-A: b\0c\r\n"), 400, ENDS },
	{ "NUL in the host", GET_WITH("Host: a\0.evil\r\n"), 400, ENDS },
	{ "NUL in a name", GET_WITH("Host: a\r\nX\0A: b\r\n"), 400, ENDS },
	{ "CR in a value", GET_WITH("Host: a\r\nX-A: b\rc\r\n"), 400, ENDS },
	{ "CR before CR LF", GET_WITH("Host: a\r\nX-A: b\r\r\n"), 400, ENDS },
	{ "bell in a value", GET_WITH("Host: a\r\nX-A: b\ac\r\n"), 400, ENDS },
	{ "DEL in a value", GET_WITH("Host: a\r\nX-A: b\x7f\r\n"), 400, ENDS },
	{ "tab in a value", GET_WITH("Host: a\r\nX-A: b\tc\r\n"), 200, GOES_ON },
	{ "Latin-1 in a field nobody reads", GET_WITH("Host: a\r\nX-A: \xe4\r\n"), 200, GOES_ON },
	{ "Latin-1 in a field that is read", GET_WITH("Host: a\r\nUser-Agent: \xe4\r\n"), 400,
	  ENDS },
	{ "no colon", GET_WITH("Host: a\r\nX-A\r\n"), 400, ENDS },
	{ "no name", GET_WITH("Host: a\r\n: b\r\n"), 400, ENDS },
	{ "bracket in a name", GET_WITH("Host: a\r\nX(A: b\r\n"), 400, ENDS },
	{ "two hosts", GET_WITH("Host: a\r\nHost: b\r\n"), 400, ENDS },
	{ "two equal hosts", GET_WITH("Host: a\r\nHOST: a\r\n"), 400, ENDS },
	{ "no host", GET_WITH("X-A: b\r\n"), 400, ENDS },
	{ "no field at all", STR("GET / HTTP/1.1\r\n\r\n"), 400, ENDS },
	{ "empty host", GET_WITH("Host:\r\n"), 400, ENDS },
	{ "host with a path", GET_WITH("Host: a/b\r\n"), 400, ENDS },
	{ "host with a user", GET_WITH("Host: a@b\r\n"), 400, ENDS },
	{ "host with a port", GET_WITH("Host: [::1]:8080\r\n"), 200, GOES_ON },
	{ "two cookie fields", GET_WITH("Host: a\r\nCookie: a=1\r\nCookie: a=2\r\n"), 400, ENDS },
	{ "two origins", GET_WITH("Host: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n"), 400,
	  ENDS },

	/* Which page is it? */
	{ "two spaces in the request line", STR("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, ENDS },
	{ "space in the target", GET_TARGET("/a b"), 400, ENDS },
	{ "tab in the target", GET_TARGET("/a\tb"), 400, ENDS },
	{ "NUL in the target", GET_TARGET("/a\0b"), 400, ENDS },
	{ "escaped NUL", GET_TARGET("/a%00b"), 400, ENDS },
	{ "escaped CR LF", GET_TARGET("/a%0d%0aX:b"), 400, ENDS },
	{ "escape cut short", GET_TARGET("/a%4"), 400, ENDS },
	{ "escape without digits", GET_TARGET("/a%zz"), 400, ENDS },
	{ "escape with a sign", GET_TARGET("/a%+1"), 400, ENDS },
	{ "raw UTF-8", GET_TARGET("/\xd0\xb0"), 400, ENDS },
	{ "escaped UTF-8", GET_TARGET("/%D0%B0"), 200, GOES_ON },
	{ "UTF-8 cut short", GET_TARGET("/%D0"), 400, ENDS },
	{ "overlong slash", GET_TARGET("/%c0%af"), 400, ENDS },
	{ "surrogate", GET_TARGET("/%ED%A0%80"), 400, ENDS },
	{ "beyond Unicode", GET_TARGET("/%F4%90%80%80"), 400, ENDS },
	{ "C1 control", GET_TARGET("/%C2%85"), 400, ENDS },
	{ "fragment", GET_TARGET("/a#b"), 400, ENDS },
	{ "absolute form", GET_TARGET("http://a/"), 400, ENDS },
	{ "authority form", GET_TARGET("a:80"), 400, ENDS },
	{ "asterisk", GET_TARGET("*"), 400, ENDS },
	{ "query field twice", GET_TARGET("/?a=1&a=2"), 400, ENDS },
	{ "query field twice, once escaped", GET_TARGET("/?a=1&%61=2"), 400, ENDS },
	{ "query with a bad escape", GET_TARGET("/?a=%"), 400, ENDS },
	{ "query with a NUL", GET_TARGET("/?a=%00"), 400, ENDS },
	{ "query with a line end", GET_TARGET("/?a=%0a"), 400, ENDS },
	{ "query without a name", GET_TARGET("/?=1"), 400, ENDS },

	/* Which form is it? */
	{ "form", POST_FORM("3", "a=1"), 200, GOES_ON },
	{ "form with lines of text", POST_FORM("13", "a=1%0D%0A2%09"), 200, GOES_ON },
	{ "form with a charset",
	  POST_WITH("Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
		    "Content-Length: 3\r\n",
		    "a=1"),
	  200, GOES_ON },
	{ "form in another charset",
	  POST_WITH("Content-Type: application/x-www-form-urlencoded; charset=utf-7\r\n"
		    "Content-Length: 3\r\n",
		    "a=1"),
	  415, ENDS },
	{ "form field twice", POST_FORM("7", "a=1&a=2"), 400, ENDS },
	{ "form with a NUL", POST_FORM("5", "a=%00"), 400, ENDS },
	{ "form with a raw NUL", POST_FORM("3", "a=\0"), 400, ENDS },
	{ "form with a line end in a name", POST_FORM("5", "%0a=1"), 400, ENDS },
	{ "form with broken UTF-8", POST_FORM("3", "a=\xff"), 400, ENDS },
	{ "form of another kind",
	  POST_WITH("Content-Type: text/plain\r\nContent-Length: 3\r\n", "a=1"), 415, ENDS },
	{ "form of no kind", POST_WITH("Content-Length: 3\r\n", "a=1"), 415, ENDS },
	{ "JSON", POST_WITH("Content-Type: application/json\r\nContent-Length: 2\r\n", "{}"), 415,
	  ENDS },
	{ "nothing posted", POST_WITH("Content-Length: 0\r\n", ""), 200, GOES_ON },

	/* Which language is it? */
	{ "PUT", STR("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"), 405, ENDS },
	{ "OPTIONS", STR("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 405, ENDS },
	{ "TRACE", STR("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 405, ENDS },
	{ "CONNECT", STR("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), 405, ENDS },
	{ "lower case", STR("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 405, ENDS },
	{ "a method of somebody's own", STR("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"), 405, ENDS },
	{ "HTTP/0.9", STR("GET /\r\n\r\n"), 400, ENDS },
	{ "HTTP/1.0 without a host", STR("GET / HTTP/1.0\r\n\r\n"), 200, ENDS },
	{ "HTTP/1.0 kept alive", STR("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 200,
	  GOES_ON },
	{ "HTTP/2.0", STR("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505, ENDS },
	{ "HTTP/2 preface", STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, ENDS },
	{ "no version", STR("GET / HTTP\r\nHost: a\r\n\r\n"), 400, ENDS },
	{ "something behind the version", STR("GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"), 400, ENDS },
	{ "one word", STR("GET\r\n\r\n"), 0, ENDS },
	{ "TLS", STR("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"), 0, ENDS },
};

static void start(struct site *site)
{
	site_init(site);
	site_start(site);
}

static void test_hostile__table(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	struct reply r;
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct hostile *c = &cases[i];
		int fd = dial(&site);
		say(fd, c->bytes);
		hear(fd, true, &r);
		bool ended = r.status == 0 || (c->after == ENDS && ends(fd));
		if (c->after == GOES_ON && r.status == c->status) {
			get(fd, "/again", &r);
			ended = strstr(r.body, "path=/again;") == NULL;
			r.status = r.status == 200 ? c->status : r.status;
		}
		if (r.status != c->status || ended != (c->after == ENDS)) {
			print_error("%s: %d, %s\n", c->what, r.status, ended ? "ended" : "goes on");
			wrong++;
		}
		close(fd);
	}
	assert_int_equal(wrong, 0);
	assert_serves(&site);
	site_stop(&site);
}

static void test_hostile__refusal_says_close_and_allow(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	struct reply r;
	int fd = dial(&site);
	say(fd, STR("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n"));
	hear(fd, true, &r);
	assert_int_equal(r.status, 405);
	assert_non_null(strstr(r.head, "\r\nAllow: GET, HEAD, POST\r\n"));
	assert_non_null(strstr(r.head, "\r\nConnection: close\r\n"));
	assert_non_null(strstr(r.body, "path=/x;"));
	close(fd);
	site_stop(&site);
}

/* Fills ${to} with `${name}: xxxx\r\n` of ${n} bytes altogether. */
static size_t pad_field(char *to, const char *name, size_t n)
{
	size_t head = strlen(name) + 2;
	memset(to, 'x', n);
	memcpy(to, name, head - 2);
	memcpy(to + head - 2, ": ", 2);
	memcpy(to + n - 2, "\r\n", 2);
	return n;
}

static int status_of_header(const struct site *site, size_t plain_n, size_t cookie_n)
{
	static const char line[] = "GET / HTTP/1.1\r\nHost: a\r\n";
	char *bytes = calloc(1, sizeof(line) + plain_n + cookie_n + 2);
	assert_non_null(bytes);
	size_t n = sizeof(line) - 1;
	memcpy(bytes, line, n);
	if (plain_n)
		n += pad_field(bytes + n, "X-Pad", plain_n);
	if (cookie_n)
		n += pad_field(bytes + n, "Cookie", cookie_n);
	memcpy(bytes + n, "\r\n", 2);
	int fd = dial(site);
	say(fd, (struct str){ .p = bytes, .n = n + 2 });
	struct reply r;
	hear(fd, true, &r);
	close(fd);
	free(bytes);
	return r.status;
}

static void test_hostile__header_size(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	assert_int_equal(status_of_header(&site, 16300, 0), 200);
	assert_int_equal(status_of_header(&site, 12000, 4096), 200);
	assert_int_equal(status_of_header(&site, 1000, 8192), 200);
	assert_int_equal(status_of_header(&site, 16400, 0), 431);
	assert_int_equal(status_of_header(&site, 100000, 0), 431);
	assert_int_equal(status_of_header(&site, 0, 15000),
			 431); /* it is copied: see docs/http.md */
	assert_serves(&site);
	site_stop(&site);
}

static int status_of_fields(const struct site *site, int n)
{
	int fd = dial(site);
	say(fd, STR("GET / HTTP/1.1\r\nHost: a\r\n"));
	for (int i = 1; i < n; i++)
		say(fd, STR("X-A: b\r\n"));
	say(fd, STR("\r\n"));
	struct reply r;
	hear(fd, true, &r);
	close(fd);
	return r.status;
}

static void test_hostile__number_of_fields(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	assert_int_equal(status_of_fields(&site, 100), 200);
	assert_int_equal(status_of_fields(&site, 101), 400);
	site_stop(&site);
}

static int status_of_query(const struct site *site, int n)
{
	char line[16384];
	size_t used = (size_t)snprintf(line, sizeof(line), "GET /?");
	for (int i = 0; i < n; i++)
		used += (size_t)snprintf(line + used, sizeof(line) - used, "a%d&", i);
	used += (size_t)snprintf(line + used, sizeof(line) - used, " HTTP/1.1\r\nHost: a\r\n\r\n");
	int fd = dial(site);
	say(fd, (struct str){ .p = line, .n = used });
	struct reply r;
	hear(fd, true, &r);
	close(fd);
	return r.status;
}

static void test_hostile__number_of_query_fields(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	assert_int_equal(status_of_query(&site, 100), 200);
	assert_int_equal(status_of_query(&site, 101), 400);
	assert_int_equal(status_of_query(&site, 2500), 400);
	site_stop(&site);
}

static int status_of_body(const struct site *site, size_t n)
{
	char head[256];
	int head_n =
		snprintf(head, sizeof(head),
			 "POST / HTTP/1.1\r\nHost: a\r\n" FORM "Content-Length: %zu\r\n\r\na=", n);
	char *body = malloc(n);
	assert_non_null(body);
	memset(body, 'x', n);
	int fd = dial(site);
	say(fd, (struct str){ .p = head, .n = (size_t)head_n });
	say(fd, (struct str){ .p = body, .n = n - 2 });
	struct reply r;
	hear(fd, true, &r);
	close(fd);
	free(body);
	return r.status;
}

static void test_hostile__body_size(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	assert_int_equal(status_of_body(&site, 65536), 200);
	assert_int_equal(status_of_body(&site, 65537), 413);
	assert_int_equal(status_of_body(&site, 1 << 20), 413);
	assert_serves(&site);
	site_stop(&site);
}

static void test_hostile__one_byte_at_a_time(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	struct str all = POST_FORM("11", "a=%D0%B1&b=");
	int fd = dial(&site);
	for (size_t i = 0; i < all.n; i++)
		say(fd, str_sub(all, i, 1));
	struct reply r;
	hear(fd, true, &r);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "form:a=\xd0\xb1;form:b=;"));
	close(fd);
	site_stop(&site);
}

static void test_hostile__pipelined(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	say(fd, STR("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
		    "POST /work HTTP/1.1\r\nHost: a\r\n" FORM "Content-Length: 3\r\n\r\na=2"
		    "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"));
	struct reply r;
	hear(fd, true, &r);
	assert_non_null(strstr(r.body, "path=/1;"));
	hear(fd, true, &r);
	assert_non_null(strstr(r.body, "path=/work;form:a=2;"));
	hear(fd, true, &r);
	assert_non_null(strstr(r.body, "path=/3;"));
	close(fd);
	site_stop(&site);
}

/* What stands behind a refused request is never read as another one. */
static void test_hostile__nothing_behind_a_refusal(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	say(fd,
	    STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
		"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
	struct reply r;
	hear(fd, true, &r);
	assert_int_equal(r.status, 400);
	assert_true(ends(fd));
	assert_comes(&site, requests, 1);
	close(fd);
	site_stop(&site);
}

static void test_hostile__leaves_in_the_middle(void **state)
{
	(void)state;
	static const struct str parts[] = {
		STR(""),
		STR("GE"),
		STR("GET / HTTP/1.1\r\nHost"),
		POST_FORM("100", "a="),
		STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"),
	};
	struct site site;
	site_init(&site);
	site.opts.header_ms = 300; /* an end that comes together with data is noticed by deadline */
	site_start(&site);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		int fd = dial(&site);
		say(fd, parts[i]);
		close(fd);
	}
	latch_filled(&site.latch, 1);
	assert_serves(&site);
	latch_open(&site.latch);
	assert_comes(&site, connections, 0);
	site_stop(&site);
}

/* A client that sends a byte now and then for ever, and others that must not notice. */
static void assert_cut(struct site *site, struct str first, struct str drip)
{
	int fd = dial(site);
	say(fd, first);
	while (silent(fd)) {
		say(fd, drip);
		assert_serves(site);
		(void)poll(NULL, 0, 20);
	}
	assert_true(ends(fd));
	close(fd);
}

static void test_hostile__slow(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.header_ms = 300;
	site.opts.stall_ms = 1000;
	site_start(&site);
	assert_cut(&site, STR(""), STR(""));
	assert_cut(&site, STR("G"), STR("E"));
	assert_cut(&site, STR("GET / HTTP/1.1\r\nHost: a\r\nX-A: "), STR("b"));
	assert_cut(&site, STR("GET / HTTP/1.1\r\nHost: a\r\n"), STR("X-A: b\r\n"));
	assert_comes(&site, timed_out, 4);
	assert_cut(&site, POST_FORM("60000", "a="), STR("b"));
	assert_comes(&site, timed_out, 5);
	site_stop(&site);
}

/* A second request of a kept connection has its own deadline. */
static void test_hostile__slow_second_header(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.header_ms = 300;
	site_start(&site);
	int fd = dial(&site);
	struct reply r;
	get(fd, "/", &r);
	say(fd, STR("GET / HTTP/1.1\r\nHost: a\r\nX-A: "));
	while (silent(fd)) {
		say(fd, STR("b"));
		(void)poll(NULL, 0, 20);
	}
	assert_true(ends(fd));
	assert_comes(&site, timed_out, 1);
	close(fd);
	site_stop(&site);
}

/* A client that asks for much and reads nothing. */
static void test_hostile__reads_nothing(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.stall_ms = 1000;
	site_start(&site);
	int fd = dial(&site);
	say(fd, STR("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_comes(&site, requests, 1);
	assert_comes(&site, connections, 0);
	assert_serves(&site);
	close(fd);
	site_stop(&site);
}

static void test_hostile__refused_body_is_read_away(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	say(fd, STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
		    "10\r\n\r\n"));
	assert_comes(&site, requests, 1);
	assert_true(silent(fd));
	say(fd, STR("0123456789"));
	struct reply r;
	hear(fd, true, &r);
	assert_int_equal(r.status, 415);
	close(fd);
	site_stop(&site);
}

static void test_hostile__expect_is_not_encouraged(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	say(fd, STR("POST / HTTP/1.1\r\nHost: a\r\n" FORM
		    "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n"));
	struct reply r;
	hear(fd, true, &r);
	assert_int_equal(r.status, 413);
	assert_true(ends(fd));
	close(fd);
	site_stop(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile__table),
		cmocka_unit_test(test_hostile__refusal_says_close_and_allow),
		cmocka_unit_test(test_hostile__header_size),
		cmocka_unit_test(test_hostile__number_of_fields),
		cmocka_unit_test(test_hostile__number_of_query_fields),
		cmocka_unit_test(test_hostile__body_size),
		cmocka_unit_test(test_hostile__one_byte_at_a_time),
		cmocka_unit_test(test_hostile__pipelined),
		cmocka_unit_test(test_hostile__nothing_behind_a_refusal),
		cmocka_unit_test(test_hostile__leaves_in_the_middle),
		cmocka_unit_test(test_hostile__slow),
		cmocka_unit_test(test_hostile__slow_second_header),
		cmocka_unit_test(test_hostile__reads_nothing),
		cmocka_unit_test(test_hostile__refused_body_is_read_away),
		cmocka_unit_test(test_hostile__expect_is_not_encouraged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

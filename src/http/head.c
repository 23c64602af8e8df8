/* Reads the header fields, once each, in one pass, and checks the shape of the whole header on the
 * way. */
#include "http/head.h"

#include "http/text.h"

#include <microhttpd.h>

#define VERSION_N 8 /* "HTTP/1.1"; anything else libmicrohttpd has refused */
#define CRLF_N    2

enum repeat {
	ONCE,  /* a second one makes the request ambiguous: refused */
	FIRST, /* of several the first counts */
	LAST,  /* of several the last counts: the one that the nearest proxy added */
};

struct field {
	struct str name;
	size_t offset;
	enum repeat repeat;
};

#define FIELD(field_name, member, when_again)                                                      \
	{                                                                                          \
		.name = { .p = field_name, .n = sizeof(field_name) - 1 },                          \
		.offset = offsetof(struct http_head, member), .repeat = when_again                 \
	}

static const struct field fields[] = {
	FIELD("Accept-Encoding", accept_encoding, FIRST),
	FIELD("Accept-Language", accept_language, FIRST),
	FIELD("Content-Encoding", content_encoding, ONCE),
	FIELD("Content-Length", content_length, ONCE),
	FIELD("Content-Type", content_type, ONCE),
	FIELD("Cookie", cookie, ONCE),
	FIELD("Expect", expect, ONCE),
	FIELD("X-Forwarded-For", forwarded_for, LAST),
	FIELD("X-Forwarded-Proto", forwarded_proto, ONCE),
	FIELD("Host", host, ONCE),
	FIELD("If-None-Match", if_none_match, FIRST),
	FIELD("Origin", origin, ONCE),
	FIELD("Sec-Fetch-Site", sec_fetch_site, ONCE),
	FIELD("Transfer-Encoding", transfer_encoding, ONCE),
	FIELD("User-Agent", user_agent, FIRST),
};

static const struct field *field_find(struct str name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (http_eq_nocase(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* A present but empty field differs from an absent one: its p is set. */
static void field_store(struct http_head *h, struct str name, struct str value)
{
	const struct field *f = field_find(name);
	if (!f)
		return;
	struct str *slot = (struct str *)(void *)((char *)h + f->offset);
	if (!http_text_ok(value, true) || (slot->p && f->repeat == ONCE))
		h->malformed = true;
	if (!slot->p || f->repeat == LAST)
		*slot = http_trim(value);
}

static bool value_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static enum MHD_Result field_read(void *cls, enum MHD_ValueKind kind, const char *name,
				  size_t name_n, const char *value, size_t value_n)
{
	(void)kind;
	struct http_head *h = cls;
	struct str n = { .p = name, .n = name_n };
	struct str v = { .p = value ? value : "", .n = value ? value_n : 0 };
	h->n_fields++;
	if (name != h->next || !http_token_ok(n) || !value_ok(v))
		h->malformed = true;
	h->next = v.p + v.n + CRLF_N;
	field_store(h, n, v);
	return MHD_YES;
}

static size_t head_bytes(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return info ? info->header_size : 0;
}

/* One space on each side of the target, and nothing behind the version. */
static bool line_plain(const struct http_line *line)
{
	return line->target == line->method + strlen(line->method) + 1 &&
	       line->version == line->target + line->target_n + 1;
}

void http_head_read(struct MHD_Connection *mhd, const struct http_line *line, struct http_head *ret)
{
	*ret = (struct http_head){
		.bytes = head_bytes(mhd),
		.malformed = !line_plain(line),
		.next = line->version + VERSION_N + CRLF_N,
	};
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, field_read, ret);
	if (ret->next + CRLF_N != line->method + ret->bytes)
		ret->malformed = true;
}

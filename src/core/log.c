/* One event, one JSON object, one write(2) of at most PIPE_BUF bytes: lines of several threads and
 * of several processes on one pipe never mix. Nothing here allocates, so running out of memory can
 * be logged. */
#include "core/log.h"

#include "core/utf8.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXT_MAX    200
#define DIGITS_KEPT 3
#define TAIL        STR(",\"cut\":true}\n")

struct log {
	int fd;
	enum log_level min;
	const struct clock *clock;
};

struct log *log_new(int fd, enum log_level min, const struct clock *clock)
{
	struct log *log = malloc(sizeof(*log));
	if (log)
		*log = (struct log){ .fd = fd, .min = min, .clock = clock };
	return log;
}

void log_free(struct log *log)
{
	free(log);
}

static void put_escape(struct buf *b, unsigned char c)
{
	buf_put(b, STR("\\u00"));
	buf_hex(b, (struct str){ .p = (const char *)&c, .n = 1 });
}

/* A JSON string. What is not UTF-8 becomes U+FFFD: a line is always valid, whatever a library says.
 */
static void put_json(struct buf *b, struct str s)
{
	buf_c(b, '"');
	while (s.n) {
		struct str before = s;
		int32_t cp;
		utf8_next(&s, &cp);
		if (cp == '"' || cp == '\\')
			buf_c(b, '\\');
		if (cp < 0x20 || cp == 0x7F)
			put_escape(b, (unsigned char)cp);
		else if (cp == 0xFFFD)
			buf_put(b, STR("\xEF\xBF\xBD"));
		else
			buf_put(b, str_sub(before, 0, before.n - s.n));
	}
	buf_c(b, '"');
}

static size_t digits_ahead(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* A library's message with `#` for what may be a number of a person, cut at a code point's border.
 */
static void put_text(struct buf *b, struct str s)
{
	char space[TEXT_MAX];
	struct buf text = { .p = space, .cap = sizeof(space), .max = sizeof(space) };
	while (s.n && text.err == OK) {
		size_t digits = digits_ahead(s);
		struct str piece = str_sub(s, 0, digits);
		if (digits == 0) {
			struct str rest = s;
			int32_t cp;
			utf8_next(&rest, &cp);
			piece.n = s.n - rest.n;
		}
		buf_put(&text, digits > DIGITS_KEPT ? STR("#") : piece);
		s = str_sub(s, piece.n, s.n);
	}
	put_json(b, buf_str(&text));
}

static void put_hash(struct buf *b, const char *hash)
{
	buf_c(b, '"');
	buf_hex(b, (struct str){ .p = hash, .n = LOG_HASH_BYTES });
	buf_c(b, '"');
}

static void put_field(struct buf *b, const struct log_field *f)
{
	buf_c(b, ',');
	put_json(b, str_c(f->key));
	buf_c(b, ':');
	if (f->kind == LOG_F_INT)
		buf_i64(b, f->i);
	else if (f->kind == LOG_F_CONST)
		put_json(b, str_c(f->s));
	else if (f->kind == LOG_F_HASH)
		put_hash(b, f->s);
	else
		put_text(b, str_c(f->s));
}

static void put_head(struct buf *b, tstamp at, enum log_level level, const char *event)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	buf_put(b, STR("{\"at\":\""));
	tstamp_iso(b, at);
	buf_put(b, STR("\",\"level\":\""));
	buf_put(b, str_c(names[level]));
	buf_put(b, STR("\",\"event\":"));
	put_json(b, str_c(event));
}

/* The first field that has no room, and all after it, are left out, and the line says so. */
static bool put_fields(struct buf *b, const struct log_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t before = b->n;
		put_field(b, fields + i);
		if (b->err != OK) {
			b->n = before;
			return false;
		}
	}
	return true;
}

static void write_line(int fd, struct str line)
{
	while (write(fd, line.p, line.n) < 0 && errno == EINTR)
		;
}

void log_event_(struct log *log, enum log_level level, const char *event,
		const struct log_field *fields, size_t n)
{
	if (!log || level < log->min)
		return;
	int saved = errno;
	char space[PIPE_BUF];
	/* Full from the start as far as buf_grow() is concerned: this buffer stays on the stack. */
	struct buf b = { .p = space, .cap = sizeof(space) - TAIL.n, .max = sizeof(space) - TAIL.n };
	put_head(&b, log->clock->now(log->clock), level, event);
	assert(b.err == OK); /* an event is a short constant */
	bool whole = put_fields(&b, fields, n);
	b = (struct buf){ .p = space, .n = b.n, .cap = sizeof(space), .max = sizeof(space) };
	buf_put(&b, whole ? STR("}\n") : TAIL);
	write_line(log->fd, buf_str(&b));
	errno = saved;
}

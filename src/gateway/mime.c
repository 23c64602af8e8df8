/* The letter is written front to back; nothing in it is looked at twice. */
#include "gateway/mime.h"

#include "core/utf8.h"

#include <assert.h>
#include <sodium.h>

#define LINE_MAX_CHARS 76
#define CRLF           STR("\r\n")
#define WORD_HEAD      STR("=?UTF-8?B?")
#define WORD_TAIL      STR("?=")
/* Neither encoding can produce it: = is followed by hexadecimal or the line's end in one, by
 * another = or the line's end in the other. */
#define BOUNDARY STR("=_kabinet")

enum {
	BASE64_LINE_BYTES = LINE_MAX_CHARS / 4 * 3,
	WORD_EXTRA = 12,
	WORD_MAX_CHARS = 75,
};

static void put_base64(struct buf *b, struct str s)
{
	char out[LINE_MAX_CHARS + 1];
	assert(s.n <= BASE64_LINE_BYTES);
	sodium_bin2base64(out, sizeof(out), (const unsigned char *)s.p, s.n,
			  sodium_base64_VARIANT_ORIGINAL);
	buf_put(b, str_c(out));
}

/* --- headers ------------------------------------------------------------------ */

bool mime_line(struct str s)
{
	return utf8_clean(s, false);
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	}
	return true;
}

static bool has_any(struct str s, struct str marks)
{
	for (size_t i = 0; i < s.n; i++) {
		if (str_find(marks, s.p[i]) < marks.n)
			return true;
	}
	return false;
}

bool mime_address(struct str s)
{
	size_t at = str_find(s, '@');
	struct str domain = str_sub(s, at + 1, s.n);
	return at > 0 && domain.n > 0 && str_find(domain, '@') == domain.n &&
	       s.n <= MAIL_TO_BYTES_MAX && mime_line(s) && !has_any(s, STR(" <>()[]\\,;:\""));
}

static bool body_good(struct str s)
{
	return s.n <= MAIL_BODY_BYTES_MAX && utf8_clean(s, true);
}

bool mime_letter_good(const struct mail_out *m)
{
	return mime_address(m->to) && m->subject.n > 0 && m->subject.n <= MAIL_SUBJECT_BYTES_MAX &&
	       mime_line(m->subject) && m->text.n > 0 && body_good(m->text) && body_good(m->html);
}

/* As many whole code points of ${s} as fit into ${max} bytes. */
static struct str points_within(struct str s, size_t max)
{
	size_t n = 0;
	struct str rest = s;
	int32_t cp;
	while (utf8_next(&rest, &cp) && s.n - rest.n <= max)
		n = s.n - rest.n;
	return str_sub(s, 0, n);
}

/* Bytes that a word of so many characters has room for. */
static size_t word_bytes(size_t chars)
{
	return (chars - WORD_EXTRA) / 4 * 3;
}

/* ${column} is how far the line has come; each further word has a line of its own. */
static void put_words(struct buf *b, struct str value, size_t column)
{
	size_t room = word_bytes(LINE_MAX_CHARS - column);
	while (value.n) {
		struct str piece = points_within(value, room);
		buf_put(b, WORD_HEAD);
		put_base64(b, piece);
		buf_put(b, WORD_TAIL);
		value = str_sub(value, piece.n, value.n);
		if (value.n)
			buf_put(b, STR("\r\n "));
		room = word_bytes(WORD_MAX_CHARS);
	}
}

/* "=?" would be read as a word by whoever shows it. */
static bool plain_enough(struct str value, size_t column)
{
	if (column + value.n > LINE_MAX_CHARS || !is_ascii(value))
		return false;
	for (size_t i = 0; i + 1 < value.n; i++) {
		if (value.p[i] == '=' && value.p[i + 1] == '?')
			return false;
	}
	return true;
}

void mime_header(struct buf *b, struct str name, struct str value)
{
	size_t column = name.n + 2;
	buf_put(b, name);
	buf_put(b, STR(": "));
	if (plain_enough(value, column))
		buf_put(b, value);
	else
		put_words(b, value, column);
	buf_put(b, CRLF);
}

static void put_date(struct buf *b, tstamp at, int offset_min)
{
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct clock_time t = tstamp_local(at, offset_min);
	int east = offset_min < 0 ? -offset_min : offset_min;
	buf_put(b, STR("Date: "));
	buf_put(b, str_c(days[date_weekday(t.date)]));
	buf_put(b, STR(", "));
	buf_i64(b, t.date.day);
	buf_c(b, ' ');
	buf_put(b, str_c(months[t.date.month - 1]));
	buf_c(b, ' ');
	buf_i64(b, t.date.year);
	buf_c(b, ' ');
	buf_pad(b, t.hour, 2);
	buf_c(b, ':');
	buf_pad(b, t.minute, 2);
	buf_c(b, ':');
	buf_pad(b, t.second, 2);
	buf_put(b, offset_min < 0 ? STR(" -") : STR(" +"));
	buf_pad(b, east / 60, 2);
	buf_pad(b, east % 60, 2);
	buf_put(b, CRLF);
}

/* The name always comes as a word or as a quoted string: no character of it can mean anything. */
static void put_from(struct buf *b, const struct mime_letter *l)
{
	buf_put(b, STR("From: "));
	if (l->from_name.n) {
		put_words(b, l->from_name, sizeof("From: ") - 1);
		buf_put(b, STR("\r\n "));
	}
	buf_c(b, '<');
	buf_put(b, l->from);
	buf_put(b, STR(">\r\n"));
}

static void put_headers(struct buf *b, const struct mime_letter *l)
{
	put_date(b, l->at, l->utc_offset_min);
	put_from(b, l);
	buf_put(b, STR("To: "));
	buf_put(b, is_ascii(l->to) ? l->to : STR("undisclosed-recipients:;"));
	buf_put(b, CRLF);
	mime_header(b, STR("Subject"), l->subject);
	buf_put(b, STR("Message-ID: <"));
	buf_i64(b, l->id);
	buf_put(b, STR(".kabinet"));
	buf_put(b, str_sub(l->from, str_find(l->from, '@'), l->from.n));
	/* Programs must not answer: no "out of office" from the subscribers. */
	buf_put(b, STR(">\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
		       "MIME-Version: 1.0\r\n"));
}

/* --- bodies ------------------------------------------------------------------- */

/* The next line of a text without its end; false when there is none. */
static bool next_line(struct str *text, struct str *ret)
{
	if (text->n == 0)
		return false;
	size_t end = str_find(*text, '\n');
	*ret = str_sub(*text, 0, end);
	*text = str_sub(*text, end + 1, text->n);
	if (str_ends(*ret, STR("\r")))
		ret->n--;
	return true;
}

static void put_hex(struct buf *b, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	buf_c(b, '=');
	buf_c(b, digits[(unsigned char)c >> 4]);
	buf_c(b, digits[(unsigned char)c & 15]);
}

/* A blank at a line's end could get lost; a dot at its beginning, too, and costs nothing. */
static bool is_literal(struct str line, size_t i, size_t column)
{
	char c = line.p[i];
	if (c == ' ' || c == '\t')
		return i + 1 < line.n;
	if (c == '.')
		return column > 0;
	return c > ' ' && c <= '~' && c != '=';
}

static void put_quoted_line(struct buf *b, struct str line)
{
	size_t column = 0;
	for (size_t i = 0; i < line.n; i++) {
		bool literal = is_literal(line, i, column);
		size_t width = literal ? 1 : 3;
		if (column + width > LINE_MAX_CHARS - 1) {
			buf_put(b, STR("=\r\n"));
			column = 0;
			literal = is_literal(line, i, column);
			width = literal ? 1 : 3;
		}
		if (literal)
			buf_c(b, line.p[i]);
		else
			put_hex(b, line.p[i]);
		column += width;
	}
	buf_put(b, CRLF);
}

void mime_quoted(struct buf *b, struct str text)
{
	struct str line;
	while (next_line(&text, &line))
		put_quoted_line(b, line);
}

/* Text with line ends as they are on the way, base64 of which is cut into lines. */
struct base64 {
	struct buf *b;
	size_t n;
	char kept[BASE64_LINE_BYTES];
};

static void base64_flush(struct base64 *e)
{
	if (e->n == 0)
		return;
	put_base64(e->b, (struct str){ .p = e->kept, .n = e->n });
	buf_put(e->b, CRLF);
	e->n = 0;
}

static void base64_add(struct base64 *e, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		e->kept[e->n++] = s.p[i];
		if (e->n == sizeof(e->kept))
			base64_flush(e);
	}
}

void mime_base64(struct buf *b, struct str text)
{
	struct base64 e = { .b = b };
	struct str line;
	while (next_line(&text, &line)) {
		base64_add(&e, line);
		base64_add(&e, CRLF);
	}
	base64_flush(&e);
}

/* Quoted-printable can be read without a tool, but takes three characters for a byte that is not
 * ASCII: worth it for a few of them. */
static bool better_quoted(struct str text)
{
	size_t wide = 0;
	for (size_t i = 0; i < text.n; i++)
		wide += (unsigned char)text.p[i] >= 0x80;
	return wide * 6 <= text.n;
}

static void put_part(struct buf *b, struct str type, struct str text)
{
	bool quoted = better_quoted(text);
	buf_put(b, STR("Content-Type: text/"));
	buf_put(b, type);
	buf_put(b, STR("; charset=UTF-8\r\nContent-Transfer-Encoding: "));
	buf_put(b, quoted ? STR("quoted-printable\r\n\r\n") : STR("base64\r\n\r\n"));
	if (quoted)
		mime_quoted(b, text);
	else
		mime_base64(b, text);
}

static void put_boundary(struct buf *b, struct str tail)
{
	buf_put(b, STR("\r\n--"));
	buf_put(b, BOUNDARY);
	buf_put(b, tail);
	buf_put(b, CRLF);
}

void mime_letter_put(struct buf *b, const struct mime_letter *l)
{
	put_headers(b, l);
	if (l->html.n == 0) {
		put_part(b, STR("plain"), l->text);
		return;
	}
	buf_put(b, STR("Content-Type: multipart/alternative; boundary=\""));
	buf_put(b, BOUNDARY);
	buf_put(b, STR("\"\r\n"));
	put_boundary(b, STR(""));
	put_part(b, STR("plain"), l->text);
	put_boundary(b, STR(""));
	put_part(b, STR("html"), l->html);
	put_boundary(b, STR("--"));
}

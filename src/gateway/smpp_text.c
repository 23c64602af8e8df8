/* Cutting a text into parts. A unit is what parts are counted in: an octet of the common alphabet,
 * or 16 bits of UCS-2. The same walk counts and cuts. */
#include "gateway/smpp_text.h"

#define HEADER_BYTES 6

/* Units of a text that is alone, and of each of several parts. */
struct room {
	size_t alone, part;
};

static struct room room_for(enum smpp_coding coding)
{
	return coding == SMPP_CODING_UCS2 ? (struct room){ .alone = 70, .part = 67 }
					  : (struct room){ .alone = 160, .part = 153 };
}

/* One character off a strict UTF-8 string; false for what is none. libutf8proc is left out: a
 * generator that counts parts is linked with nothing. */
static bool next(struct str *s, uint32_t *ret_cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s->p[0];
	size_t n = c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF8 ? 4 : 0;
	if (n == 0 || n > s->n)
		return false;
	uint32_t cp = n == 1 ? c : c & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s->p[i] & 0xC0) != 0x80)
			return false;
		cp = cp << 6 | (s->p[i] & 0x3F);
	}
	if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return false;
	*s = str_sub(*s, n, s->n);
	*ret_cp = cp;
	return true;
}

/* The same octet in ASCII and in GSM 03.38. */
static bool common(uint32_t cp)
{
	if (cp == '\n' || cp == '\r')
		return true;
	return cp >= ' ' && cp <= 'z' && !memchr("$@[\\]^_`", (int)cp, 8);
}

/* Expected: E_INPUT (empty, or not UTF-8). */
static enum err coding_of(struct str text, enum smpp_coding *ret)
{
	enum smpp_coding coding = SMPP_CODING_DEFAULT;
	uint32_t cp;
	if (text.n == 0)
		return E_INPUT;
	while (text.n > 0) {
		if (!next(&text, &cp))
			return E_INPUT;
		if (!common(cp))
			coding = SMPP_CODING_UCS2;
	}
	*ret = coding;
	return OK;
}

static size_t units(enum smpp_coding coding, uint32_t cp)
{
	return coding == SMPP_CODING_UCS2 && cp > 0xFFFF ? 2 : 1;
}

/* What fits into one part is taken off a text that coding_of() has passed; it may be all. */
static struct str cut(struct str *text, enum smpp_coding coding, size_t room)
{
	struct str whole = *text;
	struct str ahead = *text;
	uint32_t cp;
	while (ahead.n > 0 && next(&ahead, &cp) && units(coding, cp) <= room) {
		room -= units(coding, cp);
		*text = ahead;
	}
	return str_sub(whole, 0, whole.n - text->n);
}

static size_t count(struct str text, enum smpp_coding coding)
{
	struct room room = room_for(coding);
	struct str rest = text;
	size_t n = 0;
	cut(&rest, coding, room.alone);
	if (rest.n == 0)
		return 1;
	while (text.n > 0) {
		cut(&text, coding, room.part);
		n++;
	}
	return n;
}

size_t smpp_text_parts(struct str text)
{
	enum smpp_coding coding;
	return coding_of(text, &coding) == OK ? count(text, coding) : 0;
}

static void put(struct smpp_part *part, uint32_t byte)
{
	part->p[part->n++] = (char)(byte & 0xFF);
}

static void put_unit(struct smpp_part *part, uint32_t unit)
{
	put(part, unit >> 8);
	put(part, unit);
}

static void put_char(struct smpp_part *part, enum smpp_coding coding, uint32_t cp)
{
	if (coding != SMPP_CODING_UCS2) {
		put(part, cp);
	} else if (cp <= 0xFFFF) {
		put_unit(part, cp);
	} else {
		put_unit(part, 0xD800 | (cp - 0x10000) >> 10);
		put_unit(part, 0xDC00 | ((cp - 0x10000) & 0x3FF));
	}
}

/* Concatenated short messages, 8-bit reference: 3GPP TS 23.040, 9.2.3.24.1. */
static void put_header(struct smpp_part *part, uint8_t ref, size_t total, size_t seq)
{
	put(part, HEADER_BYTES - 1);
	put(part, 0);
	put(part, 3);
	put(part, ref);
	put(part, (uint32_t)total);
	put(part, (uint32_t)seq);
}

enum err smpp_text_split(struct str text, uint8_t ref, struct smpp_text *ret)
{
	enum smpp_coding coding;
	uint32_t cp;
	try(coding_of(text, &coding));
	size_t n = count(text, coding);
	struct room room = room_for(coding);
	if (n > SMS_PARTS_MAX)
		return E_INPUT;
	ret->coding = coding;
	ret->header = n > 1;
	ret->n = n;
	for (size_t i = 0; i < n; i++) {
		struct smpp_part *part = &ret->parts[i];
		part->n = 0;
		if (ret->header)
			put_header(part, ref, n, i + 1);
		struct str piece = cut(&text, coding, n > 1 ? room.part : room.alone);
		while (piece.n > 0 && next(&piece, &cp))
			put_char(part, coding, cp);
	}
	return OK;
}

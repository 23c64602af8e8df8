/* Letters as bytes: RFC 5322 headers, RFC 2047 words, quoted-printable and base64 bodies, the text
 * and its HTML twin as multipart/alternative. Lines end with CRLF and have at most 76 characters,
 * so that no relay on the way has a reason to touch them. */
#ifndef GATEWAY_MIME_H
#define GATEWAY_MIME_H

#include "core/buf.h"
#include "core/tstamp.h"
#include "domain/port_mail.h"

struct mime_letter {
	struct str from;      /* an address in ASCII */
	struct str from_name; /* UTF-8; may be empty */
	struct str to;        /* an address; one that is not ASCII stands in the envelope only */
	struct str subject;   /* UTF-8 */
	struct str text;      /* UTF-8, lines end with LF or CRLF */
	struct str html;      /* empty: text only */
	int64_t id;           /* the same letter, sent again, has the same Message-ID */
	tstamp at;
	int utc_offset_min;
};

/**
 * mime_header(b, name, value):
 * One header. A value that is not printable ASCII, or is too long for the line, comes as words of
 * RFC 2047, none longer than 75 characters, none that splits a code point. ${value} has no control
 * characters: CR and LF would begin a header of its own (mime_line() tells).
 */
void mime_header(struct buf *b, struct str name, struct str value);

/** mime_line(s): strict UTF-8 of one line: may be the value of a header. */
bool mime_line(struct str s);

/** mime_address(s): one address that can stand in an envelope and in a header, without a name. */
bool mime_address(struct str s);

/** mime_letter_good(m): the letter is one that can be sent, as port_mail_submit() has it. */
bool mime_letter_good(const struct mail_out *m);

/** mime_quoted(b, text), mime_base64(b, text): a body and its last CRLF. */
void mime_quoted(struct buf *b, struct str text);
void mime_base64(struct buf *b, struct str text);

/** mime_letter_put(b, l): the whole letter. Its parts have been checked. */
void mime_letter_put(struct buf *b, const struct mime_letter *l);

#endif

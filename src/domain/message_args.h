/* What a message may be given, and nothing else: no text that a person typed fits in. */
#ifndef DOMAIN_MESSAGE_ARGS_H
#define DOMAIN_MESSAGE_ARGS_H

#include "core/msisdn.h"
#include "core/tstamp.h"

#define MESSAGE_CODE_DIGITS 8
#define MESSAGE_TOKEN_BYTES 16 /* 128 bits, and short enough for an SMS */
#define MESSAGE_TOKEN_CHARS 22 /* as base64url */

/* What a message needs of the arguments. */
enum {
	MESSAGE_HAS_CODE = 1,
	MESSAGE_HAS_NUMBER = 2,
	MESSAGE_HAS_AT = 4,
	MESSAGE_HAS_TOKEN = 8,
};

struct message_args {
	char code[MESSAGE_CODE_DIGITS + 1]; /* digits and a NUL; empty: none */
	struct msisdn number;               /* shown masked; the subscriber's number */
	tstamp at;                          /* shown as day and time; ms == 0: none */
	bool has_token;
	unsigned char token[MESSAGE_TOKEN_BYTES]; /* ends the link in the text, as base64url */
};

#endif

/* What the program writes to people by SMS and mail. The texts are files (views/sms, views/mail);
 * what goes into them are the values below and nothing else, so no text that a person typed can. */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include "core/lang.h"
#include "core/msisdn.h"
#include "core/tstamp.h"

enum message_id {
#define MESSAGE(id, name, needs) MESSAGE_##id,
#include "domain/message.def"
#undef MESSAGE
	MESSAGE_N,
};

#define MESSAGE_CODE_DIGITS 8
#define MESSAGE_TOKEN_BYTES 12 /* unguessable, and short enough for an SMS */

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

/** message_name(id): as it stands in the database; also the name of its files. */
struct str message_name(enum message_id id);

/** message_parse(name, &ret): the inverse. Expected: E_INPUT. */
enum err message_parse(struct str name, enum message_id *ret) must_check;

/** message_given(args): which are there, in MESSAGE_HAS_… bits; message_needs(id): which must be.
 */
unsigned message_given(const struct message_args *args);
unsigned message_needs(enum message_id id);

#endif

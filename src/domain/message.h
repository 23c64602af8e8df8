/* What the program writes to people by SMS and mail. The texts are files (views/sms, views/mail):
 * one <name>.txt there is one message here (tools/mkmessages). */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include "core/lang.h"
#include "domain/message_args.h"

enum message_id {
#define MESSAGE(id, name, needs) id,
#include "messages.def"
#undef MESSAGE
	MESSAGE_N,
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

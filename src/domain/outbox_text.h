/* The text of a message, made of its file (tools/mkmessages) and its arguments. */
#ifndef DOMAIN_OUTBOX_TEXT_H
#define DOMAIN_OUTBOX_TEXT_H

#include "domain/outbox.h"

enum message_piece_kind {
	MESSAGE_LITERAL,
#define VALUE(written, kind, needs, max) MESSAGE_##kind,
#include "domain/message_value.def"
#undef VALUE
};

struct message_piece {
	enum message_piece_kind kind;
	struct str s; /* the literal itself; of a link its path */
};

struct message_pieces {
	const struct message_piece *v;
	size_t n;
};

/* A message in one kind and language. */
struct message_form {
	int parts_max; /* of an SMS, with the longest arguments and settings */
	struct message_pieces subject, text, html;
};

/** message_form(id, kind, lang): generated; NULL when the message has no such form. */
const struct message_form *message_form(enum message_id id, enum outbox_kind kind, enum lang lang);

struct outbox_text {
	struct str subject, text, html; /* of an SMS only the text */
};

/**
 * outbox_text(conf, a, form, args, &ret):
 * Into ${a}, where it stays until that is wiped. A link begins with http.origin, or on a loopback
 * address without one with what is listened on.
 * Expected: E_INPUT (a link, and no origin is set), E_NOMEM.
 */
enum err outbox_text(const struct config *conf, struct arena *a, const struct message_form *form,
		     const struct message_args *args, struct outbox_text *ret) must_check;

#endif

/* One connection to a message centre, over and over again: bytes in, bytes out, with TLS or
 * without. Never waits but for the name to be looked up. It knows how many bytes may have left,
 * because what certainly did not leave may be sent again. Nothing of what the bytes mean. */
#ifndef GATEWAY_SMPP_WIRE_H
#define GATEWAY_SMPP_WIRE_H

#include <poll.h>

#include "core/err.h"
#include "core/hostport.h"
#include "core/log.h"

struct smpp_wire;

struct smpp_wire_opts {
	struct hostport to;
	bool tls;
	struct str ca; /* file of certificates to trust; empty: the system's */
	struct log *log;
};

enum smpp_wire_state {
	SMPP_WIRE_CLOSED,
	SMPP_WIRE_OPENING,
	SMPP_WIRE_OPEN,
	SMPP_WIRE_ENDED, /* the other side has gone; what it said before is still here */
};

/** smpp_wire_new(opts, &ret): not connected; copies what it needs. Expected: E_NOMEM, E_INPUT (the
 * certificates cannot be used). */
enum err smpp_wire_new(const struct smpp_wire_opts *opts, struct smpp_wire **ret) must_check;
void smpp_wire_free(struct smpp_wire *w);

/** smpp_wire_open(w): look the name up and begin to connect, to its next address each time.
 * smpp_wire_more(w): it has one that was not tried in this round. */
void smpp_wire_open(struct smpp_wire *w);
bool smpp_wire_more(const struct smpp_wire *w);

/** smpp_wire_close(w): forget the connection and what it held. */
void smpp_wire_close(struct smpp_wire *w);

enum smpp_wire_state smpp_wire_state(const struct smpp_wire *w);

/** smpp_wire_want(w): what to poll for; its fd is -1 when there is nothing. */
struct pollfd smpp_wire_want(const struct smpp_wire *w);

/** smpp_wire_turn(w): connect, write and read as far as that goes now; the state says what became
 * of it. smpp_wire_write(w): write only. */
void smpp_wire_turn(struct smpp_wire *w);
void smpp_wire_write(struct smpp_wire *w);

/** smpp_wire_in(w): what has come and was not taken; there is always room for the largest packet.
 * smpp_wire_take(w, n): the first ${n} bytes of it are done with. smpp_wire_held(w): more waits to
 * be read than there was room for. */
struct str smpp_wire_in(const struct smpp_wire *w);
void smpp_wire_take(struct smpp_wire *w, size_t n);
bool smpp_wire_held(const struct smpp_wire *w);

/** smpp_wire_tail(w, &ret_room): where the next bytes to be sent may be written; smpp_wire_put(w,
 * n) says that ${n} of them were. */
char *smpp_wire_tail(struct smpp_wire *w, size_t *ret_room);
void smpp_wire_put(struct smpp_wire *w, size_t n);

/** smpp_wire_end(w): bytes put since it was opened. smpp_wire_gone(w): how many of them may have
 * left; still there after smpp_wire_close(). */
uint64_t smpp_wire_end(const struct smpp_wire *w);
uint64_t smpp_wire_gone(const struct smpp_wire *w);

#endif

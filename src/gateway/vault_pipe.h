/* The way between office and vault: a pair of sockets that keep messages apart (SOCK_SEQPACKET),
 * made by the parent of both. A question brings the socket that its answer goes to, so that no
 * answer can reach another who waits. */
#ifndef GATEWAY_VAULT_PIPE_H
#define GATEWAY_VAULT_PIPE_H

#include "gateway/vault_wire.h"

/* The office's end. */
struct vault_pipe {
	struct port_vault port; /* stands first */
	int fd;                 /* -1: there is no vault */
	int wait_ms;            /* for an answer */
};

#define VAULT_PIPE_WAIT_MS 5000

/** vault_pipe_pair(ret): the office's end and the vault's, both close-on-exec and the caller's.
 * Expected: E_NOMEM. */
enum err vault_pipe_pair(int ret[2]) must_check;

/** vault_pipe_init(p, fd): ${fd} stays the caller's. */
void vault_pipe_init(struct vault_pipe *p, int fd);

/* What the vault's end was asked. */
struct vault_ask {
	char bytes[VAULT_WIRE_BYTES_MAX]; /* the request's texts are slices of it */
	struct vault_request request;
	int reply; /* the answer's socket; vault_pipe_answer() closes it */
};

/**
 * vault_pipe_take(fd, &ret):
 * The next question; waits for none. What is no question is thrown away, with every descriptor that
 * it brought. Expected: E_NOTFOUND (none is there), E_INPUT (it was none, or who asked has gone
 * away: nothing is to be answered), E_UPSTREAM (nobody will ask any more).
 */
enum err vault_pipe_take(int fd, struct vault_ask *ret) must_check;

/** vault_pipe_answer(ask, outcome, content): as vault_wire_tell() says it; never waits. Who asked
 * may be gone. */
void vault_pipe_answer(struct vault_ask *ask, enum err outcome, const struct seal_content *content);

#endif

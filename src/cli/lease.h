/* The lease of this process's node number, renewed by a thread of its own for as long as a command
 * runs. */
#ifndef CLI_LEASE_H
#define CLI_LEASE_H

#include "domain/app.h"

struct lease;

/**
 * lease_start(app, every_ms, &ret):
 * Take a node, make ${app}->ids of it, renew it each ${every_ms} (NODE_RENEW_MS). When somebody
 * else has it the process is aborted. Expected: E_BUSY (all nodes are taken).
 */
enum err lease_start(struct app *app, int64_t every_ms, struct lease **ret) must_check;

/** lease_stop(l): give the node back; ${app}->ids is gone then. NULL does nothing. */
void lease_stop(struct lease *l);

#endif

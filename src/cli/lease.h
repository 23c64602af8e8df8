/* The lease of this process's node number, renewed by a thread of its own for as long as a command runs. */
#ifndef CLI_LEASE_H
#define CLI_LEASE_H

#include "domain/app.h"

struct lease;

/** lease_start(app, &ret): take a node and make ${app}->ids of it. Expected: E_BUSY (all nodes are taken). */
enum err lease_start(struct app *app, struct lease **ret) must_check;

/** lease_stop(l): give the node back; ${app}->ids is gone then. NULL does nothing. */
void lease_stop(struct lease *l);

#endif

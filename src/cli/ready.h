/* What a command finds ready: the store open, of this program's version, and a node for its ids. */
#ifndef CLI_READY_H
#define CLI_READY_H

#include "cli/cli.h"

/**
 * ready_run(c, needs, run, arg):
 * Make what ${needs} says in c->app, call ${run}(c, arg), take it apart again. Returns what ${run}
 * returned. Expected: E_STORE (it could not be made, and ${run} was not called: said on err_fd).
 */
enum err ready_run(const struct cli *c, enum cli_needs needs,
		   enum err (*run)(const struct cli *c, void *arg), void *arg) must_check;

#endif

/* The administrator's commands: `kabinet NAME …`. Each is a row of cli.def and one function
 * cli_NAME() in src/cli/; main.c loads the configuration, gives the command what its row asks for,
 * and turns what it returns into an exit code. A command says what is wrong itself: main.c adds
 * nothing. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "core/buf.h"
#include "domain/app.h"

/* What main.c has ready before it calls the command. */
enum cli_needs {
	CLI_CONF,  /* configuration, clock, random numbers, log; app->store is NULL */
	CLI_MAKE,  /* and the store, open, whatever its version; made if it is not there */
	CLI_OPEN,  /* the same, but it must be there */
	CLI_STORE, /* and its migrations complete, with ids of a node of its own */
	CLI_KEYS,  /* and app->keys */
};

struct cli {
	struct app *app;
	int argc; /* what stands behind the command's name */
	char **argv;
	char **called; /* the program's whole command line; argv lies in it */
	int out_fd;    /* results */
	int err_fd;    /* complaints and progress */
};

#define CLI(name, needs, usage, help) enum err cli_##name(const struct cli *c) must_check;
#include "cli/cli.def"
#undef CLI

/** cli_out(c, s), cli_err(c, s): write ${s} to out_fd, or to err_fd, as it is. A reader that went
 * away is no error. */
void cli_out(const struct cli *c, struct str s);
void cli_err(const struct cli *c, struct str s);

/** cli_usage(c, name): write how to call the command ${name} to err_fd; returns E_INPUT. */
enum err cli_usage(const struct cli *c, const char *name) must_check;

/** cli_exit(e): the exit code of the process: 0 for OK, 2 when the command could not do its work
 * (E_INPUT, E_STORE, E_NOMEM), 1 for any other answer. */
int cli_exit(enum err e);

#endif

/* What the files of `kabinet serve` know of each other. The parent (serve_parent.c) starts the
 * roles; each begins in serve_role.c and does its work in serve_<role>.c. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/board.h"
#include "cli/cli.h"
#include "cli/role.h"
#include "cli/supervisor.h"
#include "http/listen.h"

/* At which numbers a role finds what its parent gave it. */
enum {
	SERVE_FD_TALK = SUPERVISOR_TALK_FD,
	SERVE_FD_BOARD,
	SERVE_FD_WAKE,
	SERVE_FD_LISTEN,
	SERVE_FD_METRICS, /* closed when there is no such listener, as the next */
	SERVE_FD_OFFICE,
	SERVE_FD_ASK,   /* the office's way to the vault */
	SERVE_FD_VAULT, /* its other end */
};

/* What a role has besides its app. */
struct serve_link {
	enum role role;
	int talk; /* to the parent; -1: there is none */
	int wake; /* an eventfd: written when there is something for the worker; -1: none */
	struct board *board;
	int listen;  /* a socket that listens, of a role that has pages; -1: none */
	int metrics; /* the same, of the web role */
	int vault;   /* of office and vault, its end of the way between them; -1: none */
};

/**
 * serve_parent(c): `kabinet serve`: listen, start every role, keep them going until SIGTERM or
 * SIGINT. Expected: E_UPSTREAM (cannot listen), E_STORE (a role could not begin, or lost trust in
 * the store); said on err_fd.
 */
enum err serve_parent(const struct cli *c) must_check;

/**
 * serve_role(c, role, inherited): a role's life, in this process. ${inherited}: started by
 * serve_parent(), else by hand: then it listens itself and tells systemd itself. Expected: what
 * serve_web() and serve_worker() return, and those of keyfile_load() and ready_run().
 */
enum err serve_role(const struct cli *c, enum role role, bool inherited) must_check;

/** serve_web(c, l), serve_worker(c, l): the work of a role (that of all which have pages is the
 * first's) until it is asked to stop; keys and
 * store are there. Expected: E_UPSTREAM (cannot listen), E_STORE (the store cannot be trusted any
 * more). */
enum err serve_web(const struct cli *c, const struct serve_link *l) must_check;
enum err serve_worker(const struct cli *c, const struct serve_link *l) must_check;

struct serve_vault_room;

/** serve_vault_prepare(c, &ret), serve_vault_done(r): what the vault has to open before it is
 * confined: its key and its journal. To be taken apart after an error too; NULL does nothing.
 * Expected: those of keyfile_load_vault() (without its key it is served, and shut), E_INPUT
 * (the journal: said on err_fd). */
enum err serve_vault_prepare(const struct cli *c, struct serve_vault_room **ret) must_check;
void serve_vault_done(struct serve_vault_room *r);

/** serve_vault(c, l, r): as serve_web(), without a store. */
enum err serve_vault(const struct cli *c, const struct serve_link *l,
		     const struct serve_vault_room *r) must_check;

/** serve_web_settings(c, role): refuses settings that its pages could not be served safely with:
 * E_INPUT, said on err_fd. */
enum err serve_web_settings(const struct cli *c, enum role role) must_check;

/** serve_wanted(c, role): the settings ask for it: office and vault are served only where the
 * office has an address. */
bool serve_wanted(const struct cli *c, enum role role);

/* What is listened at. */
struct serve_listeners {
	struct http_listener pages, metrics, office; /* fd -1: none */
};

#define SERVE_LISTENERS_NONE ((struct serve_listeners){ { .fd = -1 }, { .fd = -1 }, { .fd = -1 } })

/** serve_listen(c, role, &ret): for ${role} (ROLES: for all) at [http] listen, or the socket that
 * systemd passed as "web", [http] metrics, and [office] listen, or the one passed as "office".
 * Expected: E_UPSTREAM (said on err_fd). */
enum err serve_listen(const struct cli *c, enum role role, struct serve_listeners *ret) must_check;

/** serve_listen_end(l): close them and remove socket files; twice does no harm. */
void serve_listen_end(struct serve_listeners *l);

/** serve_not_listening(c, key, value): say that ${key} ("[http] listen") = ${value} cannot be
 * listened at. */
void serve_not_listening(const struct cli *c, const char *key, struct str value);

/** serve_ready(c, l, port): tell whoever started this role that it does its work. */
void serve_ready(const struct cli *c, const struct serve_link *l, int port);

/**
 * serve_wait(c, l, look, arg): until SIGTERM or SIGINT, which must be blocked in every thread.
 * ${look}(${arg}) is called each second; NULL: nothing is. Returns OK, or E_STORE when the store
 * cannot be trusted with writes any more (the parent has been told). Exits when the parent is gone.
 */
enum err serve_wait(const struct cli *c, const struct serve_link *l, void (*look)(void *arg),
		    void *arg) must_check;

#endif

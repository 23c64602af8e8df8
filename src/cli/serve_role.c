/* How a role begins, waits and ends, whichever it is. */
#include "cli/serve.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/identity.h"
#include "cli/keyfile.h"
#include "cli/ready.h"
#include "cli/sandbox.h"
#include "core/secret.h"
#include "http/sd.h"

#define EXIT_ORPHAN 3

struct fd_waker {
	struct waker base; /* stands first */
	int fd;
};

static void wake(const struct waker *w)
{
	(void)eventfd_write(((const struct fd_waker *)w)->fd, 1);
}

/* --- while it lives ----------------------------------------------------------- */

static void say(const struct serve_link *l, char word)
{
	if (l->talk >= 0 && write(l->talk, &word, 1) < 0)
		return; /* the parent is gone: serve_wait() notices */
}

void serve_ready(const struct cli *c, const struct serve_link *l, int port)
{
	if (l->talk >= 0) {
		say(l, SUPERVISOR_READY);
		return;
	}
	board_set(l->board, l->role, BOARD_up, 1);
	log_event(c->app->log, LOG_INFO, "serving", log_const("role", role_name(l->role)),
		  log_int("port", port));
	http_sd_ready();
}

/* SIGKILL has been ordered for that moment; this is for whoever cannot have it. */
static void end_with_parent(const struct cli *c, const struct serve_link *l)
{
	struct pollfd p = { .fd = l->talk };
	if (poll(&p, 1, 0) <= 0 || !(p.revents & POLLERR))
		return;
	log_event(c->app->log, LOG_ERROR, "parent_gone", log_const("role", role_name(l->role)));
	_exit(EXIT_ORPHAN);
}

static void post(const struct cli *c, const struct serve_link *l)
{
	struct store_stats s;
	if (!c->app->store)
		return;
	store_stats(c->app->store, &s);
	board_set(l->board, l->role, BOARD_store_transactions_total, s.transactions);
	board_set(l->board, l->role, BOARD_store_failures_total, s.failures);
}

static enum err wait_for_stop(const struct cli *c, const struct serve_link *l,
			      void (*look)(void *arg), void *arg)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	while (sigtimedwait(&set, NULL, &second) < 0) {
		if (c->app->store && store_failed(c->app->store))
			return E_STORE;
		end_with_parent(c, l);
		post(c, l);
		if (look)
			look(arg);
	}
	return OK;
}

enum err serve_wait(const struct cli *c, const struct serve_link *l, void (*look)(void *arg),
		    void *arg)
{
	enum err e = wait_for_stop(c, l, look, arg);
	if (e != OK)
		say(l, SUPERVISOR_LOST);
	if (l->talk < 0)
		http_sd_stopping();
	log_event(c->app->log, e == OK ? LOG_INFO : LOG_ERROR, "stopping",
		  log_const("role", role_name(l->role)),
		  log_const("why", e == OK ? "asked" : "store_failed"));
	return e;
}

/* --- how it begins -------------------------------------------------------------- */

/* Every role is given the same; what is another's is closed at once. It would be open still when
 * that one has gone, and who connects then would wait for nobody; and whoever takes the web role
 * over shall not hear what the staff say. -1: closed, or the parent did not give it. */
static int take(int fd, bool own)
{
	if (fcntl(fd, F_GETFD) < 0)
		return -1;
	if (!own)
		close(fd);
	return own ? fd : -1;
}

static enum err inherit(struct serve_link *l)
{
	l->talk = SERVE_FD_TALK;
	l->wake = SERVE_FD_WAKE;
	l->listen = take(SERVE_FD_LISTEN, l->role == ROLE_WEB);
	l->metrics = take(SERVE_FD_METRICS, l->role == ROLE_WEB);
	int office = take(SERVE_FD_OFFICE, l->role == ROLE_OFFICE);
	int ask = take(SERVE_FD_ASK, l->role == ROLE_OFFICE);
	int vault = take(SERVE_FD_VAULT, l->role == ROLE_VAULT);
	l->vault = l->role == ROLE_OFFICE ? ask : vault;
	if (l->role == ROLE_OFFICE)
		l->listen = office;
	return board_join(SERVE_FD_BOARD, &l->board);
}

static enum err stand_alone(const struct cli *c, struct serve_link *l, struct serve_listeners *own)
{
	int fd;
	try(board_new(&l->board, &fd));
	close(fd);
	if (!role_has_pages(l->role))
		return OK;
	try(serve_listen(c, l->role, own));
	l->listen = l->role == ROLE_WEB ? own->pages.fd : own->office.fd;
	l->metrics = l->role == ROLE_WEB ? own->metrics.fd : -1;
	return OK;
}

/* Whoever serves them has closed them. */
static void remove_sockets(const struct serve_listeners *own)
{
	if (own->pages.path[0])
		(void)unlink(own->pages.path);
	if (own->metrics.path[0])
		(void)unlink(own->metrics.path);
	if (own->office.path[0])
		(void)unlink(own->office.path);
}

/* The order to die with the parent is forgotten when the user changes: it is given again. */
static enum err confine(const struct cli *c, const struct serve_link *l)
{
	try(identity_drop(c, l->role));
	if (l->talk >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return E_DENIED;
	end_with_parent(c, l);
	return sandbox_enter(c, l->role);
}

static enum err work(const struct cli *c, void *link)
{
	const struct serve_link *l = link;
	return role_has_pages(l->role) ? serve_web(c, l) : serve_worker(c, l);
}

/* What signs the ledger's roots is for the worker alone. An installation that is older than them
 * goes on without, and says so. */
static enum err load_root(const struct cli *c, enum role role, struct keys_root *root)
{
	if (role != ROLE_WORKER)
		return OK;
	enum err e = keyfile_load_root(c, true, root);
	if (e == OK)
		c->app->root = root;
	if (e != E_NOTFOUND)
		return e;
	log_event(c->app->log, LOG_WARN, "root_key_missing");
	return OK;
}

/* It opens no store, and has no key but its own. */
static enum err live_as_vault(const struct cli *c, const struct serve_link *l)
{
	struct serve_vault_room *room = NULL;
	enum err e = serve_vault_prepare(c, &room);
	if (e == OK)
		e = confine(c, l);
	if (e == OK)
		e = serve_vault(c, l, room);
	serve_vault_done(room);
	return e;
}

static enum err live(const struct cli *c, struct serve_link *l)
{
	if (l->role == ROLE_VAULT)
		return live_as_vault(c, l);
	struct keys keys;
	struct keys_root root;
	struct fd_waker waker = { .base = { .wake = wake }, .fd = l->wake };
	try(keyfile_load(c, &keys));
	c->app->keys = &keys;
	c->app->waker = l->wake >= 0 ? &waker.base : NULL;
	enum err e = load_root(c, l->role, &root);
	if (e == OK)
		e = confine(c, l);
	if (e == OK)
		e = ready_run(c, CLI_STORE, work, l);
	c->app->waker = NULL;
	c->app->keys = NULL;
	c->app->root = NULL;
	secret_wipe(&keys, sizeof(keys));
	secret_wipe(&root, sizeof(root));
	return e;
}

enum err serve_role(const struct cli *c, enum role role, bool inherited)
{
	char name[16];
	struct serve_listeners own = SERVE_LISTENERS_NONE;
	struct serve_link l = {
		.role = role, .talk = -1, .wake = -1, .listen = -1, .metrics = -1, .vault = -1
	};
	snprintf(name, sizeof(name), "kabinet-%s", role_name(role));
	(void)prctl(PR_SET_NAME, name);
	enum err e = inherited ? inherit(&l) : stand_alone(c, &l, &own);
	if (!inherited && role == ROLE_VAULT) {
		cli_err(c, STR("the vault is served by `kabinet serve` only: nobody could ask one "
			       "that was started by hand\n"));
		e = E_INPUT;
	}
	if (inherited && e == E_INPUT)
		cli_err(c, STR("--inherited is what `kabinet serve` says to its roles\n"));
	if (e == OK)
		e = live(c, &l);
	board_free(l.board);
	remove_sockets(&own);
	return e;
}

/* The parent of the roles: it binds what they listen at, gives each what it needs, and watches
 * them. It opens no store and no key, and reads nothing that comes from the network. */
#include "cli/serve.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "gateway/vault_pipe.h"
#include "http/listen.h"
#include "http/sd.h"

/* Clients of the web role have 30 s to finish. */
#define STOP_MS  35000
#define ARGS_OWN 4 /* --role NAME --inherited, and the NULL */

struct parent {
	const struct cli *c;
	struct serve_listeners listeners;
	struct board *board;
	int board_fd, wake;
	int vault[2]; /* the ends of office and vault; kept, so that either can be started again */
	char **args[ROLES];
	enum role served[ROLES]; /* in the order of the children */
	size_t served_n;
};

/* --- what it gives away ----------------------------------------------------- */

/* The command line that started this, with the role behind it: a role reads the settings itself. */
static enum err make_args(struct parent *p)
{
	size_t n = (size_t)(p->c->argv - p->c->called);
	for (enum role r = 0; r < ROLES; r++) {
		p->args[r] = calloc(n + ARGS_OWN, sizeof(char *));
		if (!p->args[r])
			return E_NOMEM;
		memcpy(p->args[r], p->c->called, n * sizeof(char *));
		p->args[r][n] = (char *)(uintptr_t) "--role";
		p->args[r][n + 1] = (char *)(uintptr_t)role_name(r);
		p->args[r][n + 2] = (char *)(uintptr_t) "--inherited";
	}
	return OK;
}

static enum err prepare(struct parent *p)
{
	try(serve_listen(p->c, ROLES, &p->listeners));
	try(board_new(&p->board, &p->board_fd));
	for (size_t i = 0; i < p->served_n; i++)
		board_set(p->board, p->served[i], BOARD_up, 0); /* shown from the start */
	if (serve_wanted(p->c, ROLE_VAULT))
		try(vault_pipe_pair(p->vault));
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return p->wake >= 0 ? make_args(p) : E_NOMEM;
}

static void take_apart(struct parent *p)
{
	serve_listen_end(&p->listeners);
	for (enum role r = 0; r < ROLES; r++)
		free(p->args[r]);
	for (int end = 0; end < 2; end++) {
		if (p->vault[end] >= 0)
			close(p->vault[end]);
	}
	if (p->wake >= 0)
		close(p->wake);
	if (p->board_fd >= 0)
		close(p->board_fd);
	board_free(p->board);
}

/* --- what the supervisor tells ------------------------------------------------ */

static void on_ready(void *arg)
{
	const struct parent *p = arg;
	log_event(p->c->app->log, LOG_INFO, "serving", log_int("port", p->listeners.pages.port));
	http_sd_ready();
}

/* The sockets are closed here too, else new connections would wait for nobody. */
static void on_stopping(void *arg)
{
	struct parent *p = arg;
	http_sd_stopping();
	log_event(p->c->app->log, LOG_INFO, "stopping");
	serve_listen_end(&p->listeners);
}

static void on_up(void *arg, size_t child, bool up)
{
	struct parent *p = arg;
	enum role role = p->served[child];
	board_set(p->board, role, BOARD_up, up);
	if (!up)
		board_add(p->board, role, BOARD_restarts_total, 1);
}

static enum err watch(struct parent *p)
{
	struct supervisor_child children[ROLES];
	const int fds[] = {
		[SERVE_FD_BOARD - SERVE_FD_TALK - 1] = p->board_fd,
		[SERVE_FD_WAKE - SERVE_FD_TALK - 1] = p->wake,
		[SERVE_FD_LISTEN - SERVE_FD_TALK - 1] = p->listeners.pages.fd,
		[SERVE_FD_METRICS - SERVE_FD_TALK - 1] = p->listeners.metrics.fd,
		[SERVE_FD_OFFICE - SERVE_FD_TALK - 1] = p->listeners.office.fd,
		[SERVE_FD_ASK - SERVE_FD_TALK - 1] = p->vault[0],
		[SERVE_FD_VAULT - SERVE_FD_TALK - 1] = p->vault[1],
	};
	for (size_t i = 0; i < p->served_n; i++) {
		enum role r = p->served[i];
		children[i] = (struct supervisor_child){ .name = role_name(r), .argv = p->args[r] };
	}
	const struct supervisor_opts opts = {
		.path = "/proc/self/exe",
		.children = children,
		.children_n = p->served_n,
		.fds = fds,
		.fds_n = sizeof(fds) / sizeof(fds[0]),
		.stop_ms = STOP_MS,
		.clock = p->c->app->clock,
		.log = p->c->app->log,
		.arg = p,
		.ready = on_ready,
		.stopping = on_stopping,
		.up = on_up,
	};
	return supervisor_run(&opts);
}

enum err serve_parent(const struct cli *c)
{
	struct parent p = {
		.c = c,
		.listeners = SERVE_LISTENERS_NONE,
		.board_fd = -1,
		.wake = -1,
		.vault = { -1, -1 },
	};
	for (enum role r = 0; r < ROLES; r++) {
		if (serve_wanted(c, r))
			p.served[p.served_n++] = r;
	}
	enum err e = prepare(&p);
	if (e == OK)
		e = watch(&p);
	take_apart(&p);
	return e;
}

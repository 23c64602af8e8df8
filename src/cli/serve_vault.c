/* The vault: answers the office, one question after the other, and does nothing else. It opens no
 * store; its key and the file of its journal were opened before it was confined. */
#include "cli/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli/keyfile.h"
#include "core/secret.h"
#include "domain/vault_keep.h"
#include "gateway/vault_pipe.h"

#define ARENA_BYTES_MAX 65536

struct serve_vault_room {
	struct keys_vault keys;
	struct keys journal_key;
	int journal_fd;  /* -1: the vault is shut */
	const char *why; /* it is */
};

struct keeper {
	const struct cli *c;
	const struct serve_link *l;
	struct vault_keep keep;
	int stop; /* an eventfd */
	struct arena *a;
};

/* --- before it is confined ----------------------------------------------------------- */

/* Two that write would each break the chain of the other. One that was killed with its parent may
 * take a moment to be gone. */
static enum err hold(const struct cli *c, int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return OK;
	log_event(c->app->log, LOG_WARN, "vault_waits",
		  log_const("why", "another process holds the journal"));
	return fcntl(fd, F_OFD_SETLKW, &lock) == 0 ? OK : E_STORE;
}

static enum err open_journal(const struct cli *c, int *ret)
{
	struct str path = c->app->conf->vault_journal;
	int fd = open(path.p, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd >= 0 && hold(c, fd) == OK) {
		*ret = fd;
		return OK;
	}
	cli_err(c, STR("[vault] journal = "));
	cli_err(c, path);
	cli_err(c, STR(": "));
	cli_err(c, str_c(strerror(errno)));
	cli_err(c, STR("\n"));
	if (fd >= 0)
		close(fd);
	return E_INPUT;
}

enum err serve_vault_prepare(const struct cli *c, struct serve_vault_room **ret)
{
	struct serve_vault_room *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->journal_fd = -1;
	*ret = r;
	enum err e = keyfile_load_vault(c, &r->keys);
	/* It may be kept elsewhere, or out of reach on purpose: the office is served all the same.
	 */
	if (e == E_NOTFOUND || e == E_STORE) {
		r->why = "vault.key is not here, or not to be read";
		return OK;
	}
	try(e);
	keys_of_journal(&r->keys, &r->journal_key);
	return open_journal(c, &r->journal_fd);
}

void serve_vault_done(struct serve_vault_room *r)
{
	if (!r)
		return;
	if (r->journal_fd >= 0)
		close(r->journal_fd);
	secret_wipe(r, sizeof(*r));
	free(r);
}

/* --- its work -------------------------------------------------------------------------- */

static void say_shut(const struct keeper *k, const char *why, int64_t line)
{
	board_set(k->l->board, ROLE_VAULT, BOARD_vault_shut, 1);
	log_event(k->c->app->log, LOG_ERROR, "vault_shut", log_const("why", why),
		  log_int("line", line));
}

static enum err start_journal(struct keeper *k, const struct serve_vault_room *r)
{
	const struct config *conf = k->c->app->conf;
	const struct vault_quota quota = {
		.person_hour = conf->vault_person_hour,
		.person_day = conf->vault_person_day,
		.all_day = conf->vault_all_day,
	};
	int64_t line = 0;
	if (r->journal_fd < 0) {
		say_shut(k, r->why, 0);
		return OK;
	}
	enum err e = vault_journal_open(r->journal_fd, &r->journal_key, &quota, k->c->app->clock,
					&k->keep.journal, &line);
	if (e == E_INPUT)
		say_shut(k, "the chain of the journal is broken", line);
	if (e == E_STORE)
		say_shut(k, "the journal cannot be read", 0);
	return e == E_INPUT || e == E_STORE ? OK : e;
}

static void answer(struct keeper *k, struct vault_ask *ask)
{
	struct seal_content content = { 0 };
	enum err e = vault_keep_open(&k->keep, k->a, &ask->request, &content);
	vault_pipe_answer(ask, e, &content);
	board_add(k->l->board, ROLE_VAULT,
		  e == OK ? BOARD_vault_opened_total : BOARD_vault_refused_total, 1);
	if (e != OK)
		log_event(k->c->app->log, e == E_STORE ? LOG_ERROR : LOG_WARN, "vault_refused",
			  log_const("why", err_name(e)), log_int("staff", ask->request.staff_id));
	arena_reset(k->a);
}

/* A message that is no question was not sent by our office: somebody must look at it. */
static void *listen_to_office(void *arg)
{
	struct keeper *k = arg;
	struct vault_ask ask;
	struct pollfd p[] = { { .fd = k->l->vault, .events = POLLIN },
			      { .fd = k->stop, .events = POLLIN } };
	while (poll(p, 2, -1) >= 0 || errno == EINTR) {
		if (p[1].revents)
			break;
		enum err e = vault_pipe_take(k->l->vault, &ask);
		if (e == OK)
			answer(k, &ask);
		if (e == E_INPUT)
			log_event(k->c->app->log, LOG_WARN, "vault_not_asked");
		if (e == E_UPSTREAM)
			break;
	}
	secret_wipe(&ask, sizeof(ask));
	return NULL;
}

static enum err work(struct keeper *k)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, listen_to_office, k) != 0)
		return E_NOMEM;
	serve_ready(k->c, k->l, 0);
	enum err e = serve_wait(k->c, k->l, NULL, NULL);
	(void)eventfd_write(k->stop, 1);
	pthread_join(thread, NULL);
	return e;
}

enum err serve_vault(const struct cli *c, const struct serve_link *l,
		     const struct serve_vault_room *r)
{
	struct keeper k = { .c = c, .l = l, .keep.keys = &r->keys };
	enum err e = start_journal(&k, r);
	k.stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	k.a = arena_new(ARENA_BYTES_MAX);
	if (e == OK)
		e = k.stop >= 0 && k.a ? work(&k) : E_NOMEM;
	arena_free(k.a);
	if (k.stop >= 0)
		close(k.stop);
	vault_journal_free(k.keep.journal);
	return e;
}
